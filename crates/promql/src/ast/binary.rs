//! Operators between two expressions, and how their series are matched.

use crate::ast::{Expr, ValueType};
use crate::span::Span;

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `unless`
    Unless,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    LessOrEqual,
    /// `<`
    Less,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
    /// `</`: keeps what a histogram observed below a bound.
    TrimUpper,
    /// `>/`: keeps what a histogram observed above a bound.
    TrimLower,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `atan2`
    Atan2,
    /// `^`
    Pow,
}

impl BinaryOp {
    /// The operator as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Unless => "unless",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::LessOrEqual => "<=",
            Self::Less => "<",
            Self::GreaterOrEqual => ">=",
            Self::Greater => ">",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Atan2 => "atan2",
            Self::Pow => "^",
        }
    }

    /// How tightly it binds, from 1 (`or`) to 6 (`^`).
    #[must_use]
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Equal
            | Self::NotEqual
            | Self::LessOrEqual
            | Self::Less
            | Self::GreaterOrEqual
            | Self::Greater
            | Self::TrimUpper
            | Self::TrimLower => 3,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div | Self::Mod | Self::Atan2 => 5,
            Self::Pow => 6,
        }
    }

    /// Whether `a op b op c` means `a op (b op c)`; only for `^`.
    #[must_use]
    pub fn is_right_associative(self) -> bool {
        self == Self::Pow
    }

    /// Whether it compares, so that it filters, or answers 0 and 1 with `bool`.
    #[must_use]
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::LessOrEqual
                | Self::Less
                | Self::GreaterOrEqual
                | Self::Greater
        )
    }

    /// Whether it trims histograms.
    #[must_use]
    pub fn is_trim(self) -> bool {
        matches!(self, Self::TrimUpper | Self::TrimLower)
    }

    /// Whether results are something else than the values that went in, so that the metric's name no longer fits. With `bool`,
    /// comparisons drop it too.
    #[must_use]
    pub fn drops_name(self) -> bool {
        !(self.is_comparison() || self.is_trim() || self.is_set())
    }

    /// Whether it is `and`, `or` or `unless`.
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self, Self::Or | Self::And | Self::Unless)
    }
}

/// How many series of each side may belong to one group of equal matching labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// One on each side.
    OneToOne,
    /// `group_left`: many on the left.
    ManyToOne,
    /// `group_right`: many on the right.
    OneToMany,
    /// Many on both; set operators only, and those always.
    ManyToMany,
}

impl Cardinality {
    /// `one-to-one`, `many-to-one`, `one-to-many`, `many-to-many`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneToOne => "one-to-one",
            Self::ManyToOne => "many-to-one",
            Self::OneToMany => "one-to-many",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// Values for the side on which a series is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fill {
    /// Stands for a missing series of the left side.
    pub left: Option<f64>,
    /// Stands for a missing series of the right side.
    pub right: Option<f64>,
}

impl Fill {
    /// Whether nothing is filled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_none() && self.right.is_none()
    }
}

impl PartialEq for Fill {
    /// NaN equals itself: two clauses are equal when they say the same.
    fn eq(&self, other: &Self) -> bool {
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        bits(self.left) == bits(other.left) && bits(self.right) == bits(other.right)
    }
}

/// Which series of two instant vectors belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorMatching {
    /// How many of each side may match.
    pub cardinality: Cardinality,
    /// Whether [`labels`](Self::labels) are those that must be equal (`on`), not those to leave out (`ignoring`).
    pub on: bool,
    /// The labels of `on` or `ignoring`; empty without such a clause.
    pub labels: Vec<String>,
    /// The labels in `group_left (…)`: taken over from the side with one series.
    pub include: Vec<String>,
    /// What stands for missing series.
    pub fill: Fill,
}

/// An operator between two expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// Which.
    pub op: BinaryOp,
    /// Left of it; a scalar or an instant vector.
    pub lhs: Box<Expr>,
    /// Right of it; a scalar or an instant vector.
    pub rhs: Box<Expr>,
    /// Whether a comparison answers 0 and 1 (`bool`), not filters.
    pub return_bool: bool,
    /// Present exactly when both sides are instant vectors.
    pub matching: Option<VectorMatching>,
    /// The operator with its modifiers.
    pub op_span: Span,
    /// From the start of the left side to the end of the right one.
    pub span: Span,
}

impl Binary {
    /// A scalar when both sides are, else an instant vector.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        if self.lhs.value_type() == ValueType::Scalar && self.rhs.value_type() == ValueType::Scalar
        {
            ValueType::Scalar
        } else {
            ValueType::Vector
        }
    }
}
