//! OpenMetrics text, version 1.0.
//!
//! One space between parts, and nothing else: no blank lines, no comments but HELP, TYPE, UNIT and the last line, `# EOF`.

use super::lexer::line;
use super::sample::{Sample, Tail, exemplar, openmetrics_tail, read_series, series_end};
use super::text::family_name;
use super::{Entries, Entry, Series};
use crate::error::{Fault, Problem, Quote};
use crate::escape::unescape;
use crate::{Format, Kind};

/// The last line.
const EOF: &str = "# EOF";

impl<'a> Entries<'a> {
    #[inline]
    pub(super) fn next_openmetrics(&mut self) -> Option<Result<Entry<'a>, Problem>> {
        if self.at >= self.text.len() {
            return Some(Err(self.ends_early()));
        }
        let line = line(self.text, self.at);
        let base = self.at;
        match line.as_bytes().first() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | b'{') => {
                Some(self.openmetrics_sample(line))
            }
            Some(b'#') if line == EOF => {
                self.pass(line);
                if self.at < self.page.len() {
                    return Some(Err(Problem::new(self.at, Fault::AfterEof)));
                }
                None
            }
            Some(b'#') => {
                self.pass(line);
                Some(descriptor(line, base))
            }
            _ => Some(Err(Problem::new(base, Fault::Start(Quote::new(line))))),
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
    fn openmetrics_sample(&mut self, line: &'a str) -> Result<Entry<'a>, Problem> {
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
        self.openmetrics_sample_slowly(line)
    }

    /// For exemplars, and to tell what is wrong.
    #[cold]
    fn openmetrics_sample_slowly(&mut self, line: &'a str) -> Result<Entry<'a>, Problem> {
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
        Ok(Entry::Sample(sample(series, &tail, found)))
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

/// Reads a HELP, TYPE or UNIT line, which begins with `#`.
fn descriptor(line: &str, base: usize) -> Result<Entry<'_>, Problem> {
    const NAME: usize = "# HELP ".len();
    let keyword = line.get(..NAME);
    let (name_expected, text_expected) = match keyword {
        Some("# HELP ") => ("metric name after HELP", "text in HELP"),
        Some("# TYPE ") => ("metric name after TYPE", "text in TYPE"),
        Some("# UNIT ") => ("metric name after UNIT", "text in UNIT"),
        _ => return Err(Problem::new(base, Fault::Start(Quote::new(line)))),
    };
    let Some((family, end)) = family_name(line, NAME, false) else {
        return Err(Problem::expected(base + NAME, name_expected, &line[NAME..]));
    };
    let Some(text) = line[end..].strip_prefix(' ') else {
        return Err(Problem::expected(base + end, text_expected, &line[end..]));
    };
    let at = base + end + 1;
    match keyword {
        Some("# HELP ") => Ok(Entry::Help {
            family,
            text: unescape(text),
        }),
        Some("# TYPE ") => match Kind::from_word(text, Format::OpenMetrics) {
            Some(kind) => Ok(Entry::Type { family, kind }),
            None => Err(Problem::new(at, Fault::Kind(Quote::new(text)))),
        },
        _ if ends_with_unit(&family, text) => Ok(Entry::Unit { family, unit: text }),
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
