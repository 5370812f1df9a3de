//! How much something rose in a window: extrapolated as `rate` does it, or between edges that are anchored or smoothed. Of floats and of
//! histograms alike.

use crate::reference::seconds;
use crate::reference::value::{Point, Quantity};

/// A window `(end - width, end]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) end: i64,
    pub(super) width: i64,
}

impl Frame {
    pub(super) fn left(self) -> i64 {
        self.end - self.width
    }
}

fn was_reset<Q: Quantity>(pair: &[Point<Q>]) -> bool {
    pair[0].value.is_reset(&pair[1].value) || pair[0].begins_anew(&pair[1])
}

/// The rise between the first and the last sample of a counter: what was lost in resets is added again.
fn gained<Q: Quantity>(points: &[Point<Q>], is_counter: bool) -> Option<Q> {
    let (first, last) = (&points[0].value, &points[points.len() - 1].value);
    if !is_counter {
        return last.plus(first, -1.0);
    }
    // Right behind a reset the first one takes no part, and so neither does its layout.
    let mut points = points.to_vec();
    if points.len() > 1 && first.is_reset(&points[1].value) {
        points[0].value = points[1].value.nothing();
    }
    let mut sum = last.plus(&points[0].value, -1.0)?;
    for pair in points.windows(2).filter(|pair| was_reset(pair)) {
        sum = sum.plus(&pair[0].value, 1.0)?;
    }
    let layouts: Vec<Q> = points.iter().map(|point| point.value.clone()).collect();
    sum.as_coarse_as(&layouts)
}

/// The rise between the first and the last sample, stretched to the window's edges as far as the series may have reached.
pub(super) fn extrapolated<Q: Quantity>(
    points: &[Point<Q>],
    frame: Frame,
    is_counter: bool,
) -> Option<Q> {
    let (first, last) = (points.first()?, points.last()?);
    let began = first.start;
    let begins_within = is_counter && frame.left() < began && began < first.at && began != 0;
    if points.len() < 2 && !begins_within {
        return None;
    }
    let sampled = seconds(last.at - first.at);
    let between = sampled / (points.len() - 1).max(1) as f64;
    let reach = |distance: f64| {
        if distance >= between * 1.1 {
            between / 2.0
        } else {
            distance
        }
    };
    let after = reach(seconds(frame.end - last.at));
    let gained = gained(points, is_counter)?;
    if begins_within {
        // At its start it was zero, so nothing need be guessed to the left.
        let rise = gained.plus(&first.value, 1.0)?;
        let known = seconds(last.at - began);
        return Some(rise.scaled((known + after) / known));
    }
    let mut before = reach(seconds(first.at - frame.left()));
    if is_counter && gained.count() > 0.0 && first.value.count() >= 0.0 {
        before = before.min(sampled * first.value.count() / gained.count());
    }
    Some(gained.scaled((sampled + before + after) / sampled))
}

/// The rise between the last two samples; of a counter from zero when it was reset.
pub(super) fn of_last_two<Q: Quantity>(points: &[Point<Q>], is_counter: bool) -> Option<Q> {
    let pair = points.last_chunk::<2>()?;
    if is_counter && was_reset(pair) {
        return Some(pair[1].value.clone());
    }
    pair[1].value.plus(&pair[0].value, -1.0)
}

/// The points that matter to a window with edges, from the one that stands for the left edge on: the last one at or before it, else the first.
/// `None` when none lies within.
pub(super) fn from_anchor<V: Clone>(points: &[Point<V>], frame: Frame) -> Option<Vec<Point<V>>> {
    let until = |point: &&Point<V>| point.at <= frame.end;
    let seen: Vec<Point<V>> = points.iter().filter(until).cloned().collect();
    if !seen.iter().any(|point| point.at > frame.left()) {
        return None;
    }
    let before = seen.iter().filter(|point| point.at <= frame.left()).count();
    Some(seen[before.saturating_sub(1)..].to_vec())
}

/// The rise from the anchor to the last sample.
pub(super) fn anchored<Q: Quantity>(
    points: &[Point<Q>],
    frame: Frame,
    is_counter: bool,
) -> Option<Q> {
    let points = from_anchor(points, frame)?;
    let total = totals(&points, is_counter)?;
    total[total.len() - 1].plus(&total[0], -1.0)
}

/// What a counter would show if it were never reset; of a gauge, what it shows.
fn totals<Q: Quantity>(points: &[Point<Q>], is_counter: bool) -> Option<Vec<Q>> {
    let mut totals = vec![points.first()?.value.clone()];
    for pair in points.windows(2) {
        let (before, now) = (&pair[0].value, &pair[1].value);
        let total = &totals[totals.len() - 1];
        let is_reset = is_counter && before.is_reset(now);
        let rise = if is_reset {
            now.clone()
        } else {
            now.plus(before, -1.0)?
        };
        totals.push(total.plus(&rise, 1.0)?);
    }
    Some(totals)
}

/// The rise between the edges, where the value lies on a line between the samples around them.
pub(super) fn smoothed<Q: Quantity>(
    points: &[Point<Q>],
    frame: Frame,
    is_counter: bool,
) -> Option<Q> {
    let before = points
        .iter()
        .filter(|point| point.at <= frame.left())
        .count();
    let first = before.saturating_sub(1).min(points.len().checked_sub(1)?);
    let before_end = points.iter().filter(|point| point.at < frame.end).count();
    let last = before_end.min(points.len() - 1);
    if points[last].at <= frame.left() || points[first].at > frame.end {
        return None;
    }
    let mut points = points[first..=last].to_vec();
    if points.len() > 1 && points[0].at < frame.left() {
        let next = points[1].value.clone();
        if is_counter && points[0].value.is_reset(&next) {
            // All that it had reached was lost before the window.
            points[0].value = next.nothing();
        }
    }
    let totals = totals(&points, is_counter)?;
    let at = |edge: i64| {
        let after = points.iter().position(|point| point.at >= edge);
        match after {
            Some(0) => Some(totals[0].clone()),
            None => totals.last().cloned(),
            Some(after) => {
                let (from, to) = (points[after - 1].at, points[after].at);
                let share = (edge - from) as f64 / (to - from) as f64;
                let rise = totals[after].plus(&totals[after - 1], -1.0)?;
                totals[after - 1].plus(&rise, share)
            }
        }
    };
    at(frame.end)?.plus(&at(frame.left())?, -1.0)
}

/// The value at a moment, on a line between the samples around it, one lookback away at most.
pub(super) fn value_at<Q: Quantity>(points: &[Point<Q>], at: i64) -> Option<Q> {
    let before = points.iter().rev().find(|point| point.at <= at)?;
    match points.iter().find(|point| point.at > at) {
        Some(after) if before.at < at => {
            let share = (at - before.at) as f64 / (after.at - before.at) as f64;
            after.value.scaled(share).plus(&before.value, 1.0 - share)
        }
        _ => Some(before.value.clone()),
    }
}
