//! What is wrong with a query.

use crate::span::{Position, Span};

/// Text that is no query, or a query whose types don't fit. One error per text: the first one met.
///
/// Prints as Prometheus does: `1:5: parse error: unexpected end of input`. The words of the message are
/// Prometheus' own, because people search for them and scripts match them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: parse error: {message}")]
pub struct ParseError {
    /// What it is about; ends at the end of the text when the lexer gave up.
    pub span: Span,
    /// The start of the span, for people.
    pub position: Position,
    /// What is wrong, without the position.
    pub message: String,
}

impl ParseError {
    /// An error about a piece of `text`.
    #[must_use]
    pub fn new(text: &str, span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            position: span.position(text),
            message: message.into(),
        }
    }
}
