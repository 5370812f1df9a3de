//! Columns out.

use std::ops::Range;

use model::{TimeRange, Value, is_stale};
use storage::{Column, Columns, Values};

use super::Finding;
use super::cells::{self, Cells, Chain, WARM_MAX};
use super::series::{Series, Stored};
use super::target::Target;

/// What the processor brings from memory at once.
const LINE_BYTES: usize = 64;

/// What most chains have, so that reading one is not growing a vector step by step.
const CHAIN_BYTES: usize = 512;

impl Target {
    /// The rows with times in `range`.
    pub(super) fn rows_in(&self, range: TimeRange) -> Range<u32> {
        let start = self.timestamps.partition_point(|t| *t < range.start.0) as u32;
        let end = self.timestamps.partition_point(|t| *t <= range.end.0) as u32;
        self.first_row + start.min(end)..self.first_row + end
    }

    /// The times of `rows`.
    pub(super) fn times(&self, rows: &Range<u32>) -> &[i64] {
        let first = self.first_row;
        &self.timestamps[(rows.start - first) as usize..(rows.end - first) as usize]
    }

    pub(super) fn find(&self, columns: &[u32], range: TimeRange, out: &mut Vec<Finding>) {
        let rows = self.rows_in(range);
        for column in columns {
            let has_late =
                !self.late.is_empty() && self.late_of(*column, TimeRange::ALL).next().is_some();
            let series = self.series(*column);
            let in_rows = !rows.is_empty()
                && series.next_row() > rows.start
                && series.begins_before(rows.end, &self.cells);
            out.push(match (has_late, in_rows) {
                (true, true) => Finding::Alone,
                (true, false) if self.late_of(*column, range).next().is_some() => Finding::Alone,
                (false, true) => Finding::InRows,
                _ => Finding::Nothing,
            });
        }
    }

    /// Writes the times of the rows in `range`, and makes room for the columns; which rows these are.
    fn open(&self, columns: &[u32], range: TimeRange, out: &mut Columns) -> Range<u32> {
        let rows = self.rows_in(range);
        out.timestamps.extend_from_slice(self.times(&rows));
        out.columns.truncate(columns.len());
        out.columns.resize_with(columns.len(), Column::default);
        rows
    }

    pub(super) fn read(&self, columns: &[u32], range: TimeRange, out: &mut Columns) {
        let rows = self.open(columns, range, out);
        let mut scratch = Vec::with_capacity(CHAIN_BYTES);
        let outs = out.columns.chunks_mut(WARM_MAX);
        for (columns, outs) in columns.chunks(WARM_MAX).zip(outs) {
            cells::warm(self.chains(columns));
            for (column, out) in columns.iter().zip(outs) {
                self.read_rows(self.series(*column), &rows, &mut scratch, out);
            }
        }
    }

    /// Looks at what tells where samples are, and makes a number of it that means nothing.
    pub(super) fn touch(&self, columns: &[u32]) -> u64 {
        let times = self
            .timestamps
            .iter()
            .step_by(LINE_BYTES / size_of::<i64>());
        let ends = columns.iter().map(|column| self.series(*column).next_row());
        times.fold(0, |all, time| all ^ time.cast_unsigned())
            ^ ends.fold(0, |all, row| all ^ u64::from(row))
    }

    /// The chains of some series, with their cells.
    pub(super) fn chains(&self, columns: &[u32]) -> impl Iterator<Item = (&Cells, Chain)> {
        let chain = |column: &u32| (&self.cells, self.series(*column).chain());
        columns.iter().map(chain)
    }

    /// Like [`read`](Self::read), but what a value is matters only if it is a stale marker: most series tell without a look at their cells.
    pub(super) fn read_presence(
        &self,
        columns: &[u32],
        range: TimeRange,
        newest_only: bool,
        out: &mut Columns,
    ) {
        let rows = self.open(columns, range, out);
        let mut scratch = Vec::new();
        for (column, out) in columns.iter().zip(&mut out.columns) {
            let series = self.series(*column);
            if !series.is_solid() {
                self.read_rows(series, &rows, &mut scratch, out);
                continue;
            }
            let first = match self.youngest_row <= rows.start {
                true => rows.start,
                false => series.first_row(&self.cells).max(rows.start),
            };
            let end = series.next_row().min(rows.end);
            *out = Column::default();
            if first < end {
                let first = if newest_only { end - 1 } else { first };
                out.first_row = (first - rows.start) as usize;
                out.values = Values::Constant(0.0, (end - first) as usize);
            }
        }
    }

    /// Replaces `out` by the values of `rows`, the first of which is row 0 of the column.
    pub(super) fn read_rows(
        &self,
        series: Series,
        rows: &Range<u32>,
        scratch: &mut Vec<u8>,
        out: &mut Column,
    ) {
        let mut filling = Filling {
            spare: out.values.take_room(),
            column: Column::default(),
            rows_max: (rows.end - rows.start) as usize,
        };
        series.runs_in(rows, &self.cells, scratch, |run, value| {
            let run = run.start.max(rows.start)..run.end.min(rows.end);
            if let (Some(value), true) = (value, run.start < run.end) {
                let length = (run.end - run.start) as usize;
                filling.push((run.start - rows.start) as usize, length, value, self);
            }
        });
        *out = filling.column;
    }

