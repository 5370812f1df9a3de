//! An exposition page as rows: the one place where what a target shows becomes what a store takes.
//!
//! ```text
//!  bytes ──► Entries ──► Page ──► Item::Family   what a family says of itself
//!           (syntax)         └──► Item::Sample   ── key() ──► known? append by reference
//!                                                └─ labels() ► unknown: relabel, append by labels
//! ```
//!
//! Whoever reads the same target again and again keeps a map from [`ExposedSample::key`] to what became of the series. A hit costs one
//! look-up and no label is read; only a miss asks for [`labels`](ExposedSample::labels).
//!
//! A page mostly has the layout of the page before: the same text, but for the values. Whoever keeps that [`Layout`] asks [`Page::expect`] for line after
//! line: comments and series are compared and not read, and families that were described before are not described again.
//!
//! What is done here, since it belongs to the meaning of a page and not to a job's options:
//! - `le` of histograms and `quantile` of summaries get the float form of OpenMetrics (`1` becomes `1.0`), so that
//!   a series is the same whichever format a target speaks;
//! - an ordinary NaN gets ordinary bits, so that no target can make a stale marker;
//! - HELP, TYPE and UNIT lines are gathered into one description per family.
//!
//! Pages in protobuf become text first; their native histograms stand [beside](ExposedHistogram) it.
//!
//! What is not: target labels, relabelling, limits and staleness. They are the business of whoever reads the page.

mod family;
mod labels;
mod layout;
mod native;
#[cfg(test)]
mod tests;

use std::ops::Range;

use ferula_exposition::read::{Sample, Series};
use ferula_exposition::{Entries, Entry, Format, Kind, ReadError};
use model::{Exemplar, LabelsBuilder, Timestamp};

pub use family::FamilyDescription;
pub use labels::ExposedLabelsError;
pub use layout::{Cursor, Layout, LayoutBuilder, Layouts, Line};
pub use native::ExposedHistogram;

/// What a page holds.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// What a family says of itself. It comes before the family's samples if the page has it there.
    Family(FamilyDescription<'a>),
    /// A float.
    Sample(ExposedSample<'a>),
}

/// A sample whose series has not been looked into.
#[derive(Clone, Copy, Debug)]
pub struct ExposedSample<'a> {
    sample: Sample<'a>,
    /// Of the last TYPE line.
    kind: Kind,
}

impl<'a> ExposedSample<'a> {
    /// A sample that stands on no page.
    pub(super) fn beside(series: &'a str, timestamp_ms: Option<i64>) -> Self {
        Self {
            sample: Sample::beside(Series::new(series, Format::OpenMetrics), timestamp_ms),
            kind: Kind::Unknown,
        }
    }

    /// The series as the page writes it: of one target and format, the same text is always the same series.
    #[inline]
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.sample.series.as_str()
    }

    /// The value; no stale marker.
    #[inline]
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.sample.value.is_nan() {
            f64::NAN
        } else {
            self.sample.value
        }
    }

    /// The sample's own time, if the page gives one.
    #[inline]
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.sample.timestamp_ms.map(Timestamp)
    }

    /// Adds the series' labels, metric name included, to an empty `builder`. Labels with an empty value are left out.
    ///
    /// # Errors
    ///
    /// When the page's text is no series, or has a label twice. Such a page is wrong as a whole;
    /// [`Page::error`] makes the error that says where.
    pub fn labels(&self, builder: &mut LabelsBuilder) -> Result<(), ExposedLabelsError> {
        labels::read(self.sample.series.labels(), self.kind, builder)
    }

    /// Whether it has an exemplar.
    #[inline]
    #[must_use]
    pub fn has_exemplar(&self) -> bool {
        self.sample.has_exemplar()
    }

    /// The exemplar, at `time` if it has no time of its own. `None` if there is none, or one with a label twice.
    #[must_use]
    pub fn exemplar(&self, time: Timestamp) -> Option<Exemplar> {
        let exemplar = self.sample.exemplar()?;
        let mut builder = LabelsBuilder::default();
        labels::read(exemplar.labels, Kind::Unknown, &mut builder).ok()?;
        Some(Exemplar {
            labels: builder.build(),
            value: exemplar.value,
            timestamp: exemplar.timestamp_ms.map_or(time, Timestamp),
        })
    }
}

/// Iterates over what a page holds. After an error comes nothing more.
#[derive(Debug)]
pub struct Page<'a> {
    bytes: &'a [u8],
    entries: Entries<'a>,
    /// The family that was described last.
    family: FamilyDescription<'a>,
    /// Of the last TYPE line.
    kind: Kind,
    /// Whether `family` has something that was not handed out.
    undescribed: bool,
    /// The sample that came while there was a family to hand out first.
    held: Option<Item<'a>>,
    /// Where the last line with a sample ends; the comments of the next one begin there.
    sample_end: usize,
    /// Where the comments of the last sample began.
    line_start: usize,
    /// What they said of its kind.
    line_kind: Option<Kind>,
    /// What comments have said of the kind since then.
    said: Option<Kind>,
    /// From where to where the comments reach that were passed over last, while `family` is not theirs.
    passed: Option<Range<usize>>,
}

impl<'a> Page<'a> {
    /// Reads `bytes` as `format`.
    #[must_use]
    pub fn new(bytes: &'a [u8], format: Format) -> Self {
        Self {
            bytes,
            entries: Entries::new(bytes, format),
            family: FamilyDescription::default(),
            kind: Kind::Unknown,
            undescribed: false,
            held: None,
            sample_end: 0,
            line_start: 0,
            line_kind: None,
            said: None,
            passed: None,
        }
    }

