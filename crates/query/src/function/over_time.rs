//! What can be said of the samples in a window, whatever they measure.

use model::Value;

use crate::context::Context;
use crate::function::Mixed::{FloatsOnly, Points};
use crate::function::mixed::MixedCall;
use crate::function::{Check, WindowCall, WindowFunction};
use crate::kernel::compensated;
use crate::kernel::extreme;
use crate::kernel::pairs;
use crate::kernel::quantile;
use crate::kernel::sliding;
use crate::kernel::window::each;
use crate::operator::Result;
use crate::plan::WindowNode;

pub(crate) static TABLE: &[WindowFunction] = &[
    WindowFunction::new(
        "avg_over_time",
        avg,
        Points(super::histogram::avg_over_time),
    ),
    WindowFunction::new("changes", changes, Points(mixed_changes)),
    WindowFunction::new("count_over_time", count, Points(mixed_count)),
    WindowFunction {
        keeps_name: true,
        ..WindowFunction::new("first_over_time", first, Points(mixed_first))
    },
    WindowFunction {
        keeps_name: true,
        ..WindowFunction::new("last_over_time", last, Points(mixed_last))
    },
    WindowFunction::new("mad_over_time", mad, FloatsOnly),
    WindowFunction::new("max_over_time", max, FloatsOnly),
    WindowFunction::new("min_over_time", min, FloatsOnly),
    WindowFunction::new("present_over_time", present, Points(mixed_present)),
    WindowFunction {
        check: Some(Check {
            floats_only: true,
            run: check_quantile,
        }),
        ..WindowFunction::new("quantile_over_time", quantile_over_time, FloatsOnly)
    },
    WindowFunction::new("stddev_over_time", stddev, FloatsOnly),
    WindowFunction::new("stdvar_over_time", stdvar, FloatsOnly),
    WindowFunction::new(
        "sum_over_time",
        sum,
        Points(super::histogram::sum_over_time),
    ),
    WindowFunction::new(
        "ts_of_first_over_time",
        time_of_first,
        Points(mixed_time_of_first),
    ),
    WindowFunction::new(
        "ts_of_last_over_time",
        time_of_last,
        Points(mixed_time_of_last),
    ),
    WindowFunction::new("ts_of_max_over_time", time_of_max, FloatsOnly),
    WindowFunction::new("ts_of_min_over_time", time_of_min, FloatsOnly),
];

fn avg(call: &WindowCall<'_>, out: &mut [f64]) {
    sliding::means(call.samples, out);
}

fn changes(call: &WindowCall<'_>, out: &mut [f64]) {
    if call.constant.is_some() {
        return each(call.samples, out, |_, _, _| 0.0);
    }
    pairs::count(call.samples, out, |before, now| {
        before != now && !(before.is_nan() && now.is_nan())
    });
}

fn count(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, values| values.len() as f64);
}

fn first(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, values| values[0]);
}

fn last(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, values| values[values.len() - 1]);
}

fn mad(call: &WindowCall<'_>, out: &mut [f64]) {
    let mut scratch = Vec::new();
    each(call.samples, out, |_, _, values| {
        quantile::median_absolute_deviation(values, &mut scratch)
    });
}

fn max(call: &WindowCall<'_>, out: &mut [f64]) {
    match call.constant {
        Some(value) => each(call.samples, out, |_, _, _| value),
        None => extreme::sliding(call.samples, out, |a, b| a > b),
    }
}

fn min(call: &WindowCall<'_>, out: &mut [f64]) {
    match call.constant {
        Some(value) => each(call.samples, out, |_, _, _| value),
        None => extreme::sliding(call.samples, out, |a, b| a < b),
    }
}

fn present(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, _| 1.0);
}

fn check_quantile(context: &Context<'_>, node: &WindowNode, parameters: &[f64]) -> Result<()> {
    super::histogram::warn_of_quantile(context, node.parameter_span, parameters[0]);
    Ok(())
}

fn quantile_over_time(call: &WindowCall<'_>, out: &mut [f64]) {
    let mut scratch = Vec::new();
    each(call.samples, out, |step, _, values| {
        scratch.clear();
        scratch.extend_from_slice(values);
        quantile::quantile(call.parameters[0][step], &mut scratch)
    });
}

fn stddev(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, values| {
        compensated::variance(values).sqrt()
    });
}

fn stdvar(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, _, values| {
        compensated::variance(values)
    });
}

fn sum(call: &WindowCall<'_>, out: &mut [f64]) {
    sliding::sums(call.samples, out);
}

fn seconds(time_ms: i64) -> f64 {
    time_ms as f64 / 1000.0
}

fn time_of_first(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, times, _| seconds(times[0]));
}

fn time_of_last(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, times, _| {
        seconds(times[times.len() - 1])
    });
}

fn time_of_max(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, times, values| {
        time_of(times, values, |value, best| value >= best)
    });
}

fn time_of_min(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, times, values| {
        time_of(times, values, |value, best| value <= best)
    });
}

/// The time of the last value that is as good as any before it.
fn time_of(times: &[i64], values: &[f64], is_better: impl Fn(f64, f64) -> bool) -> f64 {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if is_better(*value, values[best]) || values[best].is_nan() {
            best = index;
        }
    }
    seconds(times[best])
}

fn mixed_changes(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let points = call.points(step);
    let changes = points
        .windows(2)
        .filter(|pair| pair[0].1.differs(pair[1].1))
        .count();
    Ok((!points.is_empty()).then_some(Value::Float(changes as f64)))
}

fn mixed_count(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let count = call.points(step).len();
    Ok((count > 0).then_some(Value::Float(count as f64)))
}

fn mixed_first(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(call.points(step).first().map(|(_, point)| point.to_value()))
}

fn mixed_last(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(call.points(step).last().map(|(_, point)| point.to_value()))
}

fn mixed_present(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let count = call.points(step).len();
    Ok((count > 0).then_some(Value::Float(1.0)))
}

fn mixed_time_of_first(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let points = call.points(step);
    Ok(points.first().map(|(time, _)| Value::Float(seconds(*time))))
}

fn mixed_time_of_last(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let points = call.points(step);
    Ok(points.last().map(|(time, _)| Value::Float(seconds(*time))))
}
