//! What is answered.

use model::{Histogram, Labels, Timestamp};

use crate::context::Room;
use crate::explain::Explained;
use crate::memory::{Lease, histogram_bytes};
use std::sync::Arc;

/// The result of a query, with what should be said about it.
#[derive(Debug)]
pub struct Answer {
    /// The result.
    pub value: Value,
    /// Warnings and infos, in the order of their positions, none twice; then the store's own warnings.
    pub annotations: Vec<Annotation>,
    /// What it cost.
    pub statistics: Statistics,
    /// For each step how many samples it looked at, if that was asked for.
    pub samples_per_step: Vec<(Timestamp, u64)>,
    /// What each node of the plan cost, if that was asked for.
    pub explanation: Option<Explained>,
    /// The memory of `value`, given back when it is dropped.
    pub lease: Lease,
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

impl Value {
    /// Bytes that it takes, as estimated.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Scalar(..) => 0,
            Self::String(_, text) => text.len() as u64,
            Self::Vector(_, samples) => samples.iter().map(VectorSample::size_bytes).sum(),
            Self::Matrix(series) => series.iter().map(|one| one.room().bytes).sum(),
        }
    }
}

impl VectorSample {
    fn size_bytes(&self) -> u64 {
        let labels = (size_of::<Self>() + self.labels.size_bytes()) as u64;
        match &self.value {
            model::Value::Float(_) => labels,
            model::Value::Histogram(histogram) => labels + histogram_bytes(histogram),
        }
    }
}

impl MatrixSeries {
    pub(crate) fn room(&self) -> Room {
        let histograms = self.histograms.iter().map(|one| histogram_bytes(one));
        let labels = (size_of::<Self>() + self.labels.size_bytes()) as u64;
        Room::floats(self.floats.len() + self.histograms.len())
            .and_bytes(labels + histograms.sum::<u64>())
    }
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
    /// Times of the floats, in milliseconds. Series with a float at each step share them.
    pub float_times: Arc<[i64]>,
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
    /// Samples that steps looked at, if that was asked for: a sample in the windows of ten steps counts ten times.
    pub samples_looked_at: Option<u64>,
    /// The most samples in memory at once.
    pub samples_peak: u64,
    /// The most bytes in memory at once, as estimated.
    pub bytes_peak: u64,
    /// Series selected.
    pub series: u64,
}

/// Why a query has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It would have held more samples in memory than allowed.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// It would have held more bytes than one query may.
    #[error(
        "query processing would take too much memory in query execution: more than {bytes_max} bytes; hint: --query.max-mib"
    )]
    TooManyBytes {
        /// What it may take.
        bytes_max: u64,
    },
    /// All queries together would have held more bytes than they may.
    #[error(
        "queries take too much memory together, and this one asked last: more than {bytes_max} bytes; hint: --query.max-mib-total"
    )]
    PoolExhausted {
        /// What all may take together.
        bytes_max: u64,
    },
    /// It was told to stop since its caller went away.
    #[error("query was canceled in query execution")]
    Canceled,
    /// An operator told it to stop.
    #[error("query was stopped in query execution: an operator asked for it")]
    Stopped,
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
