//! Finds the newest sample at each moment, for instant selectors.

use crate::column::ABSENT;
use crate::steps::Steps;

/// Says that no row is recent enough.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// Writes, for each moment, the last row at or before it that is younger than `lookback_ms`, or [`NO_ROW`].
pub(crate) fn rows(times: &[i64], moments: Steps, lookback_ms: i64, out: &mut Vec<u32>) {
    assert!(
        times.len() < NO_ROW as usize,
        "a series with more than 2^32 samples in memory"
    );
    out.clear();
    out.reserve(moments.count);
    let mut end = 0;
    for at in moments.iter() {
        // With a distance of 0 the moments stand still, and so does `end`.
        while end < times.len() && times[end] <= at {
            end += 1;
        }
        let recent = end > 0 && times[end - 1] > at.saturating_sub(lookback_ms);
        out.push(if recent { end as u32 - 1 } else { NO_ROW });
    }
}

/// Picks from the values of a series that has one in each row of its group. Stale markers are copied as they are: they
/// are what absence looks like.
pub(crate) fn pick_full(values: &[f64], rows: &[u32], out: &mut [f64]) {
    for (slot, row) in out.iter_mut().zip(rows) {
        *slot = values.get(*row as usize).copied().unwrap_or(ABSENT);
    }
}

/// Picks from the values of a series that begins at row `first_row`.
pub(crate) fn pick_from(values: &[f64], first_row: usize, rows: &[u32], out: &mut [f64]) {
    let first = first_row as u32;
    for (slot, row) in out.iter_mut().zip(rows) {
        // Before `first` this wraps around to an index that no series has.
        let index = row.wrapping_sub(first) as usize;
        *slot = values.get(index).copied().unwrap_or(ABSENT);
    }
}

/// Picks from a series that has one value in `length` rows from `first_row` on.
pub(crate) fn pick_constant(
    value: f64,
    first_row: usize,
    length: usize,
    rows: &[u32],
    out: &mut [f64],
) {
    let first = first_row as u32;
    for (slot, row) in out.iter_mut().zip(rows) {
        let is_there = (row.wrapping_sub(first) as usize) < length;
        *slot = if is_there { value } else { ABSENT };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::is_absent;

    #[test]
    fn a_sample_exactly_as_old_as_the_lookback_is_too_old() {
        let mut out = Vec::new();
        rows(&[0, 10], Steps::between(0, 30, 10), 20, &mut out);
        assert_eq!(out, [0, 1, 1, NO_ROW]);
    }

    #[test]
    fn rows_before_the_first_one_are_absent() {
        let mut out = [0.0; 4];
        pick_from(&[5.0, 6.0], 1, &[NO_ROW, 0, 1, 2], &mut out);
        assert!(is_absent(out[0]) && is_absent(out[1]));
        assert_eq!(out[2..], [5.0, 6.0]);
        pick_constant(7.0, 1, 1, &[NO_ROW, 0, 1, 2], &mut out);
        assert!(is_absent(out[0]) && is_absent(out[1]) && is_absent(out[3]));
        assert_eq!(out[2], 7.0);
    }
}
