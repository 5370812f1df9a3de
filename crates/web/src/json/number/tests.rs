use proptest::prelude::*;

use super::*;

fn printed(push: impl Fn(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    push(&mut out);
    String::from_utf8(out).expect("digits are ASCII")
}

fn check(value: f64, expected: &str) {
    assert_eq!(printed(|out| push_float(out, value)), expected);
}

/// Expectations are what Prometheus 2.42 answered to `vector(…)`.
#[test]
fn values_look_like_those_of_prometheus() {
    check(0.0, "0");
    check(-0.0, "-0");
    check(1.0, "1");
    check(-12345.0, "-12345");
    check(0.1, "0.1");
    check(-0.125, "-0.125");
    check(12.5, "12.5");
    check(1024.01, "1024.01");
    check(1e-6, "0.000001");
    check(1e-7, "1e-07");
    check(1.5e-10, "1.5e-10");
    check(5e-324, "5e-324");
    check(9.99999e20, "999999000000000000000");
    check(1e21, "1e+21");
    check(1_234_567_895_000_000_000_000.0, "1.234567895e+21");
    check(1e100, "1e+100");
    check(-1e22, "-1e+22");
    check(f64::NAN, "NaN");
    check(f64::INFINITY, "+Inf");
    check(f64::NEG_INFINITY, "-Inf");
}

/// Expectations are what Prometheus 2.42 answered to bare numbers.
#[test]
fn scalars_have_no_exponent() {
    let check = |value, expected: &str| {
        assert_eq!(printed(|out| push_plain_float(out, value)), expected);
    };
    check(1e21, "1000000000000000000000");
    check(1e-7, "0.0000001");
    check(-0.0, "-0");
    check(f64::INFINITY, "+Inf");
    check(f64::NAN, "NaN");
}

#[test]
fn times_have_three_decimals_or_none() {
    let check = |ms, expected: &str| assert_eq!(printed(|out| push_seconds(out, ms)), expected);
    check(0, "0");
    check(1, "0.001");
    check(250, "0.250");
    check(-100, "-0.100");
    check(-1_500, "-1.500");
    check(1_435_781_430_781, "1435781430.781");
    check(1_435_781_430_000, "1435781430");
    check(i64::MIN, "-9223372036854775.808");
}

proptest! {
    #[test]
    fn values_read_back_as_the_same_bits(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(!value.is_nan());
        let text = printed(|out| push_float(out, value));
        prop_assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(bits));
    }

    /// Rust's own algorithm is another one, and it never writes an exponent.
    #[test]
    fn digits_are_the_shortest(value in 1e-6..1e20_f64, digits in 0..1_000_000_000_000_000_i64, point in 0..9) {
        let decimal = digits as f64 / 10_f64.powi(point);
        for value in [value, -value, decimal, -decimal] {
            prop_assume!(value == 0.0 || value.abs() >= 1e-6);
            prop_assert_eq!(printed(|out| push_float(out, value)), value.to_string());
        }
    }

    #[test]
    fn whole_numbers_take_the_fast_way_to_the_same_text(value in -(1_i64 << 53)..1 << 53) {
        prop_assert_eq!(printed(|out| push_float(out, value as f64)), value.to_string());
    }

    #[test]
    fn times_agree_with_the_timestamp_type(ms: i64) {
        prop_assert_eq!(
            printed(|out| push_seconds(out, ms)),
            model::Timestamp(ms).to_string()
        );
    }
}
