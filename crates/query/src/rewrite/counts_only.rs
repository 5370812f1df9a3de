//! Finds selectors of whose histograms nobody looks at the buckets.
//!
//! `histogram_count(sum(rate(h[5m])))` needs counts and sums alone, and a histogram is mostly buckets. Such a selector hands out
//! histograms without them; whether a counter was reset is found out while the buckets are still there, and noted in the
//! histogram.
//!
//! Marks go down from `histogram_count`, `histogram_sum` and `histogram_avg`, through whatever makes counts of counts and sums of sums.

use crate::plan::{HistogramFunction, InstantNode, Node, RangeNode, ScalarNode};

/// The same plan with such selectors marked.
pub(crate) fn mark(mut node: Node) -> Node {
    match &mut node {
        Node::Instant(node) => instant(node, false),
        Node::Range(node) => range(node, false),
        Node::Scalar(node) => scalar(node),
        Node::String(_) => {}
    }
    node
}

/// `counts_only` says that whoever asks for this vector looks at counts and sums alone.
fn instant(node: &mut InstantNode, counts_only: bool) {
    match node {
        InstantNode::Select(select) => select.counts_only = counts_only,
        InstantNode::SampleTime(..) => {}
        InstantNode::Histogram(node) => {
            let reads_counts = matches!(
                node.function,
                HistogramFunction::Count | HistogramFunction::Sum | HistogramFunction::Avg
            );
            instant(&mut node.input, reads_counts);
            scalars(&mut node.parameters);
        }
        InstantNode::Window(node) => {
            range(&mut node.range, counts_only);
            scalars(&mut node.parameters);
        }
        InstantNode::Map(node) => {
            instant(&mut node.input, counts_only);
            scalars(&mut node.parameters);
        }
        InstantNode::Aggregate(node) => {
            // The text of a histogram tells of its buckets.
            let is_text = node.op == promql::AggregateOp::CountValues;
            instant(&mut node.input, counts_only && !is_text);
            node.parameter.iter_mut().for_each(scalar);
        }
        InstantNode::Relabel(input, _)
        | InstantNode::Sort(input, ..)
        | InstantNode::Once(input) => instant(input, counts_only),
        InstantNode::BinaryScalar(node) => {
            let keeps = counts_only && is_linear(node.op);
            instant(&mut node.vector, keeps);
            scalar(&mut node.scalar);
        }
        InstantNode::Binary(node) => {
            let keeps = counts_only && is_linear(node.op);
            instant(&mut node.lhs, keeps);
            instant(&mut node.rhs, keeps);
        }
        InstantNode::Info(node) => instant(&mut node.input, counts_only),
        InstantNode::EvaluationTime(input, _) | InstantNode::Absent(input, _) => {
            instant(input, false);
        }
        InstantNode::AbsentOverTime(node, _) => range(node, false),
        InstantNode::FromScalar(node) => scalar(node),
    }
}

/// Whether the operator makes counts of counts: comparisons look at buckets.
fn is_linear(op: promql::BinaryOp) -> bool {
    use promql::BinaryOp::{Add, Div, Mul, Sub};
    matches!(op, Add | Sub | Mul | Div)
}

fn range(node: &mut RangeNode, counts_only: bool) {
    match node {
        RangeNode::Select(select, _) => select.counts_only = counts_only,
        // A subquery skips samples, and what lies between two of its own only buckets may tell.
        RangeNode::Subquery(node) => instant(&mut node.expr, false),
    }
}

fn scalars(nodes: &mut [ScalarNode]) {
    nodes.iter_mut().for_each(scalar);
}

fn scalar(node: &mut ScalarNode) {
    match node {
        ScalarNode::Constant(_) | ScalarNode::Time => {}
        ScalarNode::FromInstant(node) => instant(node, false),
        ScalarNode::Negate(node) => scalar(node),
        ScalarNode::Binary(node) => {
            scalar(&mut node.lhs);
            scalar(&mut node.rhs);
        }
        ScalarNode::Extreme { lhs, rhs, .. } => {
            scalar(lhs);
            scalar(rhs);
        }
    }
}

#[cfg(test)]
mod tests;
