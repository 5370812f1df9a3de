//! A registry as text, byte for byte as prometheus_client writes it, or as protobuf, which that one lacks.
//!
//! In two steps, because Python code may only run attached to the interpreter and nothing else should: first the collectors
//! that are Python's are asked and written, and the children of our own families are listed; then, detached, while other
//! threads go on, our own series are written.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use ferula_exposition::Escaping;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::family::Family;
use crate::metric::Metric;
use crate::segment::SegmentCollector;

mod line;
mod native;
mod object;
mod protobuf;
mod shared;

/// How the page is written.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Protobuf, and then nothing else counts but the escaping and `created`.
    pub(crate) protobuf: bool,
    /// OpenMetrics, else the Prometheus text format.
    pub(crate) openmetrics: bool,
    /// Native histograms have a place only in OpenMetrics 2.0.
    pub(crate) native_histograms: bool,
    pub(crate) escaping: Escaping,
    /// Whether our own metrics say when they began to count.
    pub(crate) created: bool,
}

impl Style {
    /// `format` is one of the words that the Python side has.
    fn new(format: &str, escaping: &str, created: bool) -> PyResult<Self> {
        let escaping = Escaping::from_word(escaping)
            .ok_or_else(|| PyValueError::new_err(format!("Unknown escaping scheme: {escaping}")))?;
        let (protobuf, openmetrics, native_histograms) = match format {
            "text" => (false, false, false),
            "openmetrics" => (false, true, false),
            "openmetrics2" => (false, true, true),
            "protobuf" => (true, false, true),
            _ => return Err(PyValueError::new_err(format!("unknown format: {format}"))),
        };
        Ok(Self {
            protobuf,
            openmetrics,
            native_histograms,
            escaping,
            created,
        })
    }

    /// Writes the families that Python yields.
    fn families(self, out: &mut Vec<u8>, families: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.protobuf {
            protobuf::families(out, families, self)
        } else {
            object::families(out, families, self)
        }
    }
}

/// A stretch of the page, in order.
enum Part {
    /// Written already.
    Text(Vec<u8>),
    /// A family that the core shows.
    Core(Arc<Family>),
    /// What all processes of a segment have, and whether what they cost is shown.
    Segment(ferula::Segment, bool),
    Family {
        family: Arc<Family>,
        leaves: Vec<Py<Metric>>,
    },
}

/// What `collectors` show, after the families of `leading`, as a page.
#[pyfunction]
#[pyo3(signature = (leading, collectors, format, escaping, created))]
pub(crate) fn encode<'py>(
    leading: &Bound<'py, PyAny>,
    collectors: &Bound<'py, PyList>,
    format: &str,
    escaping: &str,
    created: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = leading.py();
    let style = Style::new(format, escaping, created)?;
    let mut text = Vec::new();
    style.families(&mut text, leading)?;
    let mut parts = Vec::new();
    for collector in collectors {
        if let Some((segment, processes, others)) = shared(&collector)? {
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Segment(segment, processes));
            for other in others {
                style.families(&mut text, &other.call_method0(intern!(py, "collect"))?)?;
            }
        } else if let Some(part) = listed(&collector)? {
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(part);
        } else {
            style.families(&mut text, &collector.call_method0(intern!(py, "collect"))?)?;
        }
    }
    parts.push(Part::Text(text));
    let page = py.detach(|| page(&mut parts, style));
    Ok(PyBytes::new(py, &page))
}

/// A segment, whether what its processes cost is shown, and collectors that are shown besides.
type Everybody<'py> = (ferula::Segment, bool, Vec<Bound<'py, PyAny>>);

/// The segment of a collector of many processes, if nothing about it is overridden; whether it shows what the processes cost, and the
/// custom collectors that it shows besides.
fn shared<'py>(collector: &Bound<'py, PyAny>) -> PyResult<Option<Everybody<'py>>> {
    let py = collector.py();
    let Ok(shared) = collector.cast::<SegmentCollector>() else {
        return Ok(None);
    };
    let Some(segment) = shared.get().segment() else {
        return Ok(None);
    };
    if !collector
        .getattr(intern!(py, "_is_stock"))?
        .extract::<bool>()?
    {
        return Ok(None);
    }
    let (processes, others) = collector.call_method0(intern!(py, "_besides"))?.extract()?;
    Ok(Some((segment.clone(), processes, others)))
}

/// One of our own families with its leaves, if Rust may write it.
fn listed(collector: &Bound<'_, PyAny>) -> PyResult<Option<Part>> {
    let Ok(metric) = collector.cast::<Metric>() else {
        return Ok(None);
    };
    let family = metric.get().family()?;
    if !family.native || family.has_functions.load(Relaxed) {
        return Ok(None);
    }
    metric.get()._expire(collector.py())?;
    if family.has_native_buckets {
        return Ok(Some(Part::Core(Arc::clone(family))));
    }
    let children = metric
        .get()
        .children()
        .map(|children| children.all(collector.py()));
    let leaves = children.unwrap_or_else(|| vec![metric.clone().unbind()]);
    Ok(Some(Part::Family {
        family: Arc::clone(family),
        leaves,
    }))
}

/// Writes the parts.
fn page(parts: &mut [Part], style: Style) -> Vec<u8> {
    let mut page = Vec::new();
    let mut full = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) if page.is_empty() => page = std::mem::take(text),
            Part::Text(text) => page.extend_from_slice(text),
            Part::Core(family) => {
                if style.protobuf {
                    protobuf::of_core(&mut page, family, style);
                } else {
                    shared::family(&mut page, family, style);
                }
                full.extend(family.is_overfull().then_some(&**family));
            }
            Part::Segment(segment, processes) if style.protobuf => {
                protobuf::segment(&mut page, segment, *processes, style);
            }
            Part::Segment(segment, processes) => {
                shared::families(&mut page, segment, *processes, style);
            }
            Part::Family { family, leaves } => {
                if style.protobuf {
                    protobuf::family(&mut page, family, leaves, style);
                } else {
                    native::family(&mut page, family, leaves, style);
                }
                full.extend(family.is_overfull().then_some(&**family));
            }
        }
    }
    if style.protobuf {
        protobuf::overflows(&mut page, &full, style);
        return page;
    }
    native::overflows(&mut page, &full, style);
    if style.openmetrics {
        page.extend_from_slice(b"# EOF\n");
    }
    page
}

/// Adds the family to the arguments of an error that came up while it was written, so that its owner can be found.
fn blame(py: Python<'_>, error: PyErr, family: &Bound<'_, PyAny>) -> PyErr {
    let value = error.value(py);
    let blamed = || -> PyResult<()> {
        let arguments = value.getattr("args")?.cast_into::<PyTuple>()?;
        let mut arguments: Vec<Bound<'_, PyAny>> = arguments.iter().collect();
        if arguments.is_empty() {
            arguments.push(pyo3::types::PyString::new(py, "").into_any());
        }
        arguments.push(family.clone());
        value.setattr("args", PyTuple::new(py, arguments)?)
    };
    // An exception that won't take arguments is worth no less without them.
    let _as_good_as_it_gets = blamed();
    error
}
