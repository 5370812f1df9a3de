//! Operators between two instant vectors.
//!
//! Both sides are collected, but for the left one of `and` and `unless`, which passes series by series. They are sorted into match groups by the labels that must be equal,
//! and within a match group whole columns are combined; only where a side has several series is it looked at step by step, because what is forbidden is that two
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
    if node.op.is_set() {
        return set::combine(context, node, &mut *lhs, &mut *rhs, steps);
    }
    let lhs = Vector::collect(context, &mut *lhs)?;
    let rhs = Vector::collect(context, &mut *rhs)?;
    combine::combine(context, node, lhs, rhs, steps)
}
