//! What only goes up.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::exemplar::Exemplar;
use crate::metric::{Metric, now_seconds};

/// The hot part of `Counter`.
#[pyclass(frozen, subclass, extends = Metric, module = "ferula._core")]
pub(crate) struct CounterBase;

#[pymethods]
impl CounterBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Metric::default()).add_subclass(Self)
    }

    /// Adds an amount, one if not said. A negative one raises ValueError.
    #[pyo3(signature = (amount = None, exemplar = None))]
    fn inc(
        slf: &Bound<'_, Self>,
        amount: Option<&Bound<'_, PyAny>>,
        exemplar: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let Some(series) = slf.as_super().get().series() else {
            return slow_inc(slf, amount, exemplar);
        };
        let amount = match amount {
            None => 1.0,
            Some(amount) => not_negative(amount.extract()?)?,
        };
        series.add(amount);
        match exemplar {
            None => Ok(()),
            Some(labels) => keep_exemplar(slf.as_super(), 0, labels, amount),
        }
    }
}

fn not_negative(amount: f64) -> PyResult<f64> {
    if amount < 0.0 {
        return Err(PyValueError::new_err(
            "Counters can only be incremented by non-negative amounts.",
        ));
    }
    Ok(amount)
}

/// On a parent an error; else the cells are Python's.
#[cold]
fn slow_inc(
    slf: &Bound<'_, CounterBase>,
    amount: Option<&Bound<'_, PyAny>>,
    exemplar: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    slf.as_super().get().refuse_parent()?;
    let amount = match amount {
        None => 1.0,
        Some(amount) => not_negative(amount.extract()?)?,
    };
    slf.call_method1(intern!(slf.py(), "_inc_foreign"), (amount, exemplar))?;
    Ok(())
}

/// Checks an exemplar and keeps it in its place. Python raises for one that is too long or has bad names.
pub(crate) fn keep_exemplar(
    metric: &Bound<'_, Metric>,
    index: usize,
    labels: &Bound<'_, PyAny>,
    value: f64,
) -> PyResult<()> {
    if let (Some(exemplar), Some(series)) =
        (checked_exemplar(labels, value)?, metric.get().series())
    {
        series.keep_exemplar(index, Some(exemplar));
    }
    Ok(())
}

/// The exemplar with these labels, seen now; none without labels.
pub(crate) fn checked_exemplar(
    labels: &Bound<'_, PyAny>,
    value: f64,
) -> PyResult<Option<Exemplar>> {
    let py = labels.py();
    if !labels.is_truthy()? {
        return Ok(None);
    }
    if let Ok(labels) = labels.cast_exact::<PyDict>()
        && let Some(exemplar) = Exemplar::plain(labels, value)
    {
        let seconds = Some(now_seconds(py)?);
        return Ok(Some(Exemplar {
            seconds,
            ..exemplar
        }));
    }
    let check = py
        .import(intern!(py, "ferula.validation"))?
        .getattr(intern!(py, "_validate_exemplar"))?;
    check.call1((labels,))?;
    let seconds = Some(now_seconds(py)?);
    let exemplar = Exemplar::new(labels.cast::<PyDict>()?, value, seconds)?;
    Ok(Some(exemplar))
}
