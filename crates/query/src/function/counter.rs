//! How fast things go up: `rate` and its kin.

use model::{Labels, Value};

use crate::column::{ABSENT, Column, is_absent};
use crate::context::Context;
use crate::function::Mixed::Points;
use crate::function::mixed::MixedCall;
use crate::function::{PerSecond, WindowCall, WindowFunction};
use crate::kernel::pairs;
use crate::kernel::rate::{self, started};
use crate::kernel::starts;
use crate::kernel::window::{Samples, each};
use crate::operator::Result;
use crate::plan::WindowNode;

pub(crate) static TABLE: &[WindowFunction] = &[
    WindowFunction {
        extrapolates: Some(PerSecond(false)),
        ..WindowFunction::new("delta", delta, Points(super::histogram::delta))
    },
    WindowFunction::new("idelta", idelta, Points(super::histogram::idelta)),
    WindowFunction {
        is_for_counters: true,
        reads_starts: true,
        extrapolates: Some(PerSecond(false)),
        ..WindowFunction::new("increase", increase, Points(super::histogram::increase))
    },
    WindowFunction {
        reads_starts: true,
        ..WindowFunction::new("irate", irate, Points(super::histogram::irate))
    },
    WindowFunction {
        is_for_counters: true,
        reads_starts: true,
        extrapolates: Some(PerSecond(true)),
        ..WindowFunction::new("rate", per_second, Points(super::histogram::rate))
    },
    WindowFunction {
        reads_starts: true,
        ..WindowFunction::new("resets", resets, Points(mixed_resets))
    },
];

fn delta(call: &WindowCall<'_>, out: &mut [f64]) {
    rate::extrapolated::<false>(call.samples, call.gaps, out);
}

fn idelta(call: &WindowCall<'_>, out: &mut [f64]) {
    rate::instant::<false>(call.samples, out);
}

fn irate(call: &WindowCall<'_>, out: &mut [f64]) {
    if call.samples.starts.is_empty() {
        rate::instant::<true>(call.samples, out);
    } else {
        started::instant(call.samples, out);
    }
}

fn increase(call: &WindowCall<'_>, out: &mut [f64]) {
    rise(call, PerSecond(false), out);
}

fn per_second(call: &WindowCall<'_>, out: &mut [f64]) {
    rise(call, PerSecond(true), out);
}

/// `rate` and `increase` differ in their gaps alone.
fn rise(call: &WindowCall<'_>, per_second: PerSecond, out: &mut [f64]) {
    if !call.samples.starts.is_empty() {
        return started::extrapolated(call.samples, call.frame, per_second.0, out);
    }
    if stands_still(call, out) {
        return;
    }
    rate::extrapolated::<true>(call.samples, call.gaps, out);
}

/// A counter that never moved needs no arithmetic: its increase is 0 wherever a window holds two samples.
fn stands_still(call: &WindowCall<'_>, out: &mut [f64]) -> bool {
    if !call.constant.is_some_and(f64::is_finite) {
        return false;
    }
    each(call.samples, out, |_, _, values| {
        if values.len() < 2 { ABSENT } else { 0.0 }
    });
    true
}

fn resets(call: &WindowCall<'_>, out: &mut [f64]) {
    if !call.samples.starts.is_empty() {
        return started::resets(call.samples, out);
    }
    pairs::count(call.samples, out, |before, now| now < before);
}

fn mixed_resets(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let points = call.points(step);
    let resets = points
        .windows(2)
        .filter(|pair| pair[0].1.is_reset(pair[1].1) || call.started_anew(pair[0].0, pair[1].0))
        .count();
    Ok((!points.is_empty()).then_some(Value::Float(resets as f64)))
}

/// Says that a counter is said to have begun before the last sample of another that had its name.
pub(crate) fn warn_of_overlap<V>(
    context: &Context<'_>,
    node: &WindowNode,
    labels: &Labels,
    samples: Samples<'_, V>,
) {
    let overlap = samples.windows.iter().any(|window| {
        let (times, starts) = samples.started(*window);
        starts::pairs(times, starts).any(|(before, now)| starts::overlaps(before, now))
    });
    if overlap {
        let name = labels.metric_name();
        let text = format!(
            "sample has start time that overlaps with previous sample timestamp for metric {name:?}"
        );
        context.warn(node.range_span, &text);
    }
}

/// What the names of counters end in.
const COUNTER_SUFFIXES: [&str; 4] = ["_total", "_sum", "_count", "_bucket"];

/// Says that a metric does not look like a counter, by its `__type__` or else by its name, if the result has a float of it.
pub(crate) fn note_if_gauge(
    context: &Context<'_>,
    node: &WindowNode,
    labels: &Labels,
    result: &Column,
) {
    let name = labels.metric_name();
    if name.is_empty() || result.floats.iter().all(|value| is_absent(*value)) {
        return;
    }
    match labels.value("__type__") {
        "counter" | "histogram" => {}
        "" => {
            if !COUNTER_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
                let text = format!(
                    "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name:?}"
                );
                context.inform(node.range_span, &text);
            }
        }
        other => {
            let text = format!(
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got {other:?}: {name:?}"
            );
            context.inform(node.range_span, &text);
        }
    }
}
