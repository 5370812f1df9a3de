//! How much a counter or a gauge went up in a window: `rate`, `increase`, `delta`, `irate`, `idelta`.
//!
//! A window's first and last sample rarely lie on its borders, so what happened between them is extrapolated: to a border when
//! the nearest sample is no farther away than 110 % of the mean distance between samples, else by half that distance;
//! and for counters never below zero.

pub(crate) mod started;

use crate::column::ABSENT;
use crate::kernel::window::{Frame, Samples, Window, even_distance};

/// Beyond this many mean distances, a border is too far away for the series to have covered it.
const THRESHOLD: f64 = 1.1;

/// Writes the extrapolated increase of each window; `COUNTER` corrects resets. `gaps` are those of the windows.
pub(crate) fn extrapolated<const COUNTER: bool>(
    samples: Samples<'_, f64>,
    gaps: Gaps<'_>,
    out: &mut [f64],
) {
    let resets = if COUNTER {
        resets(samples.values)
    } else {
        Vec::new()
    };
    if let Gaps::Alike(gap, stride) = gaps
        && resets.is_empty()
        && let Some(first) = samples.windows.first()
    {
        let firsts = &samples.values[first.start as usize..];
        let lasts = &samples.values[first.end as usize - 1..];
        return match stride {
            1 => alike::<COUNTER>(gap, firsts.iter().zip(lasts), out),
            _ => alike::<COUNTER>(gap, firsts.iter().zip(lasts).step_by(stride), out),
        };
    }
    let mut rest: &[u32] = &resets;
    for (step, (slot, window)) in out.iter_mut().zip(samples.windows).enumerate() {
        let gap = gaps.at(step);
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
        *slot = gap.extrapolate(COUNTER, first, increase);
    }
}

/// The same for windows that look alike, given the first and last value of each: of counters that never fall. Nothing branches, so that the
/// compiler can make vector code of it; counters that would have been below zero are few, and get a second look.
fn alike<'v, const COUNTER: bool>(
    gap: &Gap,
    pairs: impl Iterator<Item = (&'v f64, &'v f64)> + Clone,
    out: &mut [f64],
) {
    let mut any_below = false;
    for (slot, (first, last)) in out.iter_mut().zip(pairs.clone()) {
        let increase = last - first;
        any_below |= COUNTER & gap.reaches_below_zero(*first, increase);
        *slot = increase * gap.factor;
    }
    if !any_below {
        return;
    }
    for (slot, (first, last)) in out.iter_mut().zip(pairs) {
        let increase = last - first;
        if gap.reaches_below_zero(*first, increase) {
            *slot = increase * gap.factor_from_zero(*first, increase);
        }
    }
}

/// What is extrapolated at the borders of windows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gaps<'a> {
    /// In each window; without any nothing is.
    Each(&'a [Gap]),
    /// The same in all of them, each of which is the one before moved on by so many samples, and has two or more.
    Alike(&'a Gap, usize),
}

impl<'a> Gaps<'a> {
    /// Nothing is extrapolated.
    pub(crate) const NONE: Self = Self::Each(&[]);

    /// What [`gaps`] wrote and said.
    pub(crate) fn new(written: &'a [Gap], stride: Option<usize>) -> Self {
        match (stride, written.first()) {
            (Some(stride), Some(gap)) => Self::Alike(gap, stride),
            _ => Self::Each(written),
        }
    }

    /// That of one window.
    #[inline]
    fn at(self, step: usize) -> &'a Gap {
        match self {
            Self::Each(all) => &all[step],
            Self::Alike(gap, _) => gap,
        }
    }

    /// Those of some windows.
    pub(crate) fn part(self, steps: std::ops::Range<usize>) -> Self {
        match self {
            Self::Each(all) => Self::Each(all.get(steps).unwrap_or_default()),
            Self::Alike(..) => self,
        }
    }
}

/// What lies between the samples of a window and its borders, as far as it is extrapolated. It depends on the times alone, so
/// series that share their times share it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gap {
    /// Seconds from the first to the last sample.
    pub sampled: f64,
    /// Seconds that are added before the first one.
    pub to_start: f64,
    /// Seconds that are added after the last one.
    pub to_end: f64,
    /// Seconds to divide by in the end: the window's width for results per second, else 1.
    per: f64,
    /// What the increase between the samples is multiplied by.
    pub factor: f64,
}

/// Writes the gap of each window; that of a window with fewer than two samples means nothing. If all windows look alike, it writes one gap and says
/// by how many samples each window is farther than the one before: [`Gaps::new`] takes both.
///
/// A target that is scraped by the clock has windows that look alike, and a gap takes several divisions; so one that looks like the one
/// before is copied.
pub(crate) fn gaps(
    times: &[i64],
    windows: &[Window],
    frame: Frame,
    per_second: bool,
    out: &mut Vec<Gap>,
) -> Option<usize> {
    out.clear();
    if let Some(stride) = stride(times, windows, frame.ends.step_ms) {
        let (start, end) = (windows[0].start as usize, windows[0].end as usize);
        let right = frame.ends.at(0);
        let left = right.saturating_sub(frame.range_ms);
        let times = &times[start..end];
        out.push(Gap::between(left, right, times, per_second));
        return Some(stride);
    }
    let mut before = (Look::default(), Gap::default());
    out.extend(windows.iter().enumerate().map(|(step, window)| {
        let (start, end) = (window.start as usize, window.end as usize);
        if end - start < 2 {
            return Gap::default();
        }
        let right = frame.ends.at(step);
        let left = right.saturating_sub(frame.range_ms);
        let look = Look {
            to_start_ms: times[start].wrapping_sub(left),
            to_end_ms: right.wrapping_sub(times[end - 1]),
            samples: end - start,
        };
        if before.0 != look {
            let gap = Gap::between(left, right, &times[start..end], per_second);
            before = (look, gap);
        }
        before.1
    }));
    None
}

