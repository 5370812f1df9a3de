//! Writes pages.
//!
//! A caller hands over families in OpenMetrics' terms (the family's name without suffix, each sample with the [`Suffix`] of its part);
//! the writer shows them in either format. The text format knows less, so there
//! - a counter's family is called `name_total` and an info's `name_info`, as all Prometheus clients do it;
//! - info and state set are gauges, a gauge histogram is a histogram, unknown is `untyped`;
//! - what has no place in the family there (`_created`, `_gcount`, `_gsum`) follows it as gauges of its own;
//! - exemplars and units are left out.
//!
//! Label text may be rendered once with [`render_labels`] and handed over again and again: a page of many series is then mostly `memcpy`.
//!
//! What the writer does not do is judge: samples of one family belong together, names are unique, a histogram is complete. That is
//! [`check`](mod@crate::check)'s task.

mod sample;
#[cfg(test)]
mod tests;

use crate::escape::{self, Escaping};
use crate::float;
use crate::{Format, Kind, Suffix};

pub use sample::{Bound, Exemplar, Number, Sample, render_labels};

/// How numbers look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Numbers {
    /// As Prometheus' Go client writes them: `1` in the text format, floats as `1.0` and integers as `1` in OpenMetrics.
    #[default]
    Go,
    /// As prometheus_client for Python writes them: every value is a float, `1.0`.
    Python,
}

/// What a page shall look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Style {
    /// The format.
    pub format: Format,
    /// What becomes of names outside of the old alphabet.
    pub escaping: Escaping,
    /// How numbers look.
    pub numbers: Numbers,
    /// Whether text says when counting began, which is a `_created` sample for each series. Few readers use them.
    pub created: bool,
}

impl Style {
    /// `format` for a reader that says no more than that: old names, Go's numbers.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            escaping: Escaping::Underscores,
            numbers: Numbers::Go,
            created: false,
        }
    }
}

/// What stands at the head of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family<'a> {
    /// The name without the suffix of any sample: `http_requests`, not `http_requests_total`.
    pub name: &'a str,
    /// The kind.
    pub kind: Kind,
    /// The help text; with `None` no HELP line is written.
    pub help: Option<&'a str>,
    /// The unit, which ends the name after an underscore; empty if there is none.
    pub unit: &'a str,
}

/// Appends a page to a buffer.
///
/// ```
/// use ferula_exposition::write::{Family, Style, Writer};
/// use ferula_exposition::{Format, Kind, Suffix};
///
/// let mut page = Vec::new();
/// let mut writer = Writer::new(&mut page, Style::new(Format::Text));
/// writer
///     .family(&Family { name: "jobs", kind: Kind::Counter, help: Some("Jobs done."), unit: "" })
///     .sample(Suffix::Total, [("queue", "mail")], 3_u64);
/// writer.finish();
/// assert_eq!(
///     String::from_utf8(page).unwrap(),
///     "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue=\"mail\"} 3\n"
/// );
/// ```
#[derive(Debug)]
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    style: Style,
    /// The lines of the family under way that follow it as gauges, per suffix; kept for their space.
    late: [Vec<u8>; LATE.len()],
}

/// Suffixes that have no place in a family of the text format, in the order in which they follow it.
const LATE: [Suffix; 3] = [Suffix::Created, Suffix::GaugeCount, Suffix::GaugeSum];

impl<'o> Writer<'o> {
    /// A writer that appends to `out`.
    pub fn new(out: &'o mut Vec<u8>, style: Style) -> Self {
        Self {
            out,
            style,
            late: Default::default(),
        }
    }

