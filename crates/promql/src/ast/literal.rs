//! Numbers, strings, parentheses.

use crate::ast::Expr;
use crate::quote::GoQuotedBytes;
use crate::span::Span;

/// A number, its sign included: `-1` is one literal, `-1^2` is not.
#[derive(Clone, Debug)]
pub struct NumberLiteral {
    /// The number; seconds when it was written as a duration.
    pub value: f64,
    /// Whether it was written as a duration, and so prints as one.
    pub is_duration: bool,
    /// With its sign.
    pub span: Span,
}

impl PartialEq for NumberLiteral {
    /// NaN equals itself: two literals are equal when they say the same.
    fn eq(&self, other: &Self) -> bool {
        let same = self.value == other.value || (self.value.is_nan() && other.value.is_nan());
        same && self.is_duration == other.is_duration && self.span == other.span
    }
}

/// A string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// The text, without quotes and escapes; where escapes make no UTF-8, U+FFFD stands for them, as in JSON.
    pub value: String,
    /// The bytes that were meant, if they make no UTF-8. Such a text is no name of a label.
    pub broken: Option<Vec<u8>>,
    /// With its quotes.
    pub span: Span,
}

impl StringLiteral {
    /// In double quotes, escaped as Go does it.
    #[must_use]
    pub fn quoted(&self) -> String {
        let bytes = self.broken.as_deref().unwrap_or(self.value.as_bytes());
        GoQuotedBytes(bytes).to_string()
    }
}

/// Parentheses, kept because they are part of what was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Paren {
    /// What stands inside.
    pub expr: Box<Expr>,
    /// From the left one to the right one.
    pub span: Span,
}
