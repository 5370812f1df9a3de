//! From a function call to nodes.

use model::{Labels, LabelsBuilder, MatchOp, Matcher};
use promql::{Call, Expr, Extension, ValueType};

use crate::answer::QueryError;
use crate::function;
use crate::operator::{Result, execution};
use crate::plan::lower::{
    Times, lower_instant, lower_label_name, lower_range, lower_scalar, lower_select, lower_string,
};
use crate::plan::node::{
    HistogramFunction, HistogramNode, InfoNode, InstantNode, MapNode, Node, Relabel, ScalarNode,
    Select, Sort, WindowNode, Yield,
};

pub(crate) fn lower_call(call: &Call, times: &Times) -> Result<Node> {
    if let Some(function) = function::window(call.function.name) {
        return lower_window(call, function, times);
    }
    if let Some(function) = function::map(call.function.name) {
        return Ok(Node::Instant(InstantNode::Map(MapNode {
            function,
            input: Box::new(input_or_time(call, times)?),
            parameters: scalars(call, times)?,
        })));
    }
    if let Some(function) = histogram_function(call.function.name) {
        return lower_histogram(call, function, times);
    }
    lower_special(call, times)
}

fn lower_window(
    call: &Call,
    function: &'static function::WindowFunction,
    times: &Times,
) -> Result<Node> {
    let of_type = |wanted| call.args.iter().find(move |arg| arg.value_type() == wanted);
    let range = of_type(ValueType::Matrix).ok_or_else(|| missing(call))?;
    let function = match extension_of(range) {
        None => function,
        Some(extension) => function::extended(function.name, extension)
            .ok_or_else(|| not_with(extension, function.name))?,
    };
    Ok(Node::Instant(InstantNode::Window(WindowNode {
        function,
        range: lower_range(range, times)?,
        parameters: scalars(call, times)?,
        range_span: range.span(),
        parameter_span: of_type(ValueType::Scalar).map_or(call.span, Expr::span),
    })))
}

/// How the edges of a range selector are read, if it says so.
fn extension_of(range: &Expr) -> Option<Extension> {
    match range.unparenthesized() {
        Expr::Matrix(matrix) => matrix.selector.extension,
        _ => None,
    }
}

/// Says that the function does not look at such edges.
fn not_with(extension: Extension, function: &str) -> QueryError {
    execution(format!(
        "{} modifier can only be used with: {} - not with {function}",
        extension.as_str(),
        function::names_of_extended(extension).join(", "),
    ))
}

/// The functions that have neither a table nor a family.
fn lower_special(call: &Call, times: &Times) -> Result<Node> {
    let constant = |value| Ok(Node::Scalar(ScalarNode::Constant(value)));
    match call.function.name {
        "time" => Ok(Node::Scalar(ScalarNode::Time)),
        "pi" => constant(std::f64::consts::PI),
        "start" => constant(times.start as f64 / 1000.0),
        "end" => constant(times.end as f64 / 1000.0),
        "step" => constant(times.step_ms as f64 / 1000.0),
        "range" => constant(times.range_ms() as f64 / 1000.0),
        "min_of" | "max_of" => Ok(Node::Scalar(ScalarNode::Extreme {
            largest: call.function.name == "max_of",
            lhs: Box::new(lower_scalar(arg(call, 0)?, times)?),
            rhs: Box::new(lower_scalar(arg(call, 1)?, times)?),
        })),
        "scalar" => Ok(Node::Scalar(ScalarNode::FromInstant(Box::new(
            lower_instant(arg(call, 0)?, times)?,
        )))),
        _ => lower_instant_special(call, times).map(Node::Instant),
    }
}

