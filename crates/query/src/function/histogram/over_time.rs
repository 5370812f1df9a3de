//! `sum_over_time` and `avg_over_time` where there are histograms.

use std::sync::Arc;

use model::Value;
use model::histogram::ResetHint;

use crate::function::histogram::{inform_of_bounds, warn_of_layouts};
use crate::function::mixed::MixedCall;
use crate::kernel::histogram::{Expanded, divided};
use crate::operator::Result;

pub(crate) fn sum_over_time(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(combined(call, step, false))
}

pub(crate) fn avg_over_time(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(combined(call, step, true))
}

fn combined(call: &MixedCall<'_>, step: usize, mean: bool) -> Option<Value> {
    let (_, histograms) = call.histograms(step);
    if histograms.is_empty() {
        return call.floats_alone(step);
    }
    if !call.floats(step).1.is_empty() {
        call.warn_of_mix();
        return None;
    }
    let span = call.node.range_span;
    let mut sum = Expanded::new(&histograms[0]);
    let mut reconciled = false;
    for histogram in &histograms[1..] {
        match sum.add(&Expanded::new(histogram), 1.0) {
            Ok(remarks) => reconciled |= remarks.reconciled_bounds,
            Err(_) => {
                warn_of_layouts(call.context, span, call.labels.metric_name());
                return None;
            }
        }
    }
    let any = |hint| histograms.iter().any(|one| one.reset_hint == hint);
    if any(ResetHint::Reset) && any(ResetHint::NotReset) {
        let text = "conflicting counter resets during histogram aggregation";
        call.context.warn(span, text);
    }
    if reconciled {
        inform_of_bounds(call.context, span, "aggregation");
    }
    let sum = sum.to_histogram();
    let result = if mean {
        divided(&sum, histograms.len() as f64)
    } else {
        sum
    };
    Some(Value::Histogram(Arc::new(result)))
}
