use proptest::prelude::*;

use super::*;

fn go(value: f64) -> String {
    let mut out = Vec::new();
    push_go(&mut out, value);
    String::from_utf8(out).expect("digits")
}

fn openmetrics(value: f64) -> String {
    let mut out = Vec::new();
    push_float(&mut out, value);
    String::from_utf8(out).expect("digits")
}

fn python(value: f64) -> String {
    let mut out = Vec::new();
    push_python(&mut out, value);
    String::from_utf8(out).expect("digits")
}

#[test]
fn go_prints_an_exponent_outside_of_six_digits() {
    let check = |value: f64, text: &str| assert_eq!(go(value), text);
    check(0.0, "0");
    check(-0.0, "-0");
    check(1.0, "1");
    check(-1.0, "-1");
    check(0.5, "0.5");
    check(123_456.0, "123456");
    check(999_999.9, "999999.9");
    check(1e6, "1e+06");
    check(-1e6, "-1e+06");
    check(1_234_567.5, "1.2345675e+06");
    check(2.478268416e9, "2.478268416e+09");
    check(0.0001, "0.0001");
    check(0.00012, "0.00012");
    check(1e-5, "1e-05");
    check(0.013300656000000001, "0.013300656000000001");
    check(1e23, "1e+23");
    check(f64::MAX, "1.7976931348623157e+308");
    check(5e-324, "5e-324");
    check(f64::INFINITY, "+Inf");
    check(f64::NEG_INFINITY, "-Inf");
    check(f64::NAN, "NaN");
}

/// The rows are the canonical numbers of OpenMetrics 1.0.
#[test]
fn canonical_numbers() {
    for text in "0.0 0.001 0.002 0.01 0.1 0.9 0.95 0.99 0.999 1.0 1.7 10.0 \
                 1e-10 1e-09 1e-05 0.0001 0.1 1.0 100000.0 1e+06 1e+10 +Inf"
        .split_whitespace()
    {
        let value = parse(text).expect("a float");
        assert_eq!(openmetrics(value), text);
    }
}

/// What prometheus_client 0.26 answers to `floatToGoString`.
#[test]
fn python_prints_as_its_client_does() {
    let check = |value: f64, text: &str| assert_eq!(python(value), text);
    check(0.0, "0.0");
    check(12.0, "12.0");
    check(0.5, "0.5");
    check(1e6, "1e+06");
    check(1_234_567.0, "1.234567e+06");
    check(-1e6, "-1000000.0");
    check(-1_234_567.25, "-1234567.25");
    check(12_345_678_901.0, "1.2345678901e+10");
    check(1e15, "1e+15");
    check(1e16, "1e+16");
    check(1.5e22, "1.5e+22");
    check(-1e16, "-1e+16");
    check(1e-4, "0.0001");
    check(1e-5, "1e-05");
    check(1.5e-7, "1.5e-07");
    check(f64::INFINITY, "+Inf");
    check(f64::NAN, "NaN");
}

#[test]
fn reads_what_go_reads() {
    let check = |text: &str, value: f64| assert_eq!(parse(text), Ok(value), "{text}");
    check("1", 1.0);
    check("+1", 1.0);
    check("-1.5", -1.5);
    check("1.", 1.0);
    check(".5", 0.5);
    check("1e5", 1e5);
    check("1E+05", 1e5);
    check("1.5e-3", 0.0015);
    check("0000000000000000000000000000000000000000001", 1.0);
    check("9007199254740993", 9_007_199_254_740_992.0);
    check("123456789012345678901234567890", 1.2345678901234568e29);
    check("inf", f64::INFINITY);
    check("+Inf", f64::INFINITY);
    check("-INFINITY", f64::NEG_INFINITY);
    check("1e-400", 0.0);
    assert!(parse("NaN").is_ok_and(f64::is_nan));
    assert!(parse("nAn").is_ok_and(f64::is_nan));
}

#[test]
fn refuses_what_go_refuses() {
    for text in [
        "", "+", "-", ".", "e5", "1e", "1e+", "1_2", "0x1p-3", "0x1", "0b1", "0o1", "+NaN", "-nan",
        "1.1.1", "1 ", " 1", "++1", "--1", "in", "infinit", "1\r", "é", "1f",
    ] {
        assert_eq!(parse(text), Err(FloatError::Syntax), "{text}");
    }
    assert_eq!(parse("1e999"), Err(FloatError::Range));
    assert_eq!(parse("-1e309"), Err(FloatError::Range));
}

proptest! {
    #[test]
    fn every_float_reads_back(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(!value.is_nan());
        for text in [go(value), openmetrics(value), python(value)] {
            prop_assert_eq!(parse(&text).map(f64::to_bits), Ok(bits), "{}", text);
        }
    }

    #[test]
    fn short_path_agrees_with_the_standard_library(text in "[-+]?[0-9]{0,20}(\\.[0-9]{0,8})?(e[-+]?[0-9]{1,3})?") {
        let own = parse(&text).ok().map(f64::to_bits);
        let std = text.parse::<f64>().ok().filter(|value| value.is_finite()).map(f64::to_bits);
        prop_assert_eq!(own, std);
    }

    #[test]
    fn a_field_is_what_stands_before_its_end(text in "[-+]?[0-9]{0,20}(\\.[0-9]{0,8})?(e[-+]?[0-9]{1,3})?|[a-zN+0-9]{0,4}", end in "[\n \t]", rest: String) {
        let field = parse_field(format!("{text}{end}{rest}").as_bytes());
        let whole = parse(&text).ok().map(|value| (value.to_bits(), text.len()));
        prop_assert_eq!(field.map(|(value, length)| (value.to_bits(), length)), whole);
        prop_assert_eq!(parse_field(text.as_bytes()), None);
    }

    #[test]
    fn any_text_is_an_answer(text: String) {
        let _verdict = parse(&text);
    }
}
