//! The query language: lexer, parser with spans, types, printer, function table, series notation.
//!
//! [`parse`] takes the text of a query and answers with a typed tree, an [`Expr`], or with one [`ParseError`] that knows
//! where it points. The tree is a value: it holds no reference into the text, and every node knows its [`Span`] in it.
//!
//! ```text
//!  text ──lexer──> tokens ──parser──> Expr ──check──> Expr with types that fit
//!                                      │
//!                                      ├── Display: one line, re-parses to the same tree
//!                                      └── pretty:  many lines, as `/api/v1/format_query` prints them
//! ```
//!
//! ```
//! use promql::{Expr, Features, parse};
//!
//! let expr = parse("sum(rate(up[5m])) by (job)", &Features::STABLE)?;
//! assert!(matches!(expr, Expr::Aggregate(_)));
//! assert_eq!(expr.to_string(), "sum by (job) (rate(up[5m]))");
//!
//! let error = parse("rate(up)", &Features::STABLE).expect_err("rate wants a range");
//! assert_eq!(
//!     error.to_string(),
//!     r#"1:6: parse error: expected type range vector in call to function "rate", got instant vector"#,
//! );
//! # Ok::<(), promql::ParseError>(())
//! ```
//!
//! # Glossary
//!
//! - **expression**: what a query is made of; each has a [`ValueType`].
//! - **selector**: a metric's name and matchers; with a range in brackets it yields a range vector.
//! - **modifier**: `offset` and `@` move a selector in time, `anchored` and `smoothed` change how its edges are read.
//! - **matching**: which series of the two sides of an operator belong together ([`VectorMatching`]).
//! - **series notation**: how test scripts write series and their values ([`series_notation`]).

//!
//! # What is absent, and why
//!
//! No evaluation: `query` plans and runs. No I/O, no clock, no logging, and no regular expressions of its own
//! (`model::Matcher` has them). Nothing is folded or moved: the tree is what was written, so that an editor, a
//! printer and the engine see the same.

pub mod ast;
mod check;
mod error;
mod features;
mod functions;
mod lexer;
pub mod parser;
mod print;
mod quote;
pub mod series_notation;
mod span;
mod token;

pub use ast::{
    Aggregate, AggregateOp, At, Binary, BinaryOp, Call, Cardinality, Duration, DurationExpr,
    DurationKind, DurationValueError, Expr, Extension, Fill, Grouping, MatrixSelector,
    NumberLiteral, Paren, QueryTimes, StringLiteral, Subquery, Unary, UnaryOp, ValueType,
    VectorMatching, VectorSelector,
};
pub use error::ParseError;
pub use features::Features;
pub use functions::{FUNCTIONS, Function, Stability, Variadic};
pub use parser::{parse, parse_metric, parse_selector};
pub use print::pretty;
pub use span::{Position, Span};
