//! Numbers.
//!
//! Values stand in strings, as JSON knows neither NaN nor infinities. Rust's and Go's algorithms agree on the shortest
//! digits that read back as the same float; they differ only in where the point and the exponent go.

use std::io::Write as _;
use std::ops::Range;

/// Writes a sample's value, without quotes: plain between 1e-6 and 1e21, else with an exponent.
///
/// Whole numbers and thousandths, which most samples are, need no search for the shortest digits. A decimal of up to 15
/// digits is the only one of that length that reads as its float, so if it does, it is the shortest.
#[inline]
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    let whole = value as i64;
    let is_negative_zero = whole == 0 && value.is_sign_negative();
    if whole as f64 == value && whole.unsigned_abs() < WHOLE_MAX && !is_negative_zero {
        return push_integer(out, whole);
    }
    let thousandths = (value * 1000.0).round_ties_even() as i64;
    let is_short = (1..THOUSANDTHS_MAX).contains(&thousandths.unsigned_abs());
    if thousandths as f64 / 1000.0 == value && is_short {
        return push_thousandths(out, thousandths);
    }
    push_any_float(out, value);
}

/// Whole floats below it have all their digits.
const WHOLE_MAX: u64 = 1 << 53;

/// Thousandths below it have 15 digits at most.
const THOUSANDTHS_MAX: u64 = 1_000_000_000_000_000;

/// Writes a number that is not whole, without zeros at its end.
fn push_thousandths(out: &mut Vec<u8>, thousandths: i64) {
    push_seconds(out, thousandths);
    while out.last() == Some(&b'0') {
        out.pop();
    }
}

fn push_any_float(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if is_plain(value) {
        push_plain(out, value);
    } else {
        push_exponential(out, value, 2);
    }
}

/// Writes a float without quotes and always without an exponent, as `/api/v1/query` writes scalars.
pub fn push_plain_float(out: &mut Vec<u8>, value: f64) {
    if value.is_finite() {
        push_plain(out, value);
    } else {
        push_any_float(out, value);
    }
}

/// Writes a float as a JSON number. One that JSON does not know becomes `null`.
pub(crate) fn push_json_float(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
    } else if is_plain(value) {
        push_plain(out, value);
    } else {
        // Go's JSON encoder, unlike its printer, leaves a leading zero of the exponent out.
        push_exponential(out, value, 1);
    }
}

fn is_plain(value: f64) -> bool {
    let magnitude = value.abs();
    magnitude == 0.0 || (1e-6..1e21).contains(&magnitude)
}

fn push_plain(out: &mut Vec<u8>, value: f64) {
    if SHORTEST_PLAIN.contains(&value.abs()) {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else {
        // Rust's `Display` takes longer, but never an exponent.
        write!(out, "{value}").expect("a vector takes everything");
    }
}

/// Where the fast algorithm writes no exponent.
const SHORTEST_PLAIN: Range<f64> = 1e-5..1e15;

fn push_exponential(out: &mut Vec<u8>, value: f64, digits_min: usize) {
    // Rust prints `1.5e-10` and `1e21`; Go wants a sign, and two digits at least.
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').expect("`{:e}` prints an exponent");
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    write!(out, "{mantissa}e{sign}{exponent:0>digits_min$}").expect("a vector takes everything");
}

/// Writes a time in milliseconds as seconds: `1435781430.781`, `1`, `1.500`.
#[inline]
pub fn push_seconds(out: &mut Vec<u8>, time_ms: i64) {
    if time_ms < 0 {
        out.push(b'-');
    }
    let magnitude = time_ms.unsigned_abs();
    push_unsigned(out, magnitude / 1000);
    let rest = (magnitude % 1000) as usize;
    if rest != 0 {
        let last = rest % 100 * 2;
        out.extend_from_slice(&[
            b'.',
            b'0' + (rest / 100) as u8,
            PAIRS[last],
            PAIRS[last + 1],
        ]);
    }
}

fn push_integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    push_unsigned(out, value.unsigned_abs());
}

/// `00` to `99`.
const PAIRS: [u8; 200] = {
    let mut pairs = [0; 200];
    let mut number = 0;
    while number < 100 {
        pairs[2 * number] = b'0' + (number / 10) as u8;
        pairs[2 * number + 1] = b'0' + (number % 10) as u8;
        number += 1;
    }
    pairs
};

/// Writes two digits at a time into a small buffer, from the right.
fn push_unsigned(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    while value >= 100 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if value >= 10 {
        let pair = value as usize * 2;
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        digits[at] = b'0' + value as u8;
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests;
