//! Finds which samples lie in which window.
//!
//! Windows are open on the left and closed on the right: a sample exactly `range` before the end belongs to the window before.

use crate::column::ABSENT;
use crate::steps::Steps;

/// A run of samples, as indices; the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// Index of the first sample.
    pub start: u32,
    /// Index behind the last one.
    pub end: u32,
}

/// Where windows lie: each is `(end - range_ms, end]`, one per step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The steps that are evaluated.
    pub steps: Steps,
    /// The ends of the windows: the steps, moved by `offset` or pinned by `@`.
    pub ends: Steps,
    /// The windows' width.
    pub range_ms: i64,
}

/// Samples by ascending time, without stale markers, and a window over them for each step.
#[derive(Debug)]
pub(crate) struct Samples<'a, V> {
    /// Milliseconds.
    pub times: &'a [i64],
    /// As many values.
    pub values: &'a [V],
    /// When the counter behind each began, see [`starts`](crate::kernel::starts); empty when nothing is known, or nobody asks.
    pub starts: &'a [i64],
    /// One per step; empty when there are no samples at all.
    pub windows: &'a [Window],
}

impl<V> Clone for Samples<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Samples<'_, V> {}

impl<'a, V> Samples<'a, V> {
    /// No samples.
    pub(crate) const NONE: Self = Self {
        times: &[],
        values: &[],
        starts: &[],
        windows: &[],
    };

    /// The times and values in the window of a step.
    #[inline]
    pub(crate) fn window(&self, step: usize) -> (&'a [i64], &'a [V]) {
        let Some(window) = self.windows.get(step) else {
            return (&[], &[]);
        };
        let range = window.start as usize..window.end as usize;
        (&self.times[range.clone()], &self.values[range])
    }
}

impl<V> Samples<'_, V> {
    /// The times and starts of the samples in a window; none when nothing is known of starts.
    pub(crate) fn started(&self, window: Window) -> (&[i64], &[i64]) {
        let range = window.start as usize..window.end as usize;
        if self.starts.is_empty() {
            return (&[], &[]);
        }
        (&self.times[range.clone()], &self.starts[range])
    }
}

/// Writes what `compute` makes of the step and of the times and values of its window, for each window with samples.
#[inline]
pub(crate) fn each(
    samples: Samples<'_, f64>,
    out: &mut [f64],
    mut compute: impl FnMut(usize, &[i64], &[f64]) -> f64,
) {
    for (step, (slot, window)) in out.iter_mut().zip(samples.windows).enumerate() {
        let range = window.start as usize..window.end as usize;
        *slot = if range.is_empty() {
            ABSENT
        } else {
            compute(step, &samples.times[range.clone()], &samples.values[range])
        };
    }
}

/// Writes, for each moment in `ends`, the window `(end - range_ms, end]` over `times`, which ascend.
pub(crate) fn borders(times: &[i64], ends: Steps, range_ms: i64, out: &mut Vec<Window>) {
    assert!(
        u32::try_from(times.len()).is_ok(),
        "a series with more than 2^32 samples in memory"
    );
    out.clear();
    if ends.step_ms == 0 {
        // All windows are the same one.
        let mut only = Vec::with_capacity(1);
        push_borders(times, Steps { count: 1, ..ends }, range_ms, &mut only);
        out.resize(ends.count, only[0]);
        return;
    }
    out.reserve(ends.count);
    if push_even_borders(times, ends, range_ms, out).is_none() {
        push_borders(times, ends, range_ms, out);
    }
}

/// The same of samples at even distances, if steps are a multiple of them: each window is the one before, moved on, as far as there are samples.
/// `None`, and nothing written, if they are not.
fn push_even_borders(
    times: &[i64],
    ends: Steps,
    range_ms: i64,
    out: &mut Vec<Window>,
) -> Option<()> {
    let distance_ms = even_distance(times)?;
    if ends.step_ms % distance_ms != 0 {
        return None;
    }
    let (stride, count) = (ends.step_ms / distance_ms, i64::try_from(ends.count).ok()?);
    // How many samples there would be up to a moment, had the series neither a beginning nor an end.
    let up_to = |at: i64| {
        let distances = at.checked_sub(times[0])?.div_euclid(distance_ms);
        distances.checked_add(1)
    };
    let (start, end) = (
        up_to(ends.start.checked_sub(range_ms)?)?,
        up_to(ends.start)?,
    );
    // Nothing below is larger than this.
    end.checked_add(stride.checked_mul(count)?)?;
    let inside = |border: i64| border.clamp(0, times.len() as i64) as u32;
    out.extend((0..count).map(|step| Window {
        start: inside(start + stride * step),
        end: inside(end + stride * step),
    }));
    Some(())
}

