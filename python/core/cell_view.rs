//! `metric._value`, `histogram._sum`, `histogram._buckets[i]`: what programs and tests reach for to see a single number.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::exemplar::Exemplar;
use crate::metric::{Metric, now_seconds};

/// A look at one cell of a metric. It has the methods of a value of prometheus_client.
#[pyclass(frozen, module = "ferula._core")]
pub(crate) struct CellView {
    metric: Py<Metric>,
    /// Which count; none for the value or sum.
    index: Option<usize>,
}

#[pymethods]
impl CellView {
    #[new]
    #[pyo3(signature = (metric, index = None))]
    fn new(metric: Py<Metric>, index: Option<usize>) -> Self {
        Self { metric, index }
    }

    #[classattr]
    fn _multiprocess() -> bool {
        false
    }

    fn get(&self) -> f64 {
        let Some(series) = self.metric.get().series() else {
            return 0.0;
        };
        match self.index {
            None => series.value(),
            Some(index) => series.count(index) as f64,
        }
    }

    #[pyo3(signature = (value, timestamp = None))]
    fn set(&self, value: f64, timestamp: Option<f64>) {
        let _a_cell_has_no_time = timestamp;
        let Some(series) = self.metric.get().series() else {
            return;
        };
        match self.index {
            None => series.set_value(value),
            Some(index) => series.set_count(index, value as u64),
        }
    }

    fn inc(&self, amount: f64) {
        match (self.index, self.metric.get().series()) {
            (None, Some(series)) => series.add(amount),
            _ => self.set(self.get() + amount, None),
        }
    }

    fn get_exemplar<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(series) = self.metric.get().series() else {
            return Ok(None);
        };
        series
            .exemplar(self.index.unwrap_or(0), |exemplar| exemplar.to_python(py))
            .transpose()
    }

    /// `exemplar` is `(labels, value, timestamp)` or None.
    fn set_exemplar(
        &self,
        py: Python<'_>,
        exemplar: Option<(Bound<'_, PyDict>, f64, Option<f64>)>,
    ) -> PyResult<()> {
        let Some(series) = self.metric.get().series() else {
            return Ok(());
        };
        let kept = match exemplar {
            None => None,
            Some((labels, value, seconds)) => {
                let seconds = Some(seconds.map_or_else(|| now_seconds(py), Ok)?);
                Some(Exemplar::new(&labels, value, seconds)?)
            }
        };
        series.keep_exemplar(self.index.unwrap_or(0), kept);
        Ok(())
    }
}
