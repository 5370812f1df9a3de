//! Reads pages: a borrowed, lazy iterator over what stands in them.
//!
//! There are two depths. [`Entries`] finds the lines and takes them apart; of a sample it reads value, timestamp and exemplar, and
//! delimits the series without looking into it. [`Series::labels`] reads the inside. A scraper that has met the very same
//! series text before knows what it means and saves that work, which is most of it.
//!
//! Invariants:
//! - a well-formed line is delimited rightly; a malformed one is an error of [`Entries`] or, at the latest, of [`Series::labels`];
//! - nothing panics, whatever the bytes, and every step goes forward, so reading ends;
//! - nothing is allocated but for escapes (a `Cow`) and errors.
//!
//! What is accepted is what Prometheus accepts when it scrapes, which is more than the formats allow: rules that span lines
//! (order, grouping, what a histogram needs) are [`check`](mod@crate::check)'s task.

mod lexer;
mod openmetrics;
mod sample;
mod series;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use crate::error::{Fault, Problem, ReadError};
use crate::{Format, Kind};

pub use sample::{Exemplar, Sample};
pub use series::{Label, Labels, METRIC_NAME, Series};

/// What a line of a page says.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry<'a> {
    /// What a family is about.
    Help {
        /// The family's name, as the line has it.
        family: Cow<'a, str>,
        /// The text; may be empty.
        text: Cow<'a, str>,
    },
    /// Of which kind a family is.
    Type {
        /// The family's name, as the line has it.
        family: Cow<'a, str>,
        /// The kind.
        kind: Kind,
    },
    /// In which unit a family counts. Only OpenMetrics has it.
    Unit {
        /// The family's name, as the line has it.
        family: Cow<'a, str>,
        /// The unit; may be empty.
        unit: &'a str,
    },
    /// A line for human eyes, without its `#`. Only the text format has it.
    Comment(&'a str),
    /// A float.
    Sample(Sample<'a>),
}

/// Iterates over a page. After an error comes nothing more.
///
/// ```
/// use ferula_exposition::{Entries, Entry, Format};
///
/// let page = b"# TYPE jobs_total counter\njobs_total{queue=\"mail\"} 3\n";
/// let mut total = 0.0;
/// for entry in Entries::new(page, Format::Text) {
///     if let Entry::Sample(sample) = entry? {
///         assert_eq!(sample.series.as_str(), "jobs_total{queue=\"mail\"}");
///         total += sample.value;
///     }
/// }
/// assert_eq!(total, 3.0);
/// # Ok::<(), ferula_exposition::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    page: &'a [u8],
    /// The part of the page, from its start or from after a line that could be skipped, that is UTF-8 and ends with whole lines.
    text: &'a str,
    /// Where `text` begins in the page.
    base: usize,
    /// Where the next line begins in `text`.
    at: usize,
    format: Format,
    done: bool,
}

impl<'a> Entries<'a> {
    /// Reads `page` as `format`.
    #[must_use]
    pub fn new(page: &'a [u8], format: Format) -> Self {
        Self {
            page,
            text: lexer::valid_lines(page),
            base: 0,
            at: 0,
            format,
            done: false,
        }
    }

    /// The format that it reads.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Where in the page a problem of [`Series::labels`] lies.
    #[must_use]
    pub fn locate(&self, problem: Problem) -> ReadError {
        ReadError::locate(self.page, problem)
    }

    /// The next sample, if `text`, which was read before in this format, comes next and a plain value after it, in the text format perhaps with a time: comments, each with its line
    /// feed, and from `series_at` on a series. Where a page has last time's layout, this is far cheaper than [`next`](Iterator::next), since neither
    /// the comments nor the line's parts need be found.
    ///
    /// `None` says nothing of what comes next. But if `text` did come, and there is only more than that behind it, then the comments have been
    /// passed over, which [`offset`](Self::offset) tells.
    #[inline]
    pub fn expect(&mut self, text: &str, series_at: usize) -> Option<Sample<'a>> {
        let rest = self.rest();
        if self.done || series_at >= text.len() || !rest.starts_with(text.as_bytes()) {
            return None;
        }
        let Some(tail) = sample::plain_tail(&rest[text.len()..], self.format) else {
            self.pass_comments(text, series_at);
            return None;
        };
        let sample = Sample::plain(
            Series {
                text: self.text.get(self.at + series_at..self.at + text.len())?,
                at: self.base + self.at + series_at,
                format: self.format,
            },
            &tail,
        );
        self.at += text.len() + tail.bytes;
        Some(sample)
    }

    /// Goes on at the series of `text`, which comes next. The series may be only the beginning of another one; its first line stays its first line.
    #[cold]
    fn pass_comments(&mut self, text: &str, series_at: usize) {
        let comments = &text[..series_at];
        // Blanks before the series are its line's.
        self.at += comments.rfind('\n').map_or(0, |newline| newline + 1);
    }

    /// Whether `text`, with which a page of this format ended before, is all that is left. Then nothing more comes.
    pub fn ends_with(&mut self, text: &str) -> bool {
        // OpenMetrics says where it ends, lest half a page pass for a whole one.
        let is_end = match self.format {
            Format::Text => true,
            Format::OpenMetrics => openmetrics::is_end(text),
        };
        let ends = is_end && !self.done && !self.cut() && self.rest() == text.as_bytes();
        self.done |= ends;
        ends
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// How many bytes of the page have been read.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.base + self.at
    }

    /// Ends reading with a problem.
    #[cold]
    fn fail(&mut self, problem: Problem) -> Result<Entry<'a>, ReadError> {
        self.done = true;
        Err(ReadError::locate(self.page, problem))
    }

    /// Whether the page has bytes after `text`, which are then not UTF-8.
    fn cut(&self) -> bool {
        self.base + self.text.len() < self.page.len()
    }

    /// The problem of the line after `text`.
    fn not_utf8(&self) -> Problem {
        let start = self.base + self.text.len();
        let valid = match std::str::from_utf8(&self.page[start..]) {
            Ok(rest) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        Problem::new(start + valid, Fault::NotUtf8)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.format {
            Format::Text => self.next_text(),
            Format::OpenMetrics => self.next_openmetrics(),
        }
    }
}