/// By how many samples each window is farther than the one before, if that is the same for all and they look alike.
fn stride(times: &[i64], windows: &[Window], step_ms: i64) -> Option<usize> {
    let distance_ms = even_distance(times)?;
    let [first, second, ..] = windows else {
        return None;
    };
    let stride = second.start.checked_sub(first.start)?;
    if i64::from(stride) * distance_ms != step_ms || stride == 0 || first.end - first.start < 2 {
        return None;
    }
    let moves = |pair: &[Window]| {
        pair[1].start.wrapping_sub(pair[0].start) == stride
            && pair[1].end.wrapping_sub(pair[0].end) == stride
    };
    // No way out of the loop, so that it is vector code.
    let all = windows.windows(2).fold(true, |all, pair| all & moves(pair));
    all.then_some(stride as usize)
}

/// All that a gap depends on, in windows of one width.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    to_start_ms: i64,
    to_end_ms: i64,
    samples: usize,
}

/// The samples of a window, as far as extrapolation looks at them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// When the first was.
    pub first_ms: i64,
    /// When the last was.
    pub last_ms: i64,
    /// How many there are; two or more.
    pub samples: usize,
}

impl Gap {
    /// Of a window `(left, right]` with the samples at `times`, two or more.
    pub(crate) fn between(left: i64, right: i64, times: &[i64], per_second: bool) -> Self {
        let ends = Ends {
            first_ms: times[0],
            last_ms: times[times.len() - 1],
            samples: times.len(),
        };
        Self::of(left, right, ends, per_second)
    }

    /// The same, for so many samples.
    pub(crate) fn of(left: i64, right: i64, ends: Ends, per_second: bool) -> Self {
        let (first, last) = (ends.first_ms, ends.last_ms);
        let to_start = (first - left) as f64 / 1000.0;
        let to_end = (right - last) as f64 / 1000.0;
        let sampled = (last - first) as f64 / 1000.0;
        let mean = sampled / (ends.samples - 1) as f64;
        let mut gap = Self {
            sampled,
            to_start: near(to_start, mean),
            to_end: near(to_end, mean),
            per: if per_second {
                (right - left) as f64 / 1000.0
            } else {
                1.0
            },
            factor: 0.0,
        };
        gap.factor = gap.factor_with(gap.to_start);
        gap
    }

    /// Of a window that ends at `right` and is `range_ms` wide, with one sample or more at `times`, of a counter that was zero at `zero`,
    /// within the window.
    pub(crate) fn from_zero(
        zero: i64,
        right: i64,
        times: &[i64],
        range_ms: i64,
        per_second: bool,
    ) -> Self {
        let (first, last) = (times[0], times[times.len() - 1]);
        let to_end = (right - last) as f64 / 1000.0;
        // A single sample tells nothing of the distance to the next, so nothing is added behind it.
        let mean = (last - first) as f64 / 1000.0 / (times.len() - 1).max(1) as f64;
        let mut gap = Self {
            sampled: (last - zero) as f64 / 1000.0,
            to_start: 0.0,
            to_end: near(to_end, mean),
            per: if per_second {
                range_ms as f64 / 1000.0
            } else {
                1.0
            },
            factor: 0.0,
        };
        gap.factor = gap.factor_with(gap.to_start);
        gap
    }

    /// The increase of a series that was `first` at first, as far as it is extrapolated.
    #[inline]
    pub(crate) fn extrapolate(&self, is_counter: bool, first: f64, increase: f64) -> f64 {
        let factor = if is_counter && self.reaches_below_zero(first, increase) {
            self.factor_from_zero(first, increase)
        } else {
            self.factor
        };
        increase * factor
    }

    fn factor_with(&self, to_start: f64) -> f64 {
        (self.sampled + to_start + self.to_end) / self.sampled / self.per
    }

    /// Whether a counter that was `first` and rose by `increase` would have been below zero at the extrapolated start.
    ///
    /// Multiplies where [`factor_from_zero`](Self::factor_from_zero) divides, and so is only sure up to rounding; there
    /// both ways give the same result.
    #[inline]
    fn reaches_below_zero(&self, first: f64, increase: f64) -> bool {
        (increase > 0.0) & (first >= 0.0) & (self.sampled * first < self.to_start * increase)
    }

    /// The factor of a counter that began at zero, within the window: it is not extrapolated farther than that.
    pub(crate) fn factor_from_zero(&self, first: f64, increase: f64) -> f64 {
        let to_zero = self.sampled * (first / increase);
        self.factor_with(if to_zero < self.to_start {
            to_zero
        } else {
            self.to_start
        })
    }
}

/// How far a series is taken to go on beyond its outermost sample in a window, whose border is at `distance`.
fn near(distance: f64, mean: f64) -> f64 {
    if distance >= mean * THRESHOLD {
        mean / 2.0
    } else {
        distance
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
