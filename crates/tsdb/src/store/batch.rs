//! Rows that wait for their commit.

use model::{Metadata, Timestamp};

use crate::log::{Detail, DetailKind, Row, TargetId};

/// What one appender commits.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<StagedRow>,
    pub(super) sayings: Vec<Saying>,
}

/// Samples of one target's columns at one time.
#[derive(Debug)]
pub(super) struct StagedRow {
    pub(super) number: TargetId,
    pub(super) time: Timestamp,
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f64>,
    pub(super) details: Vec<Detail>,
    /// Whether the columns ascend, each once.
    pub(super) is_sorted: bool,
    /// Samples among the details.
    pub(super) detail_samples: u64,
    /// How many of the target's columns were dead when these were looked at; without it, they were not all looked at together.
    pub(super) deaths: Option<u64>,
}

/// What a target said of a family.
#[derive(Debug)]
pub(super) struct Saying {
    pub(super) number: TargetId,
    pub(super) family: String,
    pub(super) metadata: Metadata,
}

impl Batch {
    /// Samples in it.
    pub(super) fn samples(&self) -> u64 {
        self.rows.iter().map(StagedRow::samples).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sayings.is_empty() && self.rows.iter().all(StagedRow::is_empty)
    }
}

impl StagedRow {
    pub(super) fn new(number: TargetId, time: Timestamp, columns: usize) -> Self {
        Self {
            number,
            time,
            columns: Vec::with_capacity(columns),
            values: Vec::with_capacity(columns),
            details: Vec::new(),
            is_sorted: true,
            detail_samples: 0,
            deaths: None,
        }
    }

    /// A copy.
    pub(super) fn of(row: &Row<'_>) -> Self {
        let mut staged = Self::new(row.target, row.time, 0);
        staged.columns = row.columns.to_vec();
        staged.values = row.values.to_vec();
        for detail in row.details {
            staged.push_detail(detail.column, detail.kind.clone());
        }
        staged
    }

    #[inline]
    pub(super) fn push(&mut self, column: u32, value: f64) {
        self.is_sorted &= self.columns.last().is_none_or(|last| *last < column);
        self.columns.push(column);
        self.values.push(value);
    }

    pub(super) fn push_detail(&mut self, column: u32, kind: DetailKind) {
        let is_sample = !matches!(kind, DetailKind::Start(_) | DetailKind::Exemplar(_));
        self.detail_samples += u64::from(is_sample);
        self.details.push(Detail { column, kind });
    }

    pub(super) fn samples(&self) -> u64 {
        self.columns.len() as u64 + self.detail_samples
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.details.is_empty()
    }

    /// As the log and the heads take it.
    pub(super) fn row(&self) -> Row<'_> {
        Row {
            target: self.number,
            time: self.time,
            columns: &self.columns,
            values: &self.values,
            details: &self.details,
        }
    }

    /// Whether nothing in it is newer or older than its time, and no column has two samples.
    pub(super) fn is_plain(&self) -> bool {
        if !self.is_sorted {
            return false;
        }
        if self.detail_samples == 0 {
            return true;
        }
        let mut columns: Vec<u32> = Vec::new();
        for detail in &self.details {
            match detail.kind {
                DetailKind::Histogram(_) => columns.push(detail.column),
                DetailKind::FloatAt(..) | DetailKind::HistogramAt(..) => return false,
                DetailKind::Start(_) | DetailKind::Exemplar(_) => {}
            }
        }
        columns.sort_unstable();
        columns.is_sorted_by(|a, b| a < b)
            && columns
                .iter()
                .all(|column| self.columns.binary_search(column).is_err())
    }
}
