//! Finds what is the same at every step.
//!
//! A selector that `@` pins yields the same at each step, and so does whatever is computed from such selectors and constants
//! alone, unless it reads the evaluation time. The largest such parts are wrapped in
//! [`Once`](InstantNode::Once): they are evaluated at one step, and their values repeated.

use crate::plan::{InstantNode, Node, RangeNode, ScalarNode};
use crate::rewrite::fold::fold;

/// The same plan with its unchanging parts wrapped, and its scalars folded on the way.
pub(crate) fn wrap(node: Node) -> Node {
    match node {
        Node::Instant(node) => Node::Instant(instant(node)),
        Node::Range(node) => Node::Range(range(node)),
        Node::Scalar(node) => Node::Scalar(scalar(node)),
        Node::String(text) => Node::String(text),
    }
}

fn instant(node: InstantNode) -> InstantNode {
    if is_instant_fixed(&node) {
        return InstantNode::Once(Box::new(node));
    }
    match node {
        InstantNode::Window(mut node) => {
            node.range = range(node.range);
            node.parameters = scalars(node.parameters);
            InstantNode::Window(node)
        }
        InstantNode::Map(mut node) => {
            node.input = boxed(*node.input);
            node.parameters = scalars(node.parameters);
            InstantNode::Map(node)
        }
        InstantNode::Histogram(mut node) => {
            node.input = boxed(*node.input);
            node.parameters = scalars(node.parameters);
            InstantNode::Histogram(node)
        }
        InstantNode::Info(mut node) => {
            node.input = boxed(*node.input);
            InstantNode::Info(node)
        }
        InstantNode::EvaluationTime(input, yields) => {
            InstantNode::EvaluationTime(boxed(*input), yields)
        }
        InstantNode::FromScalar(node) => InstantNode::FromScalar(scalar(node)),
        InstantNode::Absent(input, labels) => InstantNode::Absent(boxed(*input), labels),
        InstantNode::AbsentOverTime(node, labels) => {
            InstantNode::AbsentOverTime(range(node), labels)
        }
        InstantNode::Relabel(input, how) => InstantNode::Relabel(boxed(*input), how),
        InstantNode::Sort(input, how, span) => InstantNode::Sort(boxed(*input), how, span),
        InstantNode::Aggregate(mut node) => {
            node.input = boxed(*node.input);
            node.parameter = node.parameter.map(scalar);
            InstantNode::Aggregate(node)
        }
        InstantNode::Binary(mut node) => {
            node.lhs = boxed(*node.lhs);
            node.rhs = boxed(*node.rhs);
            InstantNode::Binary(node)
        }
        InstantNode::BinaryScalar(mut node) => {
            node.vector = boxed(*node.vector);
            node.scalar = scalar(node.scalar);
            InstantNode::BinaryScalar(node)
        }
        leaf @ (InstantNode::Select(_) | InstantNode::SampleTime(..) | InstantNode::Once(_)) => {
            leaf
        }
    }
}

fn boxed(node: InstantNode) -> Box<InstantNode> {
    Box::new(instant(node))
}

fn range(node: RangeNode) -> RangeNode {
    match node {
        RangeNode::Subquery(mut node) => {
            node.expr = boxed(*node.expr);
            RangeNode::Subquery(node)
        }
        select @ RangeNode::Select(..) => select,
    }
}

fn scalars(nodes: Vec<ScalarNode>) -> Vec<ScalarNode> {
    nodes.into_iter().map(scalar).collect()
}

fn scalar(node: ScalarNode) -> ScalarNode {
    fold(match node {
        ScalarNode::FromInstant(node) => ScalarNode::FromInstant(boxed(*node)),
        ScalarNode::Negate(node) => ScalarNode::Negate(Box::new(scalar(*node))),
        ScalarNode::Binary(mut node) => {
            node.lhs = Box::new(scalar(*node.lhs));
            node.rhs = Box::new(scalar(*node.rhs));
            ScalarNode::Binary(node)
        }
        ScalarNode::Extreme { largest, lhs, rhs } => ScalarNode::Extreme {
            largest,
            lhs: Box::new(scalar(*lhs)),
            rhs: Box::new(scalar(*rhs)),
        },
        leaf @ (ScalarNode::Constant(_) | ScalarNode::Time) => leaf,
    })
}

fn is_instant_fixed(node: &InstantNode) -> bool {
    match node {
        InstantNode::Select(select) | InstantNode::SampleTime(select, _) => select.at.is_some(),
        InstantNode::Window(node) => {
            !node.function.reads_time
                && is_range_fixed(&node.range)
                && node.parameters.iter().all(is_scalar_fixed)
        }
        InstantNode::Map(node) => {
            is_instant_fixed(&node.input) && node.parameters.iter().all(is_scalar_fixed)
        }
        InstantNode::Histogram(node) => {
            is_instant_fixed(&node.input) && node.parameters.iter().all(is_scalar_fixed)
        }
        // Info series are not pinned along with what they describe.
        InstantNode::EvaluationTime(_, _) | InstantNode::Info(_) => false,
        InstantNode::FromScalar(node) => is_scalar_fixed(node),
        InstantNode::Absent(input, _)
        | InstantNode::Relabel(input, _)
        | InstantNode::Sort(input, ..)
        | InstantNode::Once(input) => is_instant_fixed(input),
        InstantNode::AbsentOverTime(node, _) => is_range_fixed(node),
        InstantNode::Aggregate(node) => {
            is_instant_fixed(&node.input) && node.parameter.iter().all(is_scalar_fixed)
        }
        InstantNode::Binary(node) => is_instant_fixed(&node.lhs) && is_instant_fixed(&node.rhs),
        InstantNode::BinaryScalar(node) => {
            is_instant_fixed(&node.vector) && is_scalar_fixed(&node.scalar)
        }
    }
}

/// A pinned subquery has a grid of its own, so what it evaluates may read the time.
fn is_range_fixed(node: &RangeNode) -> bool {
    match node {
        RangeNode::Select(select, _) => select.at.is_some(),
        RangeNode::Subquery(node) => node.at.is_some(),
    }
}

fn is_scalar_fixed(node: &ScalarNode) -> bool {
    match node {
        ScalarNode::Constant(_) => true,
        ScalarNode::Time => false,
        ScalarNode::FromInstant(node) => is_instant_fixed(node),
        ScalarNode::Negate(node) => is_scalar_fixed(node),
        ScalarNode::Binary(node) => is_scalar_fixed(&node.lhs) && is_scalar_fixed(&node.rhs),
        ScalarNode::Extreme { lhs, rhs, .. } => is_scalar_fixed(lhs) && is_scalar_fixed(rhs),
    }
}

#[cfg(test)]
mod tests;