fn lower_instant_special(call: &Call, times: &Times) -> Result<InstantNode> {
    let input = |index| lower_instant(arg(call, index)?, times).map(Box::new);
    let name = call.function.name;
    match name {
        "vector" => Ok(InstantNode::FromScalar(lower_scalar(arg(call, 0)?, times)?)),
        "timestamp" => lower_times(call, times, Yield::Time),
        "start_timestamp" => lower_times(call, times, Yield::Start),
        "absent" => Ok(InstantNode::Absent(
            input(0)?,
            promised_labels(arg(call, 0)?),
        )),
        "absent_over_time" => {
            let range = arg(call, 0)?;
            if let Some(extension) = extension_of(range) {
                return Err(not_with(extension, name));
            }
            Ok(InstantNode::AbsentOverTime(
                lower_range(range, times)?,
                promised_labels(range),
            ))
        }
        "info" => lower_info(call, times),
        "label_replace" => Ok(InstantNode::Relabel(input(0)?, label_replace(call)?)),
        "label_join" => Ok(InstantNode::Relabel(input(0)?, label_join(call)?)),
        "sort" | "sort_desc" => {
            let order = Sort {
                labels: None,
                descending: name == "sort_desc",
            };
            Ok(InstantNode::Sort(input(0)?, order, call.span))
        }
        "sort_by_label" | "sort_by_label_desc" => {
            let order = Sort {
                labels: Some(strings(&call.args[1..])?),
                descending: name == "sort_by_label_desc",
            };
            Ok(InstantNode::Sort(input(0)?, order, call.span))
        }
        _ => Err(QueryError::Unsupported(format!("{name}()"))),
    }
}

fn lower_times(call: &Call, times: &Times, yields: Yield) -> Result<InstantNode> {
    let of = arg(call, 0)?;
    Ok(match of.unparenthesized() {
        Expr::Vector(selector) => InstantNode::SampleTime(lower_select(selector, times)?, yields),
        _ => InstantNode::EvaluationTime(Box::new(lower_instant(of, times)?), yields),
    })
}

/// The metric that describes targets, when no other is named.
const TARGET_INFO: &str = "target_info";
/// What names of info metrics look like, when it is only said which are not meant.
const ANY_INFO: &str = ".+_info";

fn lower_info(call: &Call, times: &Times) -> Result<InstantNode> {
    let selector: &[Matcher] = match call.args.get(1).map(Expr::unparenthesized) {
        Some(Expr::Vector(selector)) => &selector.matchers,
        _ => &[],
    };
    let is_name = |matcher: &&Matcher| matcher.name() == model::labels::METRIC_NAME;
    let mut names: Vec<Matcher> = selector.iter().filter(is_name).cloned().collect();
    let is_positive = |matcher: &Matcher| matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex);
    if names.is_empty() {
        names.push(Matcher::equal(model::labels::METRIC_NAME, TARGET_INFO));
    } else if !names.iter().any(is_positive) {
        let any = Matcher::new(model::labels::METRIC_NAME, MatchOp::Regex, ANY_INFO);
        names.push(any.map_err(|error| execution(error.to_string()))?);
    }
    let data: Vec<Matcher> = selector
        .iter()
        .filter(|one| !is_name(one))
        .cloned()
        .collect();
    Ok(InstantNode::Info(InfoNode {
        input: Box::new(lower_instant(arg(call, 0)?, times)?),
        select: Select {
            matchers: names.iter().chain(&data).cloned().collect(),
            at: None,
            offset_ms: 0,
            extension: None,
            counts_only: false,
            presence_only: false,
            span: call.span,
        },
        names,
        data,
    }))
}

fn label_replace(call: &Call) -> Result<Relabel> {
    let text = |index| lower_string(arg(call, index)?);
    let destination = text(1)?;
    check_label_name(call)?;
    let pattern = text(4)?;
    Ok(Relabel::Replace {
        destination,
        replacement: text(2)?,
        source: text(3)?,
        pattern: model::Regexp::new(&pattern).map_err(|_| {
            execution(format!(
                "invalid regular expression in label_replace(): {pattern}"
            ))
        })?,
    })
}

