//! From an expression to nodes.

use promql::{
    AggregateOp, At, Binary, Duration, Expr, Grouping, Subquery, UnaryOp, ValueType, VectorSelector,
};

use crate::answer::QueryError;
use crate::function;
use crate::operator::{Result, execution};
use crate::plan::lower_call::lower_call;
use crate::plan::node::{
    AggregateNode, BinaryScalars, BinaryVectors, InstantNode, MapNode, Node, RangeNode, ScalarNode,
    Select, SubqueryNode, VectorScalar,
};
use crate::request::Window;

/// The times of a query that expressions can speak of, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// The first evaluation.
    pub start: i64,
    /// The last evaluation at most.
    pub end: i64,
    /// Distance of evaluations; 0 for a single one.
    pub step_ms: i64,
    /// The step of subqueries that name none.
    pub default_step_ms: i64,
}

impl Times {
    /// Of a query.
    pub(crate) fn new(window: Window, default_step_ms: i64) -> Self {
        let (start, end, step_ms) = match window {
            Window::Instant(at) => (at.0, at.0, 0),
            Window::Range {
                start,
                end,
                step_ms,
            } => (start.0, end.0, step_ms),
        };
        Self {
            start,
            end,
            step_ms,
            default_step_ms,
        }
    }

    /// End less start.
    pub(crate) fn range_ms(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }

    fn offset_ms(&self, offset: Option<&Duration>) -> Result<i64> {
        offset.map_or(Ok(0), |offset| {
            offset
                .to_ms(self.query_times())
                .map_err(|error| execution(error.to_string()))
        })
    }

    fn length_ms(&self, length: &Duration) -> Result<i64> {
        length
            .to_positive_ms(self.query_times())
            .map_err(|error| execution(error.to_string()))
    }

    fn query_times(&self) -> promql::QueryTimes {
        promql::QueryTimes {
            step_ms: self.step_ms,
            range_ms: self.range_ms(),
        }
    }

    fn at_ms(&self, at: Option<At>) -> Option<i64> {
        at.map(|at| match at {
            At::Time(time) => time.0,
            At::Start => self.start,
            At::End => self.end,
        })
    }
}

/// The plan of an expression, as it was written.
pub(crate) fn lower(expr: &Expr, times: &Times) -> Result<Node> {
    match expr.value_type() {
        ValueType::Scalar => lower_scalar(expr, times).map(Node::Scalar),
        ValueType::Vector => lower_instant(expr, times).map(Node::Instant),
        ValueType::Matrix => lower_range(expr, times).map(Node::Range),
        ValueType::String => lower_string(expr).map(Node::String),
    }
}

/// A string literal, parentheses or not.
pub(crate) fn lower_string(expr: &Expr) -> Result<String> {
    match expr.unparenthesized() {
        Expr::String(literal) => Ok(literal.value.clone()),
        _ => Err(mistyped("string")),
    }
}

/// A string literal that names a label; any text but the empty one does.
pub(crate) fn lower_label_name(expr: &Expr) -> Result<String> {
    match expr.unparenthesized() {
        Expr::String(literal) if literal.value.is_empty() || literal.broken.is_some() => Err(
            execution(format!("invalid label name {}", literal.quoted())),
        ),
        _ => lower_string(expr),
    }
}

/// An expression whose type the checker should have refused.
fn mistyped(expected: &str) -> QueryError {
    execution(format!("expected {expected} expression"))
}

pub(crate) fn lower_scalar(expr: &Expr, times: &Times) -> Result<ScalarNode> {
    match expr.unparenthesized() {
        Expr::Number(literal) => Ok(ScalarNode::Constant(literal.value)),
        Expr::Unary(unary) => {
            let inner = lower_scalar(&unary.expr, times)?;
            Ok(match unary.op {
                UnaryOp::Plus => inner,
                UnaryOp::Minus => ScalarNode::Negate(Box::new(inner)),
            })
        }
        Expr::Binary(binary) if binary.op.is_trim() => Err(execution(format!(
            "operator {:?} not allowed for Scalar operations",
            binary.op.as_str()
        ))),
        Expr::Binary(binary) => Ok(ScalarNode::Binary(BinaryScalars {
            op: binary.op,
            lhs: Box::new(lower_scalar(&binary.lhs, times)?),
            rhs: Box::new(lower_scalar(&binary.rhs, times)?),
        })),
        Expr::Call(call) => match lower_call(call, times)? {
            Node::Scalar(node) => Ok(node),
            _ => Err(mistyped("scalar")),
        },
        _ => Err(mistyped("scalar")),
    }
}

