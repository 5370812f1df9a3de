//! Durations: seconds, or Prometheus' form.

use model::labels::Quoted;

/// Reads a duration in milliseconds. Seconds may be negative; the form with units can't be.
///
/// # Errors
///
/// When `text` is none, in Prometheus' words.
pub fn parse_ms(text: &str) -> Result<i64, String> {
    let quoted = Quoted(text);
    if let Ok(seconds) = text.parse::<f64>() {
        // Prometheus counts nanoseconds in 64 bits, and says so when they don't suffice.
        let overflows = !(seconds * 1e9).is_nan() && (seconds * 1e9).abs() > i64::MAX as f64;
        if overflows {
            return Err(format!(
                "cannot parse {quoted} to a valid duration. It overflows int64"
            ));
        }
        if seconds.is_nan() {
            return Err(format!("cannot parse {quoted} to a valid duration"));
        }
        return Ok((seconds * 1000.0).trunc() as i64);
    }
    model::duration::parse_ms(text)
        .map_err(|_| format!("cannot parse {quoted} to a valid duration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<i64, &str>) {
        assert_eq!(
            parse_ms(text).as_ref().map_err(String::as_str).copied(),
            expected,
            "{text}"
        );
    }

    /// Expectations are what Prometheus 2.42 answered.
    #[test]
    fn reads_what_prometheus_reads() {
        check("15", Ok(15_000));
        check("0.5", Ok(500));
        check("-1", Ok(-1_000));
        check("1h30m", Ok(5_400_000));
        check("0", Ok(0));
        check("0.0001", Ok(0));
        check("x", Err(r#"cannot parse "x" to a valid duration"#));
        check("", Err(r#"cannot parse "" to a valid duration"#));
        check("1ns", Err(r#"cannot parse "1ns" to a valid duration"#));
        check("-5m", Err(r#"cannot parse "-5m" to a valid duration"#));
        check(
            "1e30",
            Err(r#"cannot parse "1e30" to a valid duration. It overflows int64"#),
        );
    }
}
