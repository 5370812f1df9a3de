//! OpenMetrics text, version 1.0.
//!
//! One space between parts, and nothing else: no blank lines, no comments but HELP, TYPE, UNIT and the last line, `# EOF`.

use std::borrow::Cow;

use super::lexer::line;
use super::sample::{Sample, Tail, exemplar, openmetrics_tail, read_series, series_end};
use super::text::family_name;
use super::{Entries, Entry, Series};
use crate::error::{Fault, Problem, Quote, ReadError};
use crate::escape::unescape;
use crate::{Format, Kind};

/// The last line.
const EOF: &str = "# EOF";

/// Whether `comments` are what a page may end with.
pub(super) fn is_end(comments: &str) -> bool {
    comments.lines().next_back() == Some(EOF)
}

impl<'a> Entries<'a> {
    #[inline]
    pub(super) fn next_openmetrics(&mut self) -> Option<Result<Entry<'a>, ReadError>> {
        if self.at >= self.text.len() {
            let problem = self.ends_early();
            return Some(self.fail(problem));
        }
        let line = line(self.text, self.at);
        match line.as_bytes().first() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | b'{') => {
                Some(self.openmetrics_sample(line))
            }
            Some(b'#') if line == EOF => {
                self.pass(line);
                self.done = true;
                let rest = self.at < self.page.len();
                rest.then(|| self.fail(Problem::new(self.at, Fault::AfterEof)))
            }
            Some(b'#') => Some(self.openmetrics_descriptor(line)),
            _ => {
                let fault = Fault::Start(Quote::new(line));
                Some(self.fail(Problem::new(self.at, fault)))
            }
        }
    }

    #[cold]
    fn ends_early(&self) -> Problem {
        if self.cut() {
            self.not_utf8()
        } else {
            Problem::new(self.page.len(), Fault::EofMissing)
        }
    }

    #[inline]
    fn openmetrics_sample(&mut self, line: &'a str) -> Result<Entry<'a>, ReadError> {
        let end = series_end(line.as_bytes(), 0);
        // A hash in front of the last brace may begin an exemplar, or stand in a label value.
        let plain = memchr::memchr(b'#', &line.as_bytes()[..end]).is_none();
        if plain
            && let Ok(tail) = openmetrics_tail(line, end, self.at)
            && tail.end == line.len()
        {
            let series = Series {
                text: &line[..end],
                at: self.at,
                format: Format::OpenMetrics,
            };
            self.pass(line);
            return Ok(Entry::Sample(sample(series, &tail, None)));
        }
        match self.openmetrics_sample_slowly(line) {
            Ok(sample) => Ok(Entry::Sample(sample)),
            Err(problem) => self.fail(problem),
        }
    }

    #[inline]
    fn openmetrics_descriptor(&mut self, line: &'a str) -> Result<Entry<'a>, ReadError> {
        let base = self.at;
        self.pass(line);
        match descriptor(line) {
            Ok(Descriptor::Help(family, text)) => Ok(Entry::Help { family, text }),
            Ok(Descriptor::Type(family, kind)) => Ok(Entry::Type { family, kind }),
            Ok(Descriptor::Unit(family, unit)) => Ok(Entry::Unit { family, unit }),
            Err(problem) => self.fail(problem.after(base)),
        }
    }

    /// For exemplars, and to tell what is wrong.
    #[cold]
    fn openmetrics_sample_slowly(&mut self, line: &'a str) -> Result<Sample<'a>, Problem> {
        let base = self.at;
        let series = read_series(line, 0, base, Format::OpenMetrics)?;
        let tail = openmetrics_tail(line, series.text.len(), base)?;
        let rest = &line[tail.end..];
        let mut found = None;
        if !rest.is_empty() {
            let Some(text) = rest.strip_prefix(" # ") else {
                return Err(Problem::expected(base + tail.end, after_value(&tail), rest));
            };
            let at = base + line.len() - text.len();
            exemplar(text, at)?;
            found = Some((text, at));
        }
        self.pass(line);
        Ok(sample(series, &tail, found))
    }
}

fn after_value(tail: &Tail) -> &'static str {
    match tail.timestamp_ms {
        None => "timestamp or # symbol",
        Some(_) => "next entry after timestamp",
    }
}

fn sample<'a>(series: Series<'a>, tail: &Tail, exemplar: Option<(&'a str, usize)>) -> Sample<'a> {
    Sample {
        series,
        value: tail.value,
        timestamp_ms: tail.timestamp_ms,
        exemplar,
    }
}

/// What a line with `#` says.
enum Descriptor<'a> {
    Help(Cow<'a, str>, Cow<'a, str>),
    Type(Cow<'a, str>, Kind),
    Unit(Cow<'a, str>, &'a str),
}

/// Reads a HELP, TYPE or UNIT line, which begins with `#`.
#[inline]
fn descriptor(line: &str) -> Result<Descriptor<'_>, Problem> {
    const NAME: usize = "# HELP ".len();
    let keyword = line.as_bytes().get(..NAME);
    let (name_expected, text_expected) = match keyword {
        Some(b"# HELP ") => ("metric name after HELP", "text in HELP"),
        Some(b"# TYPE ") => ("metric name after TYPE", "text in TYPE"),
        Some(b"# UNIT ") => ("metric name after UNIT", "text in UNIT"),
        _ => return Err(Problem::new(0, Fault::Start(Quote::new(line)))),
    };
    let Some((family, end)) = family_name(line, NAME, false) else {
        return Err(Problem::expected(NAME, name_expected, &line[NAME..]));
    };
    let Some(text) = line[end..].strip_prefix(' ') else {
        return Err(Problem::expected(end, text_expected, &line[end..]));
    };
    let at = end + 1;
    match keyword {
        Some(b"# HELP ") => Ok(Descriptor::Help(family, unescape(text))),
        Some(b"# TYPE ") => match Kind::from_word(text, Format::OpenMetrics) {
            Some(kind) => Ok(Descriptor::Type(family, kind)),
            None => Err(Problem::new(at, Fault::Kind(Quote::new(text)))),
        },
        _ if ends_with_unit(&family, text) => Ok(Descriptor::Unit(family, text)),
        _ => {
            let (unit, family) = (Quote::new(text), Quote::new(&family));
            Err(Problem::new(at, Fault::Unit { unit, family }))
        }
    }
}

/// Whether `family` ends with an underscore and `unit`, or there is no unit.
fn ends_with_unit(family: &str, unit: &str) -> bool {
    unit.is_empty()
        || family
            .strip_suffix(unit)
            .is_some_and(|stem| stem.ends_with('_'))
}
