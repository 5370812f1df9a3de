//! Rows in.

use model::{Exemplar, Histogram, Labels, Metadata, Timestamp};

use crate::Broken;

/// Collects rows and hands them to the store in one piece.
///
/// Life-cycle: `row`, then any number of `append` and `metadata`; again `row` for the next target or time; at last
/// `commit`. Dropping it without `commit` undoes everything.
pub trait Appender {
    /// Begins a row: what follows came from `target` at `time`.
    fn row(&mut self, target: &Labels, time: Timestamp);

    /// Appends one sample to the row, and says by which reference its series can be named from now on.
    ///
    /// # Errors
    ///
    /// When the store won't take this sample. The row goes on without it.
    fn append(&mut self, series: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal>;

    /// Notes what the row's target says of a metric family. Saying it again costs little.
    fn metadata(&mut self, family: &str, metadata: &Metadata);

    /// Makes all rows visible; when it returns, they are as durable as the store makes anything.
    ///
    /// # Errors
    ///
    /// When the store can't keep them. Then none of them is visible.
    fn commit(self: Box<Self>) -> Result<Committed, Broken>;

    /// Hands all rows over to be committed, and does not wait for it: several who hand over before the first of them waits may share what makes a commit dear. Rows that are
    /// handed over later are committed later. Without a cheaper way, commits.
    fn submit<'s>(self: Box<Self>) -> Box<dyn Submitted + 's>
    where
        Self: 's,
    {
        Box::new(AtOnce(self.commit()))
    }
}

/// Rows on their way into the store. Dropping it leaves them there.
pub trait Submitted {
    /// Returns as [`Appender::commit`] does.
    ///
    /// # Errors
    ///
    /// When the store can't keep them. Then none of them is visible.
    fn wait(self: Box<Self>) -> Result<Committed, Broken>;
}

/// Rows that were committed when they were handed over.
struct AtOnce(Result<Committed, Broken>);

impl Submitted for AtOnce {
    fn wait(self: Box<Self>) -> Result<Committed, Broken> {
        self.0
    }
}

/// A store's short name for a series, valid until the store forgets the series; then [`Refusal::UnknownReference`]
/// says so, and the caller names it by labels again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesRef(pub u64);

/// How a caller names a series.
#[derive(Clone, Copy, Debug)]
pub enum SeriesKey<'a> {
    /// By the reference that an earlier `append` gave.
    Known(SeriesRef),
    /// By its own labels, metric name included; the row's target labels belong to it too. The two have no name in common.
    InTarget(&'a Labels),
    /// By all of its labels; the target's don't matter. For series whose labels were rewritten on the way.
    Whole(&'a Labels),
}

/// One sample of a row.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Its value.
    pub value: SampleValue<'a>,
    /// Its own time, if it isn't the row's.
    pub timestamp: Option<Timestamp>,
    /// When the counter behind it began to count, if that is known.
    pub start: Option<Timestamp>,
    /// Examples behind it.
    pub exemplars: &'a [Exemplar],
}

impl<'a> Sample<'a> {
    /// A float at the row's time.
    #[must_use]
    pub fn float(value: f64) -> Self {
        Self {
            value: SampleValue::Float(value),
            timestamp: None,
            start: None,
            exemplars: &[],
        }
    }

    /// A histogram at the row's time.
    #[must_use]
    pub fn histogram(value: &'a Histogram) -> Self {
        Self {
            value: SampleValue::Histogram(value),
            timestamp: None,
            start: None,
            exemplars: &[],
        }
    }

    /// The same at a time of its own.
    #[must_use]
    pub fn at(self, timestamp: Timestamp) -> Self {
        Self {
            timestamp: Some(timestamp),
            ..self
        }
    }
}

/// A value on its way in.
#[derive(Clone, Copy, Debug)]
pub enum SampleValue<'a> {
    /// A float; any bits, the stale marker among them.
    Float(f64),
    /// A native histogram.
    Histogram(&'a Histogram),
}

/// Why a sample was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// The store no longer knows the series by this reference.
    #[error("unknown series reference")]
    UnknownReference,
    /// The series has no labels, or none that names a metric may be missing.
    #[error("empty label set")]
    NoLabels,
    /// Older than the series' newest sample by more than late samples may be.
    #[error("out of order sample")]
    OutOfOrder,
    /// Older than anything that can still be written.
    #[error("out of bounds")]
    TooOld,
    /// The series has another value at this time.
    #[error("duplicate sample for timestamp")]
    Duplicate,
    /// The store is full: its limit on series or bytes is reached.
    #[error("storage is full")]
    Full,
    /// A histogram whose parts contradict each other.
    #[error("invalid histogram")]
    InvalidHistogram,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Samples that are now stored.
    pub samples: u64,
    /// Series that did not exist before.
    pub series_created: u64,
    /// Samples that were taken by `append` but lost against another writer's in between.
    pub refused: u64,
}
