//! How buckets lie in spans, and how they lie when one wants to compute with them: a list of index and count.

use model::histogram::Span;

/// Buckets by ascending index.
pub(crate) type Buckets = Vec<(i32, f64)>;

/// Spans and counts as a list of buckets.
pub(crate) fn expand(spans: &[Span], counts: &[f64]) -> Buckets {
    let mut buckets = Vec::with_capacity(counts.len());
    let mut index: i32 = 0;
    let mut counts = counts.iter();
    for span in spans {
        index = index.saturating_add(span.offset);
        for _ in 0..span.length {
            let Some(count) = counts.next() else {
                return buckets;
            };
            buckets.push((index, *count));
            index = index.saturating_add(1);
        }
    }
    buckets
}

/// A list of buckets as spans and counts. Empty buckets are left out.
pub(crate) fn pack(buckets: &[(i32, f64)]) -> (Vec<Span>, Vec<f64>) {
    let mut spans: Vec<Span> = Vec::new();
    let mut counts = Vec::with_capacity(buckets.len());
    let mut next = 0;
    for (index, count) in buckets.iter().filter(|(_, count)| *count != 0.0) {
        match spans.last_mut() {
            Some(span) if next == *index => span.length += 1,
            _ => spans.push(Span {
                offset: index.wrapping_sub(next),
                length: 1,
            }),
        }
        counts.push(*count);
        next = index.wrapping_add(1);
    }
    (spans, counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_leaves_out_what_is_empty() {
        let span = |offset, length| Span { offset, length };
        let buckets = expand(&[span(-2, 3), span(2, 1)], &[1.0, 0.0, 2.0, 3.0]);
        assert_eq!(buckets, [(-2, 1.0), (-1, 0.0), (0, 2.0), (3, 3.0)]);
        let (spans, counts) = pack(&buckets);
        assert_eq!(spans, [span(-2, 1), span(1, 1), span(2, 1)]);
        assert_eq!(counts, [1.0, 2.0, 3.0]);
    }
}
