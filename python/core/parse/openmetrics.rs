//! Reads a page of OpenMetrics into the objects that Python programs know.
//!
//! Whether it is one is the format's own crate's to say, rule by rule; what is read here has passed. Lines with native
//! histograms are of version 2.0, which is a draft that the rules don't know: they are read, and left out of what is checked.

use ferula_exposition::{Format, check, escape};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::{Line, labels_of, name, number, word};

/// Where what a page is made of is found: `ferula.samples`.
struct Classes<'py> {
    samples: Bound<'py, PyModule>,
    /// `tuple.__new__`: a named tuple's own constructor is Python, and slow.
    new_tuple: Bound<'py, PyAny>,
}

/// The families of a page as `(name, documentation, type, unit, samples)`. Raises ValueError for what breaks a rule.
#[pyfunction]
pub(crate) fn parse_openmetrics<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyList>> {
    let checked: String = text
        .split_inclusive('\n')
        .filter(|line| !has_native(line))
        .collect();
    check(checked.as_bytes(), Format::OpenMetrics)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    let classes = Classes {
        samples: py.import("ferula.samples")?,
        new_tuple: py.get_type::<PyTuple>().getattr("__new__")?,
    };
    let mut reader = Reader {
        families: PyList::empty(py),
        classes,
        family: None,
    };
    for line in text.lines() {
        reader.line(line)?;
    }
    reader.end_family()?;
    Ok(reader.families)
}

/// Splits the exemplar off a sample: what follows ` # ` outside of quotes.
fn exemplar_of(line: &str) -> (&str, Option<&str>) {
    let bytes = line.as_bytes();
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'#' if !quoted => return (line[..at].trim_end(), Some(line[at + 1..].trim_start())),
            _ => {}
        }
        at += 1;
    }
    (line, None)
}

/// A sample whose value is a structure.
fn has_native(line: &str) -> bool {
    !line.starts_with('#') && line.contains(" {count:")
}

struct Family<'py> {
    name: String,
    documentation: String,
    kind: String,
    unit: String,
    samples: Bound<'py, PyList>,
}

struct Reader<'py> {
    families: Bound<'py, PyList>,
    classes: Classes<'py>,
    family: Option<Family<'py>>,
}

impl<'py> Reader<'py> {
    fn line(&mut self, line: &str) -> PyResult<()> {
        match line.strip_prefix('#') {
            Some(metadata) => self.metadata(metadata),
            None if line.is_empty() => Ok(()),
            None => self.sample(line),
        }
    }

    fn metadata(&mut self, metadata: &str) -> PyResult<()> {
        let (keyword, rest) = word(metadata);
        let (family_name, rest) = name(rest)?;
        if keyword == "EOF" {
            return Ok(());
        }
        self.family_called(&family_name)?;
        let Some(family) = &mut self.family else {
            return Ok(());
        };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match keyword {
            "HELP" => family.documentation = escape::unescape(rest).into_owned(),
            "TYPE" => rest.clone_into(&mut family.kind),
            _ => rest.clone_into(&mut family.unit),
        }
        Ok(())
    }

    /// The family under way is this one, or a new one.
    fn family_called(&mut self, name: &str) -> PyResult<()> {
        if self
            .family
            .as_ref()
            .is_none_or(|family| family.name != name)
        {
            self.end_family()?;
            self.family = Some(Family {
                name: name.to_owned(),
                documentation: String::new(),
                kind: "unknown".to_owned(),
                unit: String::new(),
                samples: PyList::empty(self.families.py()),
            });
        }
        Ok(())
    }

    fn sample(&mut self, line: &str) -> PyResult<()> {
        let py = self.families.py();
        let (line, exemplar) = exemplar_of(line);
        let (sample_name, labels, value, timestamp, native) = match line.split_once(" {count:") {
            Some((series, native)) => self.native(series, native)?,
            None => {
                let (line, timestamp) = self.timestamp(line)?;
                let Line {
                    name,
                    labels,
                    value,
                    ..
                } = Line::parse(py, line)?;
                (name, labels, value, timestamp, py.None().into_bound(py))
            }
        };
        let owned = self
            .family
            .as_ref()
            .is_some_and(|family| family.owns(&sample_name));
        if !owned {
            self.family_called(&sample_name)?;
        }
        let exemplar = match exemplar {
            None => py.None().into_bound(py),
            Some(text) => self.exemplar(text)?,
        };
        let parts = (sample_name, labels, value, timestamp, exemplar, native);
        let sample = self
            .classes
            .new_tuple
            .call1((self.classes.samples.getattr("Sample")?, parts))?;
        match &self.family {
            Some(family) => family.samples.append(sample),
            None => Ok(()),
        }
    }

