//! `rate` and its kin where there are histograms. The result is a gauge histogram.

use std::sync::Arc;

use model::histogram::ResetHint;
use model::{Histogram, Value};

use crate::function::histogram::{inform_of_bounds, warn_of_layouts};
use crate::function::mixed::{MixedCall, Point};
use crate::kernel::histogram::{Expanded, divided, is_reset, scaled};
use crate::kernel::rate::Gap;
use crate::operator::Result;

/// What a member of the family does.
#[derive(Clone, Copy)]
struct Kind {
    is_counter: bool,
    per_second: bool,
}

pub(crate) fn rate(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let kind = Kind {
        is_counter: true,
        per_second: true,
    };
    Ok(extrapolated(call, step, kind))
}

pub(crate) fn increase(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let kind = Kind {
        is_counter: true,
        per_second: false,
    };
    Ok(extrapolated(call, step, kind))
}

pub(crate) fn delta(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    let kind = Kind {
        is_counter: false,
        per_second: false,
    };
    Ok(extrapolated(call, step, kind))
}

fn extrapolated(call: &MixedCall<'_>, step: usize, kind: Kind) -> Option<Value> {
    let (times, histograms) = call.histograms(step);
    let (_, floats) = call.floats(step);
    if histograms.is_empty() {
        return call.floats_alone(step);
    }
    if !floats.is_empty() {
        call.warn_of_mix();
        return None;
    }
    let right = call.frame.ends.at(step);
    let range_ms = call.frame.range_ms;
    let zero = call.zero_within(step, times[0]);
    if let Some(zero) = zero.filter(|_| kind.is_counter) {
        let mut increase = Expanded::new(&histograms[0]);
        if histograms.len() > 1 {
            let later = increase_of(call, times, histograms, kind)?;
            add(call, &mut increase, &Expanded::new(&later), 1.0)?;
        } else {
            warn_of_kind(call, histograms, true);
        }
        let gap = Gap::from_zero(zero, right, times, range_ms, kind.per_second);
        return Some(as_gauge(&increase.to_histogram(), gap.factor));
    }
    if histograms.len() < 2 {
        return None;
    }
    let increase = increase_of(call, times, histograms, kind)?;
    let left = right.saturating_sub(range_ms);
    let gap = Gap::between(left, right, times, kind.per_second);
    let factor = if kind.is_counter && increase.count > 0.0 && histograms[0].count >= 0.0 {
        gap.factor_from_zero(histograms[0].count, increase.count)
    } else {
        gap.factor
    };
    Some(as_gauge(&increase, factor))
}

fn as_gauge(increase: &Histogram, factor: f64) -> Value {
    let mut gauge = scaled(increase, factor);
    gauge.reset_hint = ResetHint::Gauge;
    Value::Histogram(Arc::new(gauge))
}

/// What was observed between the first and the last of two histograms or more.
fn increase_of(
    call: &MixedCall<'_>,
    times: &[i64],
    histograms: &[Arc<Histogram>],
    kind: Kind,
) -> Option<Histogram> {
    let (first, last) = (&histograms[0], &histograms[histograms.len() - 1]);
    warn_of_kind(call, histograms, kind.is_counter);
    // After a reset right behind the first one, it takes no part, and so neither does its layout.
    let mut before = Expanded::new(first);
    if kind.is_counter && is_reset(first, &histograms[1]) {
        before = Expanded::new(&Histogram {
            schema: histograms[1].schema,
            custom_values: histograms[1].custom_values.clone(),
            ..Histogram::default()
        });
    }
    let mut sum = Expanded::new(last);
    sum.reset_hint = ResetHint::Gauge;
    let coarsest = histograms[1..].iter().map(|one| one.schema);
    let custom = histograms[1..]
        .iter()
        .any(|one| one.has_custom_buckets() != last.has_custom_buckets());
    if kind.is_counter && custom {
        warn_of_layouts(
            call.context,
            call.node.range_span,
            call.labels.metric_name(),
        );
        return None;
    }
    if kind.is_counter && !last.has_custom_buckets() {
        sum.reduce_to(coarsest.min().unwrap_or(last.schema));
    }
    add(call, &mut sum, &before, -1.0)?;
    if kind.is_counter {
        let mut previous = before.to_histogram();
        for (now, times) in histograms[1..].iter().zip(times.windows(2)) {
            if is_reset(&previous, now) || call.started_anew(times[0], times[1]) {
                add(call, &mut sum, &Expanded::new(&previous), 1.0)?;
            }
            previous = (**now).clone();
        }
    }
    Some(sum.to_histogram())
}

/// Adds, and says what is to be said; `None` when the layouts don't go together.
fn add(call: &MixedCall<'_>, sum: &mut Expanded, other: &Expanded, sign: f64) -> Option<()> {
    let span = call.node.range_span;
    let Ok(remarks) = sum.add(other, sign) else {
        warn_of_layouts(call.context, span, call.labels.metric_name());
        return None;
    };
    if remarks.reconciled_bounds {
        let word = if sign < 0.0 {
            "subtraction"
        } else {
            "addition"
        };
        inform_of_bounds(call.context, span, word);
    }
    Some(())
}

/// Says that a histogram is a gauge where counters are wanted, or the other way round.
pub(crate) fn warn_of_kind(call: &MixedCall<'_>, histograms: &[Arc<Histogram>], is_counter: bool) {
    let is_gauge = |one: &Arc<Histogram>| one.reset_hint == ResetHint::Gauge;
    let ends_are_gauges = is_gauge(&histograms[0]) && is_gauge(&histograms[histograms.len() - 1]);
    let name = call.labels.metric_name();
    if is_counter && histograms.iter().any(is_gauge) {
        let text = format!("this native histogram metric is not a counter: {name:?}");
        call.context.warn(call.node.range_span, &text);
    } else if !is_counter && !ends_are_gauges {
        let text = format!("this native histogram metric is not a gauge: {name:?}");
        call.context.warn(call.node.range_span, &text);
    }
}

pub(crate) fn irate(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(between_last_two(call, step, true))
}

pub(crate) fn idelta(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(between_last_two(call, step, false))
}

fn between_last_two(call: &MixedCall<'_>, step: usize, per_second: bool) -> Option<Value> {
    let points = call.points(step);
    let [.., (before_ms, before), (last_ms, last)] = points.as_slice() else {
        return None;
    };
    let seconds = (last_ms - before_ms) as f64 / 1000.0;
    match (before, last) {
        (Point::Float(before), Point::Float(last)) => {
            let is_reset = last < before || call.started_anew(*before_ms, *last_ms);
            let increase = if per_second && is_reset {
                *last
            } else {
                last - before
            };
            let divisor = if per_second { seconds } else { 1.0 };
            Some(Value::Float(increase / divisor))
        }
        (Point::Histogram(before), Point::Histogram(last)) => {
            let pair = [Arc::clone(before), Arc::clone(last)];
            warn_of_kind(call, &pair, per_second);
            let mut sum = Expanded::new(last);
            sum.reset_hint = ResetHint::Gauge;
            let is_reset = is_reset(before, last) || call.started_anew(*before_ms, *last_ms);
            if !(per_second && is_reset) {
                add(call, &mut sum, &Expanded::new(before), -1.0)?;
            }
            sum.reset_hint = ResetHint::Gauge;
            let sum = sum.to_histogram();
            let result = if per_second {
                divided(&sum, seconds)
            } else {
                sum
            };
            Some(Value::Histogram(Arc::new(result)))
        }
        _ => {
            call.warn_of_mix();
            None
        }
    }
}
