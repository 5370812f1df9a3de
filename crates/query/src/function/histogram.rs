//! Functions of histograms: classic ones, which are families of series with a label `le`, and native ones.

mod family;
mod over_time;
mod quantile;
mod rate;
mod sample;

use model::Value;
use promql::{BinaryOp, Span};

use crate::context::Context;
use crate::kernel::arithmetic;
use crate::kernel::histogram as kernel;
use crate::kernel::histogram::{Expanded, Keep};
use crate::kernel::print::general;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::plan::{HistogramFunction, HistogramNode};
use crate::steps::Steps;

pub(crate) use over_time::{avg_over_time, sum_over_time};
pub(crate) use rate::{delta, idelta, increase, irate, rate, warn_of_kind};

/// Says that a quantile is none.
pub(crate) fn warn_of_quantile(context: &Context<'_>, span: Span, q: f64) {
    if q.is_nan() || !(0.0..=1.0).contains(&q) {
        let text = format!(
            "quantile value should be between 0 and 1, got {}",
            general(q)
        );
        context.warn(span, &text);
    }
}

/// As OpenMetrics writes a float: with a decimal point even where it is whole.
pub(crate) fn open_metrics_float(value: f64) -> String {
    let text = general(value);
    let is_whole = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole { format!("{text}.0") } else { text }
}

/// What a function of histograms makes of an instant vector.
pub(crate) fn evaluate<'q>(
    context: &'q Context<'q>,
    node: &HistogramNode,
    mut input: Box<dyn InstantOperator + 'q>,
    scalars: Vec<Box<dyn ScalarOperator + 'q>>,
    steps: Steps,
) -> Result<Vector<'q>> {
    let parameters = scalars
        .into_iter()
        .map(|mut scalar| scalar.values())
        .collect::<Result<Vec<_>>>()?;
    match node.function {
        HistogramFunction::Quantile
        | HistogramFunction::Fraction
        | HistogramFunction::Quantiles => {
            quantile::evaluate(context, node, &mut *input, &parameters, steps)
        }
        function => {
            let input = Vector::collect(context, &mut *input)?;
            sample::evaluate(context, function, &input, steps.count)
        }
    }
}

/// What an operator makes of two values of which at least one is a histogram; `None` when they don't go together.
pub(crate) fn combine_values(
    context: &Context<'_>,
    op: BinaryOp,
    return_bool: bool,
    span: Span,
    lhs: &Value,
    rhs: &Value,
) -> Result<Option<Value>> {
    let histogram = |histogram| Ok(Some(Value::Histogram(std::sync::Arc::new(histogram))));
    let decide = |holds: bool| {
        if return_bool {
            return Ok(Some(Value::Float(arithmetic::truth(holds))));
        }
        Ok(holds.then(|| lhs.clone()))
    };
    match (lhs, op, rhs) {
        (Value::Float(a), _, Value::Float(b)) if op.is_comparison() => {
            decide(arithmetic::scalar(op)(*a, *b) == 1.0)
        }
        (Value::Float(a), _, Value::Float(b)) if arithmetic::computation(op).is_some() => {
            Ok(Some(Value::Float(arithmetic::scalar(op)(*a, *b))))
        }
        (Value::Histogram(value), BinaryOp::TrimUpper, Value::Float(threshold)) => {
            histogram(kernel::trimmed(value, *threshold, Keep::Below))
        }
        (Value::Histogram(value), BinaryOp::TrimLower, Value::Float(threshold)) => {
            histogram(kernel::trimmed(value, *threshold, Keep::Above))
        }
        (Value::Float(factor), BinaryOp::Mul, Value::Histogram(value))
        | (Value::Histogram(value), BinaryOp::Mul, Value::Float(factor)) => {
            histogram(kernel::compacted(&kernel::scaled(value, *factor)))
        }
        (Value::Histogram(value), BinaryOp::Div, Value::Float(divisor)) => {
            histogram(kernel::compacted(&kernel::divided(value, *divisor)))
        }
        (Value::Histogram(a), BinaryOp::Add | BinaryOp::Sub, Value::Histogram(b)) => {
            Ok(add(context, op, span, a, b))
        }
        (Value::Histogram(a), BinaryOp::Equal, Value::Histogram(b)) => decide(kernel::equals(a, b)),
        (Value::Histogram(a), BinaryOp::NotEqual, Value::Histogram(b)) => {
            decide(!kernel::equals(a, b))
        }
        _ => {
            incompatible(context, op, span, lhs, rhs);
            Ok(None)
        }
    }
}

/// The sum or difference of two histograms.
fn add(
    context: &Context<'_>,
    op: BinaryOp,
    span: Span,
    a: &model::Histogram,
    b: &model::Histogram,
) -> Option<Value> {
    let (sign, word) = if op == BinaryOp::Add {
        (1.0, "addition")
    } else {
        (-1.0, "subtraction")
    };
    let mut sum = Expanded::new(a);
    let Ok(remarks) = sum.add(&Expanded::new(b), sign) else {
        let op = op.as_str();
        let text = format!("incompatible bucket layout encountered for binary operator {op}");
        context.warn(span, &text);
        return None;
    };
    if op == BinaryOp::Sub {
        sum.reset_hint = model::histogram::ResetHint::Gauge;
    }
    if remarks.conflicting_resets {
        let text = format!("conflicting counter resets during histogram {word}");
        context.warn(span, &text);
    }
    if remarks.reconciled_bounds {
        inform_of_bounds(context, span, word);
    }
    Some(Value::Histogram(std::sync::Arc::new(sum.to_histogram())))
}

/// What lies a `share` of the way between two histograms; on the way from nothing when a counter was reset between them. `None` when
/// their layouts don't go together.
pub(crate) fn interpolated(
    from: &model::Histogram,
    to: &model::Histogram,
    share: f64,
    from_zero: bool,
) -> Option<Expanded> {
    let mut value = Expanded::new(&kernel::scaled(to, share));
    if !from_zero {
        let rest = Expanded::new(&kernel::scaled(from, 1.0 - share));
        value.add(&rest, 1.0).ok()?;
    }
    Some(value)
}

/// Says that custom bounds differed.
pub(crate) fn inform_of_bounds(context: &Context<'_>, span: Span, word: &str) {
    let text = format!("mismatched custom buckets were reconciled during {word}");
    context.inform(span, &text);
}

/// Says that exponential and custom buckets don't go together.
pub(crate) fn warn_of_layouts(context: &Context<'_>, span: Span, name: &str) {
    let text = format!(
        "vector contains a mix of histograms with exponential and custom buckets schemas for metric name {name:?}"
    );
    context.warn(span, &text);
}

/// Says that the operator is not for values of such kinds.
fn incompatible(context: &Context<'_>, op: BinaryOp, span: Span, lhs: &Value, rhs: &Value) {
    let kind = |value: &Value| match value {
        Value::Float(_) => "float",
        Value::Histogram(_) => "histogram",
    };
    let op = op.as_str();
    let text = format!(
        "incompatible sample types encountered for binary operator {op:?}: {} {op} {}",
        kind(lhs),
        kind(rhs)
    );
    context.inform(span, &text);
}
