//! Numbers.
//!
//! Values stand in strings, as JSON knows neither NaN nor infinities. Rust's and Go's algorithms agree on the shortest
//! digits that read back as the same float; they differ only in where the point and the exponent go.

use std::io::Write as _;

/// Writes a sample's value, without quotes: plain between 1e-6 and 1e21, else with an exponent.
#[inline]
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    // Counters and most gauges are whole numbers, and those need no search for the shortest digits.
    let whole = value as i64;
    if whole as f64 == value
        && whole.unsigned_abs() < 1 << 53
        && (whole != 0 || value.is_sign_positive())
    {
        push_integer(out, whole);
    } else {
        push_any_float(out, value);
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
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    if text.bytes().any(|byte| byte == b'e') {
        // It takes an exponent sooner than we do. Rust's `Display` never does.
        write!(out, "{value}").expect("a vector takes everything");
    } else {
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

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
