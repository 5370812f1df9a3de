//! Where buckets begin and end.

use model::Histogram;
use model::histogram::{SCHEMA_MAX, SCHEMA_MIN, layout};

use crate::kernel::histogram::layout::expand;

/// A bucket with its bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    /// Where it begins.
    pub lower: f64,
    /// Where it ends.
    pub upper: f64,
    /// Observations in it.
    pub count: f64,
}

/// The upper bound of a positive bucket of an exponential schema: 2^(2^-schema), to the power of its index.
///
/// A schema that is none counts as the nearest one.
pub(crate) fn exponential(schema: i8, index: i32) -> f64 {
    layout::bound(schema.clamp(SCHEMA_MIN, SCHEMA_MAX), index)
}

/// The bounds of a positive bucket.
pub(crate) fn positive(histogram: &Histogram, index: i32) -> (f64, f64) {
    if !histogram.has_custom_buckets() {
        let schema = histogram.schema;
        return (
            exponential(schema, index.saturating_sub(1)),
            exponential(schema, index),
        );
    }
    let bound = |index: i32| {
        let index = usize::try_from(index).ok()?;
        histogram.custom_values.get(index).copied()
    };
    (
        bound(index.saturating_sub(1)).unwrap_or(f64::NEG_INFINITY),
        bound(index).unwrap_or(f64::INFINITY),
    )
}

/// All buckets by ascending bounds, the zero bucket among them if it holds anything.
pub(crate) fn buckets(histogram: &Histogram) -> Vec<Bucket> {
    let negative = expand(&histogram.negative_spans, &histogram.negative_buckets);
    let mut buckets: Vec<Bucket> = negative
        .iter()
        .rev()
        .map(|(index, count)| {
            let (near, far) = positive(histogram, *index);
            Bucket {
                lower: -far,
                upper: -near,
                count: *count,
            }
        })
        .collect();
    if histogram.zero_count != 0.0 {
        buckets.push(Bucket {
            lower: -histogram.zero_threshold,
            upper: histogram.zero_threshold,
            count: histogram.zero_count,
        });
    }
    let above = expand(&histogram.positive_spans, &histogram.positive_buckets);
    buckets.extend(above.iter().map(|(index, count)| {
        let (lower, upper) = positive(histogram, *index);
        Bucket {
            lower,
            upper,
            count: *count,
        }
    }));
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_powers() {
        assert_eq!(exponential(0, 0), 1.0);
        assert_eq!(exponential(0, 3), 8.0);
        assert_eq!(exponential(1, 1), std::f64::consts::SQRT_2);
        assert_eq!(exponential(1, -2), 0.5);
        assert_eq!(exponential(-1, 2), 16.0);
        assert_eq!(exponential(8, 256), 2.0);
        // The bucket of the largest floats ends with the largest.
        assert_eq!(exponential(0, 1024), f64::MAX);
        assert_eq!(exponential(0, 1025), f64::INFINITY);
    }
}
