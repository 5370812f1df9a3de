//! Groups out.

use model::{Exemplar, Labels, Matcher, TimeRange};

use crate::{Broken, Columns};

/// A view of the store over a range of time.
pub trait Querier: Send + Sync {
    /// The series that match, as groups. Labels are there at once; samples are read group by group, with
    /// [`Group::read`].
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn select<'q>(&'q self, selection: &Selection<'_>) -> Result<Vec<Box<dyn Group + 'q>>, Broken>;

    /// The label sets of the series that match all of `matchers`, in order.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn series(&self, matchers: &[Matcher]) -> Result<Vec<Labels>, Broken>;

    /// The names of labels, in order, that series which match all of `matchers` have.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn label_names(&self, matchers: &[Matcher]) -> Result<Vec<String>, Broken>;

    /// The values of label `name`, in order, that series which match all of `matchers` have.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn label_values(&self, name: &str, matchers: &[Matcher]) -> Result<Vec<String>, Broken>;

    /// The exemplars in the view's range of the series that match all of `matchers`, by ascending time.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn exemplars(&self, matchers: &[Matcher]) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken>;
}

/// What to select.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// All of them must pass.
    pub matchers: &'a [Matcher],
    /// Samples outside need not come. Inside the view's range.
    pub range: TimeRange,
    /// What the caller will do with them.
    pub hints: Hints<'a>,
}

/// What the caller will do with the samples; a store may ignore all of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Distance of evaluations, in milliseconds; 0 for a single one.
    pub step_ms: i64,
    /// Width of the windows that will be computed, in milliseconds; 0 for the newest sample only.
    pub window_ms: i64,
    /// The PromQL function that windows go through, if any.
    pub function: Option<&'a str>,
    /// The coarsest resolution that still answers, in milliseconds; 0 asks for samples as they came.
    pub resolution_ms: i64,
}

/// Series that share one column of timestamps.
pub trait Group: Send + Sync {
    /// Their labels; column `n` of [`read`](Self::read) belongs to label set `n`.
    fn labels(&self) -> &[Labels];

    /// Reads the samples in `range` (both ends included) into `out`, whose former content is gone.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken>;

    /// Summaries of each window for each series, if the store keeps what answers them; `false` if it doesn't, and the
    /// caller reads samples instead. Windows are closed, and may overlap.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn summarize(&self, windows: &[TimeRange], out: &mut Summaries) -> Result<bool, Broken> {
        let _ = (windows, out);
        Ok(false)
    }
}

/// Summaries of a group: for each series in order, one per window.
#[derive(Clone, Debug, Default)]
pub struct Summaries {
    /// Series after series, each with as many entries as there are windows.
    pub windows: Vec<Summary>,
}

/// What one window holds. Without samples, `count` is 0 and the rest means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Samples, stale markers apart.
    pub count: u64,
    /// Time of the first, in milliseconds.
    pub first_ms: i64,
    /// Time of the last.
    pub last_ms: i64,
    /// Value of the first.
    pub first: f64,
    /// Value of the last.
    pub last: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their compensated sum.
    pub sum: f64,
    /// What a counter gained, resets included, from the first to the last.
    pub increase: f64,
}
