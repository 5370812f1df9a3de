//! The Prometheus text format, versions 0.0.4 and 1.0.0.
//!
//! Lines are samples, comments or empty. A comment whose first word is HELP or TYPE, followed by a name, describes a family. Blanks
//! (spaces and tabs) may stand between all parts. Names in quotes came with version 1.0.0 and are read in either.

use std::borrow::Cow;

use super::lexer::{line, name_end, quoted_end, skip_blanks, valid_lines};
use super::sample::{Sample, Tail, read_series, series_end, text_tail};
use super::{Entries, Entry, Series};
use crate::error::{Fault, Problem, Quote, ReadError};
use crate::escape::{unescape, unescape_help};
use crate::{Format, Kind};

impl<'a> Entries<'a> {
    /// The result is made where it is returned and not passed through another one: an entry is large enough for copies to show.
    #[inline]
    pub(super) fn next_text(&mut self) -> Option<Result<Entry<'a>, ReadError>> {
        loop {
            if self.at >= self.text.len() {
                match self.resume_text() {
                    Ok(true) => continue,
                    Ok(false) => {
                        self.done = true;
                        return None;
                    }
                    Err(problem) => return Some(self.fail(problem)),
                }
            }
            let line = line(self.text, self.at);
            let first = skip_blanks(line.as_bytes(), 0);
            match line.as_bytes().get(first) {
                None => self.pass(line),
                Some(b'#') => return Some(self.text_comment(line, first)),
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | b'{') => {
                    return Some(self.text_sample(line, first));
                }
                Some(_) => {
                    let fault = Fault::Start(Quote::new(&line[first..]));
                    let at = self.base + self.at + first;
                    return Some(self.fail(Problem::new(at, fault)));
                }
            }
        }
    }

    /// Goes on after `line`.
    #[inline]
    pub(super) fn pass(&mut self, line: &str) {
        self.at = (self.at + line.len() + 1).min(self.text.len());
    }

    #[inline]
    fn text_sample(&mut self, line: &'a str, first: usize) -> Result<Entry<'a>, ReadError> {
        let base = self.base + self.at;
        let end = series_end(line.as_bytes(), first);
        if end > first
            && let Ok(tail) = text_tail(line, end, base)
        {
            let series = Series {
                text: &line[first..end],
                at: base + first,
                format: Format::Text,
            };
            self.pass(line);
            return Ok(Entry::Sample(sample(series, &tail)));
        }
        match self.text_sample_slowly(first) {
            Ok(sample) => Ok(Entry::Sample(sample)),
            Err(problem) => self.fail(problem),
        }
    }

    /// For a label value that has line feeds in it, and to tell what is wrong.
    #[cold]
    fn text_sample_slowly(&mut self, first: usize) -> Result<Sample<'a>, Problem> {
        let series = read_series(self.text, self.at + first, self.base, Format::Text)?;
        self.at += first + series.text.len();
        let line = line(self.text, self.at);
        let tail = text_tail(line, 0, self.base + self.at)?;
        self.pass(line);
        Ok(sample(series, &tail))
    }

    #[inline]
    fn text_comment(&mut self, line: &'a str, first: usize) -> Result<Entry<'a>, ReadError> {
        let base = self.base + self.at;
        self.pass(line);
        match comment(line, first) {
            Ok(Comment::Help(family, text)) => Ok(Entry::Help { family, text }),
            Ok(Comment::Type(family, kind)) => Ok(Entry::Type { family, kind }),
            Ok(Comment::Plain) => Ok(Entry::Comment(&line[first + 1..])),
            Err(problem) => self.fail(problem.after(base)),
        }
    }

    /// At the end of the text: whether there is more after a line that is not UTF-8, which only a comment may be.
    #[cold]
    fn resume_text(&mut self) -> Result<bool, Problem> {
        if !self.cut() {
            return Ok(false);
        }
        let start = self.base + self.text.len();
        let rest = &self.page[start..];
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
        // Only its ASCII is looked at, so it doesn't matter what becomes of the rest.
        let line = String::from_utf8_lossy(&rest[..end]);
        let first = skip_blanks(line.as_bytes(), 0);
        let plain = line.as_bytes().get(first) == Some(&b'#')
            && matches!(comment(line.trim_end(), first), Ok(Comment::Plain));
        if !plain {
            return Err(self.not_utf8());
        }
        self.base = start + end;
        self.text = valid_lines(&self.page[self.base..]);
        self.at = 0;
        Ok(true)
    }
}

fn sample<'a>(series: Series<'a>, tail: &Tail) -> Sample<'a> {
    Sample {
        series,
        value: tail.value,
        timestamp_ms: tail.timestamp_ms,
        exemplar: None,
    }
}

/// What a comment turns out to be.
enum Comment<'a> {
    Plain,
    Help(Cow<'a, str>, Cow<'a, str>),
    Type(Cow<'a, str>, Kind),
}

/// Reads the comment whose `#` stands at `first`.
#[inline]
fn comment(line: &str, first: usize) -> Result<Comment<'_>, Problem> {
    let bytes = line.as_bytes();
    let word = skip_blanks(bytes, first + 1);
    let (help, expected) = match bytes.get(word..word + KEYWORD) {
        Some(b"HELP") => (true, "metric name after HELP"),
        Some(b"TYPE") => (false, "metric name after TYPE"),
        _ => return Ok(Comment::Plain),
    };
    let name = skip_blanks(bytes, word + KEYWORD);
    if word == first + 1 || name == word + KEYWORD {
        return Ok(Comment::Plain);
    }
    let Some((family, end)) = family_name(line, name, true) else {
        return Err(Problem::expected(name, expected, &line[name..]));
    };
    // One character parts the name from the text, whatever it is.
    let rest = match bytes.get(end) {
        Some(b' ') => &line[end + 1..],
        _ => skip_char(&line[end..]),
    };
    if help {
        return Ok(Comment::Help(family, unescape_help(rest)));
    }
    match Kind::from_word(rest, Format::Text) {
        Some(kind) => Ok(Comment::Type(family, kind)),
        None => {
            let fault = Fault::Kind(Quote::new(rest));
            Err(Problem::new(line.len() - rest.len(), fault))
        }
    }
}

/// Letters of a keyword.
const KEYWORD: usize = "HELP".len();

fn skip_char(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// The family's name at `at`, bare or in quotes, and where it ends.
pub(super) fn family_name(
    line: &str,
    at: usize,
    line_feeds: bool,
) -> Option<(Cow<'_, str>, usize)> {
    let bytes = line.as_bytes();
    if bytes.get(at) == Some(&b'"') {
        let end = quoted_end(bytes, at + 1, line_feeds)?;
        return Some((unescape(&line[at + 1..end]), end + 1));
    }
    let end = name_end(bytes, at, true)?;
    Some((Cow::Borrowed(&line[at..end]), end))
}
