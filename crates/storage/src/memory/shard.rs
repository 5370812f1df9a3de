//! The rows of one target.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{Labels, TimeRange, Timestamp, Value};

use super::chunk::CHUNK_ROWS;
use super::column::SeriesColumn;
use crate::Refusal;

/// What a row takes apart from its values.
const ROW_BYTES: u64 = size_of::<i64>() as u64;

/// A target and its rows.
#[derive(Debug)]
pub(super) struct Shard {
    pub(super) id: u32,
    pub(super) target: Labels,
    rows: Mutex<Rows>,
}

impl Shard {
    pub(super) fn new(id: u32, target: Labels) -> Self {
        Self {
            id,
            target,
            rows: Mutex::default(),
        }
    }

    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the row of its time, which is new or the newest.
    Row,
    /// At a time of its own.
    Loose,
    /// Nowhere: the same sample is there already.
    Known,
}

/// Timestamps and columns.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The number of the first row that is kept; a multiple of [`CHUNK_ROWS`].
    pub(super) first_row: u64,
    /// Times of the rows, ascending.
    pub(super) timestamps: VecDeque<i64>,
    /// `None` where a series was forgotten; places are never used again.
    columns: Vec<Option<SeriesColumn>>,
    /// Bytes on the heap, kept up to date by every change.
    heap_bytes: u64,
}

impl Rows {
    pub(super) fn add_column(&mut self, labels: Labels) -> u32 {
        let column = SeriesColumn::new(labels, self.next_row());
        self.columns.push(Some(column));
        u32::try_from(self.columns.len() - 1).expect("memory ends long before 2^32 columns")
    }

