//! One line: name, labels, value, timestamp, exemplar.

use super::{Escaping, Numbers, Suffix, escape, float};

/// A value: written as it is, an integer as an integer where the style tells them apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A float.
    Float(f64),
    /// A count.
    Integer(u64),
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Integer(value)
    }
}

/// The label that a bucket or a quantile has besides those of its metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Bound {
    /// No such label.
    #[default]
    None,
    /// `le`, the upper bound of a bucket.
    Le(f64),
    /// `quantile`, between 0 and 1.
    Quantile(f64),
}

/// An observation kept as an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar<'a> {
    /// Names and values, which together have at most 128 characters.
    pub labels: &'a [(&'a str, &'a str)],
    /// The observed value.
    pub value: f64,
    /// When it was observed, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
}

/// A sample whose labels are already text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Which part of the family it is.
    pub suffix: Suffix,
    /// Label text without braces, as [`render_labels`] makes it for the same escaping: `a="1",b="2"`, or empty.
    pub labels: &'a str,
    /// Written after the labels.
    pub bound: Bound,
    /// More labels, written after the bound; mostly none.
    pub labels_after: &'a str,
    /// The value.
    pub value: Number,
    /// The sample's own time, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    /// Left out in the text format, which has none.
    pub exemplar: Option<Exemplar<'a>>,
}

/// Label text as [`Sample::labels`] wants it: `a="1",b="2"`.
#[must_use]
pub fn render_labels<'l>(
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    escaping: Escaping,
) -> String {
    let mut out = Vec::new();
    let mut any = false;
    for (name, value) in labels {
        any = push_label(&mut out, escaping, any, name, value);
    }
    // Made of strings and ASCII only, so the fallback is never taken.
    String::from_utf8(out).unwrap_or_default()
}

/// Appends `name="value"`, after a comma if there is `any` before it. Answers what `any` is now.
pub(super) fn push_label(
    out: &mut Vec<u8>,
    escaping: Escaping,
    any: bool,
    name: &str,
    value: &str,
) -> bool {
    if any {
        out.push(b',');
    }
    let name = escaping.name(name, false);
    if escape::is_bare(&name, false) {
        out.extend_from_slice(name.as_bytes());
    } else {
        out.push(b'"');
        escape::push_quoted(out, &name);
        out.push(b'"');
    }
    out.extend_from_slice(b"=\"");
    escape::push_quoted(out, value);
    out.push(b'"');
    true
}

/// The line under way.
pub(super) struct Line<'l> {
    pub(super) out: &'l mut Vec<u8>,
    pub(super) name: &'l str,
    pub(super) bare: bool,
    pub(super) numbers: Numbers,
}

impl Line<'_> {
    /// The name: before the brace, or, if it must be quoted, first in it. Answers whether the brace is open and has something in it.
    pub(super) fn begin(&mut self, suffix: Suffix) -> bool {
        let suffix = suffix.as_str().as_bytes();
        if self.bare {
            self.out.extend_from_slice(self.name.as_bytes());
            self.out.extend_from_slice(suffix);
            self.out.push(b'{');
            return false;
        }
        self.out.extend_from_slice(b"{\"");
        escape::push_quoted(self.out, self.name);
        self.out.extend_from_slice(suffix);
        self.out.push(b'"');
        true
    }

    /// Label text, which may be empty. Answers what `any` is now.
    pub(super) fn labels(&mut self, any: bool, labels: &str) -> bool {
        if labels.is_empty() {
            return any;
        }
        if any {
            self.out.push(b',');
        }
        self.out.extend_from_slice(labels.as_bytes());
        true
    }

    pub(super) fn bound(&mut self, openmetrics: bool, any: bool, bound: Bound) -> bool {
        let (name, value) = match bound {
            Bound::None => return any,
            Bound::Le(value) => (&b"le=\""[..], value),
            Bound::Quantile(value) => (&b"quantile=\""[..], value),
        };
        if any {
            self.out.push(b',');
        }
        self.out.extend_from_slice(name);
        match self.numbers {
            // The bound of 1 is `le="1"` in the text format, which selectors of before Prometheus 3 ask for, and
            // `le="1.0"` in OpenMetrics.
            Numbers::Go if openmetrics => float::push_float(self.out, value),
            Numbers::Go => float::push_go(self.out, value),
            Numbers::Python => float::push_python(self.out, value),
        }
        self.out.push(b'"');
        true
    }

    /// Closes the brace, or takes it back if there is nothing in it.
    pub(super) fn end_labels(&mut self, any: bool) {
        if any {
            self.out.push(b'}');
        } else {
            self.out.pop();
        }
    }

    pub(super) fn value(&mut self, openmetrics: bool, value: Number) {
        self.out.push(b' ');
        match (self.numbers, value) {
            (Numbers::Go, Number::Integer(value)) => float::push_integer(self.out, value),
            (Numbers::Go, Number::Float(value)) if openmetrics => {
                float::push_float(self.out, value);
            }
            (Numbers::Go, Number::Float(value)) => float::push_go(self.out, value),
            (Numbers::Python, Number::Float(value)) => float::push_python(self.out, value),
            (Numbers::Python, Number::Integer(value)) => {
                float::push_python(self.out, value as f64);
            }
        }
    }

    /// Milliseconds in the text format, seconds with up to three decimals in OpenMetrics.
    pub(super) fn timestamp(&mut self, openmetrics: bool, timestamp_ms: Option<i64>) {
        let Some(ms) = timestamp_ms else { return };
        self.out.push(b' ');
        if ms < 0 {
            self.out.push(b'-');
        }
        let ms = ms.unsigned_abs();
        if !openmetrics {
            return float::push_integer(self.out, ms);
        }
        float::push_integer(self.out, ms / 1000);
        let rest = ms % 1000;
        if rest > 0 {
            let digits = [rest / 100, rest / 10 % 10, rest % 10].map(|digit| b'0' + digit as u8);
            let kept = digits.iter().rposition(|digit| *digit != b'0').unwrap_or(0);
            self.out.push(b'.');
            self.out.extend_from_slice(&digits[..=kept]);
        }
    }

    pub(super) fn exemplar(&mut self, exemplar: &Exemplar<'_>, escaping: Escaping) {
        self.out.extend_from_slice(b" # {");
        let mut any = false;
        for (name, value) in exemplar.labels {
            any = push_label(self.out, escaping, any, name, value);
        }
        self.out.push(b'}');
        self.value(true, Number::Float(exemplar.value));
        self.timestamp(true, exemplar.timestamp_ms);
    }
}