    /// The next sample, if `line`, which an earlier page of this format had, comes next, and it has nothing but a value and perhaps a time. The families that are described
    /// there are not handed out.
    ///
    /// `None` says nothing of what comes next: ask [`next`](Iterator::next).
    #[inline]
    pub fn expect(&mut self, line: Line<'_>) -> Option<ExposedSample<'a>> {
        let start = self.entries.offset();
        if self.held.is_some() || start != self.sample_end {
            return None;
        }
        let sample = self.entries.expect(line.text(), line.key_at());
        let end = if sample.is_some() {
            self.line_start = start;
            self.line_kind = line.kind();
            self.sample_end = self.entries.offset();
            start + line.key_at()
        } else {
            self.entries.offset()
        };
        if end > start {
            self.passed = Some(start..end);
            self.kind = line.kind().unwrap_or(self.kind);
            self.said = line.kind().filter(|_| sample.is_none());
        }
        Some(ExposedSample {
            sample: sample?,
            kind: self.kind,
        })
    }

    /// Whether what is left are the comments `end` with which an earlier page of this format ended. Then nothing more comes.
    pub fn ends_with(&mut self, end: &str) -> bool {
        self.held.is_none()
            && self.entries.offset() == self.sample_end
            && self.entries.ends_with(end)
    }

    /// The line of `sample`, which came last: what [`expect`](Self::expect) takes when the next page has it again.
    #[must_use]
    pub fn line(&self, sample: &ExposedSample<'a>) -> Line<'a> {
        let key = sample.key();
        let key_at = sample.sample.series.offset();
        let comments = self.bytes.get(self.line_start..key_at);
        let whole = self.bytes.get(self.line_start..key_at + key.len());
        match (comments, whole.map(std::str::from_utf8)) {
            (Some(comments), Some(Ok(text))) => Line::new(text, comments.len(), self.line_kind),
            // Comments that are not UTF-8 are read each time.
            _ => Line::new(key, 0, None),
        }
    }

    /// The comments after the last sample, when all has been read; empty when they are not UTF-8.
    #[must_use]
    pub fn end(&self) -> &'a str {
        let end = self.bytes.get(self.sample_end..).unwrap_or_default();
        std::str::from_utf8(end).unwrap_or_default()
    }

    /// What the page has said last of a family: of that of the sample that came last, if it [has](FamilyDescription::has) its metric.
    #[must_use]
    pub fn family(&self) -> FamilyDescription<'a> {
        let mut family = self.family.clone();
        if let Some(passed) = self.passed.clone() {
            let lines = Entries::new(&self.bytes[passed], self.entries.format());
            for line in lines.map_while(Result::ok) {
                let _before = family.take(line);
            }
        }
        family
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.entries.offset()
    }

    /// Says where in the page the error of a sample's labels lies.
    #[must_use]
    pub fn error(&self, error: ExposedLabelsError) -> ExposedError {
        match error {
            ExposedLabelsError::Syntax(problem) => {
                ExposedError::Syntax(self.entries.locate(problem))
            }
            ExposedLabelsError::Duplicate(name) => ExposedError::Duplicate(name),
            ExposedLabelsError::NoName => ExposedError::NoName,
        }
    }

    /// Reads what was passed over last, for a line after it may belong to the same family.
    #[cold]
    fn read_passed(&mut self, passed: Range<usize>) {
        let lines = Entries::new(&self.bytes[passed], self.entries.format());
        for line in lines.map_while(Result::ok) {
            let _before = self.family.take(line);
        }
    }

    /// What an entry means. `None` for what says nothing yet.
    #[inline]
    fn take(&mut self, entry: Entry<'a>) -> Option<Item<'a>> {
        let item = match entry {
            Entry::Sample(sample) => {
                self.line_start = self.sample_end;
                self.line_kind = self.said.take();
                self.sample_end = self.entries.offset();
                Item::Sample(ExposedSample {
                    sample,
                    kind: self.kind,
                })
            }
            line => {
                if let Some(passed) = self.passed.take() {
                    self.read_passed(passed);
                }
                if let Entry::Type { kind, .. } = line {
                    self.kind = kind;
                    self.said = Some(kind);
                }
                return self.describe(line);
            }
        };
        if !self.undescribed {
            return Some(item);
        }
        self.undescribed = false;
        self.held = Some(item);
        Some(Item::Family(self.family.clone()))
    }

    /// Gathers a line. Answers with the family before it, if that was not handed out.
    fn describe(&mut self, line: Entry<'a>) -> Option<Item<'a>> {
        let before = self.family.take(line)?;
        let undescribed = std::mem::replace(&mut self.undescribed, true);
        match before {
            Some(family) if undescribed => Some(Item::Family(family)),
            _ => None,
        }
    }

    fn finish(&mut self) -> Option<Item<'a>> {
        let undescribed = std::mem::replace(&mut self.undescribed, false);
        undescribed.then(|| Item::Family(self.family.clone()))
    }
}

impl<'a> Iterator for Page<'a> {
    type Item = Result<Item<'a>, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.held.is_some() {
            return self.held.take().map(Ok);
        }
        loop {
            match self.entries.next() {
                Some(Ok(entry)) => {
                    if let Some(item) = self.take(entry) {
                        return Some(Ok(item));
                    }
                }
                Some(Err(error)) => {
                    self.undescribed = false;
                    return Some(Err(error));
                }
                None => return self.finish().map(Ok),
            }
        }
    }
}

/// A page that can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExposedError {
    /// It is not what its format says.
    #[error(transparent)]
    Syntax(#[from] ReadError),
    /// A series has a label twice.
    #[error("label name {0:?} is not unique: invalid sample")]
    Duplicate(String),
    /// A series has no metric name.
    #[error("metric name not set")]
    NoName,
}
