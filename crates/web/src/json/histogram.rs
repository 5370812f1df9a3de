//! Native histograms: count, sum and the buckets that are not empty, with their bounds.
//!
//! A bucket is `[rule, "lower", "upper", "count"]`; the rule says which bounds belong to it: 0 the upper one, 1 the
//! lower one, 2 none, 3 both. Buckets ascend, so those of negative observations come first, and the last of them
//! first.
//!
//! Source: "Native histograms" of Prometheus' HTTP API, and the specification of native histograms.

use model::Histogram;
use model::histogram::layout::{bound, indexed};

use super::number::push_float;

/// Writes a histogram as an object.
pub fn push_histogram(out: &mut Vec<u8>, histogram: &Histogram) {
    out.extend_from_slice(b"{\"count\":\"");
    push_float(out, histogram.count);
    out.extend_from_slice(b"\",\"sum\":\"");
    push_float(out, histogram.sum);
    out.push(b'"');
    let start = out.len();
    for_each_bucket(histogram, |bucket| push_bucket(out, start, bucket));
    if out.len() > start {
        out.push(b']');
    }
    out.push(b'}');
}

fn push_bucket(out: &mut Vec<u8>, start: usize, bucket: &Bucket) {
    // Without buckets there is no list at all, so the first one opens it.
    out.extend_from_slice(if out.len() == start {
        b",\"buckets\":[["
    } else {
        b",["
    });
    out.push(b'0' + bucket.rule as u8);
    for number in [bucket.lower, bucket.upper, bucket.count] {
        out.extend_from_slice(b",\"");
        push_float(out, number);
        out.push(b'"');
    }
    out.push(b']');
}

/// Which bounds belong to a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Upper = 0,
    Lower = 1,
    Both = 3,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    rule: Rule,
    lower: f64,
    upper: f64,
    count: f64,
}

/// Calls `emit` for each bucket that is not empty, from the lowest bound up.
fn for_each_bucket(histogram: &Histogram, mut emit: impl FnMut(&Bucket)) {
    let negative: Vec<(i32, f64)> =
        indexed(&histogram.negative_spans, &histogram.negative_buckets).collect();
    for (index, count) in negative.into_iter().rev().filter(is_filled) {
        let (lower, upper) = exponential_bounds(histogram, index);
        emit(&Bucket {
            rule: Rule::Lower,
            lower: -upper,
            upper: -lower,
            count,
        });
    }
    if histogram.zero_count != 0.0 {
        emit(&Bucket {
            rule: Rule::Both,
            lower: -histogram.zero_threshold,
            upper: histogram.zero_threshold,
            count: histogram.zero_count,
        });
    }
    let positive = indexed(&histogram.positive_spans, &histogram.positive_buckets);
    for (index, count) in positive.filter(is_filled) {
        let (lower, upper) = if histogram.has_custom_buckets() {
            custom_bounds(histogram, index)
        } else {
            exponential_bounds(histogram, index)
        };
        // The first custom bucket has everything down to -Inf, that included.
        let closed = histogram.has_custom_buckets() && index == 0;
        emit(&Bucket {
            rule: if closed { Rule::Both } else { Rule::Upper },
            lower,
            upper,
            count,
        });
    }
}

fn is_filled(bucket: &(i32, f64)) -> bool {
    bucket.1 != 0.0
}

/// Bounds of the positive bucket `index`: never nearer to zero than the zero bucket reaches.
fn exponential_bounds(histogram: &Histogram, index: i32) -> (f64, f64) {
    let lower = bound(histogram.schema, index.saturating_sub(1));
    let upper = bound(histogram.schema, index);
    let zero = histogram.zero_threshold;
    (
        if lower < zero && zero < upper {
            zero
        } else {
            lower
        },
        upper,
    )
}