    /// How the page looks.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Writes a family's head; its samples follow through the answer.
    pub fn family<'w>(&'w mut self, family: &Family<'w>) -> FamilyWriter<'w, 'o> {
        let suffix = self.head_suffix(family.kind);
        self.begin(family, suffix)
    }

    /// As [`family`](Self::family), with the head under the family's plain name in the text format too: for counters of exporters
    /// from before OpenMetrics, whose samples have no `_total` and are written with [`Suffix::None`].
    pub fn family_as_named<'w>(&'w mut self, family: &Family<'w>) -> FamilyWriter<'w, 'o> {
        self.begin(family, Suffix::None)
    }

    /// Writes a head whose name has `suffix`.
    fn begin<'w>(&'w mut self, family: &Family<'w>, suffix: Suffix) -> FamilyWriter<'w, 'o> {
        let name = self.style.escaping.name(family.name, true);
        self.head(&name, suffix, family.kind, family.help);
        if self.style.format == Format::OpenMetrics && !family.unit.is_empty() {
            self.keyword(b"# UNIT ", &name, "");
            self.out.extend_from_slice(family.unit.as_bytes());
            self.out.push(b'\n');
        }
        FamilyWriter {
            bare: escape::is_bare(&name, true),
            name,
            help: family.help,
            writer: self,
        }
    }

    /// Ends the page: OpenMetrics has a line for that.
    pub fn finish(self) {
        if self.style.format == Format::OpenMetrics {
            self.out.extend_from_slice(b"# EOF\n");
        }
    }

    /// The suffix that the family's own name has in this format.
    fn head_suffix(&self, kind: Kind) -> Suffix {
        match (self.style.format, kind) {
            (Format::Text, Kind::Counter) => Suffix::Total,
            (Format::Text, Kind::Info) => Suffix::Info,
            _ => Suffix::None,
        }
    }

    fn head(&mut self, name: &str, suffix: Suffix, kind: Kind, help: Option<&str>) {
        let openmetrics = self.style.format == Format::OpenMetrics;
        if let Some(help) = help {
            self.keyword(b"# HELP ", name, suffix.as_str());
            if openmetrics {
                escape::push_quoted(self.out, help);
            } else {
                escape::push_help(self.out, help);
            }
            self.out.push(b'\n');
        }
        self.keyword(b"# TYPE ", name, suffix.as_str());
        let word = if openmetrics {
            kind.as_str()
        } else {
            kind.as_text_str()
        };
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b'\n');
    }

    /// `# HELP name_suffix `.
    fn keyword(&mut self, keyword: &[u8], name: &str, suffix: &str) {
        self.out.extend_from_slice(keyword);
        if escape::is_bare(name, true) {
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(suffix.as_bytes());
        } else {
            self.out.push(b'"');
            escape::push_quoted(self.out, name);
            self.out.extend_from_slice(suffix.as_bytes());
            self.out.push(b'"');
        }
        self.out.push(b' ');
    }
}

/// Appends the samples of one family. Dropping it ends the family.
#[derive(Debug)]
pub struct FamilyWriter<'w, 'o> {
    writer: &'w mut Writer<'o>,
    /// As it is written in this style.
    name: std::borrow::Cow<'w, str>,
    /// Whether the name stands without quotes.
    bare: bool,
    help: Option<&'w str>,
}

impl FamilyWriter<'_, '_> {
    /// Appends a sample that has labels and a value and nothing else. Labels are written in the order in which they come.
    pub fn sample<'l>(
        &mut self,
        suffix: Suffix,
        labels: impl IntoIterator<Item = (&'l str, &'l str)>,
        value: impl Into<Number>,
    ) {
        let escaping = self.writer.style.escaping;
        let (openmetrics, mut line) = self.line(suffix);
        let mut any = line.begin(suffix);
        for (name, value) in labels {
            any = sample::push_label(line.out, escaping, any, name, value);
        }
        line.end_labels(any);
        line.value(openmetrics, value.into());
        line.out.push(b'\n');
    }

    /// Appends a sample whose labels are already text (see [`render_labels`]).
    pub fn write(&mut self, sample: &Sample<'_>) {
        let escaping = self.writer.style.escaping;
        let (openmetrics, mut line) = self.line(sample.suffix);
        let mut any = line.begin(sample.suffix);
        any = line.labels(any, sample.labels);
        any = line.bound(openmetrics, any, sample.bound);
        any = line.labels(any, sample.labels_after);
        line.end_labels(any);
        line.value(openmetrics, sample.value);
        line.timestamp(openmetrics, sample.timestamp_ms);
        if let (true, Some(exemplar)) = (openmetrics, &sample.exemplar) {
            line.exemplar(exemplar, escaping);
        }
        line.out.push(b'\n');
    }

    /// Where a sample of `suffix` goes.
    fn line(&mut self, suffix: Suffix) -> (bool, sample::Line<'_>) {
        let openmetrics = self.writer.style.format == Format::OpenMetrics;
        let late = LATE.iter().position(|late| *late == suffix);
        let out = match late {
            Some(index) if !openmetrics => &mut self.writer.late[index],
            _ => &mut *self.writer.out,
        };
        let line = sample::Line {
            out,
            name: &self.name,
            bare: self.bare,
            numbers: self.writer.style.numbers,
        };
        (openmetrics, line)
    }
}

impl Drop for FamilyWriter<'_, '_> {
    /// Shows what came late: only the text format has that.
    fn drop(&mut self) {
        for (index, suffix) in LATE.into_iter().enumerate() {
            if self.writer.late[index].is_empty() {
                continue;
            }
            self.writer.head(&self.name, suffix, Kind::Gauge, self.help);
            self.writer.out.append(&mut self.writer.late[index]);
        }
    }
}
