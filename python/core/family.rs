//! What the children of one name have in common.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use ferula_exposition::float;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::label_text::LabelNames;
use crate::shared::{self, Options, Shared};

/// The kinds of metrics that Rust keeps the cells of, and the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Summary,
    Histogram,
    /// What these two say is Python's; their children are looked up here, and shared if there is a segment.
    Info,
    StateSet,
    Other,
}

impl Kind {
    fn from_word(word: &str) -> Self {
        match word {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "summary" => Self::Summary,
            "histogram" => Self::Histogram,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            _ => Self::Other,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Summary => "summary",
            Self::Histogram => "histogram",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Other => "unknown",
        }
    }
}

/// Shared by a metric and its children.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) kind: Kind,
    /// The whole name without the suffixes of its samples.
    pub(crate) name: String,
    pub(crate) documentation: String,
    pub(crate) unit: String,
    pub(crate) labels: LabelNames,
    pub(crate) label_names: Py<PyTuple>,
    /// A histogram's upper bounds, `+Inf` last; else empty.
    pub(crate) bounds: Box<[f64]>,
    /// The bounds as `le` shows them.
    pub(crate) bound_texts: Box<[Box<str>]>,
    /// Whether its metrics are of exactly a stock class, so that Rust may make them.
    pub(crate) exact: bool,
    /// Whether the cells are ours and no step on the way to the page is overridden, so that Rust may write it.
    pub(crate) native: bool,
    /// A gauge that several processes show by its latest value can't be added to.
    pub(crate) most_recent: bool,
    /// Whether a histogram has native buckets, which the core keeps.
    pub(crate) has_native_buckets: bool,
    /// The family of the core that has the children's cells, if they aren't our own: in a segment, or with native buckets.
    pub(crate) shared: Option<Shared>,
    /// How many children there may be.
    pub(crate) series_max: usize,
    /// How often label values were refused a child of their own, here.
    pub(crate) overflows: AtomicU64,
    /// The same of all processes, once it has happened here.
    overflows_of_all: OnceLock<Option<ferula::Counter>>,
    segment: Option<ferula::Segment>,
    /// Children that no page has seen change for so long leave, in this process alone.
    pub(crate) idle_seconds: Option<f64>,
    /// Whether a gauge of the family takes its value from a function.
    pub(crate) has_functions: std::sync::atomic::AtomicBool,
}

/// What Python says about a metric when it is made.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Facts {
    kind: String,
    name: String,
    documentation: String,
    unit: String,
    labelnames: Py<PyTuple>,
    bounds: Vec<f64>,
    exact: bool,
    native: bool,
    most_recent: bool,
    series_max: usize,
    multiprocess_mode: String,
    states: Vec<String>,
    native_schema: Option<u8>,
    idle_seconds: Option<f64>,
}

impl Family {
    pub(crate) fn new(
        py: Python<'_>,
        facts: Facts,
        segment: Option<&ferula::Segment>,
    ) -> PyResult<Self> {
        let names: Vec<String> = facts.labelnames.extract(py)?;
        if facts.bounds.is_empty() == (facts.kind == "histogram") {
            return Err(PyValueError::new_err(
                "a histogram has bounds, and nothing else has",
            ));
        }
        let (mode, states) = (facts.multiprocess_mode, facts.states);
        let native_schema = facts.native_schema;
        let mut family = Self {
            kind: Kind::from_word(&facts.kind),
            name: facts.name,
            documentation: facts.documentation,
            unit: facts.unit,
            labels: LabelNames::new(names),
            label_names: facts.labelnames,
            bound_texts: facts
                .bounds
                .iter()
                .map(|&bound| bound_text(bound))
                .collect(),
            bounds: facts.bounds.into(),
            exact: facts.exact,
            native: facts.native,
            most_recent: facts.most_recent,
            series_max: facts.series_max,
            overflows: AtomicU64::new(0),
            overflows_of_all: OnceLock::new(),
            segment: segment.cloned(),
            // What is idle here may be kept by another process.
            idle_seconds: facts.idle_seconds.filter(|_| segment.is_none()),
            has_functions: false.into(),
            has_native_buckets: native_schema.is_some(),
            shared: None,
        };
        if segment.is_some() || native_schema.is_some() {
            let options = Options {
                mode: &mode,
                states: &states,
                native_schema,
            };
            family.shared = Shared::new(segment, &family, &options);
        }
        Ok(family)
    }

    /// Counts label values that were refused a child of their own.
    #[cold]
    pub(crate) fn overflow(&self) {
        self.overflows.fetch_add(1, Relaxed);
        let of_all = self
            .overflows_of_all
            .get_or_init(|| shared::overflows(self.segment.as_ref()?, &self.name));
        if let Some(of_all) = of_all {
            of_all.inc();
        }
    }

    /// Whether label values were refused a child of their own.
    pub(crate) fn is_overfull(&self) -> bool {
        self.overflows.load(Relaxed) > 0
    }

    /// The bucket of a value; a value that is no number has none.
    #[inline]
    pub(crate) fn bucket(&self, value: f64) -> Option<usize> {
        /// With so few bounds, looking at one after the other beats halving.
        const SCAN_MAX: usize = 24;
        let bounds = &self.bounds;
        if bounds.len() <= SCAN_MAX {
            return bounds.iter().position(|&bound| value <= bound);
        }
        if value.is_nan() {
            return None;
        }
        Some(bounds.partition_point(|&bound| bound < value))
    }
}

fn bound_text(bound: f64) -> Box<str> {
    let mut text = Vec::new();
    float::push_python(&mut text, bound);
    String::from_utf8(text).unwrap_or_default().into()
}
