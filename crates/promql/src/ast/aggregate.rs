//! Aggregations: many series become one per group.

use crate::ast::{Expr, ValueType};
use crate::span::Span;

/// The operators that aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the language's own words")]
pub enum AggregateOp {
    Avg,
    Bottomk,
    Count,
    CountValues,
    Group,
    LimitRatio,
    Limitk,
    Max,
    Min,
    Quantile,
    Stddev,
    Stdvar,
    Sum,
    Topk,
}

impl AggregateOp {
    /// All, by name.
    pub const ALL: [Self; 14] = [
        Self::Avg,
        Self::Bottomk,
        Self::Count,
        Self::CountValues,
        Self::Group,
        Self::LimitRatio,
        Self::Limitk,
        Self::Max,
        Self::Min,
        Self::Quantile,
        Self::Stddev,
        Self::Stdvar,
        Self::Sum,
        Self::Topk,
    ];

    /// The operator as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Bottomk => "bottomk",
            Self::Count => "count",
            Self::CountValues => "count_values",
            Self::Group => "group",
            Self::LimitRatio => "limit_ratio",
            Self::Limitk => "limitk",
            Self::Max => "max",
            Self::Min => "min",
            Self::Quantile => "quantile",
            Self::Stddev => "stddev",
            Self::Stdvar => "stdvar",
            Self::Sum => "sum",
            Self::Topk => "topk",
        }
    }

    /// The type of its parameter, for those that take one.
    #[must_use]
    pub fn parameter(self) -> Option<ValueType> {
        match self {
            Self::Bottomk | Self::LimitRatio | Self::Limitk | Self::Quantile | Self::Topk => {
                Some(ValueType::Scalar)
            }
            Self::CountValues => Some(ValueType::String),
            _ => None,
        }
    }

    /// Whether it needs [`experimental_functions`](crate::Features::experimental_functions).
    #[must_use]
    pub fn is_experimental(self) -> bool {
        matches!(self, Self::LimitRatio | Self::Limitk)
    }
}

/// Which labels tell groups apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `by (a, b)`: these alone. With none, everything is one group; a missing clause means that too.
    By(Vec<String>),
    /// `without (a, b)`: all but these and the metric's name.
    Without(Vec<String>),
}

impl Grouping {
    /// The labels of the clause, in the order in which they were written.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        match self {
            Self::By(labels) | Self::Without(labels) => labels,
        }
    }

    /// Whether the labels are those to leave out.
    #[must_use]
    pub fn is_without(&self) -> bool {
        matches!(self, Self::Without(_))
    }
}

/// An aggregation.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which.
    pub op: AggregateOp,
    /// Over what; an instant vector.
    pub expr: Box<Expr>,
    /// Present exactly when [`AggregateOp::parameter`] names a type, which it then has.
    pub param: Option<Box<Expr>>,
    /// The groups.
    pub grouping: Grouping,
    /// From the operator to the last parenthesis.
    pub span: Span,
}
