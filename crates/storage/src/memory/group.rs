//! What `select` hands out.

use std::sync::Arc;

use model::TimeRange;

use super::shard::Shard;
use crate::{Broken, Column, Columns, Group, GroupLabels};

/// Series of a shard whose samples all lie in its rows.
pub(super) struct Regular {
    pub(super) shard: Arc<Shard>,
    pub(super) labels: GroupLabels,
    /// Columns in the shard, in the order of `labels`.
    pub(super) columns: Vec<usize>,
    /// Rows from here on came after the selection.
    pub(super) row_end: u64,
}

impl Group for Regular {
    fn labels(&self) -> &GroupLabels {
        &self.labels
    }

    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken> {
        let rows = self.shard.rows();
        let wanted = rows.rows_in(range, self.row_end);
        let skip = (wanted.start - rows.first_row) as usize;
        let count = (wanted.end - wanted.start) as usize;
        out.timestamps.clear();
        out.timestamps
            .extend(rows.timestamps.iter().skip(skip).take(count));
        out.columns.truncate(self.columns.len());
        out.columns.resize_with(self.columns.len(), Column::default);
        for (column, out) in self.columns.iter().zip(&mut out.columns) {
            match rows.column(*column) {
                Some(column) => column.read(wanted.clone(), out),
                None => out.clear(),
            }
        }
        Ok(())
    }
}

/// A series with times of its own.
pub(super) struct Irregular {
    pub(super) shard: Arc<Shard>,
    /// One.
    pub(super) labels: GroupLabels,
    pub(super) column: usize,
}

impl Group for Irregular {
    fn labels(&self) -> &GroupLabels {
        &self.labels
    }

    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken> {
        out.timestamps.clear();
        out.columns.clear();
        let mut column = Column::default();
        let rows = self.shard.rows();
        if let Some(series) = rows.column(self.column) {
            column.starts = series.starts.clone();
            for (time_ms, value) in series.samples(&rows.timestamps, rows.first_row) {
                if range.start.0 <= time_ms && time_ms <= range.end.0 {
                    out.timestamps.push(time_ms);
                    column.values.push(value);
                }
            }
        }
        column.find_stale();
        out.columns.push(column);
        Ok(())
    }
}
