//! Times a block: `with histogram.time():`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::cell::Float;
use crate::metric::Metric;

/// What `time()` answers: a context manager and a decorator. `duration` is there when the block has ended.
#[pyclass(frozen, subclass, dict, weakref, module = "ferula._core")]
pub(crate) struct Timer {
    /// The metric of a timer that was made here.
    made_for: Option<Py<Metric>>,
    /// The metric that Python gave.
    metric: OnceLock<Py<PyAny>>,
    /// The method that takes the duration.
    callback_name: OnceLock<Py<PyString>>,
    /// The child that `labels` chose while the block ran.
    labelled: OnceLock<Py<PyAny>>,
    /// Whether the observation can go straight to the cells.
    direct: bool,
    /// Nanoseconds since [`epoch`], plus one; 0 before the start.
    start: AtomicU64,
    duration: Float,
}

impl Timer {
    fn empty(direct: bool, made_for: Option<Py<Metric>>) -> Self {
        Self {
            made_for,
            metric: OnceLock::new(),
            callback_name: OnceLock::new(),
            labelled: OnceLock::new(),
            direct,
            start: AtomicU64::new(0),
            duration: Float::default(),
        }
    }

    /// A timer whose duration is observed by a histogram or summary.
    pub(crate) fn observing(metric: &Bound<'_, Metric>) -> PyResult<Py<Self>> {
        let py = metric.py();
        let direct = metric.get().family()?.exact;
        let made_for = Some(metric.clone().unbind());
        Py::new(py, Self::empty(direct, made_for))
    }

    /// The child that `labels` chose, else the metric.
    fn chosen(&self) -> Option<&Py<PyAny>> {
        let given = || self.made_for.as_ref().map(Py::as_any).or(self.metric.get());
        self.labelled.get().or_else(given)
    }

    /// Observes without a call into Python, if nothing is overridden.
    fn observe_directly(&self, seconds: f64) -> bool {
        if !self.direct || self.labelled.get().is_some() {
            return false;
        }
        let Some(metric) = self.made_for.as_ref().map(Py::get) else {
            return false;
        };
        let (Some(series), Ok(family)) = (metric.series(), metric.family()) else {
            return false;
        };
        series.observe(family, seconds);
        true
    }
}

#[pymethods]
impl Timer {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::empty(false, None)
    }

    /// `metric` gets the duration through its method of this name.
    fn __init__(&self, metric: Py<PyAny>, callback_name: Py<PyString>) {
        let _set_once = self.metric.set(metric);
        let _set_once = self.callback_name.set(callback_name);
    }

    fn _new_timer<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let timer = slf.get();
        slf.get_type()
            .call1((timer._metric(py), timer._callback_name(py)))
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf.get().start.store(nanoseconds() + 1, Relaxed);
        slf
    }

    #[pyo3(signature = (_type, _value, _traceback))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _type: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let elapsed = nanoseconds().saturating_sub(self.start.load(Relaxed).saturating_sub(1));
        let seconds = elapsed as f64 / 1e9;
        self.duration.set(seconds);
        if self.observe_directly(seconds) {
            return Ok(());
        }
        if let Some(metric) = self.chosen() {
            metric
                .bind(py)
                .call_method1(self._callback_name(py), (seconds,))?;
        }
        Ok(())
    }

    /// Chooses the child that gets the duration, when its labels are known only in the block.
    #[pyo3(signature = (*args, **kw))]
    fn labels(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kw: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        if let Some(metric) = self.chosen() {
            let child = metric
                .bind(py)
                .call_method(intern!(py, "labels"), args, kw)?;
            let _chosen_once = self.labelled.set(child.unbind());
        }
        Ok(())
    }

    /// Decorates a function, `async` ones too: each call is timed by a timer of its own.
    fn __call__<'py>(slf: &Bound<'py, Self>, f: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        py.import("ferula.context_managers")?
            .getattr("_wrapped")?
            .call1((f, slf.getattr("_new_timer")?))
    }

    #[getter]
    fn _metric(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.chosen().map(|metric| metric.clone_ref(py))
    }

    #[getter]
    fn _callback_name<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        match self.callback_name.get() {
            Some(name) => name.bind(py).clone(),
            None => intern!(py, "observe").clone(),
        }
    }

    /// How long the block took, in seconds.
    #[getter]
    fn duration(&self) -> f64 {
        self.duration.get()
    }
}

/// Since the first time that anybody asked.
#[expect(
    clippy::disallowed_methods,
    reason = "the timer of a block in a Python program is no engine with a clock of its own"
)]
fn nanoseconds() -> u64 {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    let epoch = EPOCH.get_or_init(Instant::now);
    u64::try_from(epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
