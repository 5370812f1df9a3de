//! The base of all metrics: looking up children, and the facts that Python asks for.
//!
//! An instance is made empty, because a subclass may have any constructor, and armed by `_arm` once Python knows what it is.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::Borrowed;
use pyo3::exceptions::{PyAttributeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::children::{Children, Key};
use crate::family::{Facts, Family};
use crate::segment::Segment;
use crate::series::{Cells, Series};

mod birth;
pub(crate) mod fastcall;
pub(crate) use birth::now_seconds;
mod lookup;

/// Labels that a look-up keeps on the stack.
const LABELS_ON_STACK: usize = 8;

/// A metric: a parent, a child, or both in one when there are no labels.
#[pyclass(frozen, subclass, dict, weakref, module = "ferula._core")]
#[derive(Default)]
pub(crate) struct Metric {
    family: OnceLock<Arc<Family>>,
    /// The cells, when they are ours.
    series: OnceLock<Series>,
    rest: OnceLock<Box<Rest>>,
}

/// What a metric without cells of ours has.
enum Rest {
    Parent(Mutex<Children>),
    /// A leaf whose numbers Python keeps: its label text.
    Leaf(Box<str>),
}

impl Metric {
    /// The cells, if it is a leaf and they are ours.
    #[inline]
    pub(crate) fn series(&self) -> Option<&Series> {
        self.series.get()
    }

    pub(crate) fn family(&self) -> PyResult<&Arc<Family>> {
        self.family
            .get()
            .ok_or_else(|| PyAttributeError::new_err("the metric's __init__ was not called"))
    }

    pub(crate) fn label_text(&self) -> &str {
        match (self.series.get(), self.rest.get().map(AsRef::as_ref)) {
            (Some(series), _) => &series.labels,
            (None, Some(Rest::Leaf(text))) => text,
            _ => "",
        }
    }

    pub(crate) fn children(&self) -> Option<MutexGuard<'_, Children>> {
        match self.rest.get().map(AsRef::as_ref) {
            // What a panic left behind is as good as before: every step leaves the children whole.
            Some(Rest::Parent(children)) => {
                Some(children.lock().unwrap_or_else(PoisonError::into_inner))
            }
            _ => None,
        }
    }

    fn is_parent(&self) -> bool {
        matches!(self.rest.get().map(AsRef::as_ref), Some(Rest::Parent(_)))
    }

    /// Becomes a leaf of `family`, with cells in the family's segment if it has one, else with its own if `cells` says so.
    pub(crate) fn become_leaf(
        &self,
        family: Arc<Family>,
        cells: bool,
        values: &[&str],
        created_seconds: f64,
    ) {
        let labels = family.labels.render(values);
        if let Some(shared) = &family.shared {
            let cells = shared.cells(values);
            let _armed_once = self.series.set(Series { labels, cells });
        } else if cells {
            let _armed_once = self
                .series
                .set(Series::own(&family, labels, created_seconds));
        } else {
            let _armed_once = self.rest.set(Box::new(Rest::Leaf(labels)));
        }
        let _armed_once = self.family.set(family);
    }

    /// Whether it is a child that was taken off the page by another process.
    pub(crate) fn is_removed(&self) -> bool {
        self.series.get().is_some_and(Series::is_removed)
    }

    /// The error of an update on a parent; the caller goes on in Python when there is none.
    pub(crate) fn refuse_parent(&self) -> PyResult<()> {
        let family = self.family()?;
        if self.is_parent() {
            let kind = family.kind.as_str();
            return Err(PyValueError::new_err(format!(
                "{kind} metric is missing label values"
            )));
        }
        Ok(())
    }
}

