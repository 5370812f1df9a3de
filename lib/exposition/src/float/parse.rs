//! Reads floats, most of which are short: those take one multiplication or division of exact numbers.

use thiserror::Error;

/// Why a text is no float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FloatError {
    /// It is not one of the forms.
    #[error("invalid syntax")]
    Syntax,
    /// It is beyond the largest float.
    #[error("value out of range")]
    Range,
}

/// Every integer up to this is exactly a float.
const EXACT_INTEGER_MAX: u64 = 1 << 53;

/// Powers of ten that are exactly floats; dividing an exact integer by one of them rounds once, so correctly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Digits that surely fit in a `u64`.
const DIGITS_MAX: usize = 19;

/// The float that `text` stands for, to the last bit.
///
/// Takes what Go's `strconv.ParseFloat` takes, less hexadecimal and underscores: decimal with an optional exponent, `inf`, `infinity`
/// with or without a sign, and `nan` without one, in any case.
///
/// # Errors
///
/// [`FloatError::Syntax`] for anything else, [`FloatError::Range`] for what is beyond the largest float.
#[inline]
pub fn parse(text: &str) -> Result<f64, FloatError> {
    match parse_short(text.as_bytes()) {
        Some(value) => Ok(value),
        None => parse_any(text),
    }
}

/// As [`parse`], for what stands before the first blank or line feed; and where that is. `None` where there is neither, too.
#[inline]
pub(crate) fn parse_field(text: &[u8]) -> Option<(f64, usize)> {
    // Whatever has no more digits is exactly a float.
    const EXACT_DIGITS_MAX: usize = 15;
    let is_end = |byte: &u8| matches!(byte, b'\n' | b' ' | b'\t');
    let mut integer = 0_u64;
    let mut digits = 0;
    while let Some(byte) = text.get(digits)
        && byte.is_ascii_digit()
    {
        integer = integer
            .wrapping_mul(10)
            .wrapping_add(u64::from(byte - b'0'));
        digits += 1;
    }
    if is_end(text.get(digits)?) && (1..=EXACT_DIGITS_MAX).contains(&digits) {
        return Some((integer as f64, digits));
    }
    let end = digits + text[digits..].iter().position(is_end)?;
    let field = &text[..end];
    let value = match parse_short(field) {
        Some(value) => value,
        None => parse_any(std::str::from_utf8(field).ok()?).ok()?,
    };
    Some((value, end))
}

/// `[-+]?digits[.digits][(e|E)[-+]digits]` whose digits are an exact integer and whose exponent is an exact power of ten.
///
/// `None` for all else, valid or not.
#[inline]
fn parse_short(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let mut mantissa = 0_u64;
    let mut fraction = None;
    let mut index = 0;
    let mut exponent = 0;
    while let Some(byte) = digits.get(index) {
        match byte {
            b'0'..=b'9' => mantissa = mantissa.wrapping_mul(10) + u64::from(byte - b'0'),
            b'.' if fraction.is_none() => fraction = Some(index + 1),
            b'e' | b'E' => {
                exponent = short_exponent(&digits[index + 1..])?;
                break;
            }
            _ => return None,
        }
        index += 1;
    }
    let count = index - usize::from(fraction.is_some());
    if count == 0 || count > DIGITS_MAX || mantissa > EXACT_INTEGER_MAX {
        return None;
    }
    let power = exponent - fraction.map_or(0, |start| (index - start) as i32);
    let scale = *EXACT_POWERS.get(power.unsigned_abs() as usize)?;
    let exact = mantissa as f64;
    let value = if power < 0 {
        exact / scale
    } else {
        exact * scale
    };
    Some(if negative { -value } else { value })
}

/// An exponent of at most three digits.
#[inline]
fn short_exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    let mut exponent = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        exponent = exponent * 10 + i32::from(byte - b'0');
    }
    Some(if negative { -exponent } else { exponent })
}

#[cold]
fn parse_any(text: &str) -> Result<f64, FloatError> {
    let value: f64 = text.parse().map_err(|_| FloatError::Syntax)?;
    let unsigned = text.trim_start_matches(['+', '-']);
    let starts = |letter: u8| {
        unsigned
            .as_bytes()
            .first()
            .is_some_and(|b| b.eq_ignore_ascii_case(&letter))
    };
    if value.is_nan() && unsigned.len() != text.len() {
        return Err(FloatError::Syntax);
    }
    if value.is_infinite() && !starts(b'i') {
        return Err(FloatError::Range);
    }
    Ok(value)
}
