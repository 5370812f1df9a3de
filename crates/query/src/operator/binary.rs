//! Operators between two instant vectors.
//!
//! Both sides are collected, then sorted into match groups by the labels that must be equal. Within a match group
//! whole columns are combined; only where a side has several series is it looked at step by step, because what is forbidden is that two
//! of them have a value at the *same* step.

mod combine;
mod matching;
pub(crate) mod scalar;
mod set;

use crate::context::Context;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result};
use crate::plan::BinaryVectors;

/// What the operator makes of its two sides. Label sets may come twice, but never with a value at the same step unless the
/// query is wrong; the caller merges them.
pub(crate) fn join<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    mut lhs: Box<dyn InstantOperator + 'q>,
    mut rhs: Box<dyn InstantOperator + 'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    let lhs = Vector::collect(context, &mut *lhs)?;
    let rhs = Vector::collect(context, &mut *rhs)?;
    if node.op.is_set() {
        set::combine(context, node, lhs, rhs, steps)
    } else {
        combine::combine(context, node, &lhs, &rhs, steps)
    }
}
