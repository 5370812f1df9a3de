//! The slow way of a look-up: values that are no strings, values by name, and what is wrong with a call.

use pyo3::Borrowed;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::Metric;
use crate::family::Family;

/// The values of a call as strings, in the order of declaration.
pub(super) fn converted<'py>(
    slf: &Bound<'py, Metric>,
    family: &Family,
    by_position: &Bound<'py, PyTuple>,
    by_name: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyTuple>> {
    if !slf.get().is_parent() {
        return Err(not_a_parent(slf)?);
    }
    let Some(by_name) = by_name.filter(|by_name| !by_name.is_empty()) else {
        if by_position.len() != family.labels.len() {
            return Err(PyValueError::new_err("Incorrect label count"));
        }
        return strings(by_position.iter_borrowed());
    };
    if !by_position.is_empty() {
        return Err(PyValueError::new_err("Can't pass both *args and **kwargs"));
    }
    let wrong_names = || PyValueError::new_err("Incorrect label names");
    if by_name.len() != family.labels.len() {
        return Err(wrong_names());
    }
    let names = family.label_names.bind(slf.py());
    let mut values = Vec::with_capacity(names.len());
    for name in names.iter_borrowed() {
        values.push(by_name.get_item(name)?.ok_or_else(wrong_names)?);
    }
    strings(values.iter().map(Bound::as_borrowed))
}

/// Each value as `str()` has it.
pub(super) fn strings<'a, 'py: 'a>(
    values: impl ExactSizeIterator<Item = Borrowed<'a, 'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let mut py = None;
    let mut strings = Vec::with_capacity(values.len());
    for value in values {
        py = Some(value.py());
        let string = value.str()?;
        // A subclass of str may hash as it likes.
        strings.push(if string.is_exact_instance_of::<pyo3::types::PyString>() {
            string
        } else {
            pyo3::types::PyString::new(value.py(), string.to_str()?)
        });
    }
    match py {
        Some(py) => PyTuple::new(py, strings),
        None => Err(PyValueError::new_err("Incorrect label count")),
    }
}

/// Why a metric that has no children can't be asked for one.
pub(super) fn not_a_parent(slf: &Bound<'_, Metric>) -> PyResult<PyErr> {
    let py = slf.py();
    let metric = slf.get();
    let family = metric.family()?;
    let shown = slf.str()?;
    if family.labels.is_empty() {
        return Ok(PyValueError::new_err(format!(
            "No label names were set when constructing {shown}"
        )));
    }
    let pairs = PyDict::new(py);
    for (name, value) in family
        .labels
        .iter()
        .zip(family.labels.values(metric.label_text()))
    {
        pairs.set_item(name, value)?;
    }
    let message = format!(
        "{shown} already has labels set ({}); can not chain calls to .labels()",
        pairs.repr()?
    );
    Ok(PyValueError::new_err(message))
}
