//! Counts of what is stored.

use model::TimeRange;

/// How much of what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Series with samples.
    pub series: u64,
    /// Different label pairs.
    pub label_pairs: u64,
    /// Pieces that samples lie in.
    pub chunks: u64,
    /// First and last sample; `None` when there are none.
    pub range: Option<TimeRange>,
    /// Bytes in memory, as far as the store counts them.
    pub bytes: u64,
    /// Metric names by number of series.
    pub series_by_metric: Vec<Count>,
    /// Label names by number of values.
    pub values_by_label: Vec<Count>,
    /// Label names by bytes of their values.
    pub bytes_by_label: Vec<Count>,
    /// Pairs `name=value` by number of series.
    pub series_by_pair: Vec<Count>,
}

/// One line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// What is counted.
    pub name: String,
    /// How many.
    pub count: u64,
}
