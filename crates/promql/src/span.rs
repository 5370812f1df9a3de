//! Places in the text of a query.

use std::fmt;

/// A range of bytes in the text, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Byte offset of the first character.
    pub start: usize,
    /// Byte offset behind the last character.
    pub end: usize,
}

impl Span {
    /// From `start` up to `end`, which is not part of it.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the start of this one to the end of the other.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start, other.end)
    }

    /// The piece of `text` that it covers; empty when it does not lie within.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Line and column of its start.
    ///
    /// `text` must be the one that was parsed.
    #[must_use]
    pub fn position(self, text: &str) -> Position {
        Position::of(text, self.start)
    }
}

/// A line and a column for people, as Prometheus counts them: both from 1, columns in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// The text was empty, so there is nothing to point at.
    Unknown,
    /// Somewhere in the text, its very end included.
    At {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
}

impl Position {
    /// The position of a byte offset.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        if text.is_empty() {
            return Self::Unknown;
        }
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        Self::At {
            line,
            column: before.len() - line_start + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown position"),
            Self::At { line, column } => write!(f, "{line}:{column}"),
        }
    }
}