fn label_join(call: &Call) -> Result<Relabel> {
    let destination = lower_string(arg(call, 1)?)?;
    check_label_name(call)?;
    let sources = strings(call.args.get(3..).unwrap_or_default())?;
    if let Some(source) = sources.iter().find(|source| source.is_empty()) {
        return Err(execution(format!(
            "invalid source label name in label_join(): {source}"
        )));
    }
    Ok(Relabel::Join {
        destination,
        separator: lower_string(arg(call, 2)?)?,
        sources,
    })
}

/// Fails when the second argument is no name of a label: any text but the empty one is.
fn check_label_name(call: &Call) -> Result<()> {
    let destination = arg(call, 1)?;
    lower_label_name(destination).map(|_| ()).or_else(|_| {
        Err(execution(format!(
            "invalid destination label name in {}(): {}",
            call.function.name,
            lower_string(destination)?
        )))
    })
}

fn histogram_function(name: &str) -> Option<HistogramFunction> {
    Some(match name {
        "histogram_avg" => HistogramFunction::Avg,
        "histogram_count" => HistogramFunction::Count,
        "histogram_fraction" => HistogramFunction::Fraction,
        "histogram_quantile" => HistogramFunction::Quantile,
        "histogram_quantiles" => HistogramFunction::Quantiles,
        "histogram_stddev" => HistogramFunction::Stddev,
        "histogram_stdvar" => HistogramFunction::Stdvar,
        "histogram_sum" => HistogramFunction::Sum,
        _ => return None,
    })
}

fn lower_histogram(call: &Call, function: HistogramFunction, times: &Times) -> Result<Node> {
    let of_type = |wanted| {
        call.args
            .iter()
            .filter(move |arg| arg.value_type() == wanted)
    };
    let input = of_type(ValueType::Vector)
        .next()
        .ok_or_else(|| missing(call))?;
    let label = of_type(ValueType::String).next().map(lower_label_name);
    Ok(Node::Instant(InstantNode::Histogram(HistogramNode {
        function,
        input: Box::new(lower_instant(input, times)?),
        parameters: scalars(call, times)?,
        label: label.transpose()?.unwrap_or_default(),
        input_span: input.span(),
        parameter_spans: of_type(ValueType::Scalar).map(Expr::span).collect(),
    })))
}

/// The labels of what `absent` answers: those of matchers `=`; a label that is matched again is left out.
fn promised_labels(expr: &Expr) -> Labels {
    let matchers: &[Matcher] = match expr.unparenthesized() {
        Expr::Vector(selector) => &selector.matchers,
        Expr::Matrix(matrix) => &matrix.selector.matchers,
        _ => &[],
    };
    let mut labels = LabelsBuilder::default();
    let mut promised = Vec::new();
    for matcher in matchers {
        let name = matcher.name();
        if name == model::labels::METRIC_NAME {
            continue;
        }
        if matcher.op() == MatchOp::Equal && !promised.contains(&name) {
            labels.set(name, matcher.value());
            promised.push(name);
        } else {
            labels.remove(name);
        }
    }
    labels.build()
}

/// The call's vector; without one, `vector(time())`, as date functions have it.
fn input_or_time(call: &Call, times: &Times) -> Result<InstantNode> {
    let vector = call
        .args
        .iter()
        .find(|arg| arg.value_type() == ValueType::Vector);
    vector.map_or(Ok(InstantNode::FromScalar(ScalarNode::Time)), |vector| {
        lower_instant(vector, times)
    })
}

fn scalars(call: &Call, times: &Times) -> Result<Vec<ScalarNode>> {
    call.args
        .iter()
        .filter(|arg| arg.value_type() == ValueType::Scalar)
        .map(|arg| lower_scalar(arg, times))
        .collect()
}

fn strings(args: &[Expr]) -> Result<Vec<String>> {
    args.iter().map(lower_string).collect()
}

fn arg(call: &Call, index: usize) -> Result<&Expr> {
    call.args.get(index).ok_or_else(|| missing(call))
}

/// A call that the checker should have refused.
fn missing(call: &Call) -> QueryError {
    execution(format!(
        "expected more arguments in call to {:?}",
        call.function.name
    ))
}
