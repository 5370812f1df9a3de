//! Codecs: what goes in comes out, to the bit; what is damaged is refused or reads as something, but never panics.

use proptest::prelude::*;
use tsdb::codec::bytes::Cursor;
use tsdb::codec::decimal::Decimals;
use tsdb::codec::packed::LastBlock;
use tsdb::codec::{decimal, floats, packed, pco, shape, squeezed, stream};

/// Integers as metrics have them, and as nobody has them.
fn integers() -> impl Strategy<Value = Vec<i64>> {
    let one = prop_oneof![
        8 => -3_i64..4,
        4 => -1000_i64..1000,
        1 => any::<i64>(),
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
    ];
    prop::collection::vec(one, 1..400)
}

/// Floats with any bits, and those that trip encoders.
fn adversarial() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-100_000_i64..100_000, 0_i32..6).prop_map(|(m, e)| m as f64 / 10_f64.powi(e)),
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => Just(-0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::from_bits(0x7ff0_0000_0000_0001)),
        1 => Just(f64::INFINITY),
        1 => Just(f64::MIN_POSITIVE / 4.0),
        1 => Just(9_007_199_254_740_993.0),
        1 => Just(9.223_372_036_854_775e18),
        1 => Just(0.1 + 0.2),
    ]
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// What decoding as decimals gives, exceptions put back.
fn through_decimals(values: &[f64]) -> Option<Vec<f64>> {
    let mut decimals = Decimals::default();
    if !decimal::encode(values, &mut decimals) {
        return None;
    }
    let mut out = Vec::new();
    decimal::decode(decimals.exponent, &decimals.mantissas, &mut out);
    for (index, bits) in decimals.exceptions {
        out[index] = f64::from_bits(bits);
    }
    Some(out)
}

fn check_decimal(values: &[f64], exponent: u8, mantissas: &[i64]) {
    let mut decimals = Decimals::default();
    assert!(decimal::encode(values, &mut decimals), "{values:?}");
    assert_eq!(decimals.exponent, exponent, "{values:?}");
    assert_eq!(decimals.mantissas, mantissas, "{values:?}");
}

#[test]
fn decimals_take_the_smallest_exponent_that_serves_all() {
    check_decimal(&[1.0, 2.0, 300.0], 0, &[1, 2, 300]);
    check_decimal(&[0.5, 2.0], 1, &[5, 20]);
    check_decimal(&[-0.25, 0.0], 2, &[-25, 0]);
    check_decimal(&[1e-15], 15, &[1]);
    check_decimal(&[-9_223_372_036_854_775_808.0], 0, &[i64::MIN]);
    // What is no decimal repeats its neighbour, so that differences stay small.
    check_decimal(&[7.0, f64::NAN, 8.0], 0, &[7, 7, 8]);
    check_decimal(&[-0.0, 7.0], 0, &[7, 7]);
}

#[test]
fn one_long_decimal_does_not_spoil_the_short_ones() {
    let mut values: Vec<f64> = (0..40).map(|n| f64::from(n * 1000)).collect();
    values[7] = 0.123_456_789_012_345;
    let mut decimals = Decimals::default();
    assert!(decimal::encode(&values, &mut decimals));
    assert_eq!(decimals.exponent, 0);
    assert_eq!(decimals.exceptions, [(7, values[7].to_bits())]);
}

#[test]
fn thirds_are_no_decimals() {
    let thirds: Vec<f64> = (1..100).map(|n| f64::from(n) / 3.0 + 0.1).collect();
    assert!(!decimal::encode(&thirds, &mut Decimals::default()));
}

fn check_shape(values: &[i64], expected: shape::Shape) {
    let mut scratch = shape::Scratch::default();
    let (shape, _) = shape::choose(values, &mut scratch, pco::entropy_bits);
    assert_eq!(shape, expected, "{values:?}");
}

#[test]
fn shapes_see_what_is_regular() {
    check_shape(&[5, 5, 5], shape::Shape::Constant(5));
    check_shape(&[5, 8, 11, 14], shape::Shape::Stride(5, 3));
    check_shape(
        &[i64::MAX, i64::MIN, i64::MIN + 1],
        shape::Shape::Stride(i64::MAX, 1),
    );
    check_shape(
        &[100, 1100, 2101, 3101, 4101, 5102],
        shape::Shape::Changes(100, 1000),
    );
    check_shape(
        &[1000, 1000, 1001, 1001, 1002, 1003],
        shape::Shape::Differences(1000),
    );
}

