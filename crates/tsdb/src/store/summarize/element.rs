//! What a series comes to between two ends of windows, put together from cells and samples in order.

use std::ops::Range;

use model::{Value, is_stale};
use storage::summary::EXACT_SUM_MAX;
use storage::{Column, Measure};

use crate::part::{Cell, CellRows, State};

/// Sums up; without samples nothing but `count` means anything.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) count: u64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) first: f64,
    pub(super) last: f64,
    /// NaN as long as there was no number.
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) sum: f64,
    /// No less than the sum of the absolute values.
    pub(super) absolute: f64,
    pub(super) changes: u64,
    pub(super) falls: u64,
    /// What was there before each fall, if that is wanted.
    pub(super) lost: Vec<f64>,
}

impl Default for Element {
    fn default() -> Self {
        Self {
            count: 0,
            first_ms: 0,
            last_ms: 0,
            first: 0.0,
            last: 0.0,
            min: f64::NAN,
            max: f64::NAN,
            sum: 0.0,
            absolute: 0.0,
            changes: 0,
            falls: 0,
            lost: Vec::new(),
        }
    }
}

/// Whether a value can be added without rounding, as long as there is not too much of it.
fn is_whole(value: f64) -> bool {
    (value as i64) as f64 == value && value.to_bits() != (-0.0_f64).to_bits()
}

/// Whether two neighbours differ.
pub(super) fn differ(before: f64, after: f64) -> bool {
    before != after && !(before.is_nan() && after.is_nan())
}

/// The better one; of equal ones the later, and no NaN as long as there is a number.
pub(super) fn better(best: f64, own: f64, beats: impl Fn(f64, f64) -> bool) -> f64 {
    if best.is_nan() || (!own.is_nan() && !beats(best, own)) {
        own
    } else {
        best
    }
}

pub(super) fn less(a: f64, b: f64) -> bool {
    a < b
}

pub(super) fn more(a: f64, b: f64) -> bool {
    a > b
}

impl Element {
    /// Adds the samples in these rows of a column; `false` if they can't be told.
    pub(super) fn push_rows(
        &mut self,
        column: &Column,
        timestamps: &[i64],
        rows: Range<usize>,
        measure: Measure,
    ) -> bool {
        let end = column.first_row + column.values.len();
        let rows = rows.start.max(column.first_row)..rows.end.min(end);
        if rows.is_empty() {
            return true;
        }
        let values = (rows.start - column.first_row..).map_while(|index| column.values.get(index));
        timestamps[rows]
            .iter()
            .zip(values)
            .all(|(time, value)| match value {
                Value::Float(value) if is_stale(value) => true,
                Value::Float(value) => self.push(*time, value, measure),
                // A stale one is a marker among histograms.
                Value::Histogram(_) => value.is_stale(),
            })
    }

    fn push(&mut self, time_ms: i64, value: f64, measure: Measure) -> bool {
        if measure == Measure::Sum && !is_whole(value) {
            return false;
        }
        self.follow(time_ms, value, measure);
        self.count += 1;
        self.last_ms = time_ms;
        self.last = value;
        match measure {
            Measure::Extremes => {
                self.min = better(self.min, value, less);
                self.max = better(self.max, value, more);
            }
            Measure::Sum => {
                self.sum += value;
                self.absolute += value.abs();
            }
            Measure::Ends | Measure::Changes | Measure::Falls | Measure::Lost => {}
        }
        true
    }

    /// Looks at the step from what is there to what comes.
    fn follow(&mut self, time_ms: i64, value: f64, measure: Measure) {
        if self.count == 0 {
            self.first_ms = time_ms;
            self.first = value;
            return;
        }
        match measure {
            Measure::Changes => self.changes += u64::from(differ(self.last, value)),
            Measure::Falls => self.falls += u64::from(value < self.last),
            Measure::Lost if value < self.last => {
                self.falls += 1;
                self.lost.push(self.last);
            }
            Measure::Ends | Measure::Extremes | Measure::Sum | Measure::Lost => {}
        }
    }

    /// Adds a cell with samples; `false`, and nothing is added, if it can't tell what is wanted.
    pub(super) fn push_cell(&mut self, rows: &CellRows, cell: &Cell, measure: Measure) -> bool {
        match measure {
            Measure::Lost if cell.falls > 1 => return false,
            Measure::Sum if cell.sum.is_none() => return false,
            _ => {}
        }
        let (first_ms, last_ms) = match (cell.state, cell.times_ms) {
            (State::Whole, _) => (rows.first_ms, rows.last_ms),
            (State::Some, Some(times_ms)) => times_ms,
            _ => return false,
        };
        self.follow(first_ms, cell.first, measure);
        self.count += cell.count as u64;
        self.last_ms = last_ms;
        self.last = cell.last;
        match measure {
            Measure::Ends => {}
            Measure::Extremes => {
                self.min = better(self.min, cell.min, less);
                self.max = better(self.max, cell.max, more);
            }
            Measure::Sum => {
                self.sum += cell.sum.unwrap_or_default();
                self.absolute += cell.min.abs().max(cell.max.abs()) * cell.count as f64;
            }
            Measure::Changes => self.changes += u64::from(cell.changes),
            Measure::Falls => self.falls += u64::from(cell.falls),
            Measure::Lost if cell.falls == 1 => {
                self.falls += 1;
                self.lost.push(cell.before_fall);
            }
            Measure::Lost => {}
        }
        true
    }

    /// Whether its sum has no rounding in it.
    pub(super) fn is_exact(&self) -> bool {
        self.absolute < EXACT_SUM_MAX
    }
}
