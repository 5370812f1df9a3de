//! What is answered.

use model::{Histogram, Labels, Timestamp};
use std::sync::Arc;

/// The result of a query, with what should be said about it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The result.
    pub value: Value,
    /// Warnings and infos, in the order of their positions, none twice; then the store's own warnings.
    pub annotations: Vec<Annotation>,
    /// What it cost.
    pub statistics: Statistics,
}

/// A result, by type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number, at one time.
    Scalar(Timestamp, f64),
    /// One text, at one time.
    String(Timestamp, String),
    /// One sample per series, at one time. In the engine's order.
    Vector(Timestamp, Vec<VectorSample>),
    /// Samples over time. Sorted by labels.
    Matrix(Vec<MatrixSeries>),
}

/// A series' value at the time of an instant query.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSample {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: model::Value,
}

/// A series' values over time: two columns of floats and two of histograms, each ascending by time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatrixSeries {
    /// Its labels.
    pub labels: Labels,
    /// Times of the floats, in milliseconds.
    pub float_times: Vec<i64>,
    /// The floats.
    pub floats: Vec<f64>,
    /// Times of the histograms, in milliseconds.
    pub histogram_times: Vec<i64>,
    /// The histograms.
    pub histograms: Vec<Arc<Histogram>>,
}

/// Something that should be said about a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// How grave it is.
    pub severity: Severity,
    /// In Prometheus' words: `PromQL warning: …` or `PromQL info: …`, with the position `(line:col)` at the end. A store's warning is in its own.
    pub text: String,
}

/// How grave an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The result may be wrong.
    Warning,
    /// The result may not be what was meant.
    Info,
}

/// What a query cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Samples read from the store.
    pub samples_read: u64,
    /// The most samples in memory at once.
    pub samples_peak: u64,
    /// Series selected.
    pub series: u64,
}

/// Why a query has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It would have held more samples in memory than allowed.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// It was told to stop since its caller went away.
    #[error("query was canceled in query execution")]
    Canceled,
    /// It was told to stop since its time was over.
    #[error("query timed out in query execution")]
    TimedOut,
    /// It can't be evaluated, say for a many-to-many match.
    #[error("{0}")]
    Execution(String),
    /// The engine lacks a part of the language; named.
    #[error("not supported yet: {0}")]
    Unsupported(String),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] storage::Broken),
}
