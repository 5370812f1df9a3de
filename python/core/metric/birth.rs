//! Makes the child that a look-up did not find.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyModule, PyString, PyTuple, PyType};

use super::{Metric, lookup, with_key};
use crate::family::Family;

/// The value of every label of the child that stands for all values over the cap.
const OVERFLOW: &str = "__overflow__";

/// The child with these values, which are strings: a new one, unless another thread was faster or the family is full.
#[cold]
pub(super) fn child<'py>(
    slf: &Bound<'py, Metric>,
    family: &Arc<Family>,
    values: &Bound<'py, PyTuple>,
) -> PyResult<Py<Metric>> {
    let py = slf.py();
    let Some(children) = slf.get().children().map(|children| children.len()) else {
        return Err(lookup::not_a_parent(slf)?);
    };
    if children < family.series_max {
        return born(slf, family, values);
    }
    family.overflow();
    let overflow = PyTuple::new(py, vec![OVERFLOW; family.labels.len()])?;
    match found(slf, family, &overflow)? {
        Some(child) => Ok(child),
        None => born(slf, family, &overflow),
    }
}

fn found(
    slf: &Bound<'_, Metric>,
    family: &Family,
    values: &Bound<'_, PyTuple>,
) -> PyResult<Option<Py<Metric>>> {
    with_key(values, |key| {
        let children = slf.get().children()?;
        children
            .find(&family.labels, key)
            .map(|child| child.clone_ref(slf.py()))
    })
}

fn born<'py>(
    slf: &Bound<'py, Metric>,
    family: &Arc<Family>,
    values: &Bound<'py, PyTuple>,
) -> PyResult<Py<Metric>> {
    let child = if family.exact {
        made_here(&slf.get_type(), family, values)?
    } else {
        slf.call_method1(intern!(slf.py(), "_make_child"), (values,))?
            .cast_into::<Metric>()?
    };
    // Making it may have run Python, and so another thread that made the same.
    let mut removed = None;
    let born = with_key(values, |key| {
        let mut children = slf.get().children()?;
        if let Some(other) = children.find(&family.labels, key) {
            if !other.get().is_removed() {
                return Some(other.clone_ref(slf.py()));
            }
            removed = children.remove(&family.labels, key);
        }
        let child = child.clone().unbind();
        children.insert(key.hash, child.clone_ref(slf.py()));
        Some(child)
    })?;
    // Dropped here, where the lock is free: a child's end may run Python.
    drop(removed);
    born.map_or_else(|| Err(lookup::not_a_parent(slf)?), Ok)
}

/// A child of exactly a stock class, which needs no constructor.
fn made_here<'py>(
    class: &Bound<'py, PyType>,
    family: &Arc<Family>,
    values: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, Metric>> {
    let py = class.py();
    let child = class
        .call_method1(intern!(py, "__new__"), (class,))?
        .cast_into::<Metric>()?;
    let created_seconds = now_seconds(py)?;
    with_key(values, |key| {
        child
            .get()
            .become_leaf(Arc::clone(family), true, key.values, created_seconds);
    })?;
    Ok(child)
}

/// `time.time()`, looked up each time because tests put a clock of their own there.
pub(crate) fn now_seconds(py: Python<'_>) -> PyResult<f64> {
    clock(py, intern!(py, "time"))
}

/// `time.monotonic()`, as above.
pub(super) fn monotonic_seconds(py: Python<'_>) -> PyResult<f64> {
    clock(py, intern!(py, "monotonic"))
}

fn clock(py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<f64> {
    static TIME: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let time = TIME.get_or_try_init(py, || py.import("time").map(Bound::unbind))?;
    time.bind(py).getattr(name)?.call0()?.extract()
}
