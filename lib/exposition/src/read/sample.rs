//! A sample and what hangs on it.

use super::lexer::{find_blank, find_far_blank, line, skip_blanks};
use super::series::{Labels, Series};
use crate::error::{Fault, Problem, Quote};
use crate::{Format, float};

/// How far from whole milliseconds a time in seconds can get by being multiplied as a float, until the year 2100.
const MULTIPLICATION_ERROR_MS: f64 = 1e-3;

/// One sample of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Name and labels, unread.
    pub series: Series<'a>,
    /// The value.
    pub value: f64,
    /// Its own time, in milliseconds since 1970; what is finer than that is cut off, as Prometheus does it.
    pub timestamp_ms: Option<i64>,
    /// From the brace on, and where that lies in the page; read once, so known to be right.
    pub(super) exemplar: Option<(&'a str, usize)>,
}

/// An observation kept as an example.
#[derive(Clone, Debug)]
pub struct Exemplar<'a> {
    /// Its labels, without a metric name.
    pub labels: Labels<'a>,
    /// The observed value.
    pub value: f64,
    /// When it was observed, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
}

impl<'a> Sample<'a> {
    /// A value and perhaps a time, and nothing more.
    #[inline]
    pub(super) fn plain(series: Series<'a>, tail: &PlainTail) -> Self {
        Self {
            series,
            value: tail.value,
            timestamp_ms: tail.timestamp_ms,
            exemplar: None,
        }
    }

    /// A sample that stands on no page, and has another value than a float.
    #[must_use]
    pub fn beside(series: Series<'a>, timestamp_ms: Option<i64>) -> Self {
        Self {
            series,
            value: f64::NAN,
            timestamp_ms,
            exemplar: None,
        }
    }

    /// Whether the sample has an exemplar.
    #[inline]
    #[must_use]
    pub fn has_exemplar(&self) -> bool {
        self.exemplar.is_some()
    }

    /// The exemplar, if the sample has one.
    #[must_use]
    pub fn exemplar(&self) -> Option<Exemplar<'a>> {
        let (text, at) = self.exemplar?;
        exemplar(text, at).ok()
    }
}

/// What follows a series on a usual line, and how long its text is with the space before it and the line feed after it.
pub(super) struct PlainTail {
    pub(super) value: f64,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) bytes: usize,
}

/// Reads a space, a value and a line feed; in the text format there may be a time between them.
#[inline]
pub(super) fn plain_tail(rest: &[u8], format: Format) -> Option<PlainTail> {
    let text = rest.strip_prefix(b" ")?;
    let (value, end) = float::parse_field(text)?;
    let (timestamp_ms, length) = match (text[end], format) {
        (b'\n', _) => (None, 0),
        (b' ', Format::Text) => {
            let (timestamp_ms, digits) = plain_timestamp(&text[end + 1..])?;
            (Some(timestamp_ms), digits + 1)
        }
        _ => return None,
    };
    Some(PlainTail {
        value,
        timestamp_ms,
        bytes: end + length + 2,
    })
}

/// Milliseconds since 1970 up to a line feed, and how many digits they are.
fn plain_timestamp(text: &[u8]) -> Option<(i64, usize)> {
    // As many as can't overflow.
    const DIGITS_MAX: usize = 18;
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > DIGITS_MAX || text.get(digits) != Some(&b'\n') {
        return None;
    }
    let number = text[..digits]
        .iter()
        .fold(0, |number, byte| number * 10 + i64::from(byte - b'0'));
    Some((number, digits))
}

/// Value and timestamp, and where they end in their line.
pub(super) struct Tail {
    pub(super) value: f64,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) end: usize,
}

/// Delimits the series that `line` begins with at `first`, without looking into it: it ends with the last brace, or before the first
/// blank if there is no brace.
///
/// Wrong only for a line with an exemplar, and for a label value with a raw line feed.
#[inline]
pub(super) fn series_end(line: &[u8], first: usize) -> usize {
    match memchr::memrchr(b'}', line) {
        Some(brace) => brace + 1,
        None => find_far_blank(line, first),
    }
}

/// Delimits the series at `at` by reading it: the slow way, which is right for every series and knows what is wrong with the others.
#[cold]
pub(super) fn read_series(
    text: &str,
    at: usize,
    base: usize,
    format: Format,
) -> Result<Series<'_>, Problem> {
    let mut labels = Labels::of_beginning(&text[at..], base + at, format);
    for label in labels.by_ref() {
        label?;
    }
    let text = &text[at..at + labels.read_bytes()];
    Ok(Series {
        text,
        at: base + at,
        format,
    })
}

