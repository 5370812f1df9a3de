//! Operators on two columns, or on a column and a number per step.

use promql::BinaryOp;

use crate::column::{ABSENT, is_absent};

/// Computes a value from two.
type Compute = fn(f64, f64) -> f64;

/// Decides about two values.
type Compare = fn(f64, f64) -> bool;

/// The computation behind an arithmetic operator.
pub(crate) fn computation(op: BinaryOp) -> Option<Compute> {
    Some(match op {
        BinaryOp::Add => |a, b| a + b,
        BinaryOp::Sub => |a, b| a - b,
        BinaryOp::Mul => |a, b| a * b,
        BinaryOp::Div => |a, b| a / b,
        BinaryOp::Mod => |a, b| a % b,
        BinaryOp::Atan2 => f64::atan2,
        BinaryOp::Pow => power,
        _ => return None,
    })
}

/// The decision behind a comparison.
pub(crate) fn comparison(op: BinaryOp) -> Option<Compare> {
    Some(match op {
        BinaryOp::Equal => |a, b| a == b,
        BinaryOp::NotEqual => |a, b| a != b,
        BinaryOp::LessOrEqual => |a, b| a <= b,
        BinaryOp::Less => |a, b| a < b,
        BinaryOp::GreaterOrEqual => |a, b| a >= b,
        BinaryOp::Greater => |a, b| a > b,
        _ => return None,
    })
}

/// What the operator makes of two scalars: comparisons answer 0 and 1.
pub(crate) fn scalar(op: BinaryOp) -> impl Fn(f64, f64) -> f64 {
    let (compute, compare) = (computation(op), comparison(op));
    move |a, b| match (compute, compare) {
        (Some(compute), _) => compute(a, b),
        (None, Some(compare)) => truth(compare(a, b)),
        (None, None) => unreachable!("{op:?} is not for scalars"),
    }
}

/// As C's `pow`, so 1 to the power of anything and anything to the power of 0 is 1.
fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

/// Replaces each value of `lhs` by what the arithmetic operator makes of both; absent where either is.
pub(crate) fn compute(op: BinaryOp, lhs: &mut [f64], rhs: &[f64]) {
    // The four common ones have loops of their own, which the compiler turns into vector code.
    match op {
        BinaryOp::Add => combine(lhs, rhs, |a, b| a + b),
        BinaryOp::Sub => combine(lhs, rhs, |a, b| a - b),
        BinaryOp::Mul => combine(lhs, rhs, |a, b| a * b),
        BinaryOp::Div => combine(lhs, rhs, |a, b| a / b),
        _ => {
            let compute =
                computation(op).unwrap_or_else(|| unreachable!("{op:?} computes nothing"));
            combine(lhs, rhs, compute);
        }
    }
}

/// Replaces each value of `lhs`; absent where either is.
#[inline]
pub(crate) fn combine(lhs: &mut [f64], rhs: &[f64], compute: impl Fn(f64, f64) -> f64) {
    for (a, b) in lhs.iter_mut().zip(rhs) {
        let result = compute(*a, *b);
        *a = if is_absent(*a) || is_absent(*b) {
            ABSENT
        } else {
            result
        };
    }
}

/// Replaces each value that is there.
#[inline]
pub(crate) fn replace(values: &mut [f64], compute: impl Fn(f64) -> f64) {
    for value in values {
        let result = compute(*value);
        *value = if is_absent(*value) { ABSENT } else { result };
    }
}

/// 1 or 0, as comparisons with `bool` answer.
pub(crate) fn truth(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_wins() {
        let mut values = [1.0, ABSENT, 3.0, f64::NAN];
        compute(BinaryOp::Add, &mut values, &[1.0, 1.0, ABSENT, 1.0]);
        assert_eq!(values[0], 2.0);
        assert!(is_absent(values[1]) && is_absent(values[2]));
        assert!(values[3].is_nan() && !is_absent(values[3]));
    }

    #[test]
    fn arithmetic_never_makes_absence() {
        for op in [BinaryOp::Add, BinaryOp::Mod, BinaryOp::Pow, BinaryOp::Atan2] {
            let result = computation(op).expect("an arithmetic operator")(ABSENT, 1.0);
            assert!(!is_absent(result), "{op:?}");
        }
    }
}
