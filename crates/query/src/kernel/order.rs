//! Orders of floats as PromQL sorts them: NaN is beyond every number.

use std::cmp::Ordering;

/// Two numbers; the two zeros are equal.
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Ascending, NaN last.
pub(crate) fn ascending(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => compare(a, b),
        (a_nan, b_nan) => a_nan.cmp(&b_nan),
    }
}

/// Descending, NaN last.
pub(crate) fn descending(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => compare(b, a),
        (a_nan, b_nan) => a_nan.cmp(&b_nan),
    }
}

/// Ascending, NaN first, as quantiles want it.
pub(crate) fn nan_first(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => compare(a, b),
        (a_nan, b_nan) => b_nan.cmp(&a_nan),
    }
}

/// The smaller one; a number rather than NaN.
#[inline]
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if b < a || a.is_nan() { b } else { a }
}

/// The larger one; a number rather than NaN.
#[inline]
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if b > a || a.is_nan() { b } else { a }
}

/// The larger or the smaller one; NaN when either is, unless the other is the largest or the smallest of all, as in Go.
pub(crate) fn extreme(largest: bool, a: f64, b: f64) -> f64 {
    let utmost = if largest {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    };
    if a == utmost || b == utmost {
        utmost
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if largest {
        a.max(b)
    } else {
        a.min(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(order: fn(f64, f64) -> Ordering, expected: &str) {
        let mut values = [1.0, f64::NAN, -2.0, f64::INFINITY];
        values.sort_by(|a, b| order(*a, *b));
        assert_eq!(format!("{values:?}"), expected);
    }

    #[test]
    fn the_utmost_wins_over_nan() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        assert_eq!(extreme(true, nan, inf), inf);
        assert_eq!(extreme(false, -inf, nan), -inf);
        assert!(extreme(true, nan, -inf).is_nan() && extreme(false, inf, nan).is_nan());
        assert_eq!(
            (extreme(true, 1.0, 2.0), extreme(false, 1.0, 2.0)),
            (2.0, 1.0)
        );
    }

    #[test]
    fn nan_goes_where_it_harms_least() {
        check(ascending, "[-2.0, 1.0, inf, NaN]");
        check(descending, "[inf, 1.0, -2.0, NaN]");
        check(nan_first, "[NaN, -2.0, 1.0, inf]");
    }

    #[test]
    fn numbers_win_over_nan() {
        assert_eq!(smaller(f64::NAN, 1.0), 1.0);
        assert_eq!(smaller(1.0, f64::NAN), 1.0);
        assert_eq!(larger(f64::NAN, 1.0), 1.0);
        assert_eq!(larger(2.0, 1.0), 2.0);
    }
}