    /// Splits the timestamp off a sample. Seconds have up to nine decimals, which a float could not keep.
    fn timestamp<'t>(&self, line: &'t str) -> PyResult<(&'t str, Bound<'py, PyAny>)> {
        let py = self.families.py();
        let after_labels = line.rfind('}').map_or(0, |at| at + 1);
        let mut words = line[after_labels..]
            .split(' ')
            .filter(|word| !word.is_empty());
        // Without labels the name is a word of its own.
        let values = if after_labels == 0 {
            words.nth(1).is_some()
        } else {
            words.next().is_some()
        };
        match (values, words.next()) {
            (true, Some(text)) => {
                let end = line.len() - text.len();
                Ok((line[..end].trim_end(), self.seconds(text)?))
            }
            _ => Ok((line, py.None().into_bound(py))),
        }
    }

    fn seconds(&self, text: &str) -> PyResult<Bound<'py, PyAny>> {
        let py = self.families.py();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let plain = decimals.bytes().all(|byte| byte.is_ascii_digit());
        match whole.parse::<i64>() {
            Ok(seconds) if plain => {
                let nanoseconds: u32 = format!("{decimals:0<9.9}").parse().unwrap_or(0);
                self.classes
                    .samples
                    .getattr("Timestamp")?
                    .call1((seconds, nanoseconds))
            }
            _ => number(py, text),
        }
    }

    /// `{labels} value timestamp`.
    fn exemplar(&self, text: &str) -> PyResult<Bound<'py, PyAny>> {
        let py = self.families.py();
        let wrong = |what: &str| PyValueError::new_err(format!("{what}: {text}"));
        let labels = PyDict::new(py);
        let inside = text
            .strip_prefix('{')
            .ok_or_else(|| wrong("exemplar without labels"))?;
        let rest = labels_of(inside, &labels, &mut String::new()).map_err(wrong)?;
        let mut words = rest.split_whitespace();
        let value = number(
            py,
            words
                .next()
                .ok_or_else(|| wrong("exemplar without a value"))?,
        )?;
        let timestamp = match words.next() {
            None => py.None().into_bound(py),
            Some(text) => self.seconds(text)?,
        };
        self.classes
            .samples
            .getattr("Exemplar")?
            .call1((labels, value, timestamp))
    }

    fn end_family(&mut self) -> PyResult<()> {
        let Some(family) = self.family.take() else {
            return Ok(());
        };
        self.families.append((
            family.name,
            family.documentation,
            family.kind,
            family.unit,
            family.samples,
        ))
    }

    /// A series and the structure `24,sum:100,schema:0,...}` that is its value.
    fn native(&self, series: &str, text: &str) -> PyResult<Parts<'py>> {
        let py = self.families.py();
        let wrong = || PyValueError::new_err(format!("invalid native histogram: {text}"));
        let (structure, rest) = text.split_once('}').ok_or_else(wrong)?;
        // A series without a value reads as one that has one.
        let Line { name, labels, .. } = Line::parse(py, &format!("{series} 0"))?;
        let given = PyDict::new(py);
        let mut fields = format!("count:{structure}");
        for (word, attribute) in LISTS {
            let start = format!("{word}:[");
            let Some(at) = fields.find(&start) else {
                continue;
            };
            let end = fields[at..]
                .find(']')
                .map(|end| at + end)
                .ok_or_else(wrong)?;
            given.set_item(attribute, self.list(&fields[at + start.len()..end])?)?;
            fields.replace_range(at..=end, "");
        }
        for field in fields.split(',').filter(|field| !field.is_empty()) {
            let (word, value) = field.split_once(':').ok_or_else(wrong)?;
            let attribute = match word {
                "count" => "count_value",
                "sum" => "sum_value",
                "schema" | "zero_threshold" | "zero_count" => word,
                _ => return Err(wrong()),
            };
            given.set_item(attribute, number(py, value)?)?;
        }
        let native = self
            .classes
            .samples
            .getattr("NativeHistogram")?
            .call((), Some(&given))?;
        let timestamp = match rest.trim() {
            "" => py.None().into_bound(py),
            text => self.seconds(text)?,
        };
        Ok((name, labels, py.None().into_bound(py), timestamp, native))
    }

    /// Numbers, or spans `offset:length`, between brackets.
    fn list(&self, text: &str) -> PyResult<Bound<'py, PyTuple>> {
        let py = self.families.py();
        let mut items = Vec::new();
        for item in text.split(',').filter(|item| !item.is_empty()) {
            items.push(match item.split_once(':') {
                None => number(py, item)?,
                Some((offset, length)) => {
                    let span = (number(py, offset)?, number(py, length)?);
                    self.classes.samples.getattr("BucketSpan")?.call1(span)?
                }
            });
        }
        PyTuple::new(py, items)
    }
}

/// Name, labels, value, timestamp, native histogram.
type Parts<'py> = (
    String,
    Bound<'py, PyDict>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
);

/// What a native histogram has in brackets.
const LISTS: [(&str, &str); 4] = [
    ("positive_spans", "pos_spans"),
    ("negative_spans", "neg_spans"),
    ("positive_deltas", "pos_deltas"),
    ("negative_deltas", "neg_deltas"),
];

impl Family<'_> {
    fn owns(&self, sample: &str) -> bool {
        let Some(suffix) = sample.strip_prefix(&*self.name) else {
            return false;
        };
        let suffixes: &[&str] = match &*self.kind {
            "counter" => &["_total", "_created"],
            "summary" => &["", "_count", "_sum", "_created"],
            "histogram" => &["", "_bucket", "_count", "_sum", "_created"],
            "gaugehistogram" => &["_bucket", "_gcount", "_gsum"],
            "info" => &["_info"],
            _ => &[""],
        };
        suffixes.contains(&suffix)
    }
}
