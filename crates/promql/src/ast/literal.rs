//! Numbers, strings, parentheses.

use crate::ast::Expr;
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
    /// The text, without quotes and escapes.
    pub value: String,
    /// With its quotes.
    pub span: Span,
}

/// Parentheses, kept because they are part of what was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Paren {
    /// What stands inside.
    pub expr: Box<Expr>,
    /// From the left one to the right one.
    pub span: Span,
}
