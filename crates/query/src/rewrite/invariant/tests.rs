use model::Timestamp;
use promql::Features;

use super::*;
use crate::plan::{Times, lower};
use crate::request::Window;

/// The kinds of instant nodes from the top down to the first that has not exactly one below it.
fn shape(node: &InstantNode) -> String {
    match node {
        InstantNode::Once(input) => format!("once({})", shape(input)),
        InstantNode::Aggregate(node) => format!("aggregate({})", shape(&node.input)),
        InstantNode::Map(node) => format!("map({})", shape(&node.input)),
        InstantNode::Relabel(input, _) => format!("relabel({})", shape(input)),
        InstantNode::EvaluationTime(input, _) => format!("time of({})", shape(input)),
        InstantNode::BinaryScalar(node) => format!("scalar op({})", shape(&node.vector)),
        InstantNode::Binary(node) => format!("({}) op ({})", shape(&node.lhs), shape(&node.rhs)),
        InstantNode::Window(node) => match &node.range {
            RangeNode::Select(..) => "window".to_owned(),
            RangeNode::Subquery(node) => format!("subquery({})", shape(&node.expr)),
        },
        InstantNode::Select(_) | InstantNode::SampleTime(..) => "select".to_owned(),
        InstantNode::FromScalar(_) => "vector".to_owned(),
        _ => "other".to_owned(),
    }
}

fn check(query: &str, expected: &str) {
    let expr = promql::parse(query, &Features::STABLE).expect("a query");
    let window = Window::Range {
        start: Timestamp(0),
        end: Timestamp(1000),
        step_ms: 10,
    };
    let node = lower(&expr, &Times::new(window, 60_000)).expect("a plan");
    match wrap(node) {
        Node::Instant(node) => assert_eq!(shape(&node), expected, "{query}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_largest_part_is_wrapped() {
    check("sum(abs(x @ 5))", "once(aggregate(map(select)))");
    check("sum(abs(x))", "aggregate(map(select))");
    check("sum(x @ 5) + y", "(once(aggregate(select))) op (select)");
    check("rate(x[1m] @ start())", "once(window)");
    check(
        "label_replace(x @ end(), \"a\", \"b\", \"c\", \"d\")",
        "once(relabel(select))",
    );
    check("vector(1)", "once(vector)");
}

#[test]
fn what_reads_the_time_is_not() {
    check("timestamp(abs(x @ 5))", "time of(once(map(select)))");
    check("timestamp(x @ 5)", "once(select)");
    check("predict_linear(x[1m] @ 5, 60)", "window");
    check("(x @ 5) * time()", "scalar op(once(select))");
    check("vector(time())", "vector");
}

#[test]
fn a_pinned_subquery_has_its_own_time() {
    check(
        "max_over_time((x * time())[1m:10s] @ 5)",
        "once(subquery(scalar op(select)))",
    );
    check("max_over_time((x @ 5)[1m:10s])", "subquery(once(select))");
}
