//! How test scripts write series and their values, one line per series.
//!
//! ```text
//! http_requests{job="api"}     0+10x3 _ stale NaN
//! latency{le="x"}              {{schema:1 sum:4 count:3 buckets:[1 2]}}x2
//! http_requests{job="api"}@st  _ -30s -1m-1mx2
//! ```
//!
//! Items are separated by spaces; each stands for one or several values at consecutive times:
//!
//! | item | values |
//! | --- | --- |
//! | `5`, `-Inf`, `NaN`, `stale` | one; `stale` is the stale marker |
//! | `_`, `_x3` | a gap; three gaps |
//! | `5x3` | 5, four times: once, and three times more |
//! | `5+2x3`, `5-2x3` | 5, 7, 9, 11; or downwards |
//! | `{{...}}` | a histogram; `x`, `+{{...}}x` and `-{{...}}x` as with numbers |
//!
//! In a line whose series ends in `@st` the items are durations: start timestamps, relative to the samples.
//!
//! Source: the documentation of rule unit tests of Prometheus 3.14, and section 6.2 of our notes on its scripts.

mod cursor;
mod histogram;
mod repetition;
mod start_times;
mod values;

use model::{Labels, Value};

use crate::error::ParseError;
use crate::parser::parse_metric;
use crate::series_notation::cursor::Cursor;

/// The most values that one line may stand for.
pub const VALUES_MAX: usize = 1_000_000;

/// A line of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A series and its values.
    Values(Series),
    /// A series and the start timestamps of its samples.
    StartTimes(StartTimes),
}

/// A series and its values at consecutive times; none where there is a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric's name among them.
    pub labels: Labels,
    /// From the first time on.
    pub values: Vec<Option<SeriesValue>>,
}

/// One value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesValue {
    /// A float or a histogram.
    pub value: Value,
    /// Whether a `counter_reset_hint` was written: an expectation that has none accepts any.
    pub reset_hint_written: bool,
}

/// Start timestamps of the samples of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct StartTimes {
    /// The metric's name among them.
    pub labels: Labels,
    /// Milliseconds relative to the sample, negative before it; none where there is no start timestamp.
    pub offsets_ms: Vec<Option<i64>>,
}

/// Reads a line of either kind.
///
/// # Errors
///
/// When the text is no series, or its items are not as above.
pub fn parse_line(text: &str) -> Result<Line, ParseError> {
    let end = series_end(text);
    let labels = parse_metric(&text[..end])?;
    if let Some(rest) = text[end..].strip_prefix(START_TIMES) {
        let offsets_ms = start_times::read(Cursor::new(text, text.len() - rest.len()))?;
        return Ok(Line::StartTimes(StartTimes { labels, offsets_ms }));
    }
    let values = values::read(Cursor::new(text, end))?;
    Ok(Line::Values(Series { labels, values }))
}

/// Reads a series with its values, where start timestamps make no sense.
///
/// # Errors
///
/// When the text is no series, or its items are not as above.
pub fn parse_series(text: &str) -> Result<Series, ParseError> {
    let end = series_end(text);
    let labels = parse_metric(&text[..end])?;
    let values = values::read(Cursor::new(text, end))?;
    Ok(Series { labels, values })
}

/// What marks a line of start timestamps, behind its series.
const START_TIMES: &str = "@st";

/// Where the series at the beginning of a line ends: behind its braces, or where its name does.
fn series_end(text: &str) -> usize {
    let name_end = text
        .find(|c: char| c.is_ascii_whitespace() || c == '{' || c == '@')
        .unwrap_or(text.len());
    if !text[name_end..].starts_with('{') {
        return name_end;
    }
    let mut quote = None;
    let mut chars = text[name_end..].char_indices();
    while let Some((at, c)) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            Some('`') => {}
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == '}' => return name_end + at + 1,
            None => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
