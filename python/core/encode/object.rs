//! Families that Python made: `Metric` objects of a custom collector, with their lists of samples.

use ferula_exposition::{escape, float};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyString, PyTuple};

use super::line::{Head, push_family, push_label};
use super::{Style, blame};

/// Samples that the text format shows as gauges of their own, after the family, in this order.
const LATE: [&str; 3] = ["_created", "_gcount", "_gsum"];

/// Writes all families that `families` yields.
pub(super) fn families(
    out: &mut Vec<u8>,
    families: &Bound<'_, PyAny>,
    style: Style,
) -> PyResult<()> {
    for family in families.try_iter()? {
        let family = family?;
        self::family(out, &family, style).map_err(|error| blame(family.py(), error, &family))?;
    }
    Ok(())
}

fn family(out: &mut Vec<u8>, family: &Bound<'_, PyAny>, style: Style) -> PyResult<()> {
    let py = family.py();
    let text = |name: &Bound<'_, PyString>| -> PyResult<String> { family.getattr(name)?.extract() };
    let name = text(intern!(py, "name"))?;
    let documentation = text(intern!(py, "documentation"))?;
    let kind = text(intern!(py, "type"))?;
    let unit = if style.openmetrics {
        family.getattr(intern!(py, "unit"))?.extract()?
    } else {
        String::new()
    };
    let (shown, kind_shown) = shown(&name, &kind, style);
    push_family(out, &shown, kind_shown, &documentation, &unit, style);

    let mut writer = Samples {
        name: &name,
        kind: &kind,
        style,
        heads: Vec::new(),
        late: Default::default(),
        labels: Vec::new(),
        order: Order::default(),
    };
    for sample in family.getattr(intern!(py, "samples"))?.try_iter()? {
        writer.sample(out, &sample?)?;
    }
    for (suffix, lines) in LATE.into_iter().zip(writer.late) {
        if !lines.is_empty() {
            push_family(
                out,
                &format!("{name}{suffix}"),
                "gauge",
                &documentation,
                "",
                style,
            );
            out.extend_from_slice(&lines);
        }
    }
    Ok(())
}

/// The name and type at the head of a family. The text format knows fewer types.
fn shown<'k>(name: &str, kind: &'k str, style: Style) -> (String, &'k str) {
    if style.openmetrics {
        return (name.to_owned(), kind);
    }
    match kind {
        "counter" => (format!("{name}_total"), kind),
        "info" => (format!("{name}_info"), "gauge"),
        "stateset" => (name.to_owned(), "gauge"),
        "gaugehistogram" => (name.to_owned(), "histogram"),
        "unknown" => (name.to_owned(), "untyped"),
        _ => (name.to_owned(), kind),
    }
}

/// Writes the samples of one family.
struct Samples<'f, 'py> {
    name: &'f str,
    kind: &'f str,
    style: Style,
    /// The names that came so far; a family has a handful.
    heads: Vec<(String, Head, Option<usize>)>,
    late: [Vec<u8>; LATE.len()],
    /// Room for the labels of one sample.
    labels: Vec<u8>,
    order: Order<'py>,
}

/// The parts of a sample by their place in the tuple.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Name,
    Labels,
    Value,
    Timestamp,
    Exemplar,
    NativeHistogram,
}

/// A part of a sample, which is a tuple unless somebody made his own.
pub(super) fn field<'py>(sample: &Bound<'py, PyAny>, field: Field) -> PyResult<Bound<'py, PyAny>> {
    let py = sample.py();
    if let Ok(tuple) = sample.cast::<PyTuple>()
        && tuple.len() == 6
        && !sample.is_exact_instance_of::<PyTuple>()
    {
        return tuple.get_item(field as usize);
    }
    sample.getattr(match field {
        Field::Name => intern!(py, "name"),
        Field::Labels => intern!(py, "labels"),
        Field::Value => intern!(py, "value"),
        Field::Timestamp => intern!(py, "timestamp"),
        Field::Exemplar => intern!(py, "exemplar"),
        Field::NativeHistogram => intern!(py, "native_histogram"),
    })
}

