//! Functions of range vectors where a series holds histograms, alone or between floats: sample by sample, without hurry.

use std::sync::Arc;

use model::{Histogram, Labels, Value};

use crate::column::{ABSENT, Column, is_absent};
use crate::context::Context;
use crate::function::{Mixed, PerSecond, WindowCall};
use crate::kernel::histogram;
use crate::kernel::rate::{self, Gaps};
use crate::kernel::starts::{self, Started};
use crate::kernel::window::{Frame, Samples};
use crate::operator::{RangeSeries, Result, pieces};
use crate::plan::WindowNode;
use crate::steps::Steps;

/// A series with histograms, on its way through a function of range vectors.
pub(crate) struct MixedCall<'a> {
    /// For notes.
    pub context: &'a Context<'a>,
    /// The call.
    pub node: &'a WindowNode,
    /// The series' labels, its name included.
    pub labels: &'a Labels,
    /// Its samples.
    pub input: RangeSeries<'a>,
    /// Where the windows lie.
    pub frame: Frame,
    /// The scalar arguments, each with a number per step.
    pub parameters: &'a [Vec<f64>],
}

/// A sample of either kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Point<'a> {
    Float(f64),
    Histogram(&'a Arc<Histogram>),
}

impl Point<'_> {
    /// Whether the value is another one than before.
    pub(crate) fn differs(self, now: Self) -> bool {
        match (self, now) {
            (Self::Float(a), Self::Float(b)) => a != b && !(a.is_nan() && b.is_nan()),
            (Self::Histogram(a), Self::Histogram(b)) => !histogram::equals(a, b),
            _ => true,
        }
    }

    /// Whether a counter was reset since.
    pub(crate) fn is_reset(self, now: Self) -> bool {
        match (self, now) {
            (Self::Float(before), Self::Float(now)) => now < before,
            (Self::Histogram(before), Self::Histogram(now)) => histogram::is_reset(before, now),
            _ => true,
        }
    }

    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Float(value) => Value::Float(value),
            Self::Histogram(histogram) => Value::Histogram(histogram.clone()),
        }
    }
}

impl<'a> MixedCall<'a> {
    /// Computes all steps.
    pub(crate) fn run(&self, out: &mut Column) -> Result<()> {
        match self.node.function.mixed {
            Mixed::FloatsOnly => self.run_floats(out)?,
            Mixed::Points(compute) => {
                for step in 0..self.frame.steps.count {
                    self.context.check()?;
                    out.set(step, compute(self, step)?);
                }
            }
        }
        Ok(())
    }

    fn run_floats(&self, out: &mut Column) -> Result<()> {
        let call = WindowCall {
            samples: self.input.floats,
            constant: None,
            frame: self.frame,
            // Functions that extrapolate look at histograms, too.
            gaps: Gaps::NONE,
            parameters: self.parameters,
        };
        pieces::call(
            self.context,
            self.node.function.floats,
            &call,
            &mut out.floats,
        )?;
        let is_mixed =
            |step| !self.floats(step).1.is_empty() && !self.histograms(step).1.is_empty();
        if (0..self.frame.steps.count).any(is_mixed) {
            let name = self.labels.metric_name();
            let text = format!(
                "ignored histograms in a range containing both floats and histograms for metric name {name:?}"
            );
            self.context.inform(self.node.range_span, &text);
        }
        Ok(())
    }

    /// Times and values of the floats in the window of a step.
    pub(crate) fn floats(&self, step: usize) -> (&'a [i64], &'a [f64]) {
        self.input.floats.window(step)
    }

    /// Times and histograms in the window of a step.
    pub(crate) fn histograms(&self, step: usize) -> (&'a [i64], &'a [Arc<Histogram>]) {
        self.input.histograms.window(step)
    }

    /// All samples in the window of a step, by time.
    pub(crate) fn points(&self, step: usize) -> Vec<(i64, Point<'a>)> {
        let (float_times, floats) = self.floats(step);
        let (histogram_times, histograms) = self.histograms(step);
        let mut points: Vec<(i64, Point<'a>)> = float_times
            .iter()
            .copied()
            .zip(floats.iter().map(|value| Point::Float(*value)))
            .chain(
                histogram_times
                    .iter()
                    .copied()
                    .zip(histograms.iter().map(Point::Histogram)),
            )
            .collect();
        points.sort_by_key(|(time, _)| *time);
        points
    }

    /// The sample at this time, with the time at which its counter began.
    fn started(&self, time: i64) -> Started {
        let (floats, histograms) = (self.input.floats, self.input.histograms);
        let of = |times: &[i64], starts: &[i64]| {
            let index = times.binary_search(&time).ok()?;
            starts.get(index).copied()
        };
        let start = of(floats.times, floats.starts)
            .or_else(|| of(histograms.times, histograms.starts))
            .unwrap_or(starts::UNKNOWN);
        Started { time, start }
    }

    /// Whether the start times of the samples at two times say that the counter began anew between them.
    pub(crate) fn started_anew(&self, before: i64, now: i64) -> bool {
        starts::is_reset(self.started(before), self.started(now))
    }

    /// When the counter was zero, if that lies in the window of a step, before its first sample at `first`.
    pub(crate) fn zero_within(&self, step: usize, first: i64) -> Option<i64> {
        let left = self.frame.ends.at(step).saturating_sub(self.frame.range_ms);
        starts::zero_within(left, self.started(first))
    }

    /// What the function makes of the floats in the window of a step, as if there were no histograms.
    pub(crate) fn floats_alone(&self, step: usize) -> Option<Value> {
        let window = *self.input.floats.windows.get(step)?;
        let parameters: Vec<Vec<f64>> = self
            .parameters
            .iter()
            .map(|values| vec![values[step]])
            .collect();
        let frame = Frame {
            steps: Steps::once(self.frame.steps.at(step)),
            ends: Steps::once(self.frame.ends.at(step)),
            range_ms: self.frame.range_ms,
        };
        let samples = Samples {
            windows: &[window],
            ..self.input.floats
        };
        let (mut gaps, mut stride) = (Vec::new(), None);
        if let Some(PerSecond(per_second)) = self.node.function.extrapolates {
            stride = rate::gaps(samples.times, samples.windows, frame, per_second, &mut gaps);
        }
        let call = WindowCall {
            samples,
            constant: None,
            frame,
            gaps: Gaps::new(&gaps, stride),
            parameters: &parameters,
        };
        let mut out = [ABSENT];
        (self.node.function.floats)(&call, &mut out);
        (!is_absent(out[0])).then_some(Value::Float(out[0]))
    }

    /// Says that floats and histograms don't go together here.
    pub(crate) fn warn_of_mix(&self) {
        let name = self.labels.metric_name();
        let text = format!("encountered a mix of histograms and floats for metric name {name:?}");
        self.context.warn(self.node.range_span, &text);
    }
}
