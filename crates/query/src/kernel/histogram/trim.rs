//! Trimming: what is left of a histogram without the observations on one side of a threshold.
//!
//! ```text
//!             threshold
//!                 |
//!    [kept][kept][ke|cut][cut]      h </ threshold keeps the left part, h >/ threshold the right one
//! ```
//!
//! The bucket that holds the threshold is split as quantiles split buckets: on a logarithmic scale if it is an exponential one,
//! evenly if it is a custom one or the zero bucket. How observations lie in a bucket without an end nobody knows, so:
//!
//! - a lowest bucket that ends above zero is taken to begin at zero; one that ends below holds nothing but -Inf;
//! - a highest bucket holds nothing but +Inf.
//!
//! What the sum of the rest is can only be guessed: each bucket's observations are taken to lie in its middle. A threshold that cuts
//! nothing off leaves the sum as it is.

use model::Histogram;

use crate::kernel::histogram::Expanded;
use crate::kernel::histogram::bounds::{Bucket, positive};
use crate::kernel::histogram::layout::Buckets;

/// Which observations stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Those up to the threshold (`</`).
    Below,
    /// Those from the threshold on (`>/`).
    Above,
}

/// How observations lie within a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spread {
    /// Evenly.
    Linear,
    /// Evenly on a logarithmic scale; both bounds on one side of zero.
    Exponential,
}

/// What stays of a bucket: how many observations, and where they are taken to lie.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rest {
    count: f64,
    middle: f64,
}

const NOTHING: Rest = Rest {
    count: 0.0,
    middle: 0.0,
};

/// What is left of `histogram`. What is known of its resets stays.
pub(crate) fn trimmed(histogram: &Histogram, threshold: f64, keep: Keep) -> Histogram {
    let mut expanded = Expanded::new(histogram);
    let spread = if histogram.has_custom_buckets() {
        Spread::Linear
    } else {
        Spread::Exponential
    };
    let mut total = Total::default();
    let mut trim = |buckets: &mut Buckets, is_mirrored: bool| {
        for (index, count) in buckets.iter_mut().filter(|(_, count)| *count != 0.0) {
            let (near, far) = positive(histogram, *index);
            let (lower, upper) = if is_mirrored {
                (-far, -near)
            } else {
                (near, far)
            };
            let bucket = Bucket {
                lower,
                upper,
                count: *count,
            };
            *count = total.add(*count, rest(bucket, threshold, keep, spread));
        }
    };
    trim(&mut expanded.positive, false);
    trim(&mut expanded.negative, true);
    if expanded.zero_count > 0.0 {
        let rest = rest_of_zero_bucket(histogram, threshold, keep);
        expanded.zero_count = total.add(expanded.zero_count, rest);
    }
    if !total.is_trimmed {
        return histogram.clone();
    }
    expanded.count = total.count;
    expanded.sum = total.sum;
    expanded.to_histogram()
}

/// Adds up what stays.
#[derive(Default)]
struct Total {
    count: f64,
    sum: f64,
    is_trimmed: bool,
}

impl Total {
    /// Adds the rest of a bucket that held `before`; answers what it holds now.
    fn add(&mut self, before: f64, rest: Rest) -> f64 {
        self.count += rest.count;
        self.sum += rest.middle * rest.count;
        self.is_trimmed |= rest.count.to_bits() != before.to_bits();
        rest.count
    }
}

