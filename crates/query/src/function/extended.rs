//! Functions of `anchored` and `smoothed` range vectors.

use std::sync::Arc;

use model::histogram::ResetHint;
use model::{Histogram, Value};
use promql::Extension;

use crate::function::Mixed::Points;
use crate::function::histogram::{interpolated, warn_of_kind, warn_of_layouts};
use crate::function::mixed::{MixedCall, Point};
use crate::function::{WindowCall, WindowFunction};
use crate::kernel::extended::{Edges, Rise, count_pairs, rise, share};
use crate::kernel::histogram::{Expanded, divided, is_reset};
use crate::operator::Result;

/// The function of that name, if it looks at such edges.
pub(crate) fn named(name: &str, extension: Extension) -> Option<&'static WindowFunction> {
    table(extension)
        .iter()
        .find(|function| function.name == name)
}

/// The functions that look at such edges, by name.
pub(crate) fn table(extension: Extension) -> &'static [WindowFunction] {
    match extension {
        Extension::Anchored => ANCHORED,
        Extension::Smoothed => SMOOTHED,
    }
}

static ANCHORED: &[WindowFunction] = &[
    WindowFunction::new("changes", changes, Points(mixed_changes)),
    WindowFunction::new(
        "delta",
        |call, out| run(call, ANCHORED_DELTA, out),
        Points(|call, step| mixed(call, step, ANCHORED_DELTA)),
    ),
    WindowFunction {
        is_for_counters: true,
        ..WindowFunction::new(
            "increase",
            |call, out| run(call, ANCHORED_INCREASE, out),
            Points(|call, step| mixed(call, step, ANCHORED_INCREASE)),
        )
    },
    WindowFunction {
        is_for_counters: true,
        ..WindowFunction::new(
            "rate",
            |call, out| run(call, ANCHORED_RATE, out),
            Points(|call, step| mixed(call, step, ANCHORED_RATE)),
        )
    },
    WindowFunction::new("resets", resets, Points(mixed_resets)),
];

static SMOOTHED: &[WindowFunction] = &[
    WindowFunction::new(
        "delta",
        |call, out| run(call, smoothed(ANCHORED_DELTA), out),
        Points(|call, step| mixed(call, step, smoothed(ANCHORED_DELTA))),
    ),
    WindowFunction {
        is_for_counters: true,
        ..WindowFunction::new(
            "increase",
            |call, out| run(call, smoothed(ANCHORED_INCREASE), out),
            Points(|call, step| mixed(call, step, smoothed(ANCHORED_INCREASE))),
        )
    },
    WindowFunction {
        is_for_counters: true,
        ..WindowFunction::new(
            "rate",
            |call, out| run(call, smoothed(ANCHORED_RATE), out),
            Points(|call, step| mixed(call, step, smoothed(ANCHORED_RATE))),
        )
    },
];

const ANCHORED_DELTA: Rise = Rise {
    is_counter: false,
    per_second: false,
    is_smoothed: false,
};

const ANCHORED_INCREASE: Rise = Rise {
    is_counter: true,
    ..ANCHORED_DELTA
};

const ANCHORED_RATE: Rise = Rise {
    per_second: true,
    ..ANCHORED_INCREASE
};

const fn smoothed(rise: Rise) -> Rise {
    Rise {
        is_smoothed: true,
        ..rise
    }
}

fn run(call: &WindowCall<'_>, kind: Rise, out: &mut [f64]) {
    rise(call.samples, call.frame, kind, out);
}

fn changes(call: &WindowCall<'_>, out: &mut [f64]) {
    count_pairs(call.samples, call.frame, out, |a, b| {
        a != b && !(a.is_nan() && b.is_nan())
    });
}

fn resets(call: &WindowCall<'_>, out: &mut [f64]) {
    count_pairs(call.samples, call.frame, out, |a, b| b < a);
}

fn mixed_changes(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(mixed_pairs(call, step, |before, now| before.differs(now)))
}

fn mixed_resets(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(mixed_pairs(call, step, |before, now| before.is_reset(now)))
}

fn mixed_pairs(
    call: &MixedCall<'_>,
    step: usize,
    count: fn(Point<'_>, Point<'_>) -> bool,
) -> Option<Value> {
    let points = call.points(step);
    let times: Vec<i64> = points.iter().map(|(time, _)| *time).collect();
    let edges = edges(call, step, &times, false)?;
    let pairs = points[edges.first..].windows(2);
    let count = pairs.filter(|pair| count(pair[0].1, pair[1].1)).count();
    Some(Value::Float(count as f64))
}

fn edges(call: &MixedCall<'_>, step: usize, times: &[i64], is_smoothed: bool) -> Option<Edges> {
    let right = call.frame.ends.at(step);
    let left = right.saturating_sub(call.frame.range_ms);
    if times.is_empty() {
        return None;
    }
    Edges::find(times, left, right, is_smoothed)
}

fn mixed(call: &MixedCall<'_>, step: usize, kind: Rise) -> Result<Option<Value>> {
    let (times, histograms) = call.histograms(step);
    if histograms.is_empty() {
        return Ok(call.floats_alone(step));
    }
    if !call.floats(step).1.is_empty() {
        call.warn_of_mix();
        return Ok(None);
    }
    let Some(edges) = edges(call, step, times, kind.is_smoothed) else {
        return Ok(None);
    };
    let rise = rise_of(times, histograms, edges, kind);
    warn_of_kind(call, &histograms[edges.first..=edges.last], kind.is_counter);
    let Some(rise) = rise else {
        warn_of_layouts(
            call.context,
            call.node.range_span,
            call.labels.metric_name(),
        );
        return Ok(None);
    };
    let seconds = call.frame.range_ms as f64 / 1000.0;
    let result = if kind.per_second {
        divided(&rise, seconds)
    } else {
        rise
    };
    Ok(Some(Value::Histogram(Arc::new(result))))
}

/// How much the histograms rose between the edges; `None` when their layouts don't go together.
fn rise_of(
    times: &[i64],
    histograms: &[Arc<Histogram>],
    edges: Edges,
    kind: Rise,
) -> Option<Histogram> {
    let between = |before: usize, at| {
        let (from, to) = (&histograms[before], &histograms[before + 1]);
        let from_zero = kind.is_counter && is_reset(from, to);
        interpolated(from, to, share(times, before, at), from_zero)
    };
    let cuts_left = edges.cuts_left(times, kind.is_smoothed);
    let left = if cuts_left {
        between(edges.first, edges.left)?
    } else {
        Expanded::new(&histograms[edges.first])
    };
    let mut rise = if edges.cuts_right(times, kind.is_smoothed) {
        between(edges.last - 1, edges.right)?
    } else {
        Expanded::new(&histograms[edges.last])
    };
    rise.add(&left, -1.0).ok()?;
    if kind.is_counter {
        for index in edges.first + 1..=edges.last {
            // What was lost in a reset that the left edge lies behind is lost to this window.
            let is_before = index == edges.first + 1 && cuts_left;
            if !is_before && is_reset(&histograms[index - 1], &histograms[index]) {
                rise.add(&Expanded::new(&histograms[index - 1]), 1.0).ok()?;
            }
        }
    }
    rise.reset_hint = ResetHint::Gauge;
    Some(rise.to_histogram())
}
