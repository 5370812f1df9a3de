//! Reads a page in the Prometheus text format into the objects that Python programs know.
//!
//! It takes what the format's writers have written over the years: any white space, a comma too many at the end of the labels,
//! families without a head. A sample that does not belong to the family at hand is a family of its own.

mod openmetrics;

use ferula_exposition::escape;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

pub(crate) use openmetrics::parse_openmetrics;

/// The families of a page as `(name, documentation, type, samples)`. `sample_class` is a tuple of six.
#[pyfunction]
pub(crate) fn parse_text<'py>(
    text: &str,
    sample_class: &Bound<'py, PyType>,
) -> PyResult<Bound<'py, PyList>> {
    let py = sample_class.py();
    let families = PyList::empty(py);
    let mut reader = Reader {
        families,
        new_sample: py.get_type::<PyTuple>().getattr("__new__")?,
        sample_class,
        family: None,
    };
    for line in text.split('\n') {
        reader.line(line.trim())?;
    }
    reader.end_family()?;
    Ok(reader.families)
}

/// The family under way.
struct Family<'py> {
    name: String,
    documentation: String,
    kind: String,
    samples: Bound<'py, PyList>,
}

struct Reader<'a, 'py> {
    families: Bound<'py, PyList>,
    /// `tuple.__new__`: a named tuple's own constructor is Python, and slow.
    new_sample: Bound<'py, PyAny>,
    sample_class: &'a Bound<'py, PyType>,
    family: Option<Family<'py>>,
}

impl<'py> Reader<'_, 'py> {
    fn line(&mut self, line: &str) -> PyResult<()> {
        if line.is_empty() {
            return Ok(());
        }
        match line.strip_prefix('#') {
            Some(comment) => self.comment(comment),
            None => self.sample(line),
        }
    }

    fn comment(&mut self, comment: &str) -> PyResult<()> {
        let (keyword, rest) = word(comment);
        if keyword != "HELP" && keyword != "TYPE" {
            return Ok(());
        }
        let (name, rest) = name(rest)?;
        if name.is_empty() {
            return Ok(());
        }
        if self
            .family
            .as_ref()
            .is_none_or(|family| family.name != name)
        {
            self.end_family()?;
            self.family = Some(Family {
                name,
                documentation: String::new(),
                kind: "untyped".to_owned(),
                samples: PyList::empty(self.families.py()),
            });
        }
        if let Some(family) = &mut self.family {
            if keyword == "HELP" {
                family.documentation = escape::unescape_help(rest.trim_start()).into_owned();
            } else {
                rest.trim().clone_into(&mut family.kind);
            }
        }
        Ok(())
    }

    fn sample(&mut self, line: &str) -> PyResult<()> {
        let py = self.families.py();
        let Line {
            name,
            labels,
            value,
            timestamp,
        } = Line::parse(py, line)?;
        let foreign = match &self.family {
            Some(family) => !family.owns(&name),
            None => true,
        };
        if foreign {
            self.end_family()?;
            let samples = PyList::new(py, [self.new_sample(&name, &labels, &value, timestamp)?])?;
            return self.families.append((name, "", "untyped", samples));
        }
        let sample_name = match &self.family {
            // Prometheus' own clients of old show counters without the suffix.
            Some(family) if family.kind == "counter" && !family.name.ends_with("_total") => {
                format!("{name}_total")
            }
            _ => name,
        };
        let sample = self.new_sample(&sample_name, &labels, &value, timestamp)?;
        match &self.family {
            Some(family) => family.samples.append(sample),
            None => Ok(()),
        }
    }

    fn new_sample(
        &self,
        name: &str,
        labels: &Bound<'py, PyDict>,
        value: &Bound<'py, PyAny>,
        timestamp: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let none = self.families.py().None();
        self.new_sample.call1((
            self.sample_class,
            (name, labels, value, timestamp, &none, &none),
        ))
    }

    fn end_family(&mut self) -> PyResult<()> {
        let Some(family) = self.family.take() else {
            return Ok(());
        };
        let name = match family.name.strip_suffix("_total") {
            Some(name) if family.kind == "counter" => name.to_owned(),
            _ => family.name,
        };
        self.families
            .append((name, family.documentation, family.kind, family.samples))
    }
}

impl Family<'_> {
    fn owns(&self, sample: &str) -> bool {
        let Some(suffix) = sample.strip_prefix(&*self.name) else {
            return false;
        };
        match &*self.kind {
            "summary" => ["", "_count", "_sum"].contains(&suffix),
            "histogram" => ["_bucket", "_count", "_sum"].contains(&suffix),
            _ => suffix.is_empty(),
        }
    }
}

