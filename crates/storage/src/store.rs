//! The store as a whole.

use model::{Labels, Matcher, Metadata, TimeRange};

use crate::{Appender, Querier, Statistics};

/// Keeps samples.
///
/// A store is shared by all threads; appenders and queriers are each used by one thread at a time.
pub trait Store: Send + Sync {
    /// Starts a set of rows that become visible together.
    fn appender(&self) -> Box<dyn Appender + '_>;

    /// Opens a view of the samples in `range`. Rows that are committed later may or may not be seen, but each
    /// either whole or not at all.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken>;

    /// What is known of metric families whose name passes `wanted`, by name; a family may have several when targets
    /// disagree.
    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata>;

    /// Removes the samples in `range` of the series that match all of `matchers`.
    ///
    /// # Errors
    ///
    /// When the deletion can't be made durable.
    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken>;

    /// Counts of series and labels, each list with at most `limit` entries, largest first.
    fn statistics(&self, limit: usize) -> Statistics;
}

/// The store can't go on: a disk that fails, a file that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("storage is broken: {reason}")]
pub struct Broken {
    /// What failed, with the file or device where there is one.
    pub reason: String,
}

/// What a deletion did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Series that lost samples.
    pub series: u64,
}

/// What one metric family says of itself, and who says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyMetadata {
    /// The family's name, as exposed: for counters of OpenMetrics without `_total`.
    pub family: String,
    /// Kind, help and unit.
    pub metadata: Metadata,
    /// The targets that say so.
    pub targets: Vec<Labels>,
}
