//! A series as it stands on the wire, and its labels when somebody asks for them.

use std::borrow::Cow;

use super::lexer::{name_end, quoted_end, skip_blanks};
use crate::Format;
use crate::error::{Fault, Problem};
use crate::escape::unescape;

/// The name under which the metric's name is among the labels.
pub const METRIC_NAME: &str = "__name__";

/// A sample's name and labels, exactly as the page has them: `jobs_total{queue="mail"}`.
///
/// The same text always means the same labels within one format, so it can stand for them in a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series<'a> {
    pub(super) text: &'a str,
    /// Where it begins in the page.
    pub(super) at: usize,
    pub(super) format: Format,
}

/// One label of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// The name, unescaped; [`METRIC_NAME`] for the metric's name.
    pub name: Cow<'a, str>,
    /// The value, unescaped.
    pub value: Cow<'a, str>,
}

impl<'a> Series<'a> {
    /// Reads `text` as a series on its own, outside of any page.
    #[must_use]
    pub fn new(text: &'a str, format: Format) -> Self {
        Self {
            text,
            at: 0,
            format,
        }
    }

    /// The text as it stands on the page.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.text
    }

    /// Where in the page it begins.
    #[inline]
    #[must_use]
    pub fn offset(self) -> usize {
        self.at
    }

    /// The labels, in the order of the page, the metric's name (as [`METRIC_NAME`]) among them.
    ///
    /// Ends after the first problem. Neither duplicates nor empty values are taken out.
    #[must_use]
    pub fn labels(self) -> Labels<'a> {
        Labels {
            text: self.text,
            base: self.at,
            at: 0,
            format: self.format,
            state: State::Start,
            named: false,
            whole: true,
        }
    }
}

/// Iterates over the labels of a [`Series`].
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    text: &'a str,
    /// Where `text` begins in the page.
    base: usize,
    at: usize,
    format: Format,
    state: State,
    /// Whether the metric's name has come.
    named: bool,
    /// Whether the series must be all of `text`, or only its beginning.
    whole: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the metric name, or the brace that holds it.
    Start,
    /// After the metric name, before the brace, if there is one.
    Named,
    /// In the braces of a series, before a label.
    Series,
    /// In the braces of an exemplar, which has no name.
    Exemplar,
    /// After the closing brace, or after a problem.
    End,
}

impl<'a> Labels<'a> {
    /// The labels of the series that `text` begins with; [`read_bytes`](Self::read_bytes) tells where it ends.
    pub(super) fn of_beginning(text: &'a str, base: usize, format: Format) -> Self {
        let mut labels = Series {
            text,
            at: base,
            format,
        }
        .labels();
        labels.whole = false;
        labels
    }

    /// The labels of the exemplar that `text` begins with: no name, and a brace at once.
    pub(super) fn of_exemplar(text: &'a str, base: usize) -> Result<Self, Problem> {
        let mut labels = Self::of_beginning(text, base, Format::OpenMetrics);
        labels.open()?;
        labels.state = State::Exemplar;
        Ok(labels)
    }

    /// How much of the text has been read. After the last label: all up to the closing brace, or to the end of a bare name.
    pub(super) fn read_bytes(&self) -> usize {
        self.at
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The text format allows blanks between the parts.
    fn blanks(&mut self) {
        if self.format == Format::Text {
            self.at = skip_blanks(self.bytes(), self.at);
        }
    }

    fn expected(&self, what: &'static str) -> Problem {
        Problem::expected(self.base + self.at, what, &self.text[self.at..])
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn open(&mut self) -> Result<(), Problem> {
        if self.take(b'{') {
            Ok(())
        } else {
            Err(self.expected("left brace"))
        }
    }

    fn step(&mut self) -> Result<Option<Label<'a>>, Problem> {
        match self.state {
            State::Start if self.bytes().first() == Some(&b'{') => {
                self.at = 1;
                self.state = State::Series;
                self.label()
            }
            State::Start => self.bare_name().map(Some),
            State::Named => {
                let end = self.at;
                self.blanks();
                if self.take(b'{') {
                    self.state = State::Series;
                    return self.label();
                }
                self.at = end;
                self.end()
            }
            State::Series | State::Exemplar => self.label(),
            State::End => Ok(None),
        }
    }

    fn bare_name(&mut self) -> Result<Label<'a>, Problem> {
        let Some(end) = name_end(self.bytes(), 0, true) else {
            return Err(self.expected("metric name"));
        };
        self.at = end;
        self.state = State::Named;
        Ok(self.metric_name(Cow::Borrowed(&self.text[..end])))
    }

    fn metric_name(&mut self, name: Cow<'a, str>) -> Label<'a> {
        self.named = true;
        Label {
            name: Cow::Borrowed(METRIC_NAME),
            value: name,
        }
    }

    fn end(&mut self) -> Result<Option<Label<'a>>, Problem> {
        if !self.named && self.state != State::Exemplar {
            return Err(Problem::new(self.base, Fault::NameMissing));
        }
        if self.whole && self.at < self.text.len() {
            return Err(self.expected("value after metric"));
        }
        self.state = State::End;
        Ok(None)
    }

    /// In braces: a label, or the metric's name in quotes, or the end.
    fn label(&mut self) -> Result<Option<Label<'a>>, Problem> {
        self.blanks();
        if self.take(b'}') {
            return self.end();
        }
        let start = self.at;
        let (name, quoted) = self.label_name()?;
        self.blanks();
        if quoted && matches!(self.bytes().get(self.at), Some(b',' | b'}')) {
            if self.state == State::Exemplar {
                return Err(self.expected("equal"));
            }
            if self.named {
                return Err(Problem::new(self.base + start, Fault::NameTwice));
            }
            self.separator()?;
            return Ok(Some(self.metric_name(name)));
        }
        if !self.take(b'=') {
            return Err(self.expected("equal"));
        }
        self.blanks();
        if !self.take(b'"') {
            return Err(self.expected("label value"));
        }
        let value = self.quoted("label value")?;
        self.separator()?;
        Ok(Some(Label { name, value }))
    }

    fn label_name(&mut self) -> Result<(Cow<'a, str>, bool), Problem> {
        if self.take(b'"') {
            return Ok((self.quoted("label name")?, true));
        }
        let Some(end) = name_end(self.bytes(), self.at, false) else {
            return Err(self.expected("label name"));
        };
        let name = &self.text[self.at..end];
        self.at = end;
        Ok((Cow::Borrowed(name), false))
    }

    /// The rest of what began with a quote.
    fn quoted(&mut self, what: &'static str) -> Result<Cow<'a, str>, Problem> {
        let Some(end) = quoted_end(self.bytes(), self.at, self.format == Format::Text) else {
            self.at -= 1;
            return Err(self.expected(what));
        };
        let inside = &self.text[self.at..end];
        self.at = end + 1;
        Ok(unescape(inside))
    }

    /// What stands between labels: a comma, which may also come after the last one. The text format can do without it.
    fn separator(&mut self) -> Result<(), Problem> {
        self.blanks();
        if self.take(b',') || self.format == Format::Text {
            return Ok(());
        }
        if self.bytes().get(self.at) == Some(&b'}') {
            return Ok(());
        }
        Err(self.expected("comma or brace close"))
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = Result<Label<'a>, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(Some(label)) => Some(Ok(label)),
            Ok(None) => None,
            Err(problem) => {
                self.state = State::End;
                Some(Err(problem))
            }
        }
    }
}
