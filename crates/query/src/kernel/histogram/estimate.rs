//! What a native histogram lets one guess about its observations.
//!
//! Within exponential buckets, observations are taken to be spread evenly on a logarithmic scale; within the zero bucket and custom
//! ones, evenly on the usual scale. Without buckets on the other side of zero, the zero bucket ends at zero.

use model::Histogram;

use crate::kernel::compensated::Sum;
use crate::kernel::histogram::bounds::{Bucket, buckets};

/// A quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quantile {
    /// Of no observations there is none.
    Nothing,
    /// It falls into a bucket that is open to one side, and is that bucket's other end.
    End(f64),
    /// It lies between the ends of a bucket, or it is NaN since it falls among observations of NaN.
    Between(f64),
}

impl Quantile {
    /// The number.
    pub(crate) fn value(self) -> f64 {
        match self {
            Self::Nothing => f64::NAN,
            Self::End(value) | Self::Between(value) => value,
        }
    }
}

/// The `q`-quantile, with `q` from 0 to 1.
///
/// NaN observations, which show in a sum of NaN, count as larger than all others.
pub(crate) fn quantile(q: f64, histogram: &Histogram) -> Quantile {
    if histogram.count == 0.0 || q.is_nan() {
        return Quantile::Nothing;
    }
    let is_forward = histogram.sum.is_nan() || q < 0.5;
    let mut all = buckets(histogram);
    let mut rank = q * histogram.count;
    if !is_forward {
        all.reverse();
        rank = (1.0 - q) * histogram.count;
    }
    let mut count = 0.0;
    let mut reached = Bucket {
        lower: 0.0,
        upper: 0.0,
        count: 0.0,
    };
    for bucket in all.into_iter().filter(|bucket| bucket.count != 0.0) {
        reached = bucket;
        count += bucket.count;
        if count >= rank {
            break;
        }
    }
    if let Some(value) = close_ends(histogram, &mut reached) {
        return Quantile::End(value);
    }
    let count = count.min(histogram.count);
    if count < rank {
        let is_among_nan = histogram.sum.is_nan();
        return Quantile::Between(if is_among_nan {
            f64::NAN
        } else {
            reached.upper
        });
    }
    let rank = if is_forward {
        rank - (count - reached.count)
    } else {
        count - rank
    };
    Quantile::Between(interpolate(histogram, reached, rank / reached.count))
}

/// Gives an open bucket an end, if it can have one; else that bucket's other end is the answer.
fn close_ends(histogram: &Histogram, bucket: &mut Bucket) -> Option<f64> {
    if !histogram.has_custom_buckets() {
        close_zero_bucket(histogram, bucket);
        return None;
    }
    if bucket.lower == f64::NEG_INFINITY {
        if bucket.upper <= 0.0 {
            return Some(bucket.upper);
        }
        bucket.lower = 0.0;
        None
    } else {
        (bucket.upper == f64::INFINITY).then_some(bucket.lower)
    }
}

/// The zero bucket ends at zero when all observations lie on one side of it.
fn close_zero_bucket(histogram: &Histogram, bucket: &mut Bucket) {
    if bucket.lower > 0.0 || bucket.upper < 0.0 {
        return;
    }
    let has_negative = !histogram.negative_buckets.is_empty();
    let has_positive = !histogram.positive_buckets.is_empty();
    if !has_negative && has_positive {
        bucket.lower = 0.0;
    } else if has_negative && !has_positive {
        bucket.upper = 0.0;
    }
}

fn is_linear(histogram: &Histogram, bucket: Bucket) -> bool {
    histogram.has_custom_buckets() || (bucket.lower <= 0.0 && bucket.upper >= 0.0)
}

/// The value that lies a `share` into the bucket.
fn interpolate(histogram: &Histogram, bucket: Bucket, share: f64) -> f64 {
    if is_linear(histogram, bucket) {
        return bucket.lower + (bucket.upper - bucket.lower) * share;
    }
    let (lower, upper) = (bucket.lower.abs().log2(), bucket.upper.abs().log2());
    if bucket.lower > 0.0 {
        (lower + (upper - lower) * share).exp2()
    } else {
        -(upper + (lower - upper) * (1.0 - share)).exp2()
    }
}

/// The share of the bucket that lies below a value within.
fn share_below(histogram: &Histogram, bucket: Bucket, value: f64) -> f64 {
    if is_linear(histogram, bucket) {
        return if bucket.lower == f64::NEG_INFINITY {
            1.0
        } else if bucket.upper == f64::INFINITY {
            0.0
        } else {
            (value - bucket.lower) / (bucket.upper - bucket.lower)
        };
    }
    let (lower, upper) = (bucket.lower.abs().log2(), bucket.upper.abs().log2());
    let value_log = value.abs().log2();
    if value > 0.0 {
        (value_log - lower) / (upper - lower)
    } else {
        1.0 - (value_log - upper) / (lower - upper)
    }
}

/// The share of all observations that lie between two bounds.
pub(crate) fn fraction(lower: f64, upper: f64, histogram: &Histogram) -> f64 {
    if histogram.count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let all = buckets(histogram);
    // NaN observations are in the count, but in no bucket.
    let count = if histogram.sum.is_nan() {
        all.iter().map(|bucket| bucket.count).sum()
    } else {
        histogram.count
    };
    let below = |bound| rank(bound, histogram, &all).min(count);
    (below(upper) - below(lower)) / histogram.count
}

/// How many observations lie below a bound.
fn rank(bound: f64, histogram: &Histogram, all: &[Bucket]) -> f64 {
    let mut rank = 0.0;
    for bucket in all {
        let mut bucket = *bucket;
        if histogram.has_custom_buckets() {
            if bucket.lower == f64::NEG_INFINITY && bucket.upper > 0.0 {
                bucket.lower = 0.0;
            }
        } else {
            close_zero_bucket(histogram, &mut bucket);
        }
        if bucket.lower >= bound {
            return rank;
        }
        if bucket.upper > bound {
            return rank + bucket.count * share_below(histogram, bucket, bound);
        }
        rank += bucket.count;
    }
    f64::INFINITY
}

/// The variance, with all observations of a bucket taken to lie in its middle: the geometric one of exponential buckets.
pub(crate) fn variance(histogram: &Histogram) -> f64 {
    let mean = histogram.sum / histogram.count;
    let mut squares = Sum::default();
    for bucket in buckets(histogram) {
        if bucket.count == 0.0 {
            continue;
        }
        let middle = if histogram.has_custom_buckets() {
            f64::midpoint(bucket.upper, bucket.lower)
        } else if bucket.lower <= 0.0 && bucket.upper >= 0.0 {
            0.0
        } else {
            (bucket.upper * bucket.lower).sqrt().copysign(bucket.upper)
        };
        let delta = middle - mean;
        squares = squares.plus(bucket.count * delta * delta);
    }
    squares.total() / histogram.count
}
