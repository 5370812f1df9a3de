use proptest::prelude::*;

use super::*;

fn exponential_histogram(schema: i8, positive: &[(i32, f64)]) -> Expanded {
    Expanded {
        positive: positive.to_vec(),
        count: positive.iter().map(|(_, count)| count).sum(),
        ..Expanded::new(&Histogram {
            schema,
            ..Histogram::default()
        })
    }
}

#[test]
fn the_coarser_schema_wins() {
    let mut coarse = exponential_histogram(0, &[(1, 1.0)]);
    let fine = exponential_histogram(1, &[(1, 2.0), (2, 3.0), (3, 4.0)]);
    let remarks = coarse.add(&fine, 1.0);
    assert_eq!(remarks, Ok(Remarks::default()));
    assert_eq!(coarse.positive, [(1, 6.0), (2, 4.0)]);
    assert_eq!(coarse.count, 10.0);
}

#[test]
fn a_zero_bucket_does_not_cut_a_bucket() {
    let mut histogram = exponential_histogram(0, &[(0, 1.0), (1, 2.0), (2, 4.0)]);
    histogram.widen_zero_bucket(1.5);
    assert_eq!(histogram.zero_threshold, 2.0);
    assert_eq!(histogram.zero_count, 3.0);
    assert_eq!(histogram.positive, [(2, 4.0)]);
}

#[test]
fn custom_bounds_shrink_to_the_common_ones() {
    let custom = |bounds: &[f64], positive: &[(i32, f64)]| Expanded {
        schema: CUSTOM_BUCKETS_SCHEMA,
        custom_values: bounds.to_vec(),
        ..exponential_histogram(0, positive)
    };
    let mut a = custom(&[1.0, 2.0, 4.0], &[(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0)]);
    let b = custom(&[2.0, 3.0, 4.0], &[(0, 5.0), (3, 1.0)]);
    let remarks = a.add(&b, 1.0).expect("both have custom bounds");
    assert!(remarks.reconciled_bounds);
    assert_eq!(a.custom_values, [2.0, 4.0]);
    assert_eq!(a.positive, [(0, 7.0), (1, 1.0), (2, 2.0)]);
}

#[test]
fn layouts_of_different_kinds_do_not_mix() {
    let mut a = exponential_histogram(0, &[]);
    let b = exponential_histogram(CUSTOM_BUCKETS_SCHEMA, &[]);
    assert_eq!(a.add(&b, 1.0), Err(Incompatible));
}

/// Any histogram with exponential buckets, its count being what its buckets hold.
fn any_histogram() -> impl Strategy<Value = Expanded> {
    let buckets = || prop::collection::btree_map(-40_i32..40, 0_u32..100, 0..12);
    let parts = (-4_i8..=8, 0_u32..4, 0_u32..50, buckets(), buckets());
    parts.prop_map(|(schema, width, zeros, positive, negative)| {
        let counts = |map: std::collections::BTreeMap<i32, u32>| -> Buckets {
            map.into_iter()
                .map(|(index, count)| (index, f64::from(count)))
                .collect()
        };
        let mut histogram = Expanded {
            zero_threshold: 0.0,
            zero_count: f64::from(zeros),
            positive: counts(positive),
            negative: counts(negative),
            ..exponential_histogram(schema, &[])
        };
        histogram.widen_zero_bucket(f64::from(width) / 8.0);
        histogram.count = total(&histogram);
        histogram
    })
}

fn total(histogram: &Expanded) -> f64 {
    let buckets = histogram.positive.iter().chain(&histogram.negative);
    histogram.zero_count + buckets.map(|(_, count)| count).sum::<f64>()
}

proptest! {
    #[test]
    fn no_observation_is_lost_or_made(a in any_histogram(), b in any_histogram()) {
        let mut sum = a.clone();
        sum.add(&b, 1.0).expect("both are exponential");
        prop_assert_eq!(total(&sum), total(&a) + total(&b));
        prop_assert_eq!(sum.count, total(&sum));
        prop_assert!(sum.schema == a.schema.min(b.schema));
        prop_assert!(sum.zero_threshold >= a.zero_threshold.max(b.zero_threshold));
    }

    #[test]
    fn the_order_of_terms_does_not_matter(a in any_histogram(), b in any_histogram()) {
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.add(&b, 1.0).expect("both are exponential");
        ba.add(&a, 1.0).expect("both are exponential");
        prop_assert_eq!(ab.to_histogram(), ba.to_histogram());
    }

    #[test]
    fn packing_keeps_what_there_is(a in any_histogram()) {
        let packed = a.to_histogram();
        prop_assert_eq!(Expanded::new(&packed).to_histogram(), packed);
    }
}
