//! What the log keeps: rows, names, metadata and deletions.

use model::{Exemplar, Histogram, Labels, Matcher, Metadata, TimeRange, Timestamp};

/// A target's number, given by the store. It means the same target as long as the log lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetId(pub u32);

/// What is written to the log.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// Samples of one target at one time.
    Row(Row<'a>),
    /// What a target says of a metric family.
    Metadata {
        /// Who says it.
        target: TargetId,
        /// The family's name.
        family: &'a str,
        /// What is said.
        metadata: &'a Metadata,
    },
    /// Samples that were deleted: whatever came before it in the log, matches and lies in the range.
    Deletion {
        /// All of them match.
        matchers: &'a [Matcher],
        /// When.
        range: TimeRange,
    },
}

impl Record<'_> {
    /// At most so many bytes does the record have in the log, without the names that it may have to introduce.
    pub(super) fn size_bytes_max(&self) -> usize {
        match self {
            Self::Row(row) => {
                let details = row.details.iter().map(Detail::size_bytes_max);
                ROW_BYTES + row.columns.len() * COLUMN_BYTES + details.sum::<usize>()
            }
            Self::Metadata {
                family, metadata, ..
            } => ROW_BYTES + family.len() + metadata.help.len() + metadata.unit.len(),
            Self::Deletion { matchers, .. } => {
                let texts = matchers
                    .iter()
                    .map(|one| one.name().len() + one.value().len());
                ROW_BYTES + matchers.len() * ROW_BYTES + texts.sum::<usize>()
            }
        }
    }
}

/// Bytes of a record besides its parts, at most.
const ROW_BYTES: usize = 64;
/// Bytes of a float with its column, at most: two numbers of a run, a bit, a value that changes the column's way, and that its start is no longer known.
const COLUMN_BYTES: usize = 32;
/// Bytes of a number that may be long, at most.
const NUMBER_BYTES: usize = 10;

impl Detail {
    fn size_bytes_max(&self) -> usize {
        let more = match &self.kind {
            DetailKind::Histogram(histogram) | DetailKind::HistogramAt(_, histogram) => {
                let spans = histogram.positive_spans.len() + histogram.negative_spans.len();
                let buckets = histogram.positive_buckets.len() + histogram.negative_buckets.len();
                2 * ROW_BYTES + NUMBER_BYTES * (2 * spans + buckets + histogram.custom_values.len())
            }
            DetailKind::Exemplar(exemplar) => {
                8 * exemplar.labels.len() + exemplar.labels.size_bytes()
            }
            DetailKind::FloatAt(..) | DetailKind::Start(_) => 0,
        };
        ROW_BYTES + more
    }
}

/// What one target said at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// Who.
    pub target: TargetId,
    /// When.
    pub time: Timestamp,
    /// The columns that have a float at this time, ascending. A target's columns count from 0 without gaps.
    pub columns: &'a [u32],
    /// Their values; any bits. As many as `columns`.
    pub values: &'a [f64],
    /// Everything that is not a float at the row's time. In a replay start times come last, by column, each once.
    pub details: &'a [Detail],
}

/// One thing more that a row has.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The column it belongs to.
    pub column: u32,
    /// What it is.
    pub kind: DetailKind,
}

/// What a row may hold besides floats at its own time.
#[derive(Clone, Debug, PartialEq)]
pub enum DetailKind {
    /// A histogram at the row's time.
    Histogram(Histogram),
    /// A float at a time of its own.
    FloatAt(Timestamp, f64),
    /// A histogram at a time of its own.
    HistogramAt(Timestamp, Histogram),
    /// When the counter behind the column's sample began to count.
    Start(Timestamp),
    /// An example behind the column's sample.
    Exemplar(Exemplar),
}

impl DetailKind {
    pub(super) fn is_start(&self) -> bool {
        matches!(self, Self::Start(_))
    }

    /// Whether it is a sample.
    pub(super) fn is_sample(&self) -> bool {
        !matches!(self, Self::Start(_) | Self::Exemplar(_))
    }
}

/// Which labels a column's name holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The series' own; the target's belong to it too.
    InTarget,
    /// All of them.
    Whole,
}

/// Tells the log what numbers stand for; it asks once per segment, when a number first occurs there.
pub trait Names {
    /// The target's labels.
    fn target(&self, target: TargetId) -> Labels;

    /// A column's labels.
    fn column(&self, target: TargetId, column: u32) -> (Scope, Labels);
}

/// Takes what a replay finds, in the order in which it was written. `sequence` is that of the commit group.
pub trait Visitor {
    /// A number's meaning; said again in each segment that uses it.
    fn target(&mut self, target: TargetId, labels: Labels);

    /// A column's meaning; said again in each segment that uses it.
    fn column(&mut self, target: TargetId, column: u32, scope: Scope, labels: Labels);

    /// A record.
    fn record(&mut self, sequence: u64, record: Record<'_>);
}
