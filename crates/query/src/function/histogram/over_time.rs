//! `sum_over_time` and `avg_over_time` where there are histograms.

use std::sync::Arc;

use model::Value;
use model::histogram::ResetHint;

use crate::function::histogram::{inform_of_bounds, warn_of_layouts};
use crate::function::mixed::MixedCall;
use crate::kernel::histogram::compensated::{Accumulated, Wanted};
use crate::operator::Result;

pub(crate) fn sum_over_time(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(combined(call, step, Wanted::Sum))
}

pub(crate) fn avg_over_time(call: &MixedCall<'_>, step: usize) -> Result<Option<Value>> {
    Ok(combined(call, step, Wanted::Mean))
}

fn combined(call: &MixedCall<'_>, step: usize, wanted: Wanted) -> Option<Value> {
    let (_, histograms) = call.histograms(step);
    if histograms.is_empty() {
        return call.floats_alone(step);
    }
    if !call.floats(step).1.is_empty() {
        call.warn_of_mix();
        return None;
    }
    let span = call.node.range_span;
    let mut sum = Accumulated::new(&histograms[0], wanted);
    let mut reconciled = false;
    for histogram in &histograms[1..] {
        match sum.add(histogram) {
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
    Some(Value::Histogram(Arc::new(sum.finish())))
}
