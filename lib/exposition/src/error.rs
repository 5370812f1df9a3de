//! What is wrong with a page, and where.

use std::fmt;

use thiserror::Error;

use crate::float::FloatError;

/// How much of a page an error quotes, in characters.
const QUOTE_CHARS_MAX: usize = 40;

/// A page that is not what its format says, with the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{fault} (line {line}, column {column})")]
pub struct ReadError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl ReadError {
    /// What its author may do about it, if we have an idea.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.fault.hint()
    }

    /// Turns an offset into a line and a column.
    pub(crate) fn locate(page: &[u8], problem: Problem) -> Self {
        let before = &page[..problem.at.min(page.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let in_line = &before[line_start..];
        Self {
            line: 1 + memchr::memchr_iter(b'\n', before).count(),
            // Continuation bytes are no characters of their own.
            column: 1 + in_line.iter().filter(|byte| **byte & 0xc0 != 0x80).count(),
            fault: problem.fault,
        }
    }
}

/// A fault at an offset into the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In bytes from the page's start.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl Problem {
    pub(crate) fn new(at: usize, fault: Fault) -> Self {
        Self { at, fault }
    }

    /// The same, when its offset was one from `base`.
    pub(crate) fn after(self, base: usize) -> Self {
        Self::new(base + self.at, self.fault)
    }

    /// `what` was expected where `rest` stands.
    #[cold]
    pub(crate) fn expected(at: usize, what: &'static str, rest: &str) -> Self {
        Self::new(at, Fault::Expected(what, Quote::line(rest)))
    }
}

/// What can be wrong with the syntax of a page. The words are Prometheus' own where it has some.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Bytes that are no text.
    #[error("invalid UTF-8")]
    NotUtf8,
    /// A line that begins like none.
    #[error("{0} is not a valid start token")]
    Start(Quote),
    /// Something else than what must come here.
    #[error("expected {0}, got {1}")]
    Expected(&'static str, Quote),
    /// A value that is no number.
    #[error("invalid value: {0}: {1}")]
    Value(Quote, FloatError),
    /// A timestamp that is none.
    #[error("invalid timestamp: {0}")]
    Timestamp(Quote),
    /// Two names for one sample.
    #[error("metric name already set")]
    NameTwice,
    /// Labels without a metric name.
    #[error("metric name not set")]
    NameMissing,
    /// A TYPE line with a word that names no kind.
    #[error("invalid metric type {0}")]
    Kind(Quote),
    /// A unit that does not end its family's name.
    #[error("unit {unit} not a suffix of metric {family}")]
    Unit {
        /// The unit.
        unit: Quote,
        /// The family.
        family: Quote,
    },
    /// OpenMetrics without its last line.
    #[error("data does not end with # EOF")]
    EofMissing,
    /// OpenMetrics with something after its last line.
    #[error("unexpected data after # EOF")]
    AfterEof,
}

impl Fault {
    /// What its author may do about it, if we have an idea.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        let quote = match self {
            Self::Expected(_, quote)
            | Self::Value(quote, _)
            | Self::Timestamp(quote)
            | Self::Kind(quote) => quote,
            Self::Start(quote) if quote.0.starts_with('<') => {
                return Some("this looks like a web page: is the path right?");
            }
            Self::Start(quote) if quote.0.starts_with('{') => {
                return Some("a metric name in braces must come in double quotes");
            }
            Self::Start(quote) => quote,
            Self::EofMissing => {
                return Some(
                    "either the page was cut short, or its Content-Type should be text/plain",
                );
            }
            Self::Unit { .. } => return Some("the name must end with an underscore and the unit"),
            _ => return None,
        };
        quote
            .0
            .ends_with('\r')
            .then_some("lines must end with a line feed alone, without a carriage return")
    }
}

/// Text of the page as an error shows it: quoted, and cut if it is long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote(String);

impl Quote {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.chars().take(QUOTE_CHARS_MAX + 1).collect())
    }

    /// The first line of `text`.
    pub(crate) fn line(text: &str) -> Self {
        Self::new(text.split('\n').next().unwrap_or_default())
    }
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("end of line");
        }
        match self.0.char_indices().nth(QUOTE_CHARS_MAX) {
            Some((cut, _)) => write!(f, "{:?}...", &self.0[..cut]),
            None => write!(f, "{:?}", self.0),
        }
    }
}
