//! Moments: seconds since the epoch, or RFC 3339.

use model::Timestamp;
use model::labels::Quoted;

use super::Params;
use crate::errors::ApiError;

/// The earliest time that a client can name, and how it is written: no date library reads such a year.
const MINIMUM: (&str, Timestamp) = (
    "-292273086-05-16T16:47:06Z",
    Timestamp(-9_223_309_901_257_974_000),
);

/// The latest time that a client can name, and how it is written.
const MAXIMUM: (&str, Timestamp) = (
    "292277025-08-18T07:12:54.999999999Z",
    Timestamp(9_223_309_901_257_974_999),
);

/// The time that a client gets who names none as the start of a range.
pub const MINIMUM_TIME: Timestamp = MINIMUM.1;

/// The time that a client gets who names none as the end of a range.
pub const MAXIMUM_TIME: Timestamp = MAXIMUM.1;

/// Reads a time.
///
/// # Errors
///
/// When `text` is none, in Prometheus' words.
pub fn parse(text: &str) -> Result<Timestamp, String> {
    let seconds = text.parse::<f64>().ok().and_then(Timestamp::from_seconds);
    let special = || {
        let found = [MINIMUM, MAXIMUM]
            .into_iter()
            .find(|(form, _)| *form == text);
        found.map(|(_, time)| time)
    };
    seconds
        .or_else(|| parse_rfc3339(text))
        .or_else(special)
        .ok_or_else(|| format!("cannot parse {} to a valid timestamp", Quoted(text)))
}

/// Reads the parameter `name`, which must be there.
pub(crate) fn required(params: &Params, name: &str) -> Result<Timestamp, ApiError> {
    parse(params.get(name)).map_err(|reason| ApiError::parameter(name, reason))
}

/// Reads the parameter `name`, if it is there.
pub(crate) fn optional(params: &Params, name: &str) -> Result<Option<Timestamp>, ApiError> {
    match params.get(name) {
        "" => Ok(None),
        text => parse(text).map(Some).map_err(|reason| {
            ApiError::parameter(
                name,
                format_args!("invalid time value for '{name}': {reason}"),
            )
        }),
    }
}

/// Exactly RFC 3339, of which our date library would take more: no space for the `T`, no missing seconds.
fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let (date_time, rest) = text.as_bytes().split_at_checked(SHAPE.len())?;
    let fits = date_time
        .iter()
        .zip(SHAPE)
        .all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            shape => byte == shape,
        });
    let zone = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            (digits > 0).then(|| &fraction[digits..])?
        }
        zone => zone,
    };
    let zone_fits = matches!(zone, b"Z" | [b'+' | b'-', _, _, b':', _, _]);
    let time: jiff::Timestamp = (fits && zone_fits).then(|| text.parse().ok())??;
    let ms = time.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(ms).ok().map(Timestamp)
}

/// Prints a time as RFC 3339 in UTC, as Go's JSON encoder does.
#[must_use]
pub fn to_rfc3339(time: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(time.0) {
        Ok(time) => time.to_string(),
        Err(_) => NEVER.to_owned(),
    }
}

/// How Go writes the time of what has not happened yet.
pub const NEVER: &str = "0001-01-01T00:00:00Z";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected_ms: Option<i64>) {
        assert_eq!(parse(text).ok(), expected_ms.map(Timestamp), "{text}");
    }

    /// Expectations are what Prometheus 2.42 answered, where its arithmetic does not overflow.
    #[test]
    fn reads_what_prometheus_reads() {
        check("0.000", Some(0));
        check("1e3", Some(1_000_000));
        check("-1.5", Some(-1_500));
        check("1.0006", Some(1_001));
        check("1435781430.781", Some(1_435_781_430_781));
        check("2015-07-01T20:10:51.781123Z", Some(1_435_781_451_781));
        check("2015-07-01T20:10:51+01:00", Some(1_435_777_851_000));
        check("2015-07-01T20:10:51", None);
        check("2015-07-01 20:10:51Z", None);
        check("2015-07-01T20:10Z", None);
        check("", None);
        check("x", None);
        check(" Inf", None);
        check("NaN", None);
        check("1e300", None);
    }

    /// The two are printed by clients that take Go's `time.Time` at the ends of what milliseconds can hold.
    #[test]
    fn reads_the_ends_of_time() {
        check(MINIMUM.0, Some(-9_223_309_901_257_974_000));
        check(MAXIMUM.0, Some(9_223_309_901_257_974_999));
    }

    #[test]
    fn says_what_is_wrong_as_prometheus_does() {
        let params = Params::new(None, Some("time=x"));
        assert_eq!(
            optional(&params, "time").map_err(|error| error.to_string()),
            Err(concat!(
                r#"invalid parameter "time": invalid time value for 'time': "#,
                r#"cannot parse "x" to a valid timestamp"#
            )
            .to_owned())
        );
        assert_eq!(
            required(&params, "start").map_err(|error| error.to_string()),
            Err(r#"invalid parameter "start": cannot parse "" to a valid timestamp"#.to_owned())
        );
    }

    #[test]
    fn prints_no_more_digits_than_needed() {
        assert_eq!(
            to_rfc3339(Timestamp(1_435_781_451_780)),
            "2015-07-01T20:10:51.78Z"
        );
        assert_eq!(
            to_rfc3339(Timestamp(1_435_781_451_000)),
            "2015-07-01T20:10:51Z"
        );
        assert_eq!(to_rfc3339(Timestamp(i64::MIN)), NEVER);
    }
}
