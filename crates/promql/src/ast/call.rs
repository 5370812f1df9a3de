//! Function calls.

use crate::ast::Expr;
use crate::functions::Function;
use crate::span::Span;

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its row in the table.
    pub function: &'static Function,
    /// As many, and of such types, as the function takes.
    pub args: Vec<Expr>,
    /// From the name to the right parenthesis.
    pub span: Span,
}