#[pymethods]
impl Metric {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::default()
    }

    /// Says what the metric is. `label_values` is given for a child that Python makes.
    #[pyo3(signature = (facts, label_values, cells, created_seconds, segment))]
    fn _arm(
        &self,
        py: Python<'_>,
        facts: Facts,
        label_values: Option<Vec<String>>,
        cells: bool,
        created_seconds: f64,
        segment: Option<&Bound<'_, Segment>>,
    ) -> PyResult<()> {
        let segment = segment.map(|segment| segment.get().inner());
        let family = Arc::new(Family::new(py, facts, segment)?);
        let Some(values) = label_values else {
            if family.labels.is_empty() {
                self.become_leaf(family, cells, &[], created_seconds);
            } else {
                let _armed_once = self.rest.set(Box::new(Rest::Parent(Mutex::default())));
                let _armed_once = self.family.set(family);
            }
            return Ok(());
        };
        if values.len() != family.labels.len() {
            return Err(PyValueError::new_err("Incorrect label count"));
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.become_leaf(family, cells, &values, created_seconds);
        Ok(())
    }

    /// The child with these label values, by position or by name.
    ///
    /// Values that are no strings are made some. The child is made when it is asked for first.
    #[pyo3(signature = (*labelvalues, **labelkwargs))]
    fn labels<'py>(
        slf: &Bound<'py, Self>,
        labelvalues: &Bound<'py, PyTuple>,
        labelkwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Py<Self>> {
        let family = slf.get().family()?;
        if labelkwargs.is_none()
            && labelvalues.len() == family.labels.len()
            && all_exact_strings(labelvalues)
        {
            return child_of(slf, family, labelvalues);
        }
        let values = lookup::converted(slf, family, labelvalues, labelkwargs)?;
        child_of(slf, family, &values)
    }

    /// Takes the child with these values off the page.
    #[pyo3(signature = (*labelvalues))]
    fn remove(slf: &Bound<'_, Self>, labelvalues: &Bound<'_, PyTuple>) -> PyResult<()> {
        let metric = slf.get();
        let family = metric.family()?;
        if family.labels.is_empty() || !metric.is_parent() {
            return Err(lookup::not_a_parent(slf)?);
        }
        if labelvalues.len() != family.labels.len() {
            let (expected, given) = (family.labels.len(), labelvalues.repr()?);
            let message = format!("Incorrect label count (expected {expected}, got {given})");
            return Err(PyValueError::new_err(message));
        }
        let values = lookup::strings(labelvalues.iter_borrowed())?;
        let removed = with_key(&values, |key| {
            metric
                .children()
                .and_then(|mut children| children.remove(&family.labels, key))
        })?;
        if let Some(shared) = &family.shared {
            with_key(&values, |key| shared.remove(key.values))?;
        }
        // Dropped here, where the lock is free: a child's end may run Python.
        drop(removed);
        Ok(())
    }

    /// Takes all children off the page. Without labels there are none.
    fn clear(&self) {
        let removed = self.children().map(|mut children| children.take());
        if let (Some(_), Some(shared)) = (
            &removed,
            self.family.get().and_then(|family| family.shared.as_ref()),
        ) {
            shared.clear();
        }
        // Dropped here, where the lock is free: a child's end may run Python.
        drop(removed);
    }

    /// Takes the children off the page that have been idle for too long, if the family says how long that is.
    pub(crate) fn _expire(&self, py: Python<'_>) -> PyResult<()> {
        let family = self.family()?;
        let Some(idle_seconds) = family.idle_seconds else {
            return Ok(());
        };
        // What a function answers is in no cell, so nobody sees whether it changes.
        if family.has_functions.load(Relaxed) {
            return Ok(());
        }
        let now_seconds = birth::monotonic_seconds(py)?;
        let expired = self
            .children()
            .map(|mut children| children.expire(py, idle_seconds, now_seconds));
        if let Some(shared) = &family.shared {
            for child in expired.iter().flatten() {
                let values = family.labels.values(child.get().label_text());
                shared.remove(&values.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
        // Dropped here, where the lock is free: a child's end may run Python.
        drop(expired);
        Ok(())
    }

    /// `(label values, child)` of all children, oldest first.
    fn _items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let items = PyList::empty(py);
        let family = self.family()?;
        let children = self.children().map(|children| children.all(py));
        for child in children.unwrap_or_default() {
            let values = family.labels.values(child.get().label_text());
            items.append((PyTuple::new(py, values)?, child))?;
        }
        Ok(items)
    }

    fn _is_parent(&self) -> bool {
        self.is_parent()
    }

    /// How many series there are.
    fn _child_count(&self) -> usize {
        self.children().map_or(1, |children| children.len())
    }

    /// Whether an update would find cells: not on a parent.
    fn _is_observable(&self) -> bool {
        !self.is_parent()
    }

    fn _raise_if_not_observable(&self) -> PyResult<()> {
        self.refuse_parent()
    }

    /// Whether the cells are ours.
    #[getter]
    fn _has_cells(&self) -> bool {
        self.series.get().is_some()
    }

    /// From here on the family's page asks Python for its values.
    fn _set_has_function(&self) -> PyResult<()> {
        self.family()?.has_functions.store(true, Relaxed);
        Ok(())
    }

    /// When a leaf began to count, in seconds since 1970.
    #[getter]
    fn _created_cell(&self) -> f64 {
        self.series.get().map_or(0.0, Series::created)
    }

    fn _set_created_cell(&self, seconds: f64) {
        if let Some(series) = self.series.get() {
            series.set_created(seconds);
        }
    }

    /// Tells the other processes the facts of an info.
    fn _share_facts(&self, facts: &Bound<'_, PyDict>) -> PyResult<()> {
        if let Some(Cells::Info(info)) = self.series.get().map(|series| &series.cells) {
            let facts: Vec<(String, String)> = facts.items().extract()?;
            let facts: Vec<(&str, &str)> = facts
                .iter()
                .map(|(name, value)| (&**name, &**value))
                .collect();
            info.set(&facts)
                .map_err(|error| PyValueError::new_err(error.to_string()))?;
        }
        Ok(())
    }

    /// Tells the other processes the state of an enum.
    fn _share_state(&self, state: &str) {
        if let Some(Cells::StateSet(states)) = self.series.get().map(|series| &series.cells) {
            let _declared = states.set(state);
        }
    }

    #[getter]
    fn _name(&self) -> PyResult<&str> {
        Ok(&self.family()?.name)
    }

    #[getter]
    fn _documentation(&self) -> PyResult<&str> {
        Ok(&self.family()?.documentation)
    }

    #[getter]
    fn _unit(&self) -> PyResult<&str> {
        Ok(&self.family()?.unit)
    }

    #[getter]
    fn _labelnames(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(self.family()?.label_names.clone_ref(py))
    }

    #[getter]
    fn _labelvalues<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let family = self.family()?;
        if self.is_parent() || family.labels.is_empty() {
            return Ok(PyTuple::empty(py));
        }
        PyTuple::new(py, family.labels.values(self.label_text()))
    }

    #[getter]
    fn _upper_bounds(&self) -> PyResult<Vec<f64>> {
        Ok(self.family()?.bounds.to_vec())
    }
}

/// Whether values may be looked up as they are: `1`, `True` and a subclass of `str` may be equal to another value and print
/// differently.
#[inline]
fn all_exact_strings(values: &Bound<'_, PyTuple>) -> bool {
    values
        .iter_borrowed()
        .all(|value| value.is_exact_instance_of::<PyString>())
}

/// The child with these strings as label values.
#[inline]
fn child_of<'py>(
    slf: &Bound<'py, Metric>,
    family: &Arc<Family>,
    values: &Bound<'py, PyTuple>,
) -> PyResult<Py<Metric>> {
    let found = with_key(values, |key| {
        let children = slf.get().children()?;
        let child = children.find(&family.labels, key)?;
        (!child.get().is_removed()).then(|| child.clone_ref(slf.py()))
    })?;
    match found {
        Some(child) => Ok(child),
        None => birth::child(slf, family, values),
    }
}