/// How far neighbours are from each other, if all are as far. Two or more times.
pub(crate) fn even_distance(times: &[i64]) -> Option<i64> {
    let [first, second, ..] = times else {
        return None;
    };
    let distance_ms = second
        .checked_sub(*first)
        .filter(|distance| *distance > 0)?;
    // No way out of the loop, so that it is vector code.
    let is_even = times.windows(2).fold(true, |even, pair| {
        even & (pair[1].wrapping_sub(pair[0]) == distance_ms)
    });
    is_even.then_some(distance_ms)
}

/// Both borders only move to the right, so one pass over the times is enough.
fn push_borders(times: &[i64], ends: Steps, range_ms: i64, out: &mut Vec<Window>) {
    let (mut start, mut end) = (0, 0);
    for at in ends.iter() {
        let after = at.saturating_sub(range_ms);
        while end < times.len() && times[end] <= at {
            end += 1;
        }
        while start < end && times[start] <= after {
            start += 1;
        }
        out.push(Window {
            start: start as u32,
            end: end as u32,
        });
    }
}

/// The windows of a series that begins at row `first_row` of its group and has `length` samples.
pub(crate) fn shift(windows: &[Window], first_row: usize, length: usize, out: &mut Vec<Window>) {
    let first = first_row as u32;
    let length = length as u32;
    out.clear();
    out.extend(windows.iter().map(|window| Window {
        start: window.start.saturating_sub(first).min(length),
        end: window.end.saturating_sub(first).min(length),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times: &[i64], ends: Steps, range_ms: i64, expected: &[(u32, u32)]) {
        let mut out = Vec::new();
        borders(times, ends, range_ms, &mut out);
        let got: Vec<(u32, u32)> = out.iter().map(|w| (w.start, w.end)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn the_left_border_is_open_and_the_right_one_closed() {
        check(&[0, 10, 20, 30], Steps::once(20), 20, &[(1, 3)]);
        check(&[0, 10, 20, 30], Steps::once(20), 21, &[(0, 3)]);
        check(&[0, 10, 20, 30], Steps::once(-1), 20, &[(0, 0)]);
        check(&[], Steps::once(5), 20, &[(0, 0)]);
    }

    #[test]
    fn windows_may_overlap_and_may_leave_gaps() {
        check(
            &[0, 10, 20, 30],
            Steps::between(10, 30, 10),
            15,
            &[(0, 2), (1, 3), (2, 4)],
        );
        check(
            &[0, 10, 20, 30],
            Steps::between(0, 40, 20),
            5,
            &[(0, 1), (2, 3), (4, 4)],
        );
    }

    /// Samples at even distances take a way of their own, to the same windows.
    #[test]
    fn even_samples_have_the_windows_of_any() {
        let times: Vec<i64> = (3..20).map(|number| number * 10 + 4).collect();
        for (start, step, range) in [
            (0, 10, 25),
            (34, 10, 10),
            (150, 20, 40),
            (-90, 30, 5),
            (500, 10, 3),
        ] {
            let ends = Steps::between(start, start + 300, step);
            let (mut even, mut any) = (Vec::new(), Vec::new());
            assert!(push_even_borders(&times, ends, range, &mut even).is_some());
            push_borders(&times, ends, range, &mut any);
            assert_eq!(even, any, "{start} {step} {range}");
        }
    }

    #[test]
    fn pinned_windows_are_all_the_same() {
        let pinned = Steps::between(0, 20, 10).pinned(10);
        check(&[0, 10, 20], pinned, 5, &[(1, 2), (1, 2), (1, 2)]);
    }

    #[test]
    fn a_series_that_begins_late_has_its_own_indices() {
        let windows = [Window { start: 0, end: 2 }, Window { start: 1, end: 5 }];
        let mut out = Vec::new();
        shift(&windows, 2, 2, &mut out);
        assert_eq!(
            out,
            [Window { start: 0, end: 0 }, Window { start: 0, end: 2 }]
        );
    }
}
