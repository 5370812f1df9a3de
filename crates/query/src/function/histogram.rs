//! Functions of histograms: classic ones, which are families of series with a label `le`, and native ones.

mod classic;

use model::Value;
use promql::{BinaryOp, Span};

use crate::answer::QueryError;
use crate::context::Context;
use crate::function::mixed::MixedCall;
use crate::kernel::arithmetic;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::plan::{HistogramFunction, HistogramNode};

/// Says that a quantile is none. Prometheus prints it as C's `%g` does.
pub(crate) fn warn_of_quantile(context: &Context<'_>, span: Span, q: f64) {
    if q.is_nan() || !(0.0..=1.0).contains(&q) {
        let text = format!(
            "quantile value should be between 0 and 1, got {}",
            go_float(q)
        );
        context.warn(span, &text);
    }
}

/// As Go prints a float with `%g`.
pub(crate) fn go_float(value: f64) -> String {
    if value == f64::INFINITY {
        "+Inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Inf".to_owned()
    } else {
        value.to_string()
    }
}

/// What a function of histograms makes of an instant vector.
pub(crate) fn evaluate<'q>(
    context: &'q Context<'q>,
    node: &HistogramNode,
    mut input: Box<dyn InstantOperator + 'q>,
    scalars: Vec<Box<dyn ScalarOperator + 'q>>,
    steps: usize,
) -> Result<Vector<'q>> {
    let parameters = scalars
        .into_iter()
        .map(|mut scalar| scalar.values())
        .collect::<Result<Vec<_>>>()?;
    let input = Vector::collect(context, &mut *input)?;
    match node.function {
        HistogramFunction::Quantile
        | HistogramFunction::Fraction
        | HistogramFunction::Quantiles => {
            classic::evaluate(context, node, &input, &parameters, steps)
        }
        _ => Err(QueryError::Unsupported(format!(
            "{:?} of native histograms",
            node.function
        ))),
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
    match (lhs, rhs) {
        (Value::Float(a), Value::Float(b)) if op.is_comparison() => {
            let holds = arithmetic::scalar(op)(*a, *b);
            if return_bool {
                return Ok(Some(Value::Float(holds)));
            }
            Ok((holds == 1.0).then(|| lhs.clone()))
        }
        (Value::Float(a), Value::Float(b)) if arithmetic::computation(op).is_some() => {
            Ok(Some(Value::Float(arithmetic::scalar(op)(*a, *b))))
        }
        (Value::Histogram(_), Value::Histogram(_)) if !op.is_comparison() => Err(
            QueryError::Unsupported(format!("{} of native histograms", op.as_str())),
        ),
        _ => {
            incompatible(context, op, span, lhs, rhs);
            Ok(None)
        }
    }
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

macro_rules! unsupported {
    ($($name:ident),*) => {
        $(pub(crate) fn $name(_: &MixedCall<'_>, _: usize) -> Result<Option<Value>> {
            Err(QueryError::Unsupported(concat!(stringify!($name), "() of native histograms").to_owned()))
        })*
    };
}

unsupported!(
    avg_over_time,
    sum_over_time,
    delta,
    idelta,
    increase,
    irate,
    rate
);
