//! Chunks put together to columns.

use std::ops::Range;

use model::{STALE_NAN, Value, is_stale};
use storage::{Column, Values};

/// Cuts `column` to `rows`, and counts its rows from the first of them.
pub(crate) fn clip(column: &mut Column, rows: &Range<usize>) {
    let own = column.first_row..column.first_row + column.values.len();
    let Range {
        start: from,
        end: to,
    } = within(&own, &column.gaps, rows);
    if from >= to {
        column.clear();
        return;
    }
    let keep = from - own.start..to - own.start;
    column.first_row = from - rows.start;
    column.gaps.retain(|gap| from <= gap.start && gap.end <= to);
    for gap in &mut column.gaps {
        *gap = gap.start - rows.start..gap.end - rows.start;
    }
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

/// The rows of a column that are in `rows` too, less gaps at either end.
pub(crate) fn within(
    own: &Range<usize>,
    gaps: &[Range<usize>],
    rows: &Range<usize>,
) -> Range<usize> {
    let (mut from, mut to) = (own.start.max(rows.start), own.end.min(rows.end));
    for gap in gaps {
        if gap.contains(&from) {
            from = gap.end;
        }
        if to > 0 && gap.contains(&(to - 1)) {
            to = gap.start;
        }
    }
    from..to
}

fn cut<T>(values: &mut Vec<T>, keep: Range<usize>) {
    values.truncate(keep.end);
    values.drain(..keep.start);
}

/// Appends `next`, whose rows come after those of `column`, to it. Rows between the two become a gap, or go on saying that the series has ended if
/// the last value said so.
///
/// # Panics
///
/// When `next` begins before `column` ends.
pub(crate) fn append(column: &mut Column, next: &mut Column) {
    if next.values.is_empty() {
        return;
    }
    if column.values.is_empty() {
        let starts = std::mem::take(&mut column.starts);
        std::mem::swap(column, next);
        column.starts = starts;
        return;
    }
    let end = column.first_row + column.values.len();
    assert!(end <= next.first_row, "columns come one after the other");
    if end < next.first_row {
        if !ends_stale(&column.values) {
            column.gaps.push(end..next.first_row);
        }
        column.has_stale = true;
    }
    let missing = next.first_row - end;
    column.gaps.append(&mut next.gaps);
    column.has_stale |= next.has_stale;
    append_values(&mut column.values, missing, &mut next.values);
}

/// Appends so many stale markers and then `next`.
fn append_values(values: &mut Values, missing: usize, next: &mut Values) {
    match (&mut *values, &mut *next) {
        (Values::Constant(value, length), Values::Constant(other, more))
            if missing == 0 && value.to_bits() == other.to_bits() && !is_stale(*value) =>
        {
            *length += *more;
        }
        (Values::Histograms(own), Values::Histograms(others)) if missing == 0 => {
            own.append(others);
        }
        (own, others) if is_floats(own) && is_floats(others) => {
            make_floats(own, missing + others.len());
            if let Values::Floats(floats) = own {
                floats.resize(floats.len() + missing, STALE_NAN);
                push_floats(floats, others);
            }
        }
        (own, others) => {
            for _ in 0..missing {
                own.push(Value::Float(STALE_NAN));
            }
            for value in (0..others.len()).filter_map(|index| others.get(index)) {
                own.push(value);
            }
        }
    }
}

fn ends_stale(values: &Values) -> bool {
    let last = values.len().checked_sub(1);
    let last = last.and_then(|last| values.get(last));
    last.is_some_and(|value| value.is_stale())
}

fn is_floats(values: &Values) -> bool {
    matches!(
        values,
        Values::Floats(_) | Values::Constant(..) | Values::Stride { .. }
    )
}

/// Turns a form without a list into a list, with room for so many more.
fn make_floats(values: &mut Values, more: usize) {
    if let Values::Floats(floats) = values {
        floats.reserve(more);
        return;
    }
    let mut floats = Vec::with_capacity(values.len() + more);
    push_floats(&mut floats, values);
    *values = Values::Floats(floats);
}

fn push_floats(out: &mut Vec<f64>, values: &Values) {
    match values {
        Values::Floats(floats) => out.extend_from_slice(floats),
        Values::Constant(value, length) => out.resize(out.len() + length, *value),
        Values::Stride {
            first,
            step,
            length,
        } => out.extend((0..*length).map(|index| first + step * index as f64)),
        Values::Histograms(_) | Values::Mixed(_) => {}
    }
}
