//! Sizes with units: `512MB`, `1.5GiB`.
//!
//! The units are powers of 1024 with either spelling, but not both in one size, as Prometheus reads them.

/// Text that is no size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// No number with a unit.
    #[error("units: invalid {0}")]
    Invalid(String),
    /// No such unit.
    #[error("units: unknown unit {unit} in {text}")]
    Unit {
        /// What stands where the unit should.
        unit: String,
        /// All of it.
        text: String,
    },
}

/// Units without `iB` or `B`, each 1024 times the one before.
const PREFIXES: [&str; 7] = ["", "K", "M", "G", "T", "P", "E"];

/// Reads a size with a unit (`512MB`, `1.5GiB`), in bytes. `0` needs no unit.
///
/// # Errors
///
/// When it has no unit, or one that Prometheus doesn't know.
pub fn parse_bytes(text: &str) -> Result<i64, SizeError> {
    parse_with(text, "iB").or_else(|_| parse_with(text, "B"))
}

fn parse_with(text: &str, suffix: &str) -> Result<i64, SizeError> {
    let invalid = || SizeError::Invalid(text.to_owned());
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut bytes = 0.0;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let number: f64 = number.parse().map_err(|_| invalid())?;
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let power = power(unit, suffix).ok_or_else(|| SizeError::Unit {
            unit: unit.to_owned(),
            text: text.to_owned(),
        })?;
        bytes += number * 1024_f64.powi(power);
        rest = after;
    }
    if bytes >= i64::MAX as f64 {
        return Err(invalid());
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Ok((sign * bytes) as i64)
}

fn power(unit: &str, suffix: &str) -> Option<i32> {
    if unit == "B" {
        return Some(0);
    }
    let prefix = unit
        .strip_suffix(suffix)
        .filter(|prefix| !prefix.is_empty())?;
    let power = PREFIXES.iter().position(|known| *known == prefix)?;
    i32::try_from(power).ok()
}

/// Prints a size as Prometheus does: in the largest units that are needed, `1MiB512KiB`.
#[must_use]
pub fn print_bytes(bytes: i64) -> String {
    if bytes == 0 {
        return "0B".to_owned();
    }
    let mut rest = bytes.unsigned_abs();
    let mut text = if bytes < 0 {
        "-".to_owned()
    } else {
        String::new()
    };
    for power in (0..PREFIXES.len()).rev() {
        let unit = 1024_u64.pow(u32::try_from(power).unwrap_or_default());
        let count = rest / unit;
        if count > 0 {
            let suffix = if power == 0 { "B" } else { "iB" };
            text.push_str(&format!("{count}{}{suffix}", PREFIXES[power]));
        }
        rest %= unit;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{parse_bytes, print_bytes};

    #[test]
    fn reads_both_spellings() {
        let check = |text, expected| assert_eq!(parse_bytes(text).ok(), expected, "{text}");
        check("0", Some(0));
        check("100B", Some(100));
        check("10KB", Some(10_240));
        check("10KiB", Some(10_240));
        check("1.5MB", Some(1_572_864));
        check("1MB512KB", Some(1_572_864));
        check("-1KB", Some(-1024));
        // What promtool 2.42 refuses.
        check("100", None);
        check("10mb", None);
        check("1MiB2KB", None);
        check("", None);
        check("KB", None);
        check("9EB", None);
    }

    #[test]
    fn prints_what_it_reads() {
        for bytes in [0, 1, 1023, 1024, 1_572_864, 1 << 40, (3 << 30) + 17, -2048] {
            assert_eq!(parse_bytes(&print_bytes(bytes)), Ok(bytes));
        }
    }
}
