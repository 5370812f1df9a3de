use super::*;
use crate::words::Words;

fn shown(schema: u8, values: &[f64]) -> Buckets {
    let native = Native::schema(schema).expect("a schema that is kept");
    let words = Words::heap(native.cells());
    for &value in values {
        native.observe(words.get(), value);
    }
    native.point(words.get())
}

/// A bucket of index i has the values above 2^((i-1)/2^schema), up to and with 2^(i/2^schema).
#[test]
fn values_are_where_the_formula_has_them() {
    for schema in 0..=SCHEMA_MAX {
        let parts = f64::from(1 << schema);
        for step in (-400..400).step_by(if cfg!(miri) { 199 } else { 1 }) {
            // Not at the bounds, where the formula's own rounding decides.
            let value = (f64::from(step) * 0.0777 + 0.003).exp2();
            let index = (value.log2() * parts).ceil() as i32;
            assert_eq!(
                shown(schema, &[value]).positive,
                [(index, 1)],
                "{value} at {schema}"
            );
            assert_eq!(
                shown(schema, &[-value]).negative,
                [(index, 1)],
                "-{value} at {schema}"
            );
        }
        for power in [-100, -1, 0, 1, 10, 1000] {
            let value = f64::from(power).exp2();
            assert_eq!(shown(schema, &[value]).positive, [(power << schema, 1)]);
        }
    }
}

#[test]
fn what_has_no_bucket_is_told_apart() {
    let edge = shown(3, &[0.0, -0.0, 1e-300, ZERO_THRESHOLD, f64::NAN]);
    assert_eq!((edge.zero, edge.nan), (4, 1));
    assert!(edge.positive.is_empty() && edge.negative.is_empty());
    for schema in 0..=SCHEMA_MAX {
        let infinite = shown(schema, &[f64::INFINITY, f64::MAX]).positive;
        let last = 1024 << schema;
        assert_eq!(infinite, [(last, 1), (last + 1, 1)], "{schema}");
    }
    assert!(matches!(Native::schema(6), Err(Error::Schema { .. })));
}

/// 200 buckets at schema 3 are 100 at schema 2.
#[test]
fn a_page_shows_no_more_than_its_share() {
    let values = (0..200).map(|index| (f64::from(index) / 8.0 - 0.01).exp2());
    let shown = shown(3, &values.collect::<Vec<_>>());
    assert_eq!(shown.schema, 2);
    let counts = shown.positive.iter().map(|&(_, own)| own);
    assert_eq!(counts.sum::<u64>(), 200);
    // ceil(index / 2): 0 alone, then pairs.
    assert_eq!(shown.positive[..3], [(0, 1), (1, 2), (2, 2)]);
}

#[test]
fn no_value_is_lost_where_there_is_no_slot() {
    let values = (-60..60).map(|power| f64::from(power).exp2());
    let shown = shown(0, &values.collect::<Vec<_>>());
    let total = shown.positive.iter().map(|&(_, own)| own).sum::<u64>();
    assert_eq!((total, shown.positive.len()), (120, OCTAVES));
}
