//! `labels()` as the interpreter calls it: the arguments where they lie, no tuple and no dictionary made of them.
//!
//! Looking up a child is what programs do all the time, and making a tuple of three strings takes as long as finding
//! the child. So the method is put on the class by hand. It takes the short way when all values are strings and either all come by
//! position or all by names that are the very strings that the family has; anything else goes to `Metric::labels`, which
//! knows all cases and all errors.
#![expect(
    unsafe_code,
    reason = "the interpreter hands over a C array of borrowed objects"
)]

use std::ffi::CStr;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use pyo3::{Borrowed, ffi};

use super::{LABELS_ON_STACK, Metric, mix};
use crate::children::Key;

const NAME: &CStr = c"labels";
const DOC: &CStr = c"labels(self, *labelvalues, **labelkwargs)\n--\n\nThe child with these label values, by position or by name.\n\nValues that are no strings are made some. The child is made when it is asked for first.";

/// Puts the method on the class, in the place of the one that PyO3 made.
pub(crate) fn install(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: labels,
        },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: DOC.as_ptr(),
    }));
    // SAFETY: the class is alive, and the definition lives as long as the program.
    let descriptor = unsafe {
        let descriptor = ffi::PyDescr_NewMethod(class.as_type_ptr(), method);
        Bound::from_owned_ptr_or_err(class.py(), descriptor)?
    };
    class.setattr("labels", descriptor)
}

/// The method. The interpreter has checked that `slf` is a `Metric`.
unsafe extern "C" fn labels(
    slf: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with its lock held, `slf` is a `Metric`, and behind `arguments` lie so many objects, those by
    // name after those by position; all of them live until we return.
    unsafe {
        let py = Python::assume_attached();
        let metric = Borrowed::from_ptr(py, slf).cast_unchecked::<Metric>();
        let by_name = if names.is_null() {
            0
        } else {
            ffi::PyTuple_Size(names)
        };
        let all = std::slice::from_raw_parts(arguments, (count + by_name) as usize);
        if let Some(child) = short_way(py, metric, all, count as usize, names) {
            return child;
        }
        long_way(metric, all, count as usize, names)
    }
}

/// The child, if it is there and nothing about the call is unusual. Nothing here can raise.
///
/// # Safety
/// As [`labels`].
#[inline]
unsafe fn short_way(
    py: Python<'_>,
    metric: Borrowed<'_, '_, Metric>,
    arguments: &[*mut ffi::PyObject],
    by_position: usize,
    names: *mut ffi::PyObject,
) -> Option<*mut ffi::PyObject> {
    let metric = metric.get();
    let family = metric.family.get()?;
    let wanted = family.labels.len();
    if arguments.len() != wanted
        || wanted > LABELS_ON_STACK
        || (by_position != wanted && by_position != 0)
    {
        return None;
    }
    let mut kept = Printed::default();
    let mut texts = [""; LABELS_ON_STACK];
    let mut hash: u64 = 0;
    for (index, text) in texts.iter_mut().take(wanted).enumerate() {
        let argument = if by_position > 0 {
            arguments[index]
        } else {
            // SAFETY: as above.
            unsafe { named(arguments, names, family.label_names.bind(py), index)? }
        };
        // SAFETY: a live object; what its bytes are borrowed from lives until we return.
        unsafe {
            let argument = if ffi::PyLong_CheckExact(argument) != 0 {
                // A status code, most often. Printing an int runs no Python.
                kept.string(argument)?
            } else {
                argument
            };
            if ffi::PyUnicode_CheckExact(argument) == 0 {
                return None;
            }
            let mut size: ffi::Py_ssize_t = 0;
            let bytes = ffi::PyUnicode_AsUTF8AndSize(argument, &raw mut size);
            if bytes.is_null() {
                // A lone surrogate; the long way says so.
                ffi::PyErr_Clear();
                return None;
            }
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize);
            *text = std::str::from_utf8_unchecked(bytes);
            // The interpreter keeps a string's hash with it, so this reads a word.
            hash = mix(hash ^ ffi::PyObject_Hash(argument) as u64);
        }
    }
    let key = Key {
        hash,
        values: &texts[..wanted],
    };
    let children = metric.children()?;
    let child = children.find(&family.labels, key)?;
    if child.get().is_removed() {
        return None;
    }
    let child = child.as_ptr();
    // SAFETY: the child is alive as long as we hold the lock.
    unsafe { ffi::Py_INCREF(child) };
    Some(child)
}