struct Line<'py> {
    name: String,
    labels: Bound<'py, PyDict>,
    value: Bound<'py, PyAny>,
    timestamp: Option<f64>,
}

impl<'py> Line<'py> {
    fn parse(py: Python<'py>, line: &str) -> PyResult<Self> {
        let wrong = |what: &str| PyValueError::new_err(format!("{what}: {line}"));
        let labels = PyDict::new(py);
        let end = line
            .find(|c: char| c.is_whitespace() || c == '{')
            .unwrap_or(line.len());
        let mut name = line[..end].to_owned();
        let mut rest = line[end..].trim_start();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = labels_of(inside, &labels, &mut name).map_err(wrong)?;
        }
        if name.is_empty() {
            return Err(wrong("sample without a name"));
        }
        let mut words = rest.split_whitespace();
        let value = number(
            py,
            words
                .next()
                .ok_or_else(|| wrong("sample without a value"))?,
        )?;
        let timestamp = match words.next() {
            None => None,
            Some(word) => Some(number(py, word)?.extract::<f64>()? / 1000.0),
        };
        if words.next().is_some() {
            return Err(wrong("more than a value and a timestamp"));
        }
        Ok(Self {
            name,
            labels,
            value,
            timestamp,
        })
    }
}

/// Reads labels up to the closing brace, and a quoted metric name among them. Answers what follows.
fn labels_of<'t>(
    text: &'t str,
    labels: &Bound<'_, PyDict>,
    metric: &mut String,
) -> Result<&'t str, &'static str> {
    let mut rest = text.trim_start();
    // `{,}` has a comma and nothing before it.
    if let Some(after) = rest.strip_prefix(',') {
        rest = after.trim_start();
    }
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok(after);
        }
        let (name, quoted, after) = label_name(rest)?;
        rest = after.trim_start();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after
                .trim_start()
                .strip_prefix('"')
                .ok_or("label value without quotes")?;
            let (value, after) = quoted_text(after)?;
            rest = after.trim_start();
            if name.is_empty() || !matches!(labels.contains(&*name), Ok(false)) {
                return Err("invalid or repeated label name");
            }
            labels
                .set_item(&*name, value)
                .map_err(|_| "label can't be kept")?;
        } else if quoted && metric.is_empty() {
            *metric = name.into_owned();
        } else {
            return Err("label without a value");
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.starts_with('}') => {}
            None => return Err("labels without a comma between them"),
        }
    }
}

type Text<'t> = std::borrow::Cow<'t, str>;

fn label_name(text: &str) -> Result<(Text<'_>, bool, &str), &'static str> {
    if let Some(inside) = text.strip_prefix('"') {
        let (name, after) = quoted_text(inside)?;
        return Ok((name, true, after));
    }
    let end = text
        .find(|c: char| c.is_whitespace() || "=,}\"".contains(c))
        .ok_or("labels without an end")?;
    if !escape::is_bare(&text[..end], false) {
        return Err("invalid label name");
    }
    Ok((text[..end].into(), false, &text[end..]))
}

/// A text up to its closing quote, without escapes, and what follows.
fn quoted_text(text: &str) -> Result<(Text<'_>, &str), &'static str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        match memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            None => return Err("quotes without an end"),
            Some(found) if bytes[at + found] == b'\\' => at += found + 2,
            Some(found) => {
                let end = at + found;
                return Ok((escape::unescape(&text[..end]), &text[end + 1..]));
            }
        }
    }
}

/// The name of a family in a comment, which may be quoted, and what follows.
fn name(text: &str) -> PyResult<(String, &str)> {
    let text = text.trim_start();
    match text.strip_prefix('"') {
        None => {
            let (name, rest) = word(text);
            Ok((name.to_owned(), rest))
        }
        Some(inside) => {
            let (name, rest) = quoted_text(inside)
                .map_err(|what| PyValueError::new_err(format!("{what}: {text}")))?;
            Ok((name.into_owned(), rest))
        }
    }
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// An int if it reads as one, else a float.
fn number<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(whole) = text.parse::<i64>() {
        return Ok(whole.into_pyobject(py)?.into_any());
    }
    // Rust's and Python's floats read the same but for underscores, which Python takes between digits and no page has.
    let value: f64 = text.parse().map_err(|_| {
        PyValueError::new_err(format!(
            "could not convert string to float: {}",
            PyString::new(py, text)
                .repr()
                .map_or_else(|_| text.to_owned(), |shown| shown.to_string())
        ))
    })?;
    Ok(value.into_pyobject(py)?.into_any())
}
