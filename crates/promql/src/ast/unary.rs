//! Signs.

use crate::ast::Expr;
use crate::span::Span;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

impl UnaryOp {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
        }
    }
}

/// A sign before a scalar or an instant vector. Binds weaker than `^`: `-a^2` is `-(a^2)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Unary {
    /// Which.
    pub op: UnaryOp,
    /// Never a number: there the sign is part of the literal.
    pub expr: Box<Expr>,
    /// From the sign on.
    pub span: Span,
}