/// Strings that were made of arguments, which live as long as the look-up.
#[derive(Default)]
struct Printed {
    strings: [Option<std::ptr::NonNull<ffi::PyObject>>; LABELS_ON_STACK],
    count: usize,
}

impl Printed {
    /// # Safety
    /// `object` is alive.
    unsafe fn string(&mut self, object: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        // SAFETY: as said.
        let string = std::ptr::NonNull::new(unsafe { ffi::PyObject_Str(object) });
        let Some(string) = string else {
            // SAFETY: the interpreter's lock is held.
            unsafe { ffi::PyErr_Clear() };
            return None;
        };
        self.strings[self.count] = Some(string);
        self.count += 1;
        Some(string.as_ptr())
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        for string in self.strings.iter().take(self.count).flatten() {
            // SAFETY: ours since it was made, and a string's end runs no Python.
            unsafe { ffi::Py_DECREF(string.as_ptr()) };
        }
    }
}

/// The argument that is given for the label of this number, if its name is the very object that the family has.
///
/// # Safety
/// As [`labels`].
#[inline]
unsafe fn named(
    arguments: &[*mut ffi::PyObject],
    names: *mut ffi::PyObject,
    labels: &Bound<'_, PyTuple>,
    index: usize,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: both are tuples, and as long as `arguments`.
    unsafe {
        let label = ffi::PyTuple_GetItem(labels.as_ptr(), index as ffi::Py_ssize_t);
        let place = (0..arguments.len())
            .find(|&place| ffi::PyTuple_GetItem(names, place as ffi::Py_ssize_t) == label)?;
        Some(arguments[place])
    }
}

/// Makes a tuple and a dictionary and goes the way of all cases.
///
/// # Safety
/// As [`labels`].
#[cold]
unsafe fn long_way(
    metric: Borrowed<'_, '_, Metric>,
    arguments: &[*mut ffi::PyObject],
    by_position: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let metric = metric.as_ptr();
    // Attached already; this makes PyO3 know it, so that what is dropped is dropped at once.
    Python::attach(|py| {
        // SAFETY: as above.
        let answer = unsafe {
            let metric = Borrowed::from_ptr(py, metric).cast_unchecked::<Metric>();
            let object =
                |&argument: &*mut ffi::PyObject| Borrowed::from_ptr(py, argument).to_owned();
            let values = PyTuple::new(
                py,
                arguments[..by_position]
                    .iter()
                    .map(object)
                    .collect::<Vec<_>>(),
            );
            let keywords = if names.is_null() {
                Ok(None)
            } else {
                dictionary(&Borrowed::from_ptr(py, names), &arguments[by_position..])
            };
            values.and_then(|values| Metric::labels(&metric, &values, keywords?.as_ref()))
        };
        match answer {
            Ok(child) => child.into_ptr(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    })
}

/// # Safety
/// As [`labels`]: `values` are as many objects as there are names.
unsafe fn dictionary<'py>(
    names: &Bound<'py, PyAny>,
    values: &[*mut ffi::PyObject],
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let py = names.py();
    let keywords = PyDict::new(py);
    for (name, &value) in names.cast::<PyTuple>()?.iter().zip(values) {
        // SAFETY: a live object.
        let value = unsafe { Borrowed::from_ptr(py, value) };
        keywords.set_item(name.cast::<PyString>()?, value)?;
    }
    Ok(Some(keywords))
}
