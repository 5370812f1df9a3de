//! Whether a page keeps its format's rules: what [`read`](crate::read) lets pass since a scraper can live with it, and a standard can't.
//!
//! ```text
//! entries ──► Sequence: which family?  ──► Family: which metric, which point? ──► Point: is it whole?
//!             names unique, no clash,       not interleaved, times ascend,        buckets in order, sums and
//!             metadata first and once       labels of the kind                    counts where they belong
//! ```
//!
//! The first violation ends the check and is reported with its line, for after one of them it is guesswork what the author meant.

mod family;
mod lint;
mod openmetrics;
mod point;
mod rule;
#[cfg(test)]
mod tests;
mod text;

use thiserror::Error;

use crate::Format;
use crate::error::{Fault, Problem, ReadError};

pub use lint::Lint;
pub use rule::Rule;

/// What a page without faults holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Families, those without samples too.
    pub families: usize,
    /// Samples.
    pub samples: usize,
    /// Habits that it does not keep, in order. Only looked for in the text format, as promtool does it.
    pub lints: Vec<Lint>,
}

/// A page that breaks a rule, with the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{broken} (line {line}, column {column})")]
pub struct CheckError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is broken.
    pub broken: Broken,
}

/// What can be broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Broken {
    /// A line that is none of the format's.
    #[error(transparent)]
    Syntax(Fault),
    /// A rule of the format.
    #[error(transparent)]
    Rule(Rule),
}

impl CheckError {
    /// What its author may do about it, if we have an idea.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match &self.broken {
            Broken::Syntax(fault) => fault.hint(),
            Broken::Rule(rule) => rule.hint(),
        }
    }
}

impl From<ReadError> for CheckError {
    fn from(error: ReadError) -> Self {
        Self {
            line: error.line,
            column: error.column,
            broken: Broken::Syntax(error.fault),
        }
    }
}

/// A rule that is broken at an offset into the page.
#[derive(Debug)]
enum Breach {
    Rule(usize, Rule),
    Syntax(Problem),
    Read(ReadError),
}

impl Breach {
    fn locate(self, page: &[u8]) -> CheckError {
        match self {
            Self::Read(error) => error.into(),
            Self::Syntax(problem) => ReadError::locate(page, problem).into(),
            Self::Rule(at, rule) => {
                // Only the place is taken from it.
                let place = ReadError::locate(page, Problem::new(at, Fault::NotUtf8));
                CheckError {
                    line: place.line,
                    column: place.column,
                    broken: Broken::Rule(rule),
                }
            }
        }
    }
}

impl From<Problem> for Breach {
    fn from(problem: Problem) -> Self {
        Self::Syntax(problem)
    }
}

impl From<ReadError> for Breach {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// Checks a page.
///
/// # Errors
///
/// With the first line that is wrong, and why.
pub fn check(page: &[u8], format: Format) -> Result<Report, CheckError> {
    let report = match format {
        Format::OpenMetrics => openmetrics::check(page),
        Format::Text => text::check(page),
    };
    report.map_err(|breach| breach.locate(page))
}
