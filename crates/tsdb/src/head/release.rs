//! Letting go: what remains is written anew, and what it was written from is freed.

use std::sync::Arc;

use model::{TimeRange, Timestamp};

use super::Head;
use super::series::{Series, Stored};
use super::target::Target;
use crate::log::TargetId;

/// What a release left without samples. The numbers may come back with new samples; names that are to be forgotten are the store's business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Series of targets that have others left.
    pub series: Vec<(TargetId, u32)>,
    /// Targets.
    pub targets: Vec<TargetId>,
}

impl Head {
    /// Lets go of all samples before `before`, once they are in a part. From now on samples so old are late ones at best.
    pub fn release(&mut self, before: Timestamp) -> Released {
        let newest_released_ms = before.0.saturating_sub(1);
        self.bounds.released_ms = self.bounds.released_ms.max(newest_released_ms);
        let mut released = Released::default();
        for (slot, id) in self.targets.iter_mut().zip(0..) {
            let Some(target) = slot else { continue };
            let gone = target.release(before.0, &mut self.scratch);
            if target.timestamps.is_empty() && target.late.is_empty() {
                *slot = None;
                released.targets.push(TargetId(id));
            } else {
                let gone = gone.into_iter().map(|column| (TargetId(id), column));
                released.series.extend(gone);
            }
        }
        while let Some(None) = self.targets.last() {
            self.targets.pop();
        }
        self.targets.shrink_to_fit();
        released
    }

    /// Removes the samples of a series in `range`; whether there were any. What they took is free with the next release.
    pub fn delete(&mut self, target: TargetId, column: u32, range: TimeRange) -> bool {
        match self.targets.get_mut(target.0 as usize) {
            Some(Some(target)) => target.delete(column, range, &mut self.scratch),
            _ => false,
        }
    }

    /// Forgets a series and its samples at once. The number may be used again.
    pub fn forget(&mut self, target: TargetId, column: u32) {
        if let Some(Some(target)) = self.targets.get_mut(target.0 as usize) {
            if let Some(series) = target.series.get_mut(column as usize) {
                *series = Series::EMPTY;
            }
            target.late.retain(|(other, _), _| *other != column);
        }
    }

    /// Forgets a target, its series and their samples.
    pub fn forget_target(&mut self, target: TargetId) {
        if let Some(slot) = self.targets.get_mut(target.0 as usize) {
            *slot = None;
        }
    }
}

impl Target {
    /// Returns the columns that have lost their last sample.
    fn release(&mut self, before_ms: i64, scratch: &mut Vec<u8>) -> Vec<u32> {
        let keep = self.timestamps.partition_point(|t| *t < before_ms);
        let late_goes = self.late.keys().any(|(_, time_ms)| *time_ms < before_ms);
        if keep == 0 && !late_goes {
            return Vec::new();
        }
        let columns = 0..self.series.len() as u32;
        let mut had: Vec<u32> = columns.filter(|column| !self.is_empty(*column)).collect();
        let mut old = std::mem::take(self);
        self.first_row = old.first_row + keep as u32;
        self.timestamps = old.timestamps[keep..].to_vec();
        self.late = std::mem::take(&mut old.late);
        self.late.retain(|(_, time_ms), _| *time_ms >= before_ms);
        // Columns behind the last one with samples are not needed.
        let has_rows = |series: &Series| series.next_row() > self.first_row;
        let rows_end = old.series.iter().rposition(has_rows).map_or(0, |at| at + 1);
        let late_end = self.late.keys().map(|(column, _)| *column as usize + 1);
        let end = rows_end.max(late_end.max().unwrap_or(0));
        self.series = vec![Series::EMPTY; end];
        for (series, column) in old.series.iter().zip(0..) {
            self.copy(&old, *series, column, scratch);
        }
        self.cells.shrink();
        self.histograms.shrink_to_fit();
        had.retain(|column| self.is_empty(*column));
        had
    }

    fn delete(&mut self, column: u32, range: TimeRange, scratch: &mut Vec<u8>) -> bool {
        let gone = |time_ms: i64| range.contains(Timestamp(time_ms));
        let late_before = self.late.len();
        self.late
            .retain(|(other, time_ms), _| *other != column || !gone(*time_ms));
        let mut found = late_before != self.late.len();
        let rows = self.rows_in(range);
        let series = self.series(column);
        let mut runs = Vec::new();
        series.runs(&self.cells, scratch, |run, value| {
            if let Some(value) = value {
                found |= run.start.max(rows.start) < run.end.min(rows.end);
                runs.push((run.start..run.end.min(rows.start), value));
                runs.push((run.start.max(rows.end)..run.end, value));
            }
        });
        if found && !series.is_empty() {
            self.series[column as usize] = Series::EMPTY;
            runs.retain(|(run, _)| !run.is_empty());
            for (run, value) in runs {
                self.push(column, run, value, scratch);
            }
        }
        found
    }

    /// Writes anew what `series` has in the rows that remain.
    fn copy(&mut self, old: &Self, series: Series, column: u32, scratch: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        let mut kept: Option<(u32, Stored)> = None;
        let first = self.first_row;
        series.runs(&old.cells, &mut bytes, |rows, value| {
            if rows.end <= first {
                return;
            }
            let value = match value {
                None => return,
                Some(Stored::Histogram(number)) => match kept {
                    Some((before, stored)) if before == number => stored,
                    _ => {
                        let histogram = Arc::clone(&old.histograms[number as usize]);
                        let stored = self.keep(histogram);
                        kept = Some((number, stored));
                        stored
                    }
                },
                Some(value) => value,
            };
            self.push(column, rows.start.max(first)..rows.end, value, scratch);
        });
    }
}
