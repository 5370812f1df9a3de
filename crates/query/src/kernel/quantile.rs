//! Quantiles of a handful of values.

use crate::kernel::order;

/// The `q`-quantile, interpolated between the two nearest values. Reorders `values`.
///
/// Below 0 it is -Inf, above 1 +Inf; NaN for NaN and for no values.
pub(crate) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_unstable_by(|a, b| order::nan_first(*a, *b));
    let rank = q * (values.len() - 1) as f64;
    let lower = rank.floor();
    let weight = rank - lower;
    let lower = lower as usize;
    let upper = (lower + 1).min(values.len() - 1);
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// The median of the distances from the median; NaN when there is one among the values. `scratch` is overwritten.
pub(crate) fn median_absolute_deviation(values: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    scratch.clear();
    scratch.extend_from_slice(values);
    let median = quantile(0.5, scratch);
    for value in scratch.iter_mut() {
        *value = (*value - median).abs();
    }
    quantile(0.5, scratch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(q: f64, values: &[f64], expected: f64) {
        assert_eq!(quantile(q, &mut values.to_vec()), expected);
    }

    #[test]
    fn interpolates() {
        check(0.5, &[2.0, 0.0, 1.0], 1.0);
        check(0.75, &[2.0, 0.0], 1.5);
        check(1.0, &[2.0, 0.0], 2.0);
        check(0.3, &[7.0], 7.0);
    }

    #[test]
    fn beyond_the_ends_lies_infinity() {
        check(-0.1, &[1.0], f64::NEG_INFINITY);
        check(1.1, &[1.0], f64::INFINITY);
    }

    #[test]
    fn deviation_is_measured_from_the_median() {
        let mut scratch = Vec::new();
        assert_eq!(
            median_absolute_deviation(&[4.0, 6.0, 2.0, 1.0, 999.0, 1.0, 2.0], &mut scratch),
            1.0
        );
    }
}