    /// Like [`read`](Self::read), but of each series only the newest sample in the range need come.
    pub(super) fn read_newest(&self, columns: &[u32], range: TimeRange, out: &mut Columns) {
        let rows = self.open(columns, range, out);
        let mut scratch = Vec::new();
        for (column, out) in columns.iter().zip(&mut out.columns) {
            self.read_newest_of(self.series(*column), &rows, &mut scratch, out);
        }
    }

    fn read_newest_of(
        &self,
        series: Series,
        rows: &Range<u32>,
        scratch: &mut Vec<u8>,
        out: &mut Column,
    ) {
        let newest = series.next_row().min(rows.end).wrapping_sub(1);
        if !rows.contains(&newest) {
            *out = Column::default();
            return;
        }
        if newest + 1 < series.next_row() {
            // It is not what the series knows best; mostly it lies in the last row that is wanted.
            self.read_rows(series, &(newest..newest + 1), scratch, out);
            if !out.values.is_empty() {
                out.first_row = (newest - rows.start) as usize;
                return;
            }
        } else if let Stored::Float(bits) = series.last()
            && !is_stale(f64::from_bits(bits))
        {
            *out = Column {
                first_row: (newest - rows.start) as usize,
                values: Values::Constant(f64::from_bits(bits), 1),
                ..Column::default()
            };
            return;
        }
        self.read_rows(series, rows, scratch, out);
    }

    /// The samples of `column` in `range`, late ones in between; their times replace `times`.
    pub(super) fn read_alone(&self, column: u32, range: TimeRange, times: &mut Vec<i64>) -> Column {
        let rows = self.rows_in(range);
        let late = self.late_of(column, range).filter(|_| !range.is_empty());
        let mut samples: Vec<(i64, Value)> = late.map(|(t, value)| (t, value.clone())).collect();
        let series = self.series(column);
        series.runs(&self.cells, &mut Vec::new(), |run, value| {
            let run = run.start.max(rows.start)..run.end.min(rows.end);
            if let (Some(value), true) = (value, run.start < run.end) {
                let times = self.times(&run).iter();
                samples.extend(times.map(|t| (*t, self.value(value))));
            }
        });
        samples.sort_by_key(|(time_ms, _)| *time_ms);
        times.clear();
        let mut out = Column::default();
        for (time_ms, value) in samples {
            times.push(time_ms);
            out.values.push(value);
        }
        out.find_stale();
        out
    }
}

/// A column that is being filled with runs.
struct Filling {
    column: Column,
    /// A vector to use when the column turns out not to be constant.
    spare: Vec<f64>,
    rows_max: usize,
}

impl Filling {
    /// Appends `length` rows from `row` on.
    #[inline]
    fn push(&mut self, row: usize, length: usize, value: Stored, target: &Target) {
        let column = &mut self.column;
        // What a counter does.
        if let (Values::Floats(floats), Stored::Float(bits), 1) =
            (&mut column.values, value, length)
            && !floats.is_empty()
            && column.first_row + floats.len() == row
        {
            let value = f64::from_bits(bits);
            column.has_stale |= is_stale(value);
            floats.push(value);
            return;
        }
        self.push_run(row, length, value, target);
    }

    fn push_run(&mut self, row: usize, length: usize, value: Stored, target: &Target) {
        let column = &mut self.column;
        let next = column.first_row + column.values.len();
        if row > next {
            column.push_missing(row - next);
        }
        match value {
            Stored::Float(bits) => self.push_floats(f64::from_bits(bits), length),
            Stored::Histogram(_) => {
                let value = target.value(value);
                column.has_stale |= value.is_stale();
                for _ in 0..length {
                    column.values.push(value.clone());
                }
            }
        }
    }

    #[inline]
    fn push_floats(&mut self, value: f64, length: usize) {
        let stale = is_stale(value);
        let column = &mut self.column;
        column.has_stale |= stale;
        match &mut column.values {
            Values::Floats(floats) if !floats.is_empty() => {
                floats.resize(floats.len() + length, value);
            }
            Values::Floats(_) if !stale => column.values = Values::Constant(value, length),
            Values::Floats(_) => column.values = Values::Floats(vec![value; length]),
            Values::Constant(before, count) => {
                let mut floats = std::mem::take(&mut self.spare);
                floats.clear();
                floats.reserve(self.rows_max);
                floats.resize(*count, *before);
                floats.resize(*count + length, value);
                column.values = Values::Floats(floats);
            }
            _ => {
                for _ in 0..length {
                    column.values.push(Value::Float(value));
                }
            }
        }
    }
}
