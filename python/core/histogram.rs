//! Observations counted in buckets.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::counter::keep_exemplar;
use crate::family::Family;
use crate::metric::Metric;
use crate::series::Series;
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
        let bucket = count(metric.family()?, series, amount);
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

/// Counts a value; answers its bucket. What is no number is in no bucket and makes the sum none.
#[inline]
pub(crate) fn count(family: &Family, series: &Series, amount: f64) -> Option<usize> {
    let bucket = family.bucket(amount);
    if let Some(count) = bucket.and_then(|index| series.counts.get(index)) {
        count.add(1);
    }
    series.value.add(amount);
    bucket
}