pub(crate) fn lower_instant(expr: &Expr, times: &Times) -> Result<InstantNode> {
    match expr.unparenthesized() {
        Expr::Vector(selector) => Ok(InstantNode::Select(lower_select(selector, times)?)),
        Expr::Unary(unary) => {
            let input = lower_instant(&unary.expr, times)?;
            Ok(match unary.op {
                UnaryOp::Plus => input,
                UnaryOp::Minus => InstantNode::Map(MapNode {
                    function: &function::NEGATE,
                    input: Box::new(input),
                    parameters: Vec::new(),
                }),
            })
        }
        Expr::Binary(binary) => lower_binary(binary, times),
        Expr::Aggregate(aggregate) => lower_aggregate(aggregate, times),
        Expr::Call(call) => match lower_call(call, times)? {
            Node::Instant(node) => Ok(node),
            _ => Err(mistyped("instant vector")),
        },
        _ => Err(mistyped("instant vector")),
    }
}

pub(crate) fn lower_range(expr: &Expr, times: &Times) -> Result<RangeNode> {
    match expr.unparenthesized() {
        Expr::Matrix(matrix) => Ok(RangeNode::Select(
            lower_select(&matrix.selector, times)?,
            times.length_ms(&matrix.range)?,
        )),
        Expr::Subquery(subquery) => lower_subquery(subquery, times).map(RangeNode::Subquery),
        _ => Err(mistyped("range vector")),
    }
}

fn lower_subquery(subquery: &Subquery, times: &Times) -> Result<SubqueryNode> {
    let step_ms = match &subquery.step {
        Some(step) => times.length_ms(step)?,
        None => times.default_step_ms,
    };
    Ok(SubqueryNode {
        expr: Box::new(lower_instant(&subquery.expr, times)?),
        range_ms: times.length_ms(&subquery.range)?,
        step_ms: step_ms.max(1),
        at: times.at_ms(subquery.at),
        offset_ms: times.offset_ms(subquery.offset.as_ref())?,
    })
}

pub(crate) fn lower_select(selector: &VectorSelector, times: &Times) -> Result<Select> {
    Ok(Select {
        matchers: selector.matchers.clone(),
        at: times.at_ms(selector.at),
        offset_ms: times.offset_ms(selector.offset.as_ref())?,
        extension: selector.extension,
        counts_only: false,
        presence_only: false,
        span: selector.span,
    })
}

fn lower_binary(binary: &Binary, times: &Times) -> Result<InstantNode> {
    let is_scalar = |expr: &Expr| expr.value_type() == ValueType::Scalar;
    if let Some(matching) = &binary.matching {
        return Ok(InstantNode::Binary(BinaryVectors {
            op: binary.op,
            lhs: Box::new(lower_instant(&binary.lhs, times)?),
            rhs: Box::new(lower_instant(&binary.rhs, times)?),
            return_bool: binary.return_bool,
            matching: matching.clone(),
            span: binary.span,
        }));
    }
    let scalar_first = is_scalar(&binary.lhs);
    let (vector, scalar) = if scalar_first {
        (&binary.rhs, &binary.lhs)
    } else {
        (&binary.lhs, &binary.rhs)
    };
    Ok(InstantNode::BinaryScalar(VectorScalar {
        op: binary.op,
        vector: Box::new(lower_instant(vector, times)?),
        scalar: lower_scalar(scalar, times)?,
        scalar_first,
        return_bool: binary.return_bool,
        span: binary.span,
    }))
}

fn lower_aggregate(aggregate: &promql::Aggregate, times: &Times) -> Result<InstantNode> {
    let mut input = lower_instant(&aggregate.expr, times)?;
    if let InstantNode::Select(select) = &mut input {
        let op = aggregate.op;
        select.presence_only = matches!(op, AggregateOp::Count | AggregateOp::Group);
    }
    let mut node = AggregateNode {
        op: aggregate.op,
        input: Box::new(input),
        parameter: None,
        label: String::new(),
        grouping: sorted(&aggregate.grouping),
        input_span: aggregate.expr.span(),
        parameter_span: aggregate.span,
    };
    if let Some(param) = &aggregate.param {
        node.parameter_span = param.span();
        match aggregate.op.parameter() {
            Some(ValueType::String) => node.label = lower_label_name(param)?,
            _ => node.parameter = Some(lower_scalar(param, times)?),
        }
    }
    Ok(InstantNode::Aggregate(node))
}

/// With its labels in order, so that they can be searched.
fn sorted(grouping: &Grouping) -> Grouping {
    let sort = |labels: &[String]| {
        let mut labels = labels.to_vec();
        labels.sort_unstable();
        labels.dedup();
        labels
    };
    match grouping {
        Grouping::By(labels) => Grouping::By(sort(labels)),
        Grouping::Without(labels) => Grouping::Without(sort(labels)),
    }
}
