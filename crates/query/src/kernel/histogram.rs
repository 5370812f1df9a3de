//! Arithmetic of native histograms.

pub(crate) mod layout;
pub(crate) mod sums;

use model::Histogram;

/// Whether two histograms say the same, however their buckets are laid out.
pub(crate) fn equals(a: &Histogram, b: &Histogram) -> bool {
    a == b
}

/// Whether a counter was reset between two of its values.
pub(crate) fn is_reset(before: &Histogram, now: &Histogram) -> bool {
    now.count < before.count
}

/// All counts and the sum, multiplied.
pub(crate) fn scaled(histogram: &Histogram, factor: f64) -> Histogram {
    let mut scaled = histogram.clone();
    let counts = [&mut scaled.count, &mut scaled.sum, &mut scaled.zero_count];
    for count in counts {
        *count *= factor;
    }
    let buckets = scaled.positive_buckets.iter_mut();
    for count in buckets.chain(&mut scaled.negative_buckets) {
        *count *= factor;
    }
    scaled
}

/// As `count_values` writes it into a label.
pub(crate) fn text(histogram: &Histogram) -> String {
    format!("{{count:{}, sum:{}}}", histogram.count, histogram.sum)
}

/// The same histogram without empty buckets.
pub(crate) fn compacted(histogram: &Histogram) -> Histogram {
    let mut compacted = histogram.clone();
    (compacted.positive_spans, compacted.positive_buckets) = layout::pack(&layout::expand(
        &histogram.positive_spans,
        &histogram.positive_buckets,
    ));
    (compacted.negative_spans, compacted.negative_buckets) = layout::pack(&layout::expand(
        &histogram.negative_spans,
        &histogram.negative_buckets,
    ));
    compacted
}
