//! Where buckets lie: their bounds, their indexes, and how runs of them become spans.

use super::Span;

/// The upper bound of the positive bucket `index` of an exponential schema; its lower bound is that of `index - 1`.
/// Bucket 0 ends at 1. Negative buckets mirror the positive ones.
///
/// The bucket of the largest floats ends with the largest, not with 2^1024, which only the bucket above reaches: that one
/// has infinity alone.
#[must_use]
pub fn bound(schema: i8, index: i32) -> f64 {
    let of_largest = if schema >= 0 {
        1024 << schema
    } else {
        1024 >> -i32::from(schema)
    };
    if index == of_largest {
        return f64::MAX;
    }
    if schema <= 0 {
        return (f64::from(index) * f64::from(1 << -i32::from(schema))).exp2();
    }
    // A power of two times a fraction below 2 is exact but for the fraction itself.
    let steps = 1 << schema;
    let fraction = f64::from(index.rem_euclid(steps)) / f64::from(steps);
    fraction.exp2() * f64::from(index.div_euclid(steps)).exp2()
}

/// The index of the bucket of a coarser schema that a bucket belongs to.
#[must_use]
pub fn coarser_index(index: i32, schema: i8, target: i8) -> i32 {
    debug_assert!(target <= schema);
    ((index - 1) >> (schema - target)) + 1
}

/// Buckets by index: `(index, count)`, ascending.
pub fn indexed<'h>(spans: &'h [Span], buckets: &'h [f64]) -> impl Iterator<Item = (i32, f64)> + 'h {
    let mut next = 0;
    let indexes = spans.iter().flat_map(move |span| {
        let start = i32::saturating_add(next, span.offset);
        next = start.saturating_add_unsigned(span.length);
        start..next
    });
    indexes.zip(buckets.iter().copied())
}

/// Spans and counts of buckets by ascending index. Empty buckets between others stay when they are given.
#[must_use]
pub fn packed(buckets: &[(i32, f64)]) -> (Vec<Span>, Vec<f64>) {
    let mut spans: Vec<Span> = Vec::new();
    let mut next = 0;
    for &(index, _) in buckets {
        match spans.last_mut() {
            Some(span) if index == next => span.length += 1,
            _ => spans.push(Span {
                offset: index - next,
                length: 1,
            }),
        }
        next = index + 1;
    }
    (spans, buckets.iter().map(|(_, count)| *count).collect())
}
