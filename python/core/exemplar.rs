//! An observation kept as an example.

use ferula_exposition::escape;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// Labels as given (checked by Python), the value, and when it was seen, in seconds since 1970, if that is known.
#[derive(Clone, Debug)]
pub(crate) struct Exemplar {
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
    pub(crate) seconds: Option<f64>,
}

/// So many bytes are certainly not more characters than an exemplar may have.
const BYTES_SURELY_SHORT: usize = 128;

impl Exemplar {
    /// The labels as given, if anybody would call them valid: few and short strings with names of the old alphabet. Others are for
    /// Python to judge.
    pub(crate) fn plain(labels: &Bound<'_, PyDict>, value: f64) -> Option<Self> {
        let mut bytes = 0;
        let mut pairs = Vec::with_capacity(labels.len());
        for (name, value) in labels {
            let name = name.cast_exact::<PyString>().ok()?.to_str().ok()?;
            let value = value.cast_exact::<PyString>().ok()?.to_str().ok()?;
            bytes += name.len() + value.len();
            if bytes > BYTES_SURELY_SHORT || name.starts_with("__") || !escape::is_bare(name, false)
            {
                return None;
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        // As labels are shown: sorted by name.
        pairs.sort_unstable();
        Some(Self {
            labels: pairs,
            value,
            seconds: None,
        })
    }

    pub(crate) fn new(
        labels: &Bound<'_, PyDict>,
        value: f64,
        seconds: Option<f64>,
    ) -> PyResult<Self> {
        let mut pairs = Vec::with_capacity(labels.len());
        for (name, value) in labels {
            let name = name.cast::<PyString>()?.to_str()?.to_owned();
            pairs.push((name, value.cast::<PyString>()?.to_str()?.to_owned()));
        }
        // As labels are shown: sorted by name.
        pairs.sort();
        Ok(Self {
            labels: pairs,
            value,
            seconds,
        })
    }

    /// As the core has it.
    pub(crate) fn with<T>(&self, then: impl FnOnce(&ferula::Exemplar<'_>) -> T) -> T {
        then(&self.of_core(&self.pairs()))
    }

    /// The labels, borrowed.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.labels.iter();
        pairs.map(|(name, value)| (&**name, &**value)).collect()
    }

    /// As the core has it, with labels that are its own.
    pub(crate) fn of_core<'l>(&self, labels: &'l [(&'l str, &'l str)]) -> ferula::Exemplar<'l> {
        ferula::Exemplar {
            labels,
            value: self.value,
            timestamp_ms: self
                .seconds
                .map(|seconds| (seconds * 1000.0).round() as i64),
        }
    }

    /// As `(labels, value, timestamp)`.
    pub(crate) fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let labels = PyDict::new(py);
        for (name, value) in &self.labels {
            labels.set_item(name, value)?;
        }
        let module = py.import("ferula.samples")?;
        module
            .getattr("Exemplar")?
            .call1((labels, self.value, self.seconds))
    }
}