/// Lets `look` have the key of label values, which are all strings.
#[inline]
pub(crate) fn with_key<T>(
    values: &Bound<'_, PyTuple>,
    look: impl FnOnce(Key<'_>) -> T,
) -> PyResult<T> {
    let count = values.len();
    if count > LABELS_ON_STACK {
        let strings: Vec<Borrowed<'_, '_, PyString>> =
            borrowed_strings(values).collect::<PyResult<_>>()?;
        let texts: Vec<&str> = strings
            .iter()
            .map(|value| value.to_str())
            .collect::<PyResult<_>>()?;
        let mut hash = 0;
        for value in &strings {
            hash = mix(hash ^ value.hash()? as u64);
        }
        return Ok(look(Key {
            hash,
            values: &texts,
        }));
    }
    let mut strings = [None; LABELS_ON_STACK];
    let mut texts = [""; LABELS_ON_STACK];
    let mut hash: u64 = 0;
    for (place, value) in strings.iter_mut().zip(borrowed_strings(values)) {
        let value = value?;
        // The interpreter keeps a string's hash with it, so this reads a word.
        hash = mix(hash ^ value.hash()? as u64);
        *place = Some(value);
    }
    for (text, value) in texts.iter_mut().zip(strings.iter().flatten()) {
        *text = value.to_str()?;
    }
    let texts = &texts[..count];
    Ok(look(Key {
        hash,
        values: texts,
    }))
}

fn borrowed_strings<'a, 'py>(
    values: &'a Bound<'py, PyTuple>,
) -> impl Iterator<Item = PyResult<Borrowed<'a, 'py, PyString>>> {
    values
        .iter_borrowed()
        .map(|value| Ok(value.cast::<PyString>()?))
}

/// Spreads a hash over all bits, so that ("a", "b") and ("b", "a") differ.
#[inline]
pub(crate) fn mix(hash: u64) -> u64 {
    /// 2^64 divided by the golden ratio.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = u128::from(hash ^ SPREAD) * u128::from(SPREAD);
    (product as u64) ^ ((product >> 64) as u64)
}
