//! Expectations by arithmetic: how many of a bucket's observations lie on one side, times where they are taken to lie.

use model::Histogram;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, Span};

use super::{Keep, trimmed};
use crate::kernel::histogram::bounds::buckets;
use crate::kernel::histogram::estimate;

/// 2 observations up to 1, 4 up to 2, 8 up to 4, and 1 around zero.
fn exponential() -> Histogram {
    Histogram {
        zero_threshold: 0.5,
        zero_count: 1.0,
        count: 15.0,
        sum: 30.0,
        positive_spans: vec![Span {
            offset: 0,
            length: 3,
        }],
        positive_buckets: vec![2.0, 4.0, 8.0],
        ..Histogram::default()
    }
}

/// Bounds 5 and 10, with 2, 4 and 3 observations.
fn custom() -> Histogram {
    Histogram {
        schema: CUSTOM_BUCKETS_SCHEMA,
        count: 9.0,
        sum: 70.0,
        positive_spans: vec![Span {
            offset: 0,
            length: 3,
        }],
        positive_buckets: vec![2.0, 4.0, 3.0],
        custom_values: vec![5.0, 10.0],
        ..Histogram::default()
    }
}

fn check(histogram: &Histogram, keep: Keep, threshold: f64, count: f64, sum: f64) {
    let rest = trimmed(histogram, threshold, keep);
    let is_near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let shown = format!("{keep:?} {threshold}: {} of {}", rest.count, rest.sum);
    assert!(
        is_near(rest.count, count) && is_near(rest.sum, sum),
        "{shown}"
    );
    let in_buckets: f64 = buckets(&rest).iter().map(|bucket| bucket.count).sum();
    assert!(is_near(in_buckets, count), "{shown}");
    assert!(
        rest.positive_buckets.iter().all(|count| *count > 0.0),
        "{shown}"
    );
}

#[test]
fn whole_buckets_go() {
    let root = 2f64.sqrt();
    // The middle of the zero bucket is a quarter, since there is nothing below zero; those of others are geometric.
    check(&exponential(), Keep::Below, 1.0, 3.0, 0.25 + 2.0 / root);
    check(&exponential(), Keep::Above, 2.0, 8.0, 8.0 * 2.0 * root);
    check(&exponential(), Keep::Below, 0.0, 0.0, 0.0);
    check(&exponential(), Keep::Above, 4.0, 0.0, 0.0);
    check(&custom(), Keep::Below, 5.0, 2.0, 2.0 * 2.5);
    check(&custom(), Keep::Above, 10.0, 3.0, 3.0 * 10.0);
}

#[test]
fn what_cuts_nothing_off_changes_nothing() {
    check(&exponential(), Keep::Below, 4.0, 15.0, 30.0);
    check(&exponential(), Keep::Above, 0.0, 15.0, 30.0);
    check(&exponential(), Keep::Above, f64::NEG_INFINITY, 15.0, 30.0);
    check(&custom(), Keep::Below, f64::INFINITY, 9.0, 70.0);
}

#[test]
fn a_bucket_is_split() {
    let root = 2f64.sqrt();
    // The square root of two lies half way from 1 to 2, on that scale.
    let below = 0.25 + 2.0 / root + 2.0 * 2f64.powf(0.25);
    check(&exponential(), Keep::Below, root, 5.0, below);
    let above = 2.0 * 2f64.powf(0.75) + 8.0 * 2.0 * root;
    check(&exponential(), Keep::Above, root, 10.0, above);
    // Half of the zero bucket.
    check(&exponential(), Keep::Below, 0.25, 0.5, 0.5 * 0.125);
    check(&custom(), Keep::Below, 7.5, 4.0, 2.0 * 2.5 + 2.0 * 6.25);
    check(&custom(), Keep::Above, 7.5, 5.0, 2.0 * 8.75 + 3.0 * 10.0);
}

#[test]
fn open_buckets_are_taken_for_what_they_could_be() {
    // The lowest begins at zero.
    check(&custom(), Keep::Below, 2.5, 1.0, 1.25);
    check(
        &custom(),
        Keep::Above,
        2.5,
        8.0,
        3.75 + 4.0 * 7.5 + 3.0 * 10.0,
    );
    check(&custom(), Keep::Below, -1.0, 0.0, 0.0);
    // The highest holds nothing but +Inf.
    check(&custom(), Keep::Below, 100.0, 6.0, 2.0 * 2.5 + 4.0 * 7.5);
    check(&custom(), Keep::Above, 100.0, 3.0, 300.0);
    // A lowest one that ends below zero holds nothing but -Inf.
    let below_zero = Histogram {
        custom_values: vec![-10.0, 10.0],
        ..custom()
    };
    check(&below_zero, Keep::Below, -15.0, 2.0, -30.0);
    check(&below_zero, Keep::Above, -15.0, 7.0, 4.0 * 0.0 + 3.0 * 10.0);
}

#[test]
fn negative_buckets_are_mirrored() {
    let mirrored = |histogram: Histogram| Histogram {
        negative_spans: histogram.positive_spans,
        negative_buckets: histogram.positive_buckets,
        positive_spans: Vec::new(),
        positive_buckets: Vec::new(),
        sum: -histogram.sum,
        ..histogram
    };
    for threshold in [0.1, 0.5, 0.7, 1.0, 1.3, 2.0, 3.9, 4.0, 5.0] {
        let below = trimmed(&exponential(), threshold, Keep::Below);
        let above = trimmed(&mirrored(exponential()), -threshold, Keep::Above);
        assert!((below.count - above.count).abs() < 1e-9, "{threshold}");
        assert!((below.sum + above.sum).abs() < 1e-9, "{threshold}");
    }
}

/// `h </ x` keeps what `histogram_fraction(-Inf, x, h)` counts.
#[test]
fn trimming_agrees_with_fractions() {
    for step in -20..60 {
        let threshold = f64::from(step) / 10.0;
        let histogram = exponential();
        let fraction = estimate::fraction(f64::NEG_INFINITY, threshold, &histogram);
        let rest = trimmed(&histogram, threshold, Keep::Below);
        assert!((rest.count - fraction * 15.0).abs() < 1e-9, "{threshold}");
    }
}