impl<'py> Samples<'_, 'py> {
    fn sample(&mut self, page: &mut Vec<u8>, sample: &Bound<'py, PyAny>) -> PyResult<()> {
        let name = field(sample, Field::Name)?;
        let name = name.cast::<PyString>()?.to_str()?;
        let labels = field(sample, Field::Labels)?;
        let native = if self.style.openmetrics {
            field(sample, Field::NativeHistogram)?
        } else {
            sample.py().None().into_bound(sample.py())
        };
        if !native.is_none() && !self.style.native_histograms {
            return Ok(());
        }
        let style = self.style;
        let (name, kind) = (name, self.kind);
        let family = self.name;
        let place = self.head(name);
        self.labels.clear();
        push_labels(&mut self.labels, &labels, &mut self.order, style)?;
        let (_, head, late) = &self.heads[place];
        let out = match late {
            Some(index) => &mut self.late[*index],
            None => page,
        };
        head.push(
            out,
            &[std::str::from_utf8(&self.labels).unwrap_or_default()],
        );
        if native.is_none() {
            push_value(out, &field(sample, Field::Value)?)?;
        } else {
            push_native(out, &native)?;
        }
        push_timestamp(out, &field(sample, Field::Timestamp)?, style)?;
        if style.openmetrics {
            let exemplar = field(sample, Field::Exemplar)?;
            if exemplar.is_truthy()? {
                if !may_have_exemplar(family, kind, name) {
                    let message = format!(
                        "Metric {family} has exemplars, but is not a histogram bucket or counter"
                    );
                    return Err(PyValueError::new_err(message));
                }
                push_exemplar(out, &exemplar)?;
            }
            if !native.is_none() {
                let exemplars = native.getattr("nh_exemplars")?;
                if exemplars.is_truthy()? {
                    for exemplar in exemplars.try_iter()? {
                        push_exemplar(out, &exemplar?)?;
                    }
                }
            }
        }
        out.push(b'\n');
        Ok(())
    }

    /// The place of a name's head, which is made when the name comes first.
    fn head(&mut self, name: &str) -> usize {
        if let Some(place) = self.heads.iter().position(|(known, ..)| known == name) {
            return place;
        }
        let suffix = name
            .strip_prefix(self.name)
            .filter(|_| !self.style.openmetrics);
        let late = suffix.and_then(|suffix| LATE.iter().position(|late| *late == suffix));
        self.heads
            .push((name.to_owned(), Head::new(name, self.style), late));
        self.heads.len() - 1
    }
}

type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The pairs of any mapping.
fn pairs<'py>(labels: &Bound<'py, PyAny>) -> PyResult<Vec<Pair<'py>>> {
    if let Ok(labels) = labels.cast_exact::<PyDict>() {
        return Ok(labels.iter().collect());
    }
    if !labels.is_truthy()? {
        return Ok(Vec::new());
    }
    let items = labels.call_method0("items")?;
    items.try_iter()?.map(|pair| pair?.extract()).collect()
}

/// Labels sorted by name.
pub(super) fn labels(labels: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let mut sorted = Vec::new();
    for (name, value) in pairs(labels)? {
        let name = name.cast::<PyString>()?.to_str()?.to_owned();
        sorted.push((name, string_like(&value)?));
    }
    sorted.sort();
    Ok(sorted)
}

/// A label's value. Fails as it does in the original, unless it is something that behaves as a string.
fn string_like(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(value) => Ok(value.to_str()?.to_owned()),
        Err(_) => value.call_method1("replace", ("", ""))?.extract(),
    }
}

/// Names of labels as they come, sample after sample, and the order in which they are shown.
#[derive(Default)]
struct Order<'py> {
    names: Vec<Bound<'py, PyString>>,
    /// For each label of a line: `name="`, and which of the pairs has its value.
    shown: Vec<(Vec<u8>, usize)>,
}

impl<'py> Order<'py> {
    fn of(names: Vec<Bound<'py, PyString>>, style: Style) -> PyResult<Self> {
        let texts: Vec<&str> = names
            .iter()
            .map(|name| name.to_str())
            .collect::<Result<_, _>>()?;
        let mut places: Vec<usize> = (0..names.len()).collect();
        places.sort_by_key(|place| texts[*place]);
        let shown = places.iter().enumerate().map(|(at, place)| {
            let mut text = Vec::new();
            push_label(&mut text, at == 0, texts[*place], "", style);
            text.pop();
            (text, *place)
        });
        Ok(Self {
            shown: shown.collect(),
            names,
        })
    }

