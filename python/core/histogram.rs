//! Observations counted in buckets.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::counter::{checked_exemplar, keep_exemplar};
use crate::metric::Metric;
use crate::timer::Timer;

/// The hot part of `Histogram`.
#[pyclass(frozen, subclass, extends = Metric, module = "ferula._core")]
pub(crate) struct HistogramBase;

#[pymethods]
impl HistogramBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Metric::default()).add_subclass(Self)
    }

    /// Counts one observation.
    #[pyo3(signature = (amount, exemplar = None))]
    fn observe(
        slf: &Bound<'_, Self>,
        amount: f64,
        exemplar: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let metric = slf.as_super().get();
        let Some(series) = metric.series() else {
            metric.refuse_parent()?;
            slf.call_method1(intern!(slf.py(), "_observe_foreign"), (amount, exemplar))?;
            return Ok(());
        };
        if let Some(labels) = exemplar
            && series.is_shared()
            && let Some(exemplar) = checked_exemplar(labels, amount)?
        {
            // A shared series keeps an example together with its observation.
            series.observe_with(amount, &exemplar);
            return Ok(());
        }
        let bucket = series.observe(metric.family()?, amount);
        match (bucket, exemplar) {
            (Some(index), Some(labels)) => keep_exemplar(slf.as_super(), index, labels, amount),
            _ => Ok(()),
        }
    }

    /// Times a block or a function, in seconds.
    fn time(slf: &Bound<'_, Self>) -> PyResult<Py<Timer>> {
        Timer::observing(slf.as_super())
    }
}
