//! The segment that many processes share, and the page of all of them.

use ferula::{
    Collector as _, Description, FamilySink, LabelPairs, Page, Point, SegmentOptions,
    SegmentProcesses, Selection, Sink,
};
use ferula_exposition::Suffix;
use ferula_exposition::write;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// A segment that this process is attached to, under a number of its own.
#[pyclass(frozen, module = "ferula._core")]
pub(crate) struct Segment(ferula::Segment);

impl Segment {
    pub(crate) fn inner(&self) -> &ferula::Segment {
        &self.0
    }
}

#[pymethods]
impl Segment {
    /// Attaches to the segment in a file, which is made if there is none. `pid` is what this process calls itself; its number in the
    /// system, if not said.
    #[new]
    #[pyo3(signature = (path, pid = None))]
    fn new(py: Python<'_>, path: std::path::PathBuf, pid: Option<u32>) -> PyResult<Self> {
        let options = SegmentOptions {
            pid,
            ..SegmentOptions::default()
        };
        // Others may be changing it, and we wait for them.
        let attached = py.detach(|| ferula::Segment::attach_with(path, options));
        attached
            .map(Self)
            .map_err(|error| PyOSError::new_err(error.to_string()))
    }

    /// The processes that are attached and live.
    fn pids(&self) -> Vec<u32> {
        self.0.pids()
    }

    /// From here on this process' gauges are those of one that is gone.
    fn leave(&self, py: Python<'_>) {
        py.detach(|| self.0.leave());
    }

    /// `(records found damaged, births refused for want of room)`.
    fn troubles(&self) -> (u64, u64) {
        self.0.troubles()
    }
}

/// The base of `MultiProcessCollector`: shows what all processes of a segment count.
#[pyclass(frozen, subclass, dict, weakref, module = "ferula._core")]
#[derive(Default)]
pub(crate) struct SegmentCollector {
    segment: std::sync::OnceLock<ferula::Segment>,
}

/// A family as `(name, documentation, type, unit, samples)`, a sample as `(suffix, labels, value)`.
type FamilyFacts<'py> = (
    String,
    String,
    &'static str,
    String,
    Vec<(&'static str, Bound<'py, PyDict>, f64)>,
);

#[pymethods]
impl SegmentCollector {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::default()
    }

    fn _show(&self, segment: &Segment) {
        let _shown_once = self.segment.set(segment.0.clone());
    }

    /// The families of all processes, and with `processes` what each of those costs.
    fn _families<'py>(&self, py: Python<'py>, processes: bool) -> PyResult<Vec<FamilyFacts<'py>>> {
        let families = py.detach(|| {
            let mut sink = Families::default();
            self.collect(&mut sink, processes);
            sink.0
        });
        families
            .into_iter()
            .map(|family| family.into_python(py))
            .collect()
    }
}

impl SegmentCollector {
    /// The segment, if the collector has been told.
    pub(crate) fn segment(&self) -> Option<&ferula::Segment> {
        self.segment.get()
    }

    fn collect(&self, sink: &mut dyn Sink, processes: bool) {
        if let Some(segment) = self.segment.get() {
            show(segment, sink, processes);
        }
    }
}

/// Shows all families of a segment, and what its processes cost.
pub(crate) fn show(segment: &ferula::Segment, sink: &mut dyn Sink, processes: bool) {
    let all = Selection::all();
    segment.collect(&mut Page::new(sink, &all));
    if processes {
        SegmentProcesses::of(segment).collect(&mut Page::new(sink, &all));
    }
}

/// Calls `each` for every line of a point: suffix, bound, value, and which exemplar it may have. In the order in which
/// prometheus_client shows metrics of many processes: a histogram's sum first.
pub(crate) fn lines(
    point: &Point<'_>,
    mut each: impl FnMut(Suffix, write::Bound, f64, Option<usize>),
) {
    match point {
        Point::Counter { total, .. } => each(Suffix::Total, write::Bound::None, *total, Some(0)),
        Point::Gauge(value) | Point::Unknown(value) => {
            each(Suffix::None, write::Bound::None, *value, None);
        }
        Point::Summary(summary) => {
            // Only a program in Rust has these.
            for &(quantile, value) in summary.quantiles {
                each(Suffix::None, write::Bound::Quantile(quantile), value, None);
            }
            each(
                Suffix::Count,
                write::Bound::None,
                summary.count as f64,
                None,
            );
            each(Suffix::Sum, write::Bound::None, summary.sum, None);
        }
        Point::Histogram(histogram) => {
            if let Some(sum) = histogram.sum {
                each(Suffix::Sum, write::Bound::None, sum, None);
            }
            let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
            for (index, (bound, count)) in bounds.zip(histogram.cumulative()).enumerate() {
                each(
                    Suffix::Bucket,
                    write::Bound::Le(bound),
                    count as f64,
                    Some(index),
                );
            }
            each(
                Suffix::Count,
                write::Bound::None,
                histogram.count() as f64,
                None,
            );
        }
        // These have labels of their own, and are written by whoever has them.
        _ => {}
    }
}

/// Families as they were found, to become Python's.
#[derive(Default)]
struct Families(Vec<Found>);

/// Suffix, labels and value.
type FoundSample = (&'static str, Vec<(String, String)>, f64);

struct Found {
    name: String,
    help: String,
    unit: String,
    kind: &'static str,
    samples: Vec<FoundSample>,
}

impl Sink for Families {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        self.0.push(Found {
            name: description.name.to_owned(),
            help: description.help.to_owned(),
            unit: description.unit.to_owned(),
            kind: description.kind.as_str(),
            samples: Vec::new(),
        });
        let last = self.0.len() - 1;
        Box::new(Samples(&mut self.0[last]))
    }
}

struct Samples<'f>(&'f mut Found);

impl FamilySink for Samples<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        let owned = |pairs: LabelPairs<'_>| {
            pairs
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        let base: Vec<(String, String)> = owned(labels);
        match point {
            Point::Info(facts) => {
                let own: Vec<(String, String)> = owned(*facts);
                self.0.samples.push(("_info", [base, own].concat(), 1.0));
            }
            Point::StateSet(states) => {
                for &(state, holds) in *states {
                    let mut labels = base.clone();
                    labels.push((self.0.name.clone(), state.to_owned()));
                    self.0
                        .samples
                        .push(("", labels, f64::from(u8::from(holds))));
                }
            }
            _ => lines(point, |suffix, bound, value, _| {
                let mut labels = base.clone();
                match bound {
                    write::Bound::None => {}
                    write::Bound::Le(bound) => labels.push(("le".to_owned(), bound_text(bound))),
                    write::Bound::Quantile(quantile) => {
                        labels.push(("quantile".to_owned(), bound_text(quantile)));
                    }
                }
                self.0.samples.push((suffix.as_str(), labels, value));
            }),
        }
    }
}

/// A bucket's bound or a quantile as it is shown.
pub(crate) fn bound_text(bound: f64) -> String {
    let mut text = Vec::new();
    ferula_exposition::float::push_python(&mut text, bound);
    String::from_utf8(text).unwrap_or_default()
}

impl Found {
    fn into_python(self, py: Python<'_>) -> PyResult<FamilyFacts<'_>> {
        let mut samples = Vec::with_capacity(self.samples.len());
        for (suffix, labels, value) in self.samples {
            let pairs = PyDict::new(py);
            for (name, value) in labels {
                pairs.set_item(name, value)?;
            }
            samples.push((suffix, pairs, value));
        }
        Ok((self.name, self.help, self.kind, self.unit, samples))
    }
}
