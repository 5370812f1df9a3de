//! What a histogram lets one guess about its observations.

use crate::reference::histogram::{Bucket, Naive};

/// The zero bucket ends at zero when all else lies on one side of it; a lowest custom bucket begins at zero if it ends above.
fn closed(histogram: &Naive) -> Vec<Bucket> {
    let mut buckets = histogram.buckets();
    let [holds_above, holds_below] = [&histogram.positive, &histogram.negative]
        .map(|side| side.values().any(|count| *count != 0.0));
    for bucket in &mut buckets {
        if histogram.is_custom() {
            if bucket.lower == f64::NEG_INFINITY && bucket.upper > 0.0 {
                bucket.lower = 0.0;
            }
        } else if is_zero(*bucket) && holds_above != holds_below {
            if holds_above {
                bucket.lower = 0.0;
            } else {
                bucket.upper = 0.0;
            }
        }
    }
    buckets
}

fn is_zero(bucket: Bucket) -> bool {
    bucket.lower <= 0.0 && bucket.upper >= 0.0
}

/// The share of a bucket that lies below a value within: evenly, or evenly on a logarithmic scale.
fn share(histogram: &Naive, bucket: Bucket, value: f64) -> f64 {
    if histogram.is_custom() || is_zero(bucket) {
        return if bucket.lower == f64::NEG_INFINITY {
            1.0
        } else {
            (value - bucket.lower) / (bucket.upper - bucket.lower)
        };
    }
    let place = (value / bucket.lower).ln() / (bucket.upper / bucket.lower).ln();
    // Below zero the logarithm of the distance from zero falls: the same formula holds.
    place.clamp(0.0, 1.0)
}

/// The value that has this share of a bucket below it.
fn value_at(histogram: &Naive, bucket: Bucket, share: f64) -> f64 {
    if histogram.is_custom() || is_zero(bucket) {
        bucket.lower + (bucket.upper - bucket.lower) * share
    } else {
        bucket.lower * (bucket.upper / bucket.lower).powf(share)
    }
}

/// The quantile; from below for less than one half, else from above.
pub(super) fn quantile(q: f64, histogram: &Naive) -> f64 {
    if histogram.count == 0.0 {
        return f64::NAN;
    }
    let is_upper = q >= 0.5;
    let rank = if is_upper { 1.0 - q } else { q } * histogram.count;
    let mut buckets = closed(histogram);
    if is_upper {
        buckets.reverse();
    }
    let mut passed = 0.0;
    let last = buckets.len().saturating_sub(1);
    for (index, bucket) in buckets.into_iter().enumerate() {
        if passed + bucket.count < rank && index < last {
            passed += bucket.count;
            continue;
        }
        if bucket.upper == f64::INFINITY {
            return bucket.lower;
        }
        if bucket.lower == f64::NEG_INFINITY {
            return bucket.upper;
        }
        let share = (rank - passed) / bucket.count;
        return value_at(
            histogram,
            bucket,
            if is_upper { 1.0 - share } else { share },
        );
    }
    f64::NAN
}

/// The share of observations between two bounds.
pub(super) fn fraction(lower: f64, upper: f64, histogram: &Naive) -> f64 {
    if histogram.count == 0.0 {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let below = |bound: f64| -> f64 {
        let buckets = closed(histogram).into_iter().map(|bucket| {
            if bucket.upper <= bound {
                bucket.count
            } else if bucket.lower >= bound || bucket.upper == f64::INFINITY {
                0.0
            } else {
                bucket.count * share(histogram, bucket, bound)
            }
        });
        buckets.sum()
    };
    (below(upper) - below(lower)) / histogram.count
}

/// The variance, with observations in the middle of their buckets.
pub(super) fn variance(histogram: &Naive) -> f64 {
    let mean = histogram.sum / histogram.count;
    let distances = histogram.buckets().into_iter().map(|bucket| {
        let middle = if histogram.is_custom() {
            f64::midpoint(bucket.lower, bucket.upper)
        } else if is_zero(bucket) {
            0.0
        } else {
            (bucket.lower * bucket.upper).sqrt().copysign(bucket.lower)
        };
        bucket.count * (middle - mean).powi(2)
    });
    distances.sum::<f64>() / histogram.count
}

/// What is left below the threshold, or above it. The sum is guessed from the middles of what is left, unless all is.
pub(super) fn trimmed(histogram: &Naive, threshold: f64, keeps_below: bool) -> Naive {
    let mut rest = histogram.without_empty();
    let (mut count, mut sum) = (0.0, 0.0);
    let mut keep = |bucket: Bucket| {
        let (kept, middle) = kept(histogram, bucket, threshold, keeps_below);
        count += kept;
        sum += kept * middle;
        kept
    };
    for (index, held) in &mut rest.positive {
        let (lower, upper) = histogram.edges(*index);
        *held = keep(Bucket {
            lower,
            upper,
            count: *held,
        });
    }
    for (index, held) in &mut rest.negative {
        let (near, far) = histogram.edges(*index);
        *held = keep(Bucket {
            lower: -far,
            upper: -near,
            count: *held,
        });
    }
    if histogram.zero > 0.0 {
        let zero = closed(histogram)
            .into_iter()
            .find(|bucket| is_zero(*bucket));
        rest.zero = zero.map_or(0.0, keep);
    }
    if rest == histogram.without_empty() {
        return rest;
    }
    (rest.count, rest.sum) = (count, sum);
    rest.without_empty()
}

/// How much of a bucket stays, and where its middle lies.
fn kept(histogram: &Naive, whole: Bucket, threshold: f64, keeps_below: bool) -> (f64, f64) {
    let is_even = histogram.is_custom() || is_zero(whole);
    let middle = |lower: f64, upper: f64| match (lower.is_infinite(), upper.is_infinite()) {
        (true, true) => 0.0,
        (true, false) => upper.min(upper / 2.0),
        (false, true) => lower,
        _ if is_even => f64::midpoint(lower, upper),
        _ => (lower * upper).sqrt().copysign(lower + upper),
    };
    let mut bucket = whole;
    if bucket.lower == f64::NEG_INFINITY && bucket.upper > 0.0 && bucket.upper.is_finite() {
        bucket.lower = 0.0;
    }
    if whole.upper <= threshold || whole.lower >= threshold {
        let stays = (whole.upper <= threshold) == keeps_below;
        return (
            if stays { whole.count } else { 0.0 },
            middle(whole.lower, whole.upper),
        );
    }
    match (bucket.lower.is_infinite(), bucket.upper.is_infinite()) {
        // All of it is -Inf, or +Inf; of a bucket without any end nothing is known.
        (true, false) => (if keeps_below { whole.count } else { 0.0 }, threshold),
        (false, true) => (if keeps_below { 0.0 } else { whole.count }, threshold),
        (true, true) => (0.0, 0.0),
        (false, false) if threshold < bucket.lower => (0.0, 0.0),
        (false, false) => {
            let below = share(histogram, bucket, threshold);
            if keeps_below {
                (whole.count * below, middle(bucket.lower, threshold))
            } else {
                (whole.count * (1.0 - below), middle(threshold, bucket.upper))
            }
        }
    }
}
