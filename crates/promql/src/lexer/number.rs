//! Numbers and durations: where they end, and what they are worth.
//!
//! The scanner accepts what looks like a number; [`value`] has the last word.

use crate::quote::GoQuoted;
use crate::token::TokenKind;

/// Scans a number or a duration at the start of `text`. Answers what it is, none when it is neither, and up to where it
/// looked.
pub(super) fn scan(text: &str) -> (Option<TokenKind>, usize) {
    let mut cursor = Cursor {
        text: text.as_bytes(),
        at: 0,
    };
    if cursor.number() {
        return (Some(TokenKind::Number), cursor.at);
    }
    if cursor.duration() {
        return (Some(TokenKind::Duration), cursor.at);
    }
    (None, cursor.char_end(text))
}

struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    fn take_all(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.take(&wanted) {}
    }

    /// `1`, `1_000.5`, `.5`, `1e-3`, `0x1F`, with nothing of a word behind it.
    fn number(&mut self) -> bool {
        let hexadecimal = matches!(self.text, [b'0', b'x' | b'X', ..]);
        let shape = if hexadecimal {
            self.at += 2;
            self.take(|b| b == b'_');
            self.digits(|b| b.is_ascii_hexdigit()) && self.peek() != Some(b'.')
        } else {
            self.decimal()
        };
        shape && !self.peek().is_some_and(is_word_part)
    }

    fn decimal(&mut self) -> bool {
        let digit = |b: u8| b.is_ascii_digit();
        if !self.digits(digit) {
            return false;
        }
        if self.take(|b| b == b'.') {
            if self.take(|b| b == b'_' || b == b'.') || !self.digits(digit) {
                return false;
            }
            if self.take(|b| b == b'.') {
                return false;
            }
        }
        if self.take(|b| b == b'e' || b == b'E') {
            self.take(|b| b == b'+' || b == b'-');
            if self.take(|b| matches!(b, b'.' | b'_' | b'e' | b'E')) || self.peek().is_none() {
                return false;
            }
            return self.digits(digit);
        }
        true
    }

    /// Digits, possibly none, single underscores between them. False when an underscore is not followed by a digit.
    fn digits(&mut self, digit: impl Fn(u8) -> bool) -> bool {
        self.take_all(&digit);
        while self.take(|b| b == b'_') {
            if self.take(|b| matches!(b, b'.' | b'_' | b'e' | b'E')) || !self.take(&digit) {
                return false;
            }
            self.take_all(&digit);
        }
        true
    }

    /// From behind the first digits on: a unit, then digits and units in turn. Whether the units descend is checked
    /// with the value.
    fn duration(&mut self) -> bool {
        loop {
            if !self.take(|b| b"smhdwy".contains(&b)) {
                return false;
            }
            self.take(|b| b == b's');
            if !self.take(|b| b.is_ascii_digit()) {
                break;
            }
            self.take_all(|b| b.is_ascii_digit());
        }
        !self.take(is_word_part)
    }

    /// The place rounded up to the end of a character.
    fn char_end(&self, text: &str) -> usize {
        let mut end = self.at;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        end
    }
}

fn is_word_part(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// What a scanned number is worth: `0x1f` and `017` are integers of base 16 and 8, all else is decimal.
///
/// # Errors
///
/// The message, when it is no number after all (`1e+`) or one beyond the greatest (`1e999`).
pub(crate) fn value(text: &str) -> Result<f64, String> {
    let failed = |why: &str| {
        Err(format!(
            "error parsing number: strconv.ParseFloat: parsing {}: {why}",
            GoQuoted(text)
        ))
    };
    if text.eq_ignore_ascii_case("inf") {
        return Ok(f64::INFINITY);
    }
    if text.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    if let Some(hexadecimal) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        return match i64::from_str_radix(hexadecimal, 16) {
            Ok(number) => Ok(number as f64),
            Err(_) => failed("invalid syntax"),
        };
    }
    if let Some(octal) = digits.strip_prefix('0')
        && let Ok(number) = i64::from_str_radix(octal, 8)
    {
        return Ok(number as f64);
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_infinite() => failed("value out of range"),
        Ok(number) => Ok(number),
        Err(_) => failed("invalid syntax"),
    }
}
