//! Selectors, range selectors and subqueries, with what moves them in time.

use model::{Matcher, Timestamp};

use crate::ast::{Duration, Expr};
use crate::span::Span;

/// The time that `@` pins a selector to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// `@ 1609746000`
    Time(Timestamp),
    /// `@ start()`: the start of the query's range.
    Start,
    /// `@ end()`: the end of the query's range.
    End,
}

/// How the edges of a range are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extension {
    /// `anchored`: the last sample before an edge stands for the edge.
    Anchored,
    /// `smoothed`: edges are interpolated between the samples around them.
    Smoothed,
}

impl Extension {
    /// The keyword.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Smoothed => "smoothed",
        }
    }
}

/// An instant vector selector.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSelector {
    /// The metric's name when it stands before the braces; never empty.
    pub name: Option<String>,
    /// All conditions, that on the name included: it is the last one when [`name`](Self::name) is there.
    pub matchers: Vec<Matcher>,
    /// `offset`: how far into the past, negative into the future. None for `offset 0s` too.
    pub offset: Option<Duration>,
    /// `@`
    pub at: Option<At>,
    /// `anchored` or `smoothed`
    pub extension: Option<Extension>,
    /// Within a [`MatrixSelector`] it ends before the bracket, though the modifiers behind it are kept here.
    pub span: Span,
}

/// A range vector selector.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSelector {
    /// The selector, with the modifiers that stand behind the bracket.
    pub selector: VectorSelector,
    /// What stands in the brackets; positive when it is a literal.
    pub range: Duration,
    /// With the modifiers.
    pub span: Span,
}

/// An instant vector evaluated over a range: `expr[range:step]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// An instant vector.
    pub expr: Box<Expr>,
    /// Positive when it is a literal.
    pub range: Duration,
    /// The resolution; none means the engine's default.
    pub step: Option<Duration>,
    /// `offset`: how far into the past, negative into the future. None for `offset 0s` too.
    pub offset: Option<Duration>,
    /// `@`
    pub at: Option<At>,
    /// With the modifiers.
    pub span: Span,
}
