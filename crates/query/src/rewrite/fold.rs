//! Computes scalars that need neither samples nor the time.

use crate::kernel::arithmetic;
use crate::kernel::order;
use crate::plan::{BinaryScalars, ScalarNode};

/// The same scalar, with all constant parts computed.
pub(crate) fn fold(node: ScalarNode) -> ScalarNode {
    match node {
        ScalarNode::Negate(inner) => match fold(*inner) {
            ScalarNode::Constant(value) => ScalarNode::Constant(-value),
            inner => ScalarNode::Negate(Box::new(inner)),
        },
        ScalarNode::Binary(node) => {
            let (lhs, rhs) = (fold(*node.lhs), fold(*node.rhs));
            match (&lhs, &rhs) {
                (ScalarNode::Constant(a), ScalarNode::Constant(b)) => {
                    ScalarNode::Constant(arithmetic::scalar(node.op)(*a, *b))
                }
                _ => ScalarNode::Binary(BinaryScalars {
                    op: node.op,
                    lhs: Box::new(lhs),
                    rhs: Box::new(rhs),
                }),
            }
        }
        ScalarNode::Extreme { largest, lhs, rhs } => {
            let (lhs, rhs) = (fold(*lhs), fold(*rhs));
            match (&lhs, &rhs) {
                (ScalarNode::Constant(a), ScalarNode::Constant(b)) => {
                    ScalarNode::Constant(order::extreme(largest, *a, *b))
                }
                _ => ScalarNode::Extreme {
                    largest,
                    lhs: Box::new(lhs),
                    rhs: Box::new(rhs),
                },
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use promql::BinaryOp;

    use super::*;

    fn binary(op: BinaryOp, lhs: ScalarNode, rhs: ScalarNode) -> ScalarNode {
        ScalarNode::Binary(BinaryScalars {
            op,
            lhs: Box::new(lhs),
            rhs: Box::new(rhs),
        })
    }

    fn check(node: ScalarNode, expected: &str) {
        assert_eq!(format!("{:?}", fold(node)), expected);
    }

    #[test]
    fn constants_melt_together() {
        let two = || ScalarNode::Constant(2.0);
        check(binary(BinaryOp::Pow, two(), two()), "Constant(4.0)");
        check(binary(BinaryOp::Greater, two(), two()), "Constant(0.0)");
        check(ScalarNode::Negate(Box::new(two())), "Constant(-2.0)");
    }

    #[test]
    fn time_does_not() {
        check(
            ScalarNode::Negate(Box::new(ScalarNode::Time)),
            "Negate(Time)",
        );
    }
}