    /// How many columns there are, forgotten ones included.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn column(&self, column: usize) -> Option<&SeriesColumn> {
        self.columns.get(column)?.as_ref()
    }

    /// The series that are still known.
    pub(super) fn series(&self) -> impl Iterator<Item = &SeriesColumn> {
        self.columns.iter().flatten()
    }

    pub(super) fn next_row(&self) -> u64 {
        self.first_row + self.timestamps.len() as u64
    }

    /// Where a sample of `column` at `time_ms` belongs; `in_row` when it has no time of its own.
    pub(super) fn place(
        &self,
        column: usize,
        time_ms: i64,
        in_row: bool,
        value: &Value,
        late_window_ms: i64,
    ) -> Result<Place, Refusal> {
        let column = self.column(column).ok_or(Refusal::UnknownReference)?;
        if in_row && time_ms > column.newest_ms && self.takes_row(column, time_ms) {
            return Ok(Place::Row);
        }
        if let Some(own) = self.value_at(column, time_ms) {
            return if is_same(&own, value) {
                Ok(Place::Known)
            } else {
                Err(Refusal::Duplicate)
            };
        }
        if time_ms < column.newest_ms.saturating_sub(late_window_ms) {
            return Err(if late_window_ms == 0 {
                Refusal::OutOfOrder
            } else {
                Refusal::TooOld
            });
        }
        Ok(Place::Loose)
    }

    /// Whether the row of `time_ms` is a new one, or the newest and still without a value of `column`.
    fn takes_row(&self, column: &SeriesColumn, time_ms: i64) -> bool {
        match self.timestamps.back() {
            Some(last) if time_ms == *last => column.next_row() < self.next_row(),
            Some(last) => time_ms > *last,
            None => true,
        }
    }

    fn value_at(&self, column: &SeriesColumn, time_ms: i64) -> Option<Value> {
        if let Some(value) = column.loose_at(time_ms) {
            return Some(value.clone());
        }
        let row = self.timestamps.binary_search(&time_ms).ok()?;
        column.get(self.first_row + row as u64)
    }

    /// Stores a sample that [`place`](Self::place) found a place for. All samples of a row come before those of the next.
    pub(super) fn store(
        &mut self,
        column: usize,
        time_ms: i64,
        value: Value,
        start_ms: Option<i64>,
        place: Place,
    ) {
        if place == Place::Row && self.timestamps.back().is_none_or(|last| time_ms > *last) {
            self.timestamps.push_back(time_ms);
            self.heap_bytes += ROW_BYTES;
        }
        let next_row = self.next_row();
        let Some(Some(column)) = self.columns.get_mut(column) else {
            return;
        };
        self.heap_bytes -= column.heap_bytes;
        if place != Place::Known {
            column.note_start(time_ms, start_ms);
        }
        match place {
            Place::Row => column.push(next_row - 1, time_ms, value),
            Place::Loose => column.push_loose(time_ms, value),
            Place::Known => {}
        }
        self.heap_bytes += column.heap_bytes;
    }

    /// The rows with times in `range`, up to but without `row_end`.
    pub(super) fn rows_in(&self, range: TimeRange, row_end: u64) -> Range<u64> {
        let start = self.timestamps.partition_point(|t| *t < range.start.0);
        let end = self.timestamps.partition_point(|t| *t <= range.end.0);
        let end = (self.first_row + end as u64).min(row_end);
        (self.first_row + start as u64).min(end)..end
    }

    pub(super) fn delete(&mut self, column: usize, range: TimeRange) -> bool {
        let rows = self.rows_in(range, self.next_row());
        let found = match self.columns.get_mut(column) {
            Some(Some(column)) => column.delete(rows, range),
            _ => false,
        };
        self.count_bytes();
        found
    }

    /// Whether `column` may have a sample in `range`.
    pub(super) fn overlaps(&self, column: usize, range: TimeRange) -> bool {
        let oldest = self.timestamps.front().copied();
        self.column(column).is_some_and(|column| {
            let loose = column.loose.first().map(|(t, _)| *t);
            let oldest = oldest.into_iter().chain(loose).min().unwrap_or(i64::MAX);
            !column.is_empty() && column.newest_ms >= range.start.0 && oldest <= range.end.0
        })
    }

    /// Forgets `column`; its reference is unknown from now on.
    pub(super) fn forget(&mut self, column: usize) -> Option<SeriesColumn> {
        let forgotten = self.columns.get_mut(column)?.take()?;
        self.heap_bytes -= forgotten.heap_bytes;
        Some(forgotten)
    }

    /// The columns without samples.
    pub(super) fn empty_columns(&self) -> Vec<usize> {
        let empty =
            |column: &Option<SeriesColumn>| column.as_ref().is_some_and(SeriesColumn::is_empty);
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, c)| empty(c))
            .map(|(at, _)| at)
            .collect()
    }

    /// The time of the last row of the oldest block, and whether rows can still be added to the block.
    pub(super) fn oldest_block(&self) -> Option<(i64, bool)> {
        match self.timestamps.get(CHUNK_ROWS - 1) {
            Some(time_ms) => Some((*time_ms, false)),
            None => self.newest_ms().map(|time_ms| (time_ms, true)),
        }
    }

    fn newest_ms(&self) -> Option<i64> {
        self.columns
            .iter()
            .flatten()
            .map(|column| column.newest_ms)
            .max()
            .filter(|ms| *ms > i64::MIN)
    }

    /// Lets go of the oldest block of rows, and of loose samples of its time and before.
    pub(super) fn cut_oldest_block(&mut self) {
        let Some((time_ms, _)) = self.oldest_block() else {
            return;
        };
        let rows = CHUNK_ROWS.min(self.timestamps.len());
        self.timestamps.drain(..rows);
        // Even a block that isn't full leaves whole: the next row begins a new one.
        self.first_row += CHUNK_ROWS as u64;
        for column in self.columns.iter_mut().flatten() {
            column.cut(self.first_row, time_ms + 1);
        }
        self.count_bytes();
    }

    pub(super) fn heap_bytes(&self) -> u64 {
        self.heap_bytes
    }

    fn count_bytes(&mut self) {
        let columns: u64 = self.series().map(|column| column.heap_bytes).sum();
        self.heap_bytes = columns + ROW_BYTES * self.timestamps.len() as u64;
    }

    pub(super) fn chunks(&self) -> u64 {
        self.columns
            .iter()
            .flatten()
            .map(SeriesColumn::chunks)
            .sum()
    }

    pub(super) fn range(&self) -> Option<TimeRange> {
        let loose = self
            .columns
            .iter()
            .flatten()
            .filter_map(|c| c.loose.first())
            .map(|(t, _)| *t);
        let first = self
            .timestamps
            .front()
            .copied()
            .into_iter()
            .chain(loose)
            .min()?;
        Some(TimeRange::new(
            Timestamp(first),
            Timestamp(self.newest_ms()?),
        ))
    }
}

/// Whether two samples are one: the same bits, any NaN apart.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}
