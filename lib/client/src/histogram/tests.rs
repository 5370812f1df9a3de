use super::*;

#[test]
fn bounds_ascend() {
    for good in [&[1.0][..], &[1.0, 2.0], &[-1.0, 0.0, f64::INFINITY]] {
        let buckets = Buckets::new(good).expect("bounds that ascend");
        assert!(buckets.bounds().iter().all(|bound| bound.is_finite()));
    }
    let many = (0..=BOUNDS_MAX)
        .map(|index| index as f64)
        .collect::<Vec<_>>();
    for bad in [
        &[][..],
        &[1.0, 1.0],
        &[2.0, 1.0],
        &[f64::NAN],
        &[f64::INFINITY, 1.0],
        &many,
    ] {
        assert!(
            matches!(Buckets::new(bad), Err(Error::Bounds { .. })),
            "{bad:?}"
        );
    }
}

#[test]
fn bounds_are_made_by_rule() {
    let bounds = |buckets: Result<Buckets, Error>| buckets.map(|buckets| buckets.bounds().to_vec());
    assert_eq!(
        bounds(Buckets::linear(0.0, 5.0, 3)),
        Ok(vec![0.0, 5.0, 10.0])
    );
    assert_eq!(
        bounds(Buckets::exponential(1.0, 2.0, 4)),
        Ok(vec![1.0, 2.0, 4.0, 8.0])
    );
    assert!(Buckets::linear(0.0, 0.0, 3).is_err());
    assert!(Buckets::exponential(1.0, 2.0, usize::MAX).is_err());
}

#[test]
fn the_scan_and_the_halving_agree() {
    let few = Buckets::linear(0.0, 1.0, SCAN_MAX).expect("ascending");
    let many = Buckets::linear(0.0, 1.0, SCAN_MAX + 1).expect("ascending");
    let last = (SCAN_MAX - 1) as f64;
    for (value, index) in [
        (-1.0, 0),
        (0.0, 0),
        (0.5, 1),
        (1.0, 1),
        (last, SCAN_MAX - 1),
        (f64::NEG_INFINITY, 0),
    ] {
        assert_eq!(few.index(value), index, "{value}");
        assert_eq!(many.index(value), index, "{value}");
    }
    for above in [f64::INFINITY, f64::NAN, last + 2.0] {
        assert_eq!(few.index(above), few.bounds().len());
        assert_eq!(many.index(above), many.bounds().len());
    }
}
