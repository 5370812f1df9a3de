//! How far we are, on standard error: a bar on a terminal, nothing elsewhere.

use std::fmt;
use std::io::Write as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often the bar is drawn again when nothing moves.
const TICK: Duration = Duration::from_millis(200);

/// A bar of so many steps. It hides itself when standard error is no terminal.
pub(super) fn bar(steps: u64) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    let style = "{bar:30} {pos}/{len} {msg} {elapsed} (about {eta} left)";
    // The template is ours; the plain bar would do as well.
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.enable_steady_tick(TICK);
    bar
}

/// A line on standard error.
pub(super) fn say(line: fmt::Arguments<'_>) {
    // Who closed it does not want to know.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Bytes as people read them: `1.5 GiB`.
pub(super) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let power = (u64::BITS - 1 - count.max(1).leading_zeros()) / 10;
    let power = (power as usize).min(UNITS.len() - 1);
    if power == 0 {
        return format!("{count} B");
    }
    let scaled = count as f64 / 1024_f64.powi(power as i32);
    format!("{scaled:.1} {}", UNITS[power])
}

/// A count with its thousands apart: `1,234,567`.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_printed_in_fitting_units() {
        let check = |count, text: &str| assert_eq!(bytes(count), text);
        check(0, "0 B");
        check(1023, "1023 B");
        check(1536, "1.5 KiB");
        check(5 << 30, "5.0 GiB");
        check(u64::MAX, "16777216.0 TiB");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        let check = |number, text: &str| assert_eq!(count(number), text);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_234_567, "1,234,567");
    }
}
