//! Observations as their count and sum.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::metric::Metric;
use crate::timer::Timer;

/// The hot part of `Summary`.
#[pyclass(frozen, subclass, extends = Metric, module = "ferula._core")]
pub(crate) struct SummaryBase;

#[pymethods]
impl SummaryBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Metric::default()).add_subclass(Self)
    }

    /// Counts one observation.
    fn observe(slf: &Bound<'_, Self>, amount: f64) -> PyResult<()> {
        let metric = slf.as_super().get();
        let Some(series) = metric.series() else {
            metric.refuse_parent()?;
            slf.call_method1(intern!(slf.py(), "_observe_foreign"), (amount,))?;
            return Ok(());
        };
        series.observe(metric.family()?, amount);
        Ok(())
    }

    /// Times a block or a function, in seconds.
    fn time(slf: &Bound<'_, Self>) -> PyResult<Py<Timer>> {
        Timer::observing(slf.as_super())
    }
}
