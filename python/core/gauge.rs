//! What goes up and down.

use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::metric::Metric;

/// The hot part of `Gauge`.
#[pyclass(frozen, subclass, extends = Metric, module = "ferula._core")]
pub(crate) struct GaugeBase;

#[pymethods]
impl GaugeBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Metric::default()).add_subclass(Self)
    }

    /// Adds an amount, one if not said.
    #[pyo3(signature = (amount = None))]
    fn inc(slf: &Bound<'_, Self>, amount: Option<f64>) -> PyResult<()> {
        add(slf, amount.unwrap_or(1.0), "inc")
    }

    /// Takes an amount away, one if not said.
    #[pyo3(signature = (amount = None))]
    fn dec(slf: &Bound<'_, Self>, amount: Option<f64>) -> PyResult<()> {
        add(slf, -amount.unwrap_or(1.0), "dec")
    }

    /// Sets the value: anything that `float()` takes.
    fn set(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = match value.extract::<f64>() {
            Ok(value) => value,
            // `float("1.5")` is fine where `"1.5" + 0.0` is not.
            Err(_) => value
                .py()
                .get_type::<pyo3::types::PyFloat>()
                .call1((value,))?
                .extract()?,
        };
        let Some(series) = slf.as_super().get().series() else {
            slf.as_super().get().refuse_parent()?;
            slf.call_method1(intern!(slf.py(), "_set_foreign"), (value,))?;
            return Ok(());
        };
        series.set_value(value);
        Ok(())
    }
}

#[inline]
fn add(slf: &Bound<'_, GaugeBase>, amount: f64, method: &str) -> PyResult<()> {
    let metric = slf.as_super().get();
    let Some(series) = metric.series() else {
        return slow_add(slf, amount, method);
    };
    if metric.family()?.most_recent {
        return Err(most_recent(method));
    }
    series.add(amount);
    Ok(())
}

#[cold]
fn slow_add(slf: &Bound<'_, GaugeBase>, amount: f64, method: &str) -> PyResult<()> {
    let metric = slf.as_super().get();
    metric.refuse_parent()?;
    if metric.family()?.most_recent {
        return Err(most_recent(method));
    }
    slf.call_method1(intern!(slf.py(), "_inc_foreign"), (amount,))?;
    Ok(())
}

#[cold]
fn most_recent(method: &str) -> PyErr {
    PyRuntimeError::new_err(format!(
        "{method} must not be used with the mostrecent mode"
    ))
}
