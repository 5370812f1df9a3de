//! Numbers, durations and strings.

use model::duration::parse_ms;

use crate::ast::{NumberLiteral, StringLiteral};
use crate::lexer::{number, string};
use crate::parser::{Failure, Parsed, Parser};
use crate::token::{Token, TokenKind};

/// The longest duration, in milliseconds: Prometheus keeps nanoseconds in 63 bits.
const DURATION_MS_MAX: i64 = i64::MAX / 1_000_000;

impl Parser<'_> {
    /// A number, or a duration as a number of seconds; without a sign.
    pub(super) fn number_literal(&mut self) -> Parsed<NumberLiteral> {
        let token = self.peek()?;
        let is_duration = match token.kind {
            TokenKind::Number => false,
            TokenKind::Duration => true,
            _ => return Err(Failure::Unexpected(token)),
        };
        self.take()?;
        let text = self.text_of(token);
        let value = if is_duration {
            self.duration_seconds(token)?
        } else {
            number::value(text).map_err(|message| self.error(token.span, message))?
        };
        Ok(NumberLiteral {
            value,
            is_duration,
            span: token.span,
        })
    }

    fn duration_seconds(&self, token: Token) -> Parsed<f64> {
        let ms = parse_ms(self.text_of(token))
            .map_err(|error| self.error(token.span, error.to_string()))?;
        if ms > DURATION_MS_MAX {
            return Err(self.error(token.span, "duration out of range"));
        }
        Ok(ms as f64 / 1000.0)
    }

    pub(super) fn string_literal(&mut self) -> Parsed<StringLiteral> {
        let token = self.expect(TokenKind::String)?;
        let (value, broken) = match string::unquote(self.text_of(token)) {
            Ok(value) => (value, None),
            Err(bytes) => (String::from_utf8_lossy(&bytes).into_owned(), Some(bytes)),
        };
        Ok(StringLiteral {
            value,
            broken,
            span: token.span,
        })
    }

    /// What a string says, where only text will do: in selectors and lists of names.
    pub(super) fn unquoted(&self, token: Token) -> Parsed<String> {
        string::unquote(self.text_of(token)).map_err(|bytes| {
            let bytes = bytes.escape_ascii();
            self.error(
                token.span,
                format!("string is not valid UTF-8: \"{bytes}\""),
            )
        })
    }
}
