//! How much a counter or a gauge went up in a window: `rate`, `increase`, `delta`, `irate`, `idelta`.
//!
//! A window's first and last sample rarely lie on its borders, so what happened between them is extrapolated: to a border when
//! the nearest sample is no farther away than 110 % of the mean distance between samples, else by half that distance;
//! and for counters never below zero.

use crate::column::ABSENT;
use crate::kernel::window::{Frame, Samples, Window};

/// Beyond this many mean distances, a border is too far away for the series to have covered it.
const THRESHOLD: f64 = 1.1;

/// Writes the extrapolated increase of each window, per second when `PER_SECOND`; `COUNTER` corrects resets.
pub(crate) fn extrapolated<const COUNTER: bool, const PER_SECOND: bool>(
    samples: Samples<'_, f64>,
    frame: Frame,
    out: &mut [f64],
) {
    let resets = if COUNTER {
        resets(samples.values)
    } else {
        Vec::new()
    };
    let range_seconds = frame.range_ms as f64 / 1000.0;
    let mut rest: &[u32] = &resets;
    for (step, (slot, window)) in out.iter_mut().zip(samples.windows).enumerate() {
        let (start, end) = (window.start as usize, window.end as usize);
        if end - start < 2 {
            *slot = ABSENT;
            continue;
        }
        let first = samples.values[start];
        let mut increase = samples.values[end - 1] - first;
        if COUNTER && !resets.is_empty() {
            rest = skip_before(rest, *window);
            increase += lost_in_resets(samples.values, rest, *window);
        }
        let gap = Gap::new(samples.times, *window, frame, step);
        let to_start = if COUNTER && increase > 0.0 && first >= 0.0 {
            // A counter began at zero at the earliest.
            let to_zero = gap.sampled * (first / increase);
            if to_zero < gap.to_start {
                to_zero
            } else {
                gap.to_start
            }
        } else {
            gap.to_start
        };
        let mut factor = (gap.sampled + to_start + gap.to_end) / gap.sampled;
        if PER_SECOND {
            factor /= range_seconds;
        }
        *slot = increase * factor;
    }
}

/// Seconds between the samples of a window and its borders, as far as they are extrapolated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    /// From the first to the last sample.
    pub sampled: f64,
    /// What is added before the first one.
    pub to_start: f64,
    /// What is added after the last one.
    pub to_end: f64,
}

impl Gap {
    /// Of a window with two samples or more.
    #[inline]
    pub(crate) fn new(times: &[i64], window: Window, frame: Frame, step: usize) -> Self {
        let (first, last) = (times[window.start as usize], times[window.end as usize - 1]);
        let right = frame.ends.at(step);
        Self::between(
            right - frame.range_ms,
            right,
            first,
            last,
            (window.end - window.start) as usize,
        )
    }

    /// Of a window `(left, right]` with `count` samples, two or more, from `first` to `last`.
    #[inline]
    pub(crate) fn between(left: i64, right: i64, first: i64, last: i64, count: usize) -> Self {
        let to_start = (first - left) as f64 / 1000.0;
        let to_end = (right - last) as f64 / 1000.0;
        let sampled = (last - first) as f64 / 1000.0;
        let mean = sampled / (count - 1) as f64;
        let threshold = mean * THRESHOLD;
        Self {
            sampled,
            to_start: if to_start >= threshold {
                mean / 2.0
            } else {
                to_start
            },
            to_end: if to_end >= threshold {
                mean / 2.0
            } else {
                to_end
            },
        }
    }
}

/// Where a counter is lower than just before.
fn resets(values: &[f64]) -> Vec<u32> {
    let falls = |pair: &[f64]| pair[1] < pair[0];
    // Most counters never fall, and this loop has no branch in it.
    if !values.windows(2).fold(false, |any, pair| any | falls(pair)) {
        return Vec::new();
    }
    let positions = values.windows(2).enumerate();
    positions
        .filter(|(_, pair)| falls(pair))
        .map(|(index, _)| index as u32 + 1)
        .collect()
}

/// The resets without those at or before the window's first sample, which no later window needs either.
fn skip_before(resets: &[u32], window: Window) -> &[u32] {
    let skip = resets
        .iter()
        .take_while(|reset| **reset <= window.start)
        .count();
    &resets[skip..]
}

/// What a counter had reached at each reset within the window; `resets` begin behind its first sample.
fn lost_in_resets(values: &[f64], resets: &[u32], window: Window) -> f64 {
    resets
        .iter()
        .take_while(|reset| **reset < window.end)
        .map(|reset| values[*reset as usize - 1])
        .sum()
}

/// Writes the increase between the last two samples of each window, per second when `PER_SECOND`; then a fall is a reset.
pub(crate) fn instant<const PER_SECOND: bool>(samples: Samples<'_, f64>, out: &mut [f64]) {
    for (slot, window) in out.iter_mut().zip(samples.windows) {
        let (start, end) = (window.start as usize, window.end as usize);
        *slot = if end - start < 2 {
            ABSENT
        } else {
            let (before, last) = (samples.values[end - 2], samples.values[end - 1]);
            if PER_SECOND {
                let seconds = (samples.times[end - 1] - samples.times[end - 2]) as f64 / 1000.0;
                let increase = if last < before { last } else { last - before };
                increase / seconds
            } else {
                last - before
            }
        };
    }
}

#[cfg(test)]
mod tests;
