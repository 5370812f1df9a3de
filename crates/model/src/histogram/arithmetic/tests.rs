use super::*;
use crate::histogram::{CUSTOM_BUCKETS_SCHEMA, Span};

/// Positive buckets from index `first` on.
fn exponential(schema: i8, first: i32, buckets: &[f64]) -> Histogram {
    Histogram {
        schema,
        count: buckets.iter().sum(),
        positive_spans: vec![Span {
            offset: first,
            length: buckets.len() as u32,
        }],
        positive_buckets: buckets.to_vec(),
        ..Histogram::default()
    }
}

fn custom(bounds: &[f64], buckets: &[f64]) -> Histogram {
    Histogram {
        custom_values: bounds.to_vec(),
        ..exponential(CUSTOM_BUCKETS_SCHEMA, 0, buckets)
    }
}

fn with_zero_bucket(threshold: f64, count: f64, histogram: Histogram) -> Histogram {
    Histogram {
        zero_threshold: threshold,
        zero_count: count,
        ..histogram
    }
}

/// The sum's zero bucket and its positive buckets by index.
fn check(left: &Histogram, right: &Histogram, zero: (f64, f64), expected: &[(i32, f64)]) {
    for (a, b) in [(left, right), (right, left)] {
        let sum = a.plus(b).expect("both have buckets of one kind").histogram;
        let buckets: Vec<_> = indexed(&sum.positive_spans, &sum.positive_buckets).collect();
        assert_eq!(buckets, expected);
        assert_eq!((sum.zero_threshold, sum.zero_count), zero);
    }
}

#[test]
fn buckets_of_one_schema_add_up_by_index() {
    let left = exponential(0, 0, &[1.0, 2.0]);
    let right = exponential(0, 1, &[4.0, 8.0]);
    check(&left, &right, (0.0, 0.0), &[(0, 1.0), (1, 6.0), (2, 8.0)]);
}

#[test]
fn gaps_stay_gaps() {
    let left = exponential(0, -3, &[1.0]);
    let right = exponential(0, 5, &[2.0]);
    check(&left, &right, (0.0, 0.0), &[(-3, 1.0), (5, 2.0)]);
}

/// Schema 1 has two buckets where schema 0 has one: 1 and 2 become 1, 3 and 4 become 2, -1 and 0 become 0.
#[test]
fn the_coarser_schema_wins() {
    let fine = exponential(1, -1, &[1.0, 2.0, 4.0, 8.0, 16.0]);
    let coarse = exponential(0, 0, &[100.0]);
    check(
        &fine,
        &coarse,
        (0.0, 0.0),
        &[(0, 103.0), (1, 12.0), (2, 16.0)],
    );
}

/// The zero bucket reaches to 3, which lies in the bucket from 2 to 4; so it grows to 4.
#[test]
fn a_zero_bucket_does_not_end_within_a_bucket() {
    let narrow = with_zero_bucket(0.5, 1.0, exponential(0, 0, &[2.0, 4.0, 8.0, 16.0]));
    let wide = with_zero_bucket(3.0, 32.0, exponential(0, 4, &[64.0]));
    check(&narrow, &wide, (4.0, 47.0), &[(3, 16.0), (4, 64.0)]);
}

#[test]
fn an_empty_bucket_does_not_widen_the_zero_bucket() {
    let narrow = with_zero_bucket(0.0, 1.0, exponential(0, 1, &[2.0, 0.0, 8.0]));
    let wide = with_zero_bucket(3.0, 0.0, Histogram::default());
    check(&narrow, &wide, (3.0, 3.0), &[(3, 8.0)]);
}

#[test]
fn custom_bounds_meet_on_the_common_ones() {
    let left = custom(&[1.0, 2.0, 5.0], &[1.0, 2.0, 4.0, 8.0]);
    let right = custom(&[2.0, 3.0, 5.0], &[10.0, 20.0, 40.0, 80.0]);
    check(
        &left,
        &right,
        (0.0, 0.0),
        &[(0, 13.0), (1, 64.0), (2, 88.0)],
    );
    assert!(left.plus(&right).is_ok_and(|sum| sum.bounds_reconciled));
    assert!(left.plus(&left).is_ok_and(|sum| !sum.bounds_reconciled));
}

#[test]
fn differences_may_be_negative() {
    let left = exponential(0, 0, &[1.0]);
    let right = exponential(0, 0, &[3.0, 5.0]);
    let difference = left.minus(&right).expect("one schema").histogram;
    assert_eq!(difference.positive_buckets, [-2.0, -5.0]);
    assert_eq!(difference.count, -7.0);
}

#[test]
fn custom_and_exponential_buckets_do_not_mix() {
    let sum = custom(&[1.0], &[1.0]).plus(&exponential(0, 0, &[1.0]));
    assert_eq!(sum, Err(IncompatibleBuckets));
}

#[test]
fn hints_that_contradict_each_other_are_reported() {
    use ResetHint::{Gauge, NotReset, Reset, Unknown};
    let hinted = |reset_hint| Histogram {
        reset_hint,
        ..Histogram::default()
    };
    for (left, right, expected, collide) in [
        (Reset, Reset, Reset, false),
        (Reset, NotReset, Unknown, true),
        (Reset, Unknown, Unknown, false),
        (Gauge, Reset, Gauge, false),
        (Unknown, Gauge, Gauge, false),
    ] {
        let sum = hinted(left).plus(&hinted(right)).expect("no buckets");
        assert_eq!(
            (sum.histogram.reset_hint, sum.reset_hints_collide),
            (expected, collide)
        );
    }
}
