//! What the nodes of a plan are called when a query is explained.

use std::fmt::Write as _;

use model::Matcher;
use model::duration::Milliseconds;
use promql::{Extension, Grouping, Span, VectorMatching};

use crate::explain::Description;
use crate::plan::{
    AggregateNode, BinaryVectors, HistogramFunction, InstantNode, RangeNode, Relabel, Select, Sort,
    SubqueryNode, Yield,
};

fn named(name: &str, detail: impl Into<String>, span: Option<Span>) -> Description {
    Description {
        name: name.to_owned(),
        detail: detail.into(),
        span,
    }
}

/// Of a node that yields an instant vector.
pub(crate) fn instant(node: &InstantNode) -> Description {
    match node {
        InstantNode::Select(select) => selection("select", select, ""),
        InstantNode::SampleTime(select, Yield::Start) => selection("start_timestamp", select, ""),
        InstantNode::SampleTime(select, _) => selection("timestamp", select, ""),
        InstantNode::Window(node) => named(node.function.name, "", None),
        InstantNode::Map(node) => named(node.function.name, "", None),
        InstantNode::EvaluationTime(..) => named("timestamp", "of the evaluation", None),
        InstantNode::FromScalar(_) => named("vector", "", None),
        InstantNode::Absent(..) => named("absent", "", None),
        InstantNode::AbsentOverTime(..) => named("absent_over_time", "", None),
        InstantNode::Relabel(_, how) => relabelling(how),
        InstantNode::Sort(_, how, span) => sorting(how, *span),
        InstantNode::Histogram(node) => named(histogram(node.function), "", None),
        InstantNode::Info(node) => named("info", matchers(&node.data), Some(node.select.span)),
        InstantNode::Aggregate(node) => aggregation(node),
        InstantNode::Binary(node) => operation(node),
        InstantNode::BinaryScalar(node) => {
            let side = if node.scalar_first {
                "a scalar and each sample"
            } else {
                "each sample and a scalar"
            };
            named(node.op.as_str(), side, Some(node.span))
        }
        InstantNode::Once(_) => named("once", "the same at each step: computed at the first", None),
    }
}

/// Of a node that yields a range vector.
pub(crate) fn range(node: &RangeNode) -> Description {
    match node {
        RangeNode::Select(select, range_ms) => {
            selection("select", select, &format!("[{}]", Milliseconds(*range_ms)))
        }
        RangeNode::Subquery(node) => subquery(node),
    }
}

fn selection(name: &str, select: &Select, range: &str) -> Description {
    let mut detail = format!("{{{}}}{range}", matchers(&select.matchers));
    match select.extension {
        Some(Extension::Anchored) => detail.push_str(" anchored"),
        Some(Extension::Smoothed) => detail.push_str(" smoothed"),
        None => {}
    }
    push_moment(&mut detail, select.at, select.offset_ms);
    named(name, detail, Some(select.span))
}

fn subquery(node: &SubqueryNode) -> Description {
    let (range, step) = (Milliseconds(node.range_ms), Milliseconds(node.step_ms));
    let mut detail = format!("[{range}:{step}]");
    push_moment(&mut detail, node.at, node.offset_ms);
    named("subquery", detail, None)
}

fn push_moment(detail: &mut String, at: Option<i64>, offset_ms: i64) {
    if let Some(at) = at {
        let _ = write!(detail, " @ {}", at as f64 / 1000.0);
    }
    if offset_ms != 0 {
        let _ = write!(detail, " offset {}", Milliseconds(offset_ms));
    }
}

fn matchers(matchers: &[Matcher]) -> String {
    let texts: Vec<String> = matchers.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn relabelling(how: &Relabel) -> Description {
    match how {
        Relabel::Replace {
            destination,
            source,
            ..
        } => named(
            "label_replace",
            format!("{destination} from {source}"),
            None,
        ),
        Relabel::Join {
            destination,
            sources,
            ..
        } => {
            let sources = sources.join(", ");
            named("label_join", format!("{destination} from {sources}"), None)
        }
    }
}

fn sorting(how: &Sort, span: Span) -> Description {
    let name = match (&how.labels, how.descending) {
        (None, false) => "sort",
        (None, true) => "sort_desc",
        (Some(_), false) => "sort_by_label",
        (Some(_), true) => "sort_by_label_desc",
    };
    let labels = how.labels.as_deref().unwrap_or_default().join(", ");
    named(name, labels, Some(span))
}

fn histogram(function: HistogramFunction) -> &'static str {
    match function {
        HistogramFunction::Avg => "histogram_avg",
        HistogramFunction::Count => "histogram_count",
        HistogramFunction::Fraction => "histogram_fraction",
        HistogramFunction::Quantile => "histogram_quantile",
        HistogramFunction::Quantiles => "histogram_quantiles",
        HistogramFunction::Stddev => "histogram_stddev",
        HistogramFunction::Stdvar => "histogram_stdvar",
        HistogramFunction::Sum => "histogram_sum",
    }
}

fn aggregation(node: &AggregateNode) -> Description {
    let detail = match &node.grouping {
        Grouping::By(labels) if labels.is_empty() => "everything".to_owned(),
        Grouping::By(labels) => format!("by ({})", labels.join(", ")),
        Grouping::Without(labels) => format!("without ({})", labels.join(", ")),
    };
    named(node.op.as_str(), detail, None)
}

fn operation(node: &BinaryVectors) -> Description {
    let VectorMatching {
        on,
        labels,
        cardinality,
        ..
    } = &node.matching;
    let mut detail = cardinality.as_str().to_owned();
    if *on || !labels.is_empty() {
        let word = if *on { "on" } else { "ignoring" };
        let _ = write!(detail, " {word} ({})", labels.join(", "));
    }
    named(node.op.as_str(), detail, Some(node.span))
}
