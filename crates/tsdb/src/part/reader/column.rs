//! Chunks put together to columns.

use std::ops::Range;

use model::is_stale;
use storage::{Column, Values};

/// Cuts `column` to `rows`, and counts its rows from the first of them.
pub(super) fn clip(column: &mut Column, rows: &Range<usize>) {
    let own = column.first_row..column.first_row + column.values.len();
    let (from, to) = (own.start.max(rows.start), own.end.min(rows.end));
    if from >= to {
        *column = Column::default();
        return;
    }
    let keep = from - own.start..to - own.start;
    column.first_row = from - rows.start;
    if keep.len() == column.values.len() {
        return;
    }
    match &mut column.values {
        Values::Constant(_, length) => *length = keep.len(),
        Values::Stride {
            first,
            step,
            length,
        } => {
            *first += *step * keep.start as f64;
            *length = keep.len();
        }
        Values::Floats(floats) => cut(floats, keep),
        Values::Histograms(histograms) => cut(histograms, keep),
        Values::Mixed(values) => cut(values, keep),
    }
}

fn cut<T>(values: &mut Vec<T>, keep: Range<usize>) {
    values.truncate(keep.end);
    values.drain(..keep.start);
}

/// Appends `next` to `column`; `false` if rows are missing between them.
pub(super) fn append(column: &mut Column, next: &mut Column) -> bool {
    if next.values.is_empty() {
        return true;
    }
    if column.values.is_empty() {
        std::mem::swap(column, next);
        return true;
    }
    if column.first_row + column.values.len() != next.first_row {
        return false;
    }
    column.has_stale |= next.has_stale;
    if let (Values::Constant(value, length), Values::Constant(other, more)) =
        (&mut column.values, &next.values)
        && value.to_bits() == other.to_bits()
        && !is_stale(*value)
    {
        *length += more;
        return true;
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let joined = match (column.floats(&mut ours), next.floats(&mut theirs)) {
        (Some(own), Some(others)) => Some([own, others].concat()),
        _ => None,
    };
    match joined {
        Some(floats) => column.values = Values::Floats(floats),
        None => {
            for index in 0..next.values.len() {
                if let Some(value) = next.values.get(index) {
                    column.values.push(value);
                }
            }
        }
    }
    true
}
