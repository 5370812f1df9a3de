//! The same increases where it is known when counters began.
//!
//! A start within the window, before its first sample, is a sample of zero: nothing need be guessed to the left of it, and one sample
//! is enough. A start between two samples is a reset, see [`starts`](crate::kernel::starts).

use crate::column::ABSENT;
use crate::kernel::rate::Gap;
use crate::kernel::starts::{self, Started};
use crate::kernel::window::{Frame, Samples};

/// As [`extrapolated`](super::extrapolated) of a counter; divided by the window's width when `per_second`.
pub(crate) fn extrapolated(
    samples: Samples<'_, f64>,
    frame: Frame,
    per_second: bool,
    out: &mut [f64],
) {
    for (step, (slot, window)) in out.iter_mut().zip(samples.windows).enumerate() {
        let (times, starts) = samples.started(*window);
        let values = &samples.values[window.start as usize..window.end as usize];
        let right = frame.ends.at(step);
        let left = right.saturating_sub(frame.range_ms);
        let zero = times.first().zip(starts.first());
        let zero = zero.and_then(|(time, start)| {
            let first = Started {
                time: *time,
                start: *start,
            };
            starts::zero_within(left, first)
        });
        *slot = match (zero, values) {
            (Some(zero), [first, ..]) => {
                let gap = Gap::from_zero(zero, right, times, frame.range_ms, per_second);
                (first + gained(values, times, starts)) * gap.factor
            }
            (None, [first, _, ..]) => {
                let gap = Gap::between(left, right, times, per_second);
                let increase = gained(values, times, starts);
                let factor = if increase > 0.0 && *first >= 0.0 {
                    gap.factor_from_zero(*first, increase)
                } else {
                    gap.factor
                };
                increase * factor
            }
            _ => ABSENT,
        };
    }
}

/// What a counter gained from the first to the last of some samples, resets of either kind included.
fn gained(values: &[f64], times: &[i64], starts: &[i64]) -> f64 {
    let between = values.windows(2).zip(starts::pairs(times, starts));
    let lost = between
        .filter(|(pair, (before, now))| pair[1] < pair[0] || starts::is_reset(*before, *now))
        .map(|(pair, _)| pair[0]);
    values[values.len() - 1] - values[0] + lost.sum::<f64>()
}

/// As [`instant`](super::instant) of a counter, per second.
pub(crate) fn instant(samples: Samples<'_, f64>, out: &mut [f64]) {
    for (slot, window) in out.iter_mut().zip(samples.windows) {
        let (times, starts) = samples.started(*window);
        let values = &samples.values[window.start as usize..window.end as usize];
        let [.., before, last] = values else {
            *slot = ABSENT;
            continue;
        };
        let newest = times.len() - 2;
        let is_reset = starts::pairs(&times[newest..], &starts[newest..])
            .any(|(before, now)| starts::is_reset(before, now));
        let increase = if is_reset || last < before {
            *last
        } else {
            last - before
        };
        *slot = increase / ((times[newest + 1] - times[newest]) as f64 / 1000.0);
    }
}

/// How often a counter was reset in each window.
pub(crate) fn resets(samples: Samples<'_, f64>, out: &mut [f64]) {
    for (slot, window) in out.iter_mut().zip(samples.windows) {
        let (times, starts) = samples.started(*window);
        let values = &samples.values[window.start as usize..window.end as usize];
        if values.is_empty() {
            *slot = ABSENT;
            continue;
        }
        let between = values.windows(2).zip(starts::pairs(times, starts));
        *slot = between
            .filter(|(pair, (before, now))| pair[1] < pair[0] || starts::is_reset(*before, *now))
            .count() as f64;
    }
}