proptest! {
    #[test]
    fn decimals_are_exact(values in prop::collection::vec(adversarial(), 1..100)) {
        if let Some(out) = through_decimals(&values) {
            prop_assert_eq!(bits(&out), bits(&values));
        }
    }

    #[test]
    fn bits_are_exact_and_in_order(values in prop::collection::vec(adversarial(), 2..100)) {
        let mut decimals = Decimals::default();
        decimal::encode_bits(&values, &mut decimals);
        let mut out = Vec::new();
        decimal::decode(decimals.exponent, &decimals.mantissas, &mut out);
        prop_assert_eq!(bits(&out), bits(&values));
        for (pair, mantissas) in values.windows(2).zip(decimals.mantissas.windows(2)) {
            prop_assert_eq!(pair[0].total_cmp(&pair[1]), mantissas[0].cmp(&mantissas[1]));
        }
    }

    #[test]
    fn short_decimals_are_always_taken(m in prop::collection::vec(-1_000_000_i64..1_000_000, 1..100), e in 0_i32..7) {
        let values: Vec<f64> = m.iter().map(|m| *m as f64 / 10_f64.powi(e)).collect();
        let out = through_decimals(&values);
        prop_assert_eq!(out.map(|out| bits(&out)), Some(bits(&values)));
    }

    #[test]
    fn shapes_restore(values in integers()) {
        let mut scratch = shape::Scratch::default();
        let (shape, residuals) = shape::choose(&values, &mut scratch, packed::estimate);
        let mut out = Vec::new();
        shape::restore(shape, values.len(), residuals, &mut out).expect("own residuals");
        prop_assert_eq!(out, values);
    }

    #[test]
    fn packed_restores_and_estimates_exactly(values in integers()) {
        let mut bytes = Vec::new();
        packed::encode(&values, &mut bytes);
        prop_assert_eq!(bytes.len(), packed::estimate(&values));
        let mut out = Vec::new();
        let mut cursor = Cursor::new(&bytes, "test");
        packed::decode(&mut cursor, values.len(), &mut out).expect("own bytes");
        prop_assert_eq!(cursor.end(), Ok(()));
        prop_assert_eq!(out, values);
    }

    #[test]
    fn streams_restore(values in integers(), cut in 0_usize..400) {
        let cut = cut.min(values.len());
        let lengths = [cut, values.len() - cut];
        for hot in [true, false] {
            let mut bytes = Vec::new();
            if hot {
                stream::encode_hot(&values, &lengths, &mut bytes);
            } else {
                stream::encode_cold(&values, &mut bytes);
            }
            let mut out = Vec::new();
            // A cold stream may be packed as a whole.
            let lengths: &[usize] = if hot { &lengths } else { &[values.len()] };
            stream::decode(&bytes, lengths, &mut out).expect("own bytes");
            prop_assert_eq!(&out, &values);
            let opened = stream::Stream::open(&bytes, lengths).expect("own bytes");
            let (mut last, mut scratch) = (LastBlock::default(), Vec::new());
            for wanted in [0..cut, cut..values.len(), cut / 2..cut, 0..values.len()] {
                let got = opened.values(&bytes, 1, wanted.clone(), &mut last, &mut scratch);
                prop_assert_eq!(got, Ok(&values[wanted]));
            }
            let beyond = values.len()..values.len() + 1;
            prop_assert!(opened.values(&bytes, 1, beyond, &mut last, &mut scratch).is_err());
        }
    }

    #[test]
    fn each_codec_restores(values in integers()) {
        let (mut by_pco, mut by_zstd) = (Vec::new(), Vec::new());
        prop_assert!(pco::encode(&values, &mut by_pco));
        prop_assert!(squeezed::encode(&values, &mut by_zstd));
        let (mut one, mut other) = (Vec::<i64>::new(), Vec::<i64>::new());
        pco::decode(&by_pco, values.len(), &mut one).expect("own bytes");
        squeezed::decode(&by_zstd, values.len(), &mut other).expect("own bytes");
        prop_assert_eq!(&one, &values);
        prop_assert_eq!(&other, &values);
    }

    #[test]
    fn floats_restore(values in prop::collection::vec(adversarial(), 1..300)) {
        let mut bytes = Vec::new();
        floats::encode(&values, &mut bytes);
        let mut out = Vec::new();
        floats::decode(&bytes, values.len(), &mut out).expect("own bytes");
        prop_assert_eq!(bits(&out), bits(&values));
    }

    #[test]
    fn damaged_bytes_never_panic(values in integers(), at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<prop::sample::Index>()) {
        let mut streams = vec![Vec::new(), Vec::new(), vec![1], vec![2]];
        stream::encode_hot(&values, &[values.len()], &mut streams[0]);
        stream::encode_cold(&values, &mut streams[1]);
        pco::encode(&values, &mut streams[2]);
        squeezed::encode(&values, &mut streams[3]);
        for mut bytes in streams {
            let mut out = Vec::new();
            let cut = cut.index(bytes.len());
            let _ = stream::decode(&bytes[..cut], &[values.len()], &mut out);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            out.clear();
            if stream::decode(&bytes, &[values.len()], &mut out).is_ok() {
                prop_assert_eq!(out.len(), values.len());
            }
        }
    }
}