/// Reads what follows the series in the text format: `line` from `at`, which lies at `base` in the page.
#[inline]
pub(super) fn text_tail(line: &str, at: usize, base: usize) -> Result<Tail, Problem> {
    let bytes = line.as_bytes();
    let start = skip_blanks(bytes, at);
    let end = find_blank(bytes, start);
    let value = value(line, start, end, base)?;
    let start = skip_blanks(bytes, end);
    if start == bytes.len() {
        return Ok(Tail {
            value,
            timestamp_ms: None,
            end: start,
        });
    }
    let end = find_blank(bytes, start);
    let timestamp_ms = milliseconds(line, start, end, base)?;
    let rest = skip_blanks(bytes, end);
    if rest < bytes.len() {
        return Err(Problem::expected(
            base + rest,
            "next entry after timestamp",
            &line[rest..],
        ));
    }
    Ok(Tail {
        value,
        timestamp_ms: Some(timestamp_ms),
        end: rest,
    })
}

/// Reads what follows the series in OpenMetrics, up to the line's end or to the exemplar: `line` from `at`, which lies at `base` in the page.
#[inline]
pub(super) fn openmetrics_tail(line: &str, at: usize, base: usize) -> Result<Tail, Problem> {
    let bytes = line.as_bytes();
    if bytes.get(at) != Some(&b' ') {
        return Err(Problem::expected(
            base + at,
            "value after metric",
            &line[at..],
        ));
    }
    let start = at + 1;
    let end = find_space(bytes, start);
    let value = value(line, start, end, base)?;
    if end == bytes.len() || line[end..].starts_with(" #") {
        return Ok(Tail {
            value,
            timestamp_ms: None,
            end,
        });
    }
    let start = end + 1;
    let end = find_space(bytes, start);
    if start == end {
        return Err(Problem::expected(
            base + start - 1,
            "timestamp or # symbol",
            &line[start - 1..],
        ));
    }
    let timestamp_ms = seconds(line, start, end, base)?;
    Ok(Tail {
        value,
        timestamp_ms: Some(timestamp_ms),
        end,
    })
}

/// Reads an exemplar from its brace to the end of its line.
pub(super) fn exemplar(text: &str, at: usize) -> Result<Exemplar<'_>, Problem> {
    let labels = Labels::of_exemplar(text, at)?;
    let mut read = labels.clone();
    for label in read.by_ref() {
        label?;
    }
    let line = line(text, 0);
    let tail = openmetrics_tail(line, read.read_bytes(), at)?;
    if tail.end < line.len() {
        return Err(Problem::expected(
            at + tail.end,
            "next entry after exemplar",
            &line[tail.end..],
        ));
    }
    Ok(Exemplar {
        labels,
        value: tail.value,
        timestamp_ms: tail.timestamp_ms,
    })
}

/// The first space from `at`, or the end.
#[inline]
fn find_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| *byte != b' ') {
        at += 1;
    }
    at
}

#[inline]
fn value(line: &str, start: usize, end: usize, base: usize) -> Result<f64, Problem> {
    let text = &line[start..end];
    match float::parse(text) {
        Ok(value) => Ok(value),
        Err(_) if text.is_empty() => Err(Problem::expected(
            base + start,
            "value after metric",
            &line[start..],
        )),
        Err(error) => Err(Problem::new(
            base + start,
            Fault::Value(Quote::new(text), error),
        )),
    }
}

/// Digits and nothing else: the text format's parser knows no negative times.
fn milliseconds(line: &str, start: usize, end: usize, base: usize) -> Result<i64, Problem> {
    let text = &line[start..end];
    if !text.as_bytes()[0].is_ascii_digit() {
        return Err(Problem::expected(
            base + start,
            "timestamp or new record",
            &line[start..],
        ));
    }
    text.parse()
        .map_err(|_| Problem::new(base + start, Fault::Timestamp(Quote::new(text))))
}

/// Seconds with a fraction; out of range they stop at the end of the scale.
fn seconds(line: &str, start: usize, end: usize, base: usize) -> Result<i64, Problem> {
    let text = &line[start..end];
    match float::parse(text) {
        Ok(seconds) if seconds.is_finite() => {
            let ms = seconds * 1000.0;
            let nearest = ms.round();
            let exact = (ms - nearest).abs() < MULTIPLICATION_ERROR_MS;
            Ok(if exact { nearest } else { ms } as i64)
        }
        _ => Err(Problem::new(
            base + start,
            Fault::Timestamp(Quote::new(text)),
        )),
    }
}
