//! Groups out.

use model::{Exemplar, Labels, Matcher, TimeRange};

use crate::{Broken, Group};

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

    /// Why answers may lack something, as sentences for whoever asked: the log is still being read, a damaged file was set aside.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
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
    /// Whether of each series only the newest sample in the range is wanted; others need not come.
    pub newest_only: bool,
    /// Whether it only matters at which times there are samples: in place of a value any other may come, which is a stale marker if, and only if, that is one.
    pub presence_only: bool,
    /// The PromQL function that windows go through, if any.
    pub function: Option<&'a str>,
    /// The coarsest resolution that still answers, in milliseconds; 0 asks for samples as they came.
    pub resolution_ms: i64,
}
