//! The tree of a query.
//!
//! Each kind of node is a struct with public fields and a [`Span`]; [`Expr`] is one of them. Nodes are plain values:
//! what the parser guarantees beyond their types (a `topk` has its parameter, a call has as many arguments as its
//! function takes) is said at the field.

mod aggregate;
mod binary;
mod call;
mod duration;
mod literal;
mod selector;
mod unary;
mod value_type;
mod walk;

pub use aggregate::{Aggregate, AggregateOp, Grouping};
pub use binary::{Binary, BinaryOp, Cardinality, Fill, VectorMatching};
pub use call::Call;
pub use duration::{Duration, DurationExpr, DurationKind, DurationValueError, QueryTimes};
pub use literal::{NumberLiteral, Paren, StringLiteral};
pub use selector::{At, Extension, MatrixSelector, Subquery, VectorSelector};
pub use unary::{Unary, UnaryOp};
pub use value_type::ValueType;

use crate::span::Span;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// `1`, `0x1f`, `Inf`, `5m`
    Number(NumberLiteral),
    /// `"text"`
    String(StringLiteral),
    /// `up{job="a"} offset 5m`
    Vector(VectorSelector),
    /// `up{job="a"}[5m]`
    Matrix(MatrixSelector),
    /// `rate(up[1m])[1h:5m]`
    Subquery(Subquery),
    /// `-up`
    Unary(Unary),
    /// `a + on (job) b`
    Binary(Binary),
    /// `sum by (job) (up)`
    Aggregate(Aggregate),
    /// `rate(up[5m])`
    Call(Call),
    /// `(up)`
    Paren(Paren),
}

impl Expr {
    /// Where it stands in the text.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Number(node) => node.span,
            Self::String(node) => node.span,
            Self::Vector(node) => node.span,
            Self::Matrix(node) => node.span,
            Self::Subquery(node) => node.span,
            Self::Unary(node) => node.span,
            Self::Binary(node) => node.span,
            Self::Aggregate(node) => node.span,
            Self::Call(node) => node.span,
            Self::Paren(node) => node.span,
        }
    }

    /// What it yields.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Number(_) => ValueType::Scalar,
            Self::String(_) => ValueType::String,
            Self::Vector(_) | Self::Aggregate(_) => ValueType::Vector,
            Self::Matrix(_) | Self::Subquery(_) => ValueType::Matrix,
            Self::Unary(node) => node.expr.value_type(),
            Self::Binary(node) => node.value_type(),
            Self::Call(node) => node.function.returns,
            Self::Paren(node) => node.expr.value_type(),
        }
    }

    /// The expression without the parentheses around it.
    #[must_use]
    pub fn unparenthesized(&self) -> &Self {
        let mut expr = self;
        while let Self::Paren(paren) = expr {
            expr = &paren.expr;
        }
        expr
    }
}