fn custom_bounds(histogram: &Histogram, index: i32) -> (f64, f64) {
    let at = |index: i32| {
        let index = usize::try_from(index).ok()?;
        histogram.custom_values.get(index).copied()
    };
    let lower = match index {
        ..=0 => f64::NEG_INFINITY,
        _ => at(index - 1).unwrap_or(f64::INFINITY),
    };
    (lower, at(index).unwrap_or(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use model::histogram::{CUSTOM_BUCKETS_SCHEMA, Span};

    use super::*;

    fn check(histogram: &Histogram, expected: &str) {
        let mut out = Vec::new();
        push_histogram(&mut out, histogram);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    fn span(offset: i32, length: u32) -> Span {
        Span { offset, length }
    }

    #[test]
    fn an_empty_one_has_no_list() {
        check(&Histogram::default(), r#"{"count":"0","sum":"0"}"#);
    }

    /// Schema 0: bounds are powers of two. Buckets 0 (0.5, 1] and 2 (2, 4], the mirror of bucket 1, and the zero bucket.
    #[test]
    fn buckets_ascend_through_zero() {
        let histogram = Histogram {
            schema: 0,
            zero_threshold: 0.001,
            zero_count: 2.0,
            count: 12.0,
            sum: 18.5,
            positive_spans: vec![span(0, 1), span(1, 1)],
            positive_buckets: vec![3.0, 4.0],
            negative_spans: vec![span(0, 2)],
            negative_buckets: vec![1.0, 2.0],
            ..Histogram::default()
        };
        check(
            &histogram,
            concat!(
                r#"{"count":"12","sum":"18.5","buckets":[[1,"-2","-1","2"],[1,"-1","-0.5","1"],"#,
                r#"[3,"-0.001","0.001","2"],[0,"0.5","1","3"],[0,"2","4","4"]]}"#
            ),
        );
    }

    /// The largest floats lie in bucket 1024 of schema 0; above it there is only +Inf.
    #[test]
    fn the_last_bucket_ends_with_the_largest_float() {
        let histogram = Histogram {
            count: 1.0,
            sum: f64::MAX,
            ..Histogram::default()
        };
        assert_eq!(exponential_bounds(&histogram, 1024).1, f64::MAX);
        assert_eq!(
            exponential_bounds(&histogram, 1025),
            (f64::MAX, f64::INFINITY)
        );
    }

    /// Schema 1: bounds are powers of the square root of two. Prometheus has them in a table whose last digits are one
    /// off in places, so they are compared as numbers.
    #[test]
    fn bounds_of_finer_schemas() {
        let root = std::f64::consts::SQRT_2;
        for (index, expected) in [(-2, 0.5), (-1, 1.0 / root), (0, 1.0), (1, root), (2, 2.0)] {
            let relative = bound(1, index) / expected;
            assert!((relative - 1.0).abs() < 1e-15, "bucket {index}: {relative}");
        }
    }

    #[test]
    fn empty_buckets_are_left_out_and_the_zero_bucket_cuts() {
        let histogram = Histogram {
            schema: 0,
            zero_threshold: 0.75,
            count: 5.0,
            sum: 3.0,
            positive_spans: vec![span(0, 3)],
            positive_buckets: vec![2.0, 0.0, 3.0],
            ..Histogram::default()
        };
        check(
            &histogram,
            r#"{"count":"5","sum":"3","buckets":[[0,"0.75","1","2"],[0,"2","4","3"]]}"#,
        );
    }

    #[test]
    fn custom_bounds_reach_both_infinities() {
        let histogram = Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            count: 6.0,
            sum: 9.0,
            positive_spans: vec![span(0, 3)],
            positive_buckets: vec![1.0, 2.0, 3.0],
            custom_values: vec![0.5, 10.0],
            ..Histogram::default()
        };
        check(
            &histogram,
            concat!(
                r#"{"count":"6","sum":"9","buckets":[[3,"-Inf","0.5","1"],[0,"0.5","10","2"],"#,
                r#"[0,"10","+Inf","3"]]}"#
            ),
        );
    }
}