    /// Whether these are the very same names: a collector mostly uses the same objects for all samples of a family.
    fn is_of(&self, pairs: &[Pair<'py>]) -> bool {
        self.names.len() == pairs.len()
            && self
                .names
                .iter()
                .zip(pairs)
                .all(|(own, (name, _))| own.is(name))
    }
}

/// Labels sorted by name, without braces.
fn push_labels<'py>(
    out: &mut Vec<u8>,
    labels: &Bound<'py, PyAny>,
    order: &mut Order<'py>,
    style: Style,
) -> PyResult<()> {
    let pairs = pairs(labels)?;
    if !order.is_of(&pairs) {
        let names = pairs
            .iter()
            .map(|(name, _)| Ok(name.cast::<PyString>()?.clone()));
        *order = Order::of(names.collect::<PyResult<_>>()?, style)?;
    }
    for (name, place) in &order.shown {
        out.extend_from_slice(name);
        let value = &pairs[*place].1;
        match value.cast::<PyString>() {
            Ok(value) => escape::push_quoted(out, value.to_str()?),
            Err(_) => escape::push_quoted(out, &string_like(value)?),
        }
        out.push(b'"');
    }
    Ok(())
}

/// Anything that `float()` takes.
pub(super) fn number(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>() {
        return value.extract();
    }
    let float = value.py().get_type::<PyFloat>();
    float.call1((value,))?.extract()
}

fn push_value(out: &mut Vec<u8>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    float::push_python(out, number(value)?);
    Ok(())
}

/// A timestamp in milliseconds, if there is one.
pub(super) fn milliseconds(timestamp: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if timestamp.is_none() {
        return Ok(None);
    }
    Ok(Some((number(timestamp)? * 1000.0).trunc() as i64))
}

/// Whole milliseconds in the text format; in OpenMetrics seconds, as they print.
fn push_timestamp(out: &mut Vec<u8>, timestamp: &Bound<'_, PyAny>, style: Style) -> PyResult<()> {
    let Some(milliseconds) = milliseconds(timestamp)? else {
        return Ok(());
    };
    out.push(b' ');
    if style.openmetrics {
        out.extend_from_slice(timestamp.str()?.to_str()?.as_bytes());
    } else {
        out.extend_from_slice(milliseconds.to_string().as_bytes());
    }
    Ok(())
}

fn may_have_exemplar(family: &str, kind: &str, name: &str) -> bool {
    match kind {
        "counter" => name.ends_with("_total"),
        "histogram" => name.ends_with("_bucket") || name == family,
        "gaugehistogram" => name.ends_with("_bucket"),
        _ => false,
    }
}

/// ` # {labels} value timestamp`.
fn push_exemplar(out: &mut Vec<u8>, exemplar: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = exemplar.py();
    let labels = exemplar.getattr(intern!(py, "labels"))?;
    let mut pairs: Vec<(String, String)> = labels
        .extract::<std::collections::BTreeMap<String, String>>()?
        .into_iter()
        .collect();
    pairs.sort();
    out.extend_from_slice(b" # {");
    for (place, (name, value)) in pairs.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"=\"");
        escape::push_quoted(out, value);
        out.push(b'"');
    }
    out.extend_from_slice(b"} ");
    push_value(out, &exemplar.getattr(intern!(py, "value"))?)?;
    let timestamp = exemplar.getattr(intern!(py, "timestamp"))?;
    if !timestamp.is_none() {
        out.push(b' ');
        out.extend_from_slice(timestamp.str()?.to_str()?.as_bytes());
    }
    Ok(())
}

/// `{count:24,sum:100,schema:0,...}`, as OpenMetrics 2.0 has it.
fn push_native(out: &mut Vec<u8>, native: &Bound<'_, PyAny>) -> PyResult<()> {
    let fields = [
        ("{count:", "count_value"),
        (",sum:", "sum_value"),
        (",schema:", "schema"),
        (",zero_threshold:", "zero_threshold"),
        (",zero_count:", "zero_count"),
    ];
    for (words, attribute) in fields {
        out.extend_from_slice(words.as_bytes());
        out.extend_from_slice(native.getattr(attribute)?.str()?.to_str()?.as_bytes());
    }
    let lists = [
        (",negative_spans:[", "neg_spans"),
        (",negative_deltas:[", "neg_deltas"),
        (",positive_spans:[", "pos_spans"),
        (",positive_deltas:[", "pos_deltas"),
    ];
    for (words, attribute) in lists {
        let list = native.getattr(attribute)?;
        if !list.is_truthy()? {
            continue;
        }
        out.extend_from_slice(words.as_bytes());
        for (place, item) in list.try_iter()?.enumerate() {
            if place > 0 {
                out.push(b',');
            }
            let item = item?;
            match item.cast::<PyTuple>() {
                Ok(span) => {
                    out.extend_from_slice(
                        format!("{}:{}", span.get_item(0)?.str()?, span.get_item(1)?.str()?)
                            .as_bytes(),
                    );
                }
                Err(_) => out.extend_from_slice(item.str()?.to_str()?.as_bytes()),
            }
        }
        out.push(b']');
    }
    out.push(b'}');
    Ok(())
}
