//! One series in a shard.

use std::collections::VecDeque;
use std::ops::Range;

use model::{Labels, STALE_NAN, TimeRange, Value, is_stale};

use super::chunk::{CHUNK_ROWS, Chunk, HOLE};
use crate::columns::contains_bits;
use crate::{Column, Starts, Values};

/// What a loose sample takes.
const LOOSE_BYTES: u64 = size_of::<(i64, Value)>() as u64;

/// A series' values, row by row, and those that came at times of their own.
#[derive(Debug)]
pub(super) struct SeriesColumn {
    pub(super) labels: Labels,
    /// The number of the row that the first chunk begins with; a multiple of [`CHUNK_ROWS`].
    first_row: u64,
    chunks: VecDeque<Chunk>,
    /// Samples at times that are no row's, by ascending time.
    pub(super) loose: Vec<(i64, Value)>,
    /// Time of the newest sample; `i64::MIN` without one.
    pub(super) newest_ms: i64,
    /// Since when the counter counts that the samples come from.
    pub(super) starts: Starts,
    /// Bytes on the heap, kept up to date by every change.
    pub(super) heap_bytes: u64,
}

impl SeriesColumn {
    pub(super) fn new(labels: Labels, next_row: u64) -> Self {
        let first_row = next_row - next_row % CHUNK_ROWS as u64;
        Self {
            labels,
            first_row,
            chunks: VecDeque::new(),
            loose: Vec::new(),
            newest_ms: i64::MIN,
            starts: Starts::default(),
            heap_bytes: 0,
        }
    }

    /// Whether it can share a group: all its samples lie in rows.
    pub(super) fn is_regular(&self) -> bool {
        self.loose.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest_ms == i64::MIN
    }

    pub(super) fn chunks(&self) -> u64 {
        self.chunks.len() as u64
    }

    /// Appends the value of row `row`, whose time is `time_ms`; rows in between have none.
    pub(super) fn push(&mut self, row: u64, time_ms: i64, value: Value) {
        let next = self.next_row();
        assert!(row >= next, "rows come in order");
        for _ in next..row {
            self.push_row(None);
        }
        self.push_row(Some(value));
        self.newest_ms = self.newest_ms.max(time_ms);
    }

    /// Notes when the counter began behind a sample that is about to be stored.
    pub(super) fn note_start(&mut self, time_ms: i64, start_ms: Option<i64>) {
        let before = self.starts.heap_bytes();
        self.starts.note(time_ms, start_ms, self.newest_ms);
        self.heap_bytes = self.heap_bytes + self.starts.heap_bytes() as u64 - before as u64;
    }

    /// The row after the last that it has.
    pub(super) fn next_row(&self) -> u64 {
        let rows = match self.chunks.back() {
            None => 0,
            Some(last) => (self.chunks.len() - 1) * CHUNK_ROWS + last.len(),
        };
        self.first_row + rows as u64
    }

    fn push_row(&mut self, value: Option<Value>) {
        if self
            .chunks
            .back()
            .is_none_or(|last| last.len() == CHUNK_ROWS)
        {
            self.chunks.push_back(Chunk::Constant(HOLE, 0));
            self.heap_bytes += size_of::<Chunk>() as u64;
        }
        if let Some(last) = self.chunks.back_mut() {
            self.heap_bytes -= last.heap_bytes();
            last.push(value);
            self.heap_bytes += last.heap_bytes();
        }
    }

    /// Counts anew, after rows were taken away.
    fn count_bytes(&mut self) {
        let chunks = self
            .chunks
            .iter()
            .map(|chunk| size_of::<Chunk>() as u64 + chunk.heap_bytes());
        let loose = LOOSE_BYTES * self.loose.len() as u64;
        self.heap_bytes = chunks.sum::<u64>() + loose + self.starts.heap_bytes() as u64;
    }

    /// The value in row `row`.
    pub(super) fn get(&self, row: u64) -> Option<Value> {
        let at = usize::try_from(row.checked_sub(self.first_row)?).ok()?;
        self.chunks.get(at / CHUNK_ROWS)?.get(at % CHUNK_ROWS)
    }

    /// The loose sample at `time_ms`.
    pub(super) fn loose_at(&self, time_ms: i64) -> Option<&Value> {
        let at = self
            .loose
            .binary_search_by_key(&time_ms, |(t, _)| *t)
            .ok()?;
        Some(&self.loose[at].1)
    }

    /// Adds a loose sample, at a time that has none yet.
    pub(super) fn push_loose(&mut self, time_ms: i64, value: Value) {
        let at = self.loose.partition_point(|(t, _)| *t < time_ms);
        self.loose.insert(at, (time_ms, value));
        self.heap_bytes += LOOSE_BYTES;
        self.newest_ms = self.newest_ms.max(time_ms);
    }

    /// Lets go of the rows before `row`, a multiple of [`CHUNK_ROWS`], and of loose samples before `time_ms`.
    pub(super) fn cut(&mut self, row: u64, time_ms: i64) {
        while self.first_row < row && self.chunks.pop_front().is_some() {
            self.first_row += CHUNK_ROWS as u64;
        }
        self.first_row = self.first_row.max(row);
        self.loose.retain(|(t, _)| *t >= time_ms);
        self.starts.cut(time_ms);
        if self.chunks.is_empty() && self.loose.is_empty() {
            self.newest_ms = i64::MIN;
        }
        self.count_bytes();
    }