fn rest(bucket: Bucket, threshold: f64, keep: Keep, spread: Spread) -> Rest {
    let is_kept = match keep {
        Keep::Below => bucket.upper <= threshold,
        Keep::Above => bucket.lower >= threshold,
    };
    if is_kept {
        return Rest {
            count: bucket.count,
            middle: middle(bucket.lower, bucket.upper, spread),
        };
    }
    if !(bucket.lower < threshold && threshold < bucket.upper) {
        return NOTHING;
    }
    if bucket.lower == f64::NEG_INFINITY {
        return rest_without_begin(bucket, threshold, keep);
    }
    if bucket.upper == f64::INFINITY {
        return match keep {
            Keep::Below => NOTHING,
            Keep::Above => Rest {
                count: bucket.count,
                middle: threshold,
            },
        };
    }
    let below = bucket.count * share_below(bucket, threshold, spread);
    match keep {
        Keep::Below => Rest {
            count: below,
            middle: middle(bucket.lower, threshold, spread),
        },
        Keep::Above => Rest {
            count: bucket.count - below,
            middle: middle(threshold, bucket.upper, spread),
        },
    }
}

/// The rest of the lowest custom bucket, in which the threshold lies.
fn rest_without_begin(bucket: Bucket, threshold: f64, keep: Keep) -> Rest {
    let ends_above_zero = bucket.upper > 0.0 && bucket.upper != f64::INFINITY;
    match keep {
        Keep::Below if ends_above_zero && threshold > 0.0 => Rest {
            count: bucket.count * (threshold / bucket.upper),
            middle: threshold / 2.0,
        },
        Keep::Below if bucket.upper <= 0.0 => Rest {
            count: bucket.count,
            middle: threshold,
        },
        Keep::Above if ends_above_zero && threshold >= 0.0 => Rest {
            count: bucket.count * (1.0 - threshold / bucket.upper),
            middle: f64::midpoint(threshold, bucket.upper),
        },
        _ => NOTHING,
    }
}

/// The zero bucket ends at zero when all other observations lie on one side of it.
fn rest_of_zero_bucket(histogram: &Histogram, threshold: f64, keep: Keep) -> Rest {
    let holds = |counts: &[f64]| counts.iter().any(|count| *count != 0.0);
    let has_negative = holds(&histogram.negative_buckets);
    let has_positive = holds(&histogram.positive_buckets);
    let is_open = has_negative == has_positive;
    let width = histogram.zero_threshold;
    let lower = if is_open || has_negative { -width } else { 0.0 };
    let upper = if is_open || has_positive { width } else { 0.0 };
    let (from, to) = match keep {
        Keep::Below => (lower, upper.min(threshold)),
        Keep::Above => (lower.max(threshold), upper),
    };
    if threshold.is_nan() {
        return Rest {
            count: f64::NAN,
            middle: f64::NAN,
        };
    }
    if from == lower && to == upper {
        return Rest {
            count: histogram.zero_count,
            middle: f64::midpoint(lower, upper),
        };
    }
    if from >= to {
        return NOTHING;
    }
    Rest {
        count: histogram.zero_count * ((to - from) / (upper - lower)),
        middle: f64::midpoint(from, to),
    }
}

/// The share of a bucket with two ends that lies below a threshold within.
fn share_below(bucket: Bucket, threshold: f64, spread: Spread) -> f64 {
    let Bucket { lower, upper, .. } = bucket;
    if spread == Spread::Linear {
        return (threshold - lower) / (upper - lower);
    }
    let [lower_log, upper_log, log] = [lower, upper, threshold].map(|bound| bound.abs().log2());
    if lower > 0.0 {
        (log - lower_log) / (upper_log - lower_log)
    } else {
        1.0 - (log - upper_log) / (lower_log - upper_log)
    }
}

/// Where observations between two bounds are taken to lie.
fn middle(lower: f64, upper: f64, spread: Spread) -> f64 {
    match (lower.is_infinite(), upper.is_infinite(), spread) {
        (true, true, _) => 0.0,
        (true, false, _) if upper > 0.0 => upper / 2.0,
        (true, false, _) => upper,
        (false, true, _) => lower,
        (false, false, Spread::Linear) => f64::midpoint(lower, upper),
        (false, false, Spread::Exponential) => (lower * upper).abs().sqrt().copysign(lower + upper),
    }
}

#[cfg(test)]
mod tests;
