//! Arithmetic of native histograms.
//!
//! One computes with [`Expanded`] histograms, whose buckets are lists of index and count, and packs the result into spans again.
//!
//! - [`layout`]: spans to lists and back;
//! - [`bounds`]: where buckets begin and end;
//! - [`combine`]: sums and differences, with layouts brought to the coarser of the two;
//! - [`compensated`]: sums and means of many;
//! - [`reset`]: whether a counter began anew;
//! - [`estimate`]: quantiles, fractions and variance;
//! - [`sums`]: sums per step, for `sum` and `avg`;
//! - [`trim`]: what is left without the observations on one side of a threshold.

pub(crate) mod bounds;
pub(crate) mod combine;
pub(crate) mod compensated;
pub(crate) mod estimate;
pub(crate) mod layout;
pub(crate) mod reset;
pub(crate) mod sums;
pub(crate) mod trim;

use model::Histogram;
use model::histogram::ResetHint;

use crate::kernel::print::general;

pub(crate) use combine::Expanded;
pub(crate) use reset::is_reset;
pub(crate) use trim::{Keep, trimmed};

/// Whether two histograms say the same, however their buckets are laid out. What is known of resets does not matter.
pub(crate) fn equals(a: &Histogram, b: &Histogram) -> bool {
    let (a, b) = (compacted(a), compacted(b));
    let numbers = |histogram: &Histogram| {
        let Histogram {
            count,
            sum,
            zero_count,
            zero_threshold,
            ..
        } = histogram;
        [*count, *sum, *zero_count, *zero_threshold]
    };
    let same_bits = |a: &[f64], b: &[f64]| {
        a.iter()
            .map(|a| a.to_bits())
            .eq(b.iter().map(|b| b.to_bits()))
    };
    a.schema == b.schema
        && same_bits(&numbers(&a), &numbers(&b))
        && a.custom_values == b.custom_values
        && a.positive_spans == b.positive_spans
        && a.negative_spans == b.negative_spans
        && same_bits(&a.positive_buckets, &b.positive_buckets)
        && same_bits(&a.negative_buckets, &b.negative_buckets)
}

/// All counts and the sum, multiplied. Less than nothing is no count, so with a negative factor it becomes a gauge.
pub(crate) fn scaled(histogram: &Histogram, factor: f64) -> Histogram {
    let mut scaled = map_counts(histogram, |count| count * factor);
    if factor < 0.0 {
        scaled.reset_hint = ResetHint::Gauge;
    }
    scaled
}

/// All counts and the sum, divided. Division by zero leaves no buckets.
pub(crate) fn divided(histogram: &Histogram, divisor: f64) -> Histogram {
    let mut divided = map_counts(histogram, |count| count / divisor);
    if divisor == 0.0 {
        divided.positive_spans.clear();
        divided.positive_buckets.clear();
        divided.negative_spans.clear();
        divided.negative_buckets.clear();
    }
    if divisor < 0.0 {
        divided.reset_hint = ResetHint::Gauge;
    }
    divided
}

fn map_counts(histogram: &Histogram, map: impl Fn(f64) -> f64) -> Histogram {
    let mut mapped = histogram.clone();
    let counts = [&mut mapped.count, &mut mapped.sum, &mut mapped.zero_count];
    for count in counts {
        *count = map(*count);
    }
    let buckets = mapped.positive_buckets.iter_mut();
    for count in buckets.chain(&mut mapped.negative_buckets) {
        *count = map(*count);
    }
    mapped
}

/// Count, sum and layout alone. What is known of resets since `before` is written down, as long as there are buckets to compare.
pub(crate) fn without_buckets(histogram: &Histogram, before: Option<&Histogram>) -> Histogram {
    let reset_hint = match (histogram.reset_hint, before) {
        (ResetHint::Unknown, Some(before)) if is_reset(before, histogram) => ResetHint::Reset,
        (ResetHint::Unknown, Some(_)) => ResetHint::NotReset,
        (hint, _) => hint,
    };
    Histogram {
        schema: histogram.schema,
        zero_threshold: histogram.zero_threshold,
        count: histogram.count,
        sum: histogram.sum,
        custom_values: histogram.custom_values.clone(),
        reset_hint,
        ..Histogram::default()
    }
}

/// The same histogram without empty buckets.
pub(crate) fn compacted(histogram: &Histogram) -> Histogram {
    Expanded::new(histogram).to_histogram()
}

/// As `count_values` writes it into a label: `{count:3, sum:4, (1,2]:3}`.
pub(crate) fn text(histogram: &Histogram) -> String {
    let mut parts = vec![
        format!("count:{}", general(histogram.count)),
        format!("sum:{}", general(histogram.sum)),
    ];
    let is_custom = histogram.has_custom_buckets();
    for bucket in bounds::buckets(histogram) {
        if bucket.count == 0.0 {
            continue;
        }
        // Bounds that point away from zero belong to the bucket; of custom ones the upper, and -Inf.
        let (open, close) = if is_custom && bucket.lower == f64::NEG_INFINITY {
            ('[', ']')
        } else if is_custom || (bucket.lower >= 0.0 && bucket.upper > 0.0) {
            ('(', ']')
        } else if bucket.upper >= 0.0 {
            ('[', ']')
        } else {
            ('[', ')')
        };
        let [lower, upper, count] = [bucket.lower, bucket.upper, bucket.count].map(general);
        parts.push(format!("{open}{lower},{upper}{close}:{count}"));
    }
    format!("{{{}}}", parts.join(", "))
}
