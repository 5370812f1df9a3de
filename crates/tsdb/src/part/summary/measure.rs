//! What the samples of a column come to in each cell.

use std::ops::RangeInclusive;

use model::is_stale;

use storage::summary::EXACT_SUM_MAX;

use super::clock::{CellRows, Clock};

/// How much of a cell is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// A sample in each of its rows.
    Whole,
    /// Only in some.
    Some,
    /// In none.
    #[default]
    Empty,
    /// Its samples must be asked.
    Unknown,
}

/// What the samples of a series come to in a cell. Of a cell that is empty or unknown the rest means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) state: State,
    /// Samples.
    pub(crate) count: usize,
    /// In which of the cell's rows the first one is.
    pub(crate) first_row: usize,
    /// And the last one.
    pub(crate) last_row: usize,
    /// When these were, once somebody looked; in a whole cell they are the cell's.
    pub(crate) times_ms: Option<(i64, i64)>,
    pub(crate) first: f64,
    pub(crate) last: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Neighbours that differ.
    pub(crate) changes: u32,
    /// Neighbours of which the later is less.
    pub(crate) falls: u32,
    /// What was there before the fall, if there is one.
    pub(crate) before_fall: f64,
    /// If adding is exact.
    pub(crate) sum: Option<f64>,
}

impl Cell {
    /// Of this value, which is no NaN, infinity or -0, in each of so many rows.
    pub(crate) fn constant(value: f64, rows: usize) -> Self {
        let sum = value * rows as f64;
        let is_whole = (value as i64) as f64 == value && sum.abs() < EXACT_SUM_MAX;
        Self {
            state: State::Whole,
            count: rows,
            last_row: rows.saturating_sub(1),
            first: value,
            last: value,
            min: value,
            max: value,
            sum: is_whole.then_some(sum),
            ..Self::default()
        }
    }
}

/// Replaces `out` by the cells of these values, one for each row from `first_row` on.
pub(super) fn cells(
    clock: &Clock,
    first_row: usize,
    values: &[f64],
    has_stale: bool,
    out: &mut Vec<Cell>,
) {
    out.clear();
    let end = first_row + values.len();
    for rows in &clock.cells {
        let from = rows.start.clamp(first_row, end);
        let to = (rows.start + rows.rows).clamp(first_row, end);
        let first = from.saturating_sub(rows.start);
        let own = &values[from - first_row..to - first_row];
        out.push(cell(rows, first, own, has_stale));
    }
}

/// The cell of these values, one for each row from `first_row` on; stale markers are no samples.
fn cell(rows: &CellRows, first_row: usize, values: &[f64], has_stale: bool) -> Cell {
    if values.is_empty() {
        return Cell::default();
    }
    if has_stale && values.iter().any(|value| is_stale(*value)) {
        return with_stale(rows, first_row, values);
    }
    placed(
        of_samples(values),
        values.len(),
        first_row..=first_row + values.len() - 1,
        rows,
    )
}

fn with_stale(rows: &CellRows, first_row: usize, values: &[f64]) -> Cell {
    let is_there = |value: &f64| !is_stale(*value);
    let samples: Vec<f64> = values.iter().copied().filter(is_there).collect();
    let (Some(first), Some(last)) = (
        values.iter().position(&is_there),
        values.iter().rposition(&is_there),
    ) else {
        return Cell::default();
    };
    let place = first_row + first..=first_row + last;
    placed(of_samples(&samples), samples.len(), place, rows)
}

/// Says where the samples of a cell are among its rows.
fn placed(cell: Cell, count: usize, place: RangeInclusive<usize>, rows: &CellRows) -> Cell {
    if cell.state == State::Unknown {
        return cell;
    }
    let is_whole = count == rows.rows;
    Cell {
        state: if is_whole { State::Whole } else { State::Some },
        count,
        first_row: *place.start(),
        last_row: *place.end(),
        ..cell
    }
}

/// Of one sample or more, as if they were all.
fn of_samples(values: &[f64]) -> Cell {
    let (first, last) = (values[0], values[values.len() - 1]);
    // One pass without a way out, so that the compiler can make vector code of it.
    let (mut min, mut max, mut known, mut whole) = (first, first, true, true);
    for value in values {
        known &= value.is_finite() & (value.to_bits() != (-0.0_f64).to_bits());
        min = if *value < min { *value } else { min };
        max = if *value > max { *value } else { max };
        whole &= (*value as i64) as f64 == *value;
    }
    if !known {
        return Cell {
            state: State::Unknown,
            ..Cell::default()
        };
    }
    let (mut changes, mut falls) = (0, 0);
    for pair in values.windows(2) {
        changes += u32::from(pair[0] != pair[1]);
        falls += u32::from(pair[1] < pair[0]);
    }
    let before_fall = match falls {
        1 => values.windows(2).find(|pair| pair[1] < pair[0]),
        _ => None,
    };
    let sum = whole && min.abs().max(max.abs()) * (values.len() as f64) < EXACT_SUM_MAX;
    Cell {
        state: State::Whole,
        first,
        last,
        min,
        max,
        changes,
        falls,
        before_fall: before_fall.map_or(0.0, |pair| pair[0]),
        sum: sum.then(|| values.iter().sum()),
        ..Cell::default()
    }
}
