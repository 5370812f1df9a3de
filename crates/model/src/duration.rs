//! Durations as Prometheus writes them: `5m`, `1h30m`, `250ms`.
//!
//! Units go from long to short and stand at most once each; years have 365 days.

use std::fmt;

/// Units with their length in milliseconds, longest first.
pub const UNITS: [(&str, i64); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// The longest duration: Prometheus counts in nanoseconds of 64 bits, about 292 years.
pub const MS_MAX: i64 = i64::MAX / 1_000_000;

/// Text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Nothing there.
    #[error("empty duration string")]
    Empty,
    /// Not `<number><unit>` in descending order of units.
    #[error("not a valid duration string: {0:?}")]
    Invalid(String),
    /// More than [`MS_MAX`].
    #[error("duration out of range")]
    OutOfRange,
}

/// Reads a duration, in milliseconds. Never negative. A bare `0` is allowed, as everywhere in Prometheus.
///
/// # Errors
///
/// When `text` is no duration or one that does not fit.
pub fn parse_ms(text: &str) -> Result<i64, DurationError> {
    match text {
        "" => return Err(DurationError::Empty),
        "0" => return Ok(0),
        _ => {}
    }
    let invalid = || DurationError::Invalid(text.to_owned());
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total_ms: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at(letters);
        // The iterator only moves on, so a unit that is repeated or out of order is not found.
        let (_, unit_ms) = units.find(|(name, _)| *name == unit).ok_or_else(invalid)?;
        if number.is_empty() {
            return Err(invalid());
        }
        let number: i64 = number.parse().map_err(|_| DurationError::OutOfRange)?;
        total_ms = number
            .checked_mul(*unit_ms)
            .and_then(|ms| total_ms.checked_add(ms))
            .filter(|total_ms| *total_ms <= MS_MAX)
            .ok_or(DurationError::OutOfRange)?;
        rest = after;
    }
    Ok(total_ms)
}

/// Prints milliseconds as Prometheus does: `1h30m`, `0s`, `-5m`; weeks and years only where they come out even.
#[derive(Clone, Copy, Debug)]
pub struct Milliseconds(pub i64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs();
        for (unit, unit_ms) in UNITS {
            let unit_ms = unit_ms.unsigned_abs();
            // A week is only written when nothing shorter follows: 10d reads better than 1w3d.
            let only_if_even = matches!(unit, "y" | "w");
            if rest < unit_ms || (only_if_even && !rest.is_multiple_of(unit_ms)) {
                continue;
            }
            write!(f, "{}{unit}", rest / unit_ms)?;
            rest %= unit_ms;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
