//! Windows with edges: `anchored` and `smoothed` range selectors.
//!
//! Such a selector sees one lookback beyond its window. An anchored one takes the last sample at or before the left edge for the
//! value there; a smoothed one interpolates at both edges, between the samples around them. So nothing is extrapolated.

use crate::column::ABSENT;
use crate::kernel::window::{Frame, Samples, each};

/// What is computed of the values at the edges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rise {
    /// A fall is a reset.
    pub is_counter: bool,
    /// The result is divided by the window's width.
    pub per_second: bool,
    /// Edges are interpolated.
    pub is_smoothed: bool,
}

/// The samples that matter to a window, as indices: from the last one at or before the left edge, to the first one at or after
/// the right edge when that is interpolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edges {
    /// Time of the left edge.
    pub left: i64,
    /// Time of the right edge.
    pub right: i64,
    /// Index of the first sample.
    pub first: usize,
    /// Index of the last sample.
    pub last: usize,
}

impl Edges {
    /// Of the samples at `times`, of which there is one; `None` when none lies within the window.
    pub(crate) fn find(times: &[i64], left: i64, right: i64, is_smoothed: bool) -> Option<Self> {
        let before_last = &times[..times.len() - 1];
        let first = before_last
            .partition_point(|time| *time <= left)
            .saturating_sub(1);
        let last = if is_smoothed {
            before_last.partition_point(|time| *time < right)
        } else {
            before_last.len()
        };
        let is_within = times[last] > left && times[first] <= right;
        is_within.then_some(Self {
            left,
            right,
            first,
            last,
        })
    }

    /// Whether the value at the left edge lies between the first sample and the one behind it.
    pub(crate) fn cuts_left(&self, times: &[i64], is_smoothed: bool) -> bool {
        is_smoothed && times[self.first] < self.left
    }

    /// Whether the value at the right edge lies between the last sample and the one before it.
    pub(crate) fn cuts_right(&self, times: &[i64], is_smoothed: bool) -> bool {
        is_smoothed && self.last > 0 && times[self.last] > self.right
    }
}

/// How far a time lies between two samples, from 0 to 1.
pub(crate) fn share(times: &[i64], before: usize, at: i64) -> f64 {
    (at - times[before]) as f64 / (times[before + 1] - times[before]) as f64
}

/// Writes how much each window rose.
pub(crate) fn rise(samples: Samples<'_, f64>, frame: Frame, kind: Rise, out: &mut [f64]) {
    each(samples, out, |step, times, values| {
        let right = frame.ends.at(step);
        let left = right.saturating_sub(frame.range_ms);
        let Some(edges) = Edges::find(times, left, right, kind.is_smoothed) else {
            return ABSENT;
        };
        let mut rise = rise_between(times, values, edges, kind);
        if kind.per_second {
            rise /= frame.range_ms as f64 / 1000.0;
        }
        rise
    });
}

fn rise_between(times: &[i64], values: &[f64], edges: Edges, kind: Rise) -> f64 {
    let interpolate = |before: usize, at| {
        let (mut from, to) = (values[before], values[before + 1]);
        if kind.is_counter && to < from {
            from = 0.0;
        }
        from + (to - from) * share(times, before, at)
    };
    let left = if edges.cuts_left(times, kind.is_smoothed) {
        interpolate(edges.first, edges.left)
    } else {
        values[edges.first]
    };
    let right = if edges.cuts_right(times, kind.is_smoothed) {
        interpolate(edges.last - 1, edges.right)
    } else {
        values[edges.last]
    };
    let mut rise = right - left;
    if kind.is_counter {
        let begin = edges.first + usize::from(times[edges.first] <= edges.left);
        let end = edges.last + usize::from(times[edges.last] < edges.right);
        let mut before = left;
        let inside = values.get(begin..end).unwrap_or_default();
        for value in inside.iter().chain([&right]) {
            if *value < before {
                rise += before;
            }
            before = *value;
        }
    }
    rise
}

/// Writes how often neighbours differ as `differ` says, from the anchor on.
pub(crate) fn count_pairs(
    samples: Samples<'_, f64>,
    frame: Frame,
    out: &mut [f64],
    differ: impl Fn(f64, f64) -> bool,
) {
    each(samples, out, |step, times, values| {
        let right = frame.ends.at(step);
        let left = right.saturating_sub(frame.range_ms);
        Edges::find(times, left, right, false).map_or(ABSENT, |edges| {
            let pairs = values[edges.first..].windows(2);
            pairs.filter(|pair| differ(pair[0], pair[1])).count() as f64
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples 10 s apart; the window is `(left_s, right_s]`.
    fn check(values: &[f64], left_s: i64, right_s: i64, is_smoothed: bool, expected: f64) {
        let times: Vec<i64> = (0..values.len() as i64).map(|i| i * 10_000).collect();
        let edges = Edges::find(&times, left_s * 1000, right_s * 1000, is_smoothed);
        let kind = Rise {
            is_counter: true,
            per_second: false,
            is_smoothed,
        };
        let rise = edges.map_or(f64::NAN, |edges| rise_between(&times, values, edges, kind));
        assert!((rise - expected).abs() < 1e-9, "{rise} is not {expected}");
    }

    #[test]
    fn an_anchor_is_the_value_at_the_left_edge() {
        check(&[1.0, 3.0, 6.0], 5, 20, false, 5.0);
        check(&[1.0, 3.0, 6.0], 10, 25, false, 3.0);
    }

    #[test]
    fn smoothed_edges_lie_between_samples() {
        // 2 at 5 s, 4.5 at 15 s.
        check(&[1.0, 3.0, 6.0], 5, 15, true, 2.5);
    }

    #[test]
    fn a_reset_at_an_edge_counts_once() {
        check(&[5.0, 10.0, 3.0], 5, 15, true, 4.0);
        check(&[10.0, 5.0, 2.0, 4.0], 1, 15, true, 5.5);
        check(&[5.0, 10.0, 3.0], 0, 20, false, 8.0);
    }
}