    /// Removes the samples in the rows of `rows` and the loose ones in `range`; whether there were any.
    pub(super) fn delete(&mut self, rows: Range<u64>, range: TimeRange) -> bool {
        let mut found = false;
        for row in rows.start.max(self.first_row)..rows.end.min(self.next_row()) {
            let at = (row - self.first_row) as usize;
            let chunk = &mut self.chunks[at / CHUNK_ROWS];
            if chunk.get(at % CHUNK_ROWS).is_some() {
                chunk.remove(at % CHUNK_ROWS);
                found = true;
            }
        }
        let before = self.loose.len();
        self.loose
            .retain(|(t, _)| !range.contains(model::Timestamp(*t)));
        found |= before != self.loose.len();
        self.count_bytes();
        if found
            && self.loose.is_empty()
            && (self.first_row..self.next_row()).all(|row| self.get(row).is_none())
        {
            self.newest_ms = i64::MIN;
        }
        found
    }

    /// Replaces `out` by the values of the rows `rows`, as a column that shares the shard's timestamps, `rows.start` being row 0.
    pub(super) fn read(&self, rows: Range<u64>, out: &mut Column) {
        let start = rows.start.max(self.first_row).min(rows.end);
        let end = rows.end.min(self.next_row()).max(start);
        let room = out.values.take_room();
        *out = Column {
            first_row: (start - rows.start) as usize,
            starts: self.starts.clone(),
            ..Column::default()
        };
        let column = out;
        if let Some(values) = self.read_constant(start..end) {
            column.values = values;
        } else if let Some(floats) = self.read_floats(start..end, room) {
            fill_floats(column, floats);
        } else {
            let mut missing = 0;
            for row in start..end {
                match self.get(row) {
                    None => missing += 1,
                    Some(value) => {
                        column.push_missing(missing);
                        missing = 0;
                        column.values.push(value);
                    }
                }
            }
            column.find_stale();
        }
    }

    /// The fast path of [`read`](Self::read): one value for all rows.
    fn read_constant(&self, rows: Range<u64>) -> Option<Values> {
        if rows.is_empty() {
            return None;
        }
        let length = (rows.end - rows.start) as usize;
        let first = (rows.start - self.first_row) as usize / CHUNK_ROWS;
        let last = (rows.end - 1 - self.first_row) as usize / CHUNK_ROWS;
        let Chunk::Constant(bits, _) = self.chunks.get(first)? else {
            return None;
        };
        let alike = self
            .chunks
            .range(first..=last)
            .all(|chunk| matches!(chunk, Chunk::Constant(own, _) if own == bits));
        let stale = *bits == STALE_NAN.to_bits() || *bits == HOLE;
        (alike && !stale).then(|| Values::Constant(f64::from_bits(*bits), length))
    }

    /// The fast path of [`read`](Self::read) for floats, chunk by chunk, with [`HOLE`] where there is none, put into `floats`, which is empty.
    fn read_floats(&self, rows: Range<u64>, mut floats: Vec<f64>) -> Option<Vec<f64>> {
        if rows.is_empty() {
            return None;
        }
        floats.reserve((rows.end - rows.start) as usize);
        let mut row = (rows.start - self.first_row) as usize;
        let end = (rows.end - self.first_row) as usize;
        while row < end {
            let within = row % CHUNK_ROWS;
            let count = (CHUNK_ROWS - within).min(end - row);
            let chunk = self.chunks.get(row / CHUNK_ROWS)?;
            if !chunk.extend_floats(within..within + count, &mut floats) {
                return None;
            }
            row += count;
        }
        Some(floats)
    }

    /// All samples with their times, `timestamps` being those of the shard's rows from `first_row` on.
    pub(super) fn samples(&self, timestamps: &VecDeque<i64>, first_row: u64) -> Vec<(i64, Value)> {
        let mut samples = self.loose.clone();
        for (row, time_ms) in (first_row..).zip(timestamps) {
            if let Some(value) = self.get(row) {
                samples.push((*time_ms, value));
            }
        }
        samples.sort_by_key(|(time_ms, _)| *time_ms);
        samples
    }
}

/// Fills a column with floats of which some are [`HOLE`]: it begins and ends with others, and in between they become stale markers.
fn fill_floats(column: &mut Column, mut floats: Vec<f64>) {
    let is_hole = |value: &f64| value.to_bits() == HOLE;
    let after_last = |all: &[f64]| all.iter().rposition(|value| !is_hole(value));
    floats.truncate(after_last(&floats).map_or(0, |last| last + 1));
    let leading = floats.iter().take_while(|value| is_hole(value)).count();
    floats.drain(..leading);
    column.first_row += leading;
    if contains_bits(&floats, HOLE) {
        let mut row = 0;
        for run in floats.chunk_by(|a, b| is_hole(a) == is_hole(b)) {
            let next = row + run.len();
            if is_hole(&run[0]) && !is_stale(floats[row - 1]) {
                column
                    .gaps
                    .push(column.first_row + row..column.first_row + next);
            }
            row = next;
        }
        for value in &mut floats {
            if is_hole(value) {
                *value = STALE_NAN;
            }
        }
    }
    column.values = Values::Floats(floats);
    column.find_stale();
}
