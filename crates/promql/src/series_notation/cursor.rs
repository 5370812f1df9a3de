//! A place in a line, and what to read there.

use crate::error::ParseError;
use crate::lexer::number;
use crate::quote::{GoQuoted, GoQuotedChar};
use crate::span::Span;

/// A place in a line.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

pub(super) type Read<T> = Result<T, ParseError>;

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Whether there were spaces.
    pub(super) fn skip_spaces(&mut self) -> bool {
        !self.take_while(|c| c.is_ascii_whitespace()).is_empty()
    }

    /// Goes to the next item of a list; false at the end of the line. Items need spaces before them.
    pub(super) fn next_item(&mut self) -> Read<bool> {
        let spaces = self.skip_spaces();
        match self.peek() {
            None => Ok(false),
            Some(_) if spaces => Ok(true),
            Some(c) => {
                let c = GoQuotedChar(Some(c));
                Err(self.error(format!("unexpected character in series sequence: {c}")))
            }
        }
    }

    /// A number without a sign, `Inf` and `NaN` included. Never hexadecimal, since in a sequence `0x5` means five
    /// more zeros.
    pub(super) fn number(&mut self) -> Read<f64> {
        let start = self.at;
        if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            let word = self.take_while(|c| c.is_ascii_alphabetic());
            if ["inf", "nan"]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
            {
                return number::value(word).map_err(|message| self.error_from(start, message));
            }
            let word = GoQuoted(word);
            let message = format!(
                "unexpected identifier {word} in series values, expected number or \"stale\""
            );
            return Err(self.error_from(start, message));
        }
        self.take_while(|c| c.is_ascii_digit() || c == '.' || c == '_');
        if self.at > start && (self.take("e") || self.take("E")) {
            let _sign = self.take("+") || self.take("-");
            self.take_while(|c| c.is_ascii_digit());
        }
        let digits = &self.text[start..self.at];
        if digits.is_empty() {
            let c = GoQuotedChar(self.peek());
            return Err(self.error(format!("unexpected character in series sequence: {c}")));
        }
        number::value(digits).map_err(|message| self.error_from(start, message))
    }

    /// A number that may have a sign.
    pub(super) fn signed_number(&mut self) -> Read<f64> {
        if self.take("-") {
            return Ok(-self.number()?);
        }
        self.take("+");
        self.number()
    }

    /// An integer that may have a minus.
    pub(super) fn integer(&mut self) -> Read<i32> {
        let start = self.at;
        self.take("-");
        self.take_while(|c| c.is_ascii_digit());
        let digits = &self.text[start..self.at];
        digits
            .parse()
            .map_err(|_| self.error_from(start, format!("not an integer: {}", GoQuoted(digits))))
    }

    /// An error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        self.error_from(self.at, message)
    }

    /// An error about what stands before this place.
    pub(super) fn error_from(&self, start: usize, message: impl Into<String>) -> ParseError {
        let end = self.at.max(start);
        ParseError::new(self.text, Span::new(start, end), message)
    }

    /// Where it is, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }
}
