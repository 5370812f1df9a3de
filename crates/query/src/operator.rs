//! Operators: what a plan becomes when it runs.
//!
//! An operator is typed by what it yields. All work series by series, not step by step: a series' whole column over the
//! steps is computed at once, so kernels see slices, window borders are found once per group of series that share
//! timestamps, and an aggregate adds up columns as they pass by.
//!
//! # Life-cycle
//!
//! ```text
//!   build ──> series(), once: all labels that will ever come ──> next(), once for each of them, in that order ──> drop
//! ```
//!
//! - Building does no work and reads nothing.
//! - `series` may do all of the work, when an operator has to see everything before it can say anything.
//! - A column may turn out to hold no value at all; whoever prints results leaves such a series out.
//! - The caller owns the column that `next` fills and passes the same one again; whatever is in it is overwritten.
//! - After an error nothing may be called any more.

pub(crate) mod absent;
pub(crate) mod aggregate;
pub(crate) mod binary;
pub(crate) mod buffer;
pub(crate) mod build;
pub(crate) mod exchange;
pub(crate) mod map;
pub(crate) mod once;
pub(crate) mod pieces;
pub(crate) mod range_select;
pub(crate) mod scalar;
pub(crate) mod select;
pub(crate) mod smoothed;
pub(crate) mod subquery;
pub(crate) mod unique;
pub(crate) mod watched;
pub(crate) mod window;

use std::sync::Arc;

use model::Histogram;
use storage::Summary;

use crate::answer::QueryError;
use crate::column::Column;
use crate::kernel::window::{Frame, Samples};
use crate::series::{Series, SeriesSet};

/// What operators answer.
pub(crate) type Result<T> = std::result::Result<T, QueryError>;

/// Yields an instant vector: for each series at most one value per step.
pub(crate) trait InstantOperator: Send {
    /// All series that will come.
    fn series(&mut self) -> Result<Vec<Series>>;

    /// The same for callers that can do without whole label sets. Called instead of [`series`](Self::series).
    fn series_set(&mut self) -> Result<SeriesSet> {
        Ok(SeriesSet::Whole(self.series()?))
    }

    /// The column of the next series.
    fn next(&mut self, out: &mut Column) -> Result<()>;
}

/// Yields a range vector: for each series the samples of a window per step.
pub(crate) trait RangeOperator: Send {
    /// All series that will come.
    fn series(&mut self) -> Result<Vec<Series>>;

    /// The same for callers that can do without whole label sets. Called instead of [`series`](Self::series).
    fn series_set(&mut self) -> Result<SeriesSet> {
        Ok(SeriesSet::Whole(self.series()?))
    }

    /// The samples of the next series, which lie in the operator until the next call.
    fn next(&mut self) -> Result<RangeSeries<'_>>;

    /// Where the windows lie.
    fn frame(&self) -> Frame;
}

impl RangeOperator for Box<dyn RangeOperator + '_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        (**self).series()
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        (**self).series_set()
    }

    fn next(&mut self) -> Result<RangeSeries<'_>> {
        (**self).next()
    }

    fn frame(&self) -> Frame {
        (**self).frame()
    }
}

/// Yields one number per step.
pub(crate) trait ScalarOperator: Send {
    /// The numbers. Called once.
    fn values(&mut self) -> Result<Vec<f64>>;
}

/// The samples of one series, and which of them lie in which window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RangeSeries<'a> {
    /// The floats.
    pub floats: Samples<'a, f64>,
    /// The histograms; mostly none.
    pub histograms: Samples<'a, Arc<Histogram>>,
    /// Set when all floats are this one.
    pub constant: Option<f64>,
    /// What the store told of each window; the samples are not there then.
    pub told: Option<&'a [Summary]>,
    /// Whose times and windows these are: the number of a group whose series share them; none when they are the series' own.
    pub group: Option<usize>,
}

impl RangeSeries<'_> {
    /// No samples, of a series with times of its own.
    pub(crate) const NONE: Self = Self {
        floats: Samples::NONE,
        histograms: Samples::NONE,
        constant: None,
        told: None,
        group: None,
    };
}

/// A query that breaks a rule of evaluation, in Prometheus' words.
pub(crate) fn execution(message: impl Into<String>) -> QueryError {
    QueryError::Execution(message.into())
}
