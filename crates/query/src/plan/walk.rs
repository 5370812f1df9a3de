//! Which stretch of time a plan needs from the store.

use model::{TimeRange, Timestamp};

use crate::plan::node::{InstantNode, Node, RangeNode, ScalarNode, Select};
use crate::steps::Steps;

impl Node {
    /// All samples that an evaluation at `steps` may look at lie in this range; empty when it looks at none.
    pub(crate) fn time_range(&self, steps: Steps, lookback_ms: i64) -> TimeRange {
        let mut reach = Reach {
            lookback_ms,
            range: TimeRange::new(Timestamp::MAX, Timestamp::MIN),
        };
        match self {
            Self::Instant(node) => reach.instant(node, steps),
            Self::Range(node) => reach.range(node, steps),
            Self::Scalar(node) => reach.scalar(node, steps),
            Self::String(_) => {}
        }
        reach.range
    }
}

struct Reach {
    lookback_ms: i64,
    range: TimeRange,
}

impl Reach {
    fn select(&mut self, select: &Select, steps: Steps, range_ms: i64) {
        let moments = select.moments(steps);
        // Edges that are anchored or smoothed look one lookback further, to both sides.
        let margin_ms = select.extension.map_or(0, |_| self.lookback_ms);
        let start = moments.start.saturating_sub(range_ms);
        let start = start.saturating_sub(margin_ms);
        let end = moments.last().saturating_add(margin_ms);
        self.range.start = self.range.start.min(Timestamp(start));
        self.range.end = self.range.end.max(Timestamp(end));
    }

    fn instant(&mut self, node: &InstantNode, steps: Steps) {
        match node {
            InstantNode::Select(select) | InstantNode::SampleTime(select, _) => {
                self.select(select, steps, self.lookback_ms);
            }
            InstantNode::Window(node) => {
                self.range(&node.range, steps);
                self.scalars(&node.parameters, steps);
            }
            InstantNode::Map(node) => {
                self.instant(&node.input, steps);
                self.scalars(&node.parameters, steps);
            }
            InstantNode::Histogram(node) => {
                self.instant(&node.input, steps);
                self.scalars(&node.parameters, steps);
            }
            InstantNode::Info(node) => {
                self.instant(&node.input, steps);
                self.select(&node.select, steps, self.lookback_ms);
            }
            InstantNode::EvaluationTime(input, _)
            | InstantNode::Absent(input, _)
            | InstantNode::Relabel(input, _)
            | InstantNode::Sort(input, ..)
            | InstantNode::Once(input) => self.instant(input, steps),
            InstantNode::AbsentOverTime(range, _) => self.range(range, steps),
            InstantNode::FromScalar(scalar) => self.scalar(scalar, steps),
            InstantNode::Aggregate(node) => {
                self.instant(&node.input, steps);
                self.scalars(node.parameter.as_slice(), steps);
            }
            InstantNode::Binary(node) => {
                self.instant(&node.lhs, steps);
                self.instant(&node.rhs, steps);
            }
            InstantNode::BinaryScalar(node) => {
                self.instant(&node.vector, steps);
                self.scalar(&node.scalar, steps);
            }
        }
    }

    fn range(&mut self, node: &RangeNode, steps: Steps) {
        match node {
            RangeNode::Select(select, range_ms) => self.select(select, steps, *range_ms),
            RangeNode::Subquery(node) => self.instant(&node.expr, node.grid(steps)),
        }
    }

    fn scalars(&mut self, nodes: &[ScalarNode], steps: Steps) {
        for node in nodes {
            self.scalar(node, steps);
        }
    }

    fn scalar(&mut self, node: &ScalarNode, steps: Steps) {
        match node {
            ScalarNode::Constant(_) | ScalarNode::Time => {}
            ScalarNode::FromInstant(node) => self.instant(node, steps),
            ScalarNode::Negate(node) => self.scalar(node, steps),
            ScalarNode::Binary(node) => {
                self.scalar(&node.lhs, steps);
                self.scalar(&node.rhs, steps);
            }
            ScalarNode::Extreme { lhs, rhs, .. } => {
                self.scalar(lhs, steps);
                self.scalar(rhs, steps);
            }
        }
    }
}
