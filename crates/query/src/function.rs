//! The functions of the language, by family. Each family is a table of names and kernels.
//!
//! - [`over_time`], [`counter`], [`trend`], [`extended`]: functions of range vectors ([`WindowFunction`]);
//! - [`math`], [`date`]: functions of single samples ([`MapFunction`]);
//! - [`told`]: those among them that can do without samples, where the store tells of whole windows;
//! - [`label`], [`sort`], [`histogram`], [`info`]: functions that see a whole instant vector.

pub(crate) mod counter;
mod date;
mod extended;
pub(crate) mod histogram;
pub(crate) mod info;
pub(crate) mod label;
mod math;
mod mixed;
mod over_time;
pub(crate) mod sort;
pub(crate) mod told;
mod trend;

use std::sync::Arc;

use model::{Histogram, Value};
use promql::Extension;

pub(crate) use math::NEGATE;
pub(crate) use mixed::MixedCall;

use crate::context::Context;
use crate::kernel::rate::Gaps;
use crate::kernel::window::{Frame, Samples};
use crate::operator::Result;
use crate::plan::WindowNode;

/// Looks at the parameters of a call.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    /// Whether parameters only matter where there are floats; else histograms alone will do, too. Where there is nothing, nobody looks.
    pub floats_only: bool,
    /// Gets the parameters of one step.
    pub run: fn(&Context<'_>, &WindowNode, &[f64]) -> Result<()>,
}

/// Whether an increase is divided by the width of its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PerSecond(pub bool);

/// A function of range vectors.
pub(crate) struct WindowFunction {
    /// As it is written.
    pub name: &'static str,
    /// What it makes of a series of floats, at all steps.
    pub floats: fn(&WindowCall<'_>, &mut [f64]),
    /// What it does when there are histograms too.
    pub mixed: Mixed,
    /// Whether the result is still about the same metric.
    pub keeps_name: bool,
    /// Whether the result depends on the evaluation time even when the samples don't.
    pub reads_time: bool,
    /// Whether it makes sense for counters only.
    pub is_for_counters: bool,
    /// Whether it looks at the times at which counters began.
    pub reads_starts: bool,
    /// Whether it extrapolates to the borders of windows, and if so, whether per second.
    pub extrapolates: Option<PerSecond>,
    /// Looks at the parameters of the steps that have samples.
    pub check: Option<Check>,
}

impl std::fmt::Debug for WindowFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What a function of range vectors does in a series with histograms.
#[derive(Clone, Copy)]
pub(crate) enum Mixed {
    /// It looks at floats only, and says so when a window holds both.
    FloatsOnly,
    /// It looks at floats and histograms alike.
    Points(fn(&MixedCall<'_>, usize) -> Result<Option<Value>>),
}

impl WindowFunction {
    /// The usual one: it drops the name, and neither reads the time nor checks anything.
    const fn new(
        name: &'static str,
        floats: fn(&WindowCall<'_>, &mut [f64]),
        mixed: Mixed,
    ) -> Self {
        Self {
            name,
            floats,
            mixed,
            keeps_name: false,
            reads_time: false,
            is_for_counters: false,
            reads_starts: false,
            extrapolates: None,
            check: None,
        }
    }
}

/// A series of floats, on its way through a function of range vectors.
pub(crate) struct WindowCall<'a> {
    /// The samples and the windows over them.
    pub samples: Samples<'a, f64>,
    /// Set when all of them have this value.
    pub constant: Option<f64>,
    /// Where the windows lie.
    pub frame: Frame,
    /// What is extrapolated at the borders of each window; none unless the function does that.
    pub gaps: Gaps<'a>,
    /// The scalar arguments, in order, each with a number per step.
    pub parameters: &'a [Vec<f64>],
}

/// A function that looks at one sample at a time. It drops the name.
pub(crate) struct MapFunction {
    /// As it is written.
    pub name: &'static str,
    /// What it makes of the floats of a series; absent ones stay absent. Gets its scalar arguments, each with a number
    /// per step.
    pub floats: fn(&mut [f64], &[Vec<f64>]),
    /// What it makes of a histogram; most drop them.
    pub histograms: Option<fn(&Histogram) -> Arc<Histogram>>,
}

impl std::fmt::Debug for MapFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl MapFunction {
    const fn new(name: &'static str, floats: fn(&mut [f64], &[Vec<f64>])) -> Self {
        Self {
            name,
            floats,
            histograms: None,
        }
    }
}

/// The function of range vectors with this name.
pub(crate) fn window(name: &str) -> Option<&'static WindowFunction> {
    let tables = [over_time::TABLE, counter::TABLE, trend::TABLE];
    tables
        .into_iter()
        .flatten()
        .find(|function| function.name == name)
}

/// The function of range vectors with this name, as it works on edges that are anchored or smoothed.
pub(crate) fn extended(name: &str, extension: Extension) -> Option<&'static WindowFunction> {
    extended::named(name, extension)
}

/// Those functions' names, in order.
pub(crate) fn names_of_extended(extension: Extension) -> Vec<&'static str> {
    extended::table(extension)
        .iter()
        .map(|function| function.name)
        .collect()
}

/// The function of single samples with this name.
pub(crate) fn map(name: &str) -> Option<&'static MapFunction> {
    let tables = [math::TABLE, date::TABLE];
    tables
        .into_iter()
        .flatten()
        .find(|function| function.name == name)
}
