//! Which parts a generation is cut into.

use std::collections::BTreeSet;

use model::{TimeRange, Timestamp};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Widths of parts, and up to which age they are used: what is older will only be merged.
const WIDTHS: [(i64, i64); 3] = [
    (2 * DAY_MS, 2 * HOUR_MS),
    (32 * DAY_MS, DAY_MS),
    (i64::MAX, 8 * DAY_MS),
];

/// Parts of one flush, at most; what is older than the others' goes into one.
const WINDOWS_MAX: usize = 64;

/// Aligned ranges that have all times, ascending. `newest_ms` is the newest of them.
pub(super) fn windows(newest_ms: i64, times: impl FnOnce(&mut dyn FnMut(i64))) -> Vec<TimeRange> {
    let mut found: BTreeSet<(i64, i64)> = BTreeSet::new();
    let mut last = (0, 0);
    times(&mut |time_ms| {
        // Mostly one time lies where the one before did.
        if time_ms < last.0 || time_ms >= last.1 {
            last = window_of(time_ms, newest_ms);
            found.insert(last);
        }
    });
    let mut windows: Vec<(i64, i64)> = found.into_iter().collect();
    if windows.len() > WINDOWS_MAX {
        let split = windows.len() - WINDOWS_MAX;
        let oldest = (windows[0].0, windows[split].1);
        windows.splice(..=split, [oldest]);
    }
    let range = |(start, end): (i64, i64)| TimeRange::new(Timestamp(start), Timestamp(end - 1));
    windows.into_iter().map(range).collect()
}

/// Start and end, without the end.
fn window_of(time_ms: i64, newest_ms: i64) -> (i64, i64) {
    let age_ms = newest_ms.saturating_sub(time_ms);
    let width_ms = WIDTHS.iter().find(|(age_max, _)| age_ms <= *age_max);
    let width_ms = width_ms.map_or(DAY_MS, |(_, width_ms)| *width_ms);
    let start = time_ms.saturating_sub(time_ms.rem_euclid(width_ms));
    (start, start.saturating_add(width_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times: &[i64], wanted: &[(i64, i64)]) {
        let newest = times.iter().copied().max().unwrap_or(0);
        let found = windows(newest, |take| times.iter().copied().for_each(take));
        let wanted: Vec<TimeRange> = wanted
            .iter()
            .map(|(start, end)| TimeRange::new(Timestamp(*start), Timestamp(*end)))
            .collect();
        assert_eq!(found, wanted, "{times:?}");
    }

    #[test]
    fn are_aligned_and_have_samples() {
        let two = 2 * HOUR_MS;
        check(&[], &[]);
        check(&[5, 6, 5], &[(0, two - 1)]);
        check(&[-1, 0], &[(-two, -1), (0, two - 1)]);
        check(&[0, 3 * two], &[(0, two - 1), (3 * two, 4 * two - 1)]);
    }

    #[test]
    fn are_wide_where_they_are_old() {
        let newest = 1000 * DAY_MS;
        let two = 2 * HOUR_MS;
        let last = (newest, newest + two - 1);
        check(
            &[newest - 10 * DAY_MS + 7, newest],
            &[(newest - 10 * DAY_MS, newest - 9 * DAY_MS - 1), last],
        );
        check(
            &[newest - 200 * DAY_MS, newest],
            &[(newest - 200 * DAY_MS, newest - 192 * DAY_MS - 1), last],
        );
    }

    #[test]
    fn are_not_too_many() {
        let times: Vec<i64> = (0..10_000).map(|day| day * 8 * DAY_MS).collect();
        let found = windows(times[9_999], |take| times.iter().copied().for_each(take));
        assert_eq!(found.len(), WINDOWS_MAX);
        assert_eq!(found[0].start.0, 0);
        assert!(found.is_sorted_by(|a, b| a.end < b.start));
        let inside = |time: &i64| found.iter().any(|range| range.contains(Timestamp(*time)));
        assert!(times.iter().all(inside));
    }
}
