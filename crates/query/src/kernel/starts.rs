//! What start times say of counters: when each sample's counter began at zero.
//!
//! ```text
//!        start          start
//!          |--s---s--------|--s---s        a later start between two samples is a reset, though nothing fell
//!          |s|s|s|s|s                      a delta: each sample starts where the one before was taken
//! ```
//!
//! A start of 0 is none that is known; a start at or after its own sample says nothing.

/// No start is known.
pub(crate) const UNKNOWN: i64 = 0;

/// A sample's time, and the time at which its counter began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Started {
    /// When it was taken.
    pub time: i64,
    /// When its counter began; [`UNKNOWN`] if nobody knows.
    pub start: i64,
}

/// Whether the counter began anew between two samples.
///
/// A start *at* the sample before belongs to a delta, if that sample had an earlier start of its own; else it only says that
/// nobody knows what was before.
pub(crate) fn is_reset(before: Started, now: Started) -> bool {
    if now.start == UNKNOWN || now.start >= now.time {
        return false;
    }
    let is_delta = before.start != UNKNOWN && before.start < before.time;
    now.start > before.time || (now.start == before.time && is_delta)
}

/// Whether the two can't both be true: a new start, before the last sample of the old one.
pub(crate) fn overlaps(before: Started, now: Started) -> bool {
    now.start != UNKNOWN && now.start < before.time && now.start != before.start
}

/// When the counter was zero, if that lies in a window that begins behind `left`, and before its first sample.
pub(crate) fn zero_within(left: i64, first: Started) -> Option<i64> {
    let is_within = first.start != UNKNOWN && first.start > left && first.start < first.time;
    is_within.then_some(first.start)
}

/// The samples of a window, two by two.
pub(crate) fn pairs<'a>(
    times: &'a [i64],
    starts: &'a [i64],
) -> impl Iterator<Item = (Started, Started)> + 'a {
    let started = |index: usize| Started {
        time: times[index],
        start: starts[index],
    };
    (1..times.len().min(starts.len())).map(move |index| (started(index - 1), started(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: (i64, i64), now: (i64, i64), reset: bool, overlap: bool) {
        let started = |(start, time)| Started { time, start };
        let (before, now) = (started(before), started(now));
        assert_eq!(is_reset(before, now), reset, "{before:?} {now:?}");
        assert_eq!(overlaps(before, now), overlap, "{before:?} {now:?}");
    }

    #[test]
    fn a_start_between_two_samples_is_a_reset() {
        check((50, 100), (150, 200), true, false);
        check((UNKNOWN, 100), (101, 200), true, false);
        check((50, 100), (50, 200), false, false);
    }

    #[test]
    fn a_delta_starts_where_the_last_one_ended() {
        check((50, 100), (100, 200), true, false);
        // Nobody knows what was before, or the start before makes no sense.
        check((UNKNOWN, 100), (100, 200), false, false);
        check((100, 100), (100, 200), false, false);
        check((150, 100), (100, 200), false, false);
    }

    #[test]
    fn a_start_that_makes_no_sense_says_nothing() {
        check((50, 100), (200, 200), false, false);
        check((50, 100), (250, 200), false, false);
        check((50, 100), (UNKNOWN, 200), false, false);
    }

    #[test]
    fn a_new_start_before_the_last_sample_contradicts_it() {
        check((50, 100), (60, 200), false, true);
    }
}
