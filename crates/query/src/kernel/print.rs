//! Floats as Go prints them: messages that people know hold such numbers.

/// From this exponent on it is printed.
const EXPONENT_MAX: i32 = 6;

/// As `%g`: the fewest digits that tell the number apart, with an exponent when it is below -4 or above 5.
pub(crate) fn general(value: f64) -> String {
    shortest(value, &format!("{value:e}"))
}

/// As `%.2g`: two digits.
pub(crate) fn two_digits(value: f64) -> String {
    let text = format!("{value:.1e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return shortest(value, &text);
    };
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let rounded = format!("{digits}e{exponent}");
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..2).contains(&exponent) {
        return rounded.parse::<f64>().unwrap_or(value).to_string();
    }
    with_exponent(digits, exponent)
}

/// `scientific` is the number as Rust prints it with `e`.
fn shortest(value: f64, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..EXPONENT_MAX).contains(&exponent) {
        return value.to_string();
    }
    with_exponent(digits, exponent)
}

fn with_exponent(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, expected: &str, expected_short: &str) {
        assert_eq!(general(value), expected);
        assert_eq!(two_digits(value), expected_short);
    }

    #[test]
    fn prints_as_go_does() {
        check(0.0, "0", "0");
        check(1.1, "1.1", "1.1");
        check(-2.5, "-2.5", "-2.5");
        check(10.0, "10", "10");
        check(123.0, "123", "1.2e+02");
        check(100_000.0, "100000", "1e+05");
        check(1_000_000.0, "1e+06", "1e+06");
        check(1_234_567.0, "1.234567e+06", "1.2e+06");
        check(0.0001, "0.0001", "0.0001");
        check(0.000_012_3, "1.23e-05", "1.2e-05");
        check(f64::INFINITY, "+Inf", "+Inf");
        check(f64::NAN, "NaN", "NaN");
    }
}
