//! Records of the log. Format: `docs/formats/prometheus-blocks.md`, "Log".

mod decode;

pub use decode::decode;

use model::{Exemplar, Labels, Metadata, Value};

/// What a record says. Series are told by numbers that earlier [`Series`](Self::Series) records gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// New series.
    Series(Vec<(u64, Labels)>),
    /// Samples, floats or histograms.
    Samples(Vec<LoggedSample>),
    /// Deletions.
    Deletions(Vec<Deletion>),
    /// Exemplars; a timestamp is always there.
    Exemplars(Vec<(u64, Exemplar)>),
    /// What is known of metrics.
    Metadata(Vec<(u64, Metadata)>),
    /// That samples up to here are in mapped chunks: series number and chunk reference.
    Mapped(Vec<(u64, u64)>),
    /// Samples before this moment, in milliseconds, don't count.
    FirstValid(i64),
}

/// A sample of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedSample {
    /// The series' number.
    pub series: u64,
    /// When, in milliseconds since 1970.
    pub timestamp_ms: i64,
    /// When its counter began, if that was told.
    pub start_ms: Option<i64>,
    /// What.
    pub value: Value,
}

/// Samples of a series that no longer count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The series' number.
    pub series: u64,
    /// The first moment, in milliseconds.
    pub min_ms: i64,
    /// The last.
    pub max_ms: i64,
}
