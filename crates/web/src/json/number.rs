//! Numbers.
//!
//! Values stand in strings, as JSON knows neither NaN nor infinities. Rust's and Go's algorithms agree on the shortest
//! digits that read back as the same float; they differ only in where the point and the exponent go.

use std::io::Write as _;
use std::ops::Range;

use super::digits::{put, put_thousandths, put_unsigned, put_whole};

/// Room that a float takes: the longest text is `-0.0000012345678901234567`, and behind shorter ones is garbage.
pub(super) const FLOAT_ROOM: usize = 32;
/// Room that a time takes, likewise: the longest is `-9223372036854775.808`.
pub(super) const SECONDS_ROOM: usize = 24;

/// Writes a sample's value, without quotes: plain between 1e-6 and 1e21, else with an exponent.
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    let mut text = [0; FLOAT_ROOM];
    let end = put_float(&mut text, 0, value);
    out.extend_from_slice(&text[..end]);
}

/// The same into a buffer with [`FLOAT_ROOM`]; the end of the text.
///
/// Whole numbers and thousandths, which most samples are, need no search for the shortest digits. A decimal of up to 15
/// digits is the only one of that length that reads as its float, so if it does, it is the shortest.
#[inline]
pub(super) fn put_float(out: &mut [u8], at: usize, value: f64) -> usize {
    let whole = value as i64;
    let is_negative_zero = whole == 0 && value.is_sign_negative();
    if whole as f64 == value && whole.unsigned_abs() < WHOLE_MAX && !is_negative_zero {
        return put_whole(out, at, whole);
    }
    // Adding what leaves no bits for a fraction rounds.
    let thousandths = value * 1000.0 + ROUNDER - ROUNDER;
    if thousandths / 1000.0 == value && SHORT_THOUSANDTHS.contains(&thousandths.abs()) {
        return put_decimal(out, at, thousandths as i64);
    }
    put_any_float(out, at, value)
}

/// Whole floats below it have all their digits.
const WHOLE_MAX: u64 = 1 << 53;

/// Thousandths among these have 15 digits at most, and are more than none.
const SHORT_THOUSANDTHS: Range<f64> = 1.0..1e15;

/// One and a half times the first float whose neighbours are one apart.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Writes a number that is not whole, without zeros at its end.
#[inline]
fn put_decimal(out: &mut [u8], at: usize, thousandths: i64) -> usize {
    out[at] = b'-';
    let at = at + usize::from(thousandths < 0);
    let thousandths = thousandths.unsigned_abs();
    let at = put_unsigned(out, at, thousandths / 1000);
    let zeros =
        usize::from(thousandths.is_multiple_of(10)) + usize::from(thousandths.is_multiple_of(100));
    put_thousandths(out, at, thousandths) - zeros
}

/// Kept apart, so that the others stay small where they are inlined.
#[inline(never)]
fn put_any_float(out: &mut [u8], at: usize, value: f64) -> usize {
    if SHORTEST_PLAIN.contains(&value.abs()) {
        // It would have `.0` at its end if it were whole.
        let mut buffer = zmij::Buffer::new();
        return put_text(out, at, buffer.format_finite(value).as_bytes());
    }
    let mut text = Vec::new();
    push_any_float(&mut text, value);
    put_text(out, at, &text)
}

/// Writes up to 32 bytes. Two copies of fixed lengths, which meet or overlap, are faster than one of any length.
#[inline]
fn put_text(out: &mut [u8], at: usize, text: &[u8]) -> usize {
    let end = at + text.len();
    if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        put(out, at, *first);
        put(out, end - last.len(), *last);
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        put(out, at, *first);
        put(out, end - last.len(), *last);
    } else {
        out[at..end].copy_from_slice(text);
    }
    end
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
pub fn push_seconds(out: &mut Vec<u8>, time_ms: i64) {
    let mut text = [0; SECONDS_ROOM];
    let end = put_seconds(&mut text, 0, time_ms);
    out.extend_from_slice(&text[..end]);
}

/// The same into a buffer with [`SECONDS_ROOM`]; the end of the text.
pub(super) fn put_seconds(out: &mut [u8], at: usize, time_ms: i64) -> usize {
    out[at] = b'-';
    let at = at + usize::from(time_ms < 0);
    let magnitude = time_ms.unsigned_abs();
    let at = put_unsigned(out, at, magnitude / 1000);
    match magnitude % 1000 {
        0 => at,
        rest => put_thousandths(out, at, rest),
    }
}

#[cfg(test)]
mod tests;
