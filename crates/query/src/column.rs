//! What one series yields: a value for each step, or none.

use std::sync::Arc;

use model::{Histogram, STALE_NAN};

/// Stands in a column where there is no value.
///
/// It is the stale marker: no selector lets one through, and no arithmetic makes one, since it is a signalling NaN and
/// results are quiet ones. So a column needs no second vector that says which values are there, and a kernel
/// copies absence along with values.
pub(crate) const ABSENT: f64 = STALE_NAN;

/// Whether there is no value. Compares bits: an ordinary NaN is a value.
#[inline]
pub(crate) fn is_absent(value: f64) -> bool {
    value.to_bits() == ABSENT.to_bits()
}

/// The values of one series over the steps of its operator.
///
/// Invariants: `floats` has one entry per step; `histograms` is empty, which most columns are, or has one entry per step too;
/// no step has both a float and a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Column {
    /// Floats; [`ABSENT`] where there is none.
    pub floats: Vec<f64>,
    /// Histograms, if there are any.
    pub histograms: Vec<Option<Arc<Histogram>>>,
}

impl Column {
    /// Makes all steps absent.
    pub(crate) fn clear(&mut self, steps: usize) {
        self.floats.clear();
        self.floats.resize(steps, ABSENT);
        self.histograms.clear();
    }

    /// Puts a histogram at a step that has no value yet.
    pub(crate) fn set_histogram(&mut self, step: usize, histogram: Arc<Histogram>) {
        if self.histograms.is_empty() {
            self.histograms.resize(self.floats.len(), None);
        }
        self.floats[step] = ABSENT;
        self.histograms[step] = Some(histogram);
    }

    /// The histogram at a step.
    pub(crate) fn histogram(&self, step: usize) -> Option<&Arc<Histogram>> {
        self.histograms.get(step)?.as_ref()
    }

    /// Whether there is a float or a histogram.
    pub(crate) fn has(&self, step: usize) -> bool {
        !is_absent(self.floats[step]) || self.histogram(step).is_some()
    }

    /// Whether no step has a value.
    pub(crate) fn is_empty(&self) -> bool {
        self.floats.iter().all(|value| is_absent(*value))
            && self.histograms.iter().all(Option::is_none)
    }

    /// The value at a step.
    pub(crate) fn value(&self, step: usize) -> Option<model::Value> {
        if let Some(histogram) = self.histogram(step) {
            return Some(model::Value::Histogram(histogram.clone()));
        }
        let value = self.floats[step];
        (!is_absent(value)).then_some(model::Value::Float(value))
    }

    /// Sets or removes the value at a step.
    pub(crate) fn set(&mut self, step: usize, value: Option<model::Value>) {
        if let Some(slot) = self.histograms.get_mut(step) {
            *slot = None;
        }
        match value {
            Some(model::Value::Histogram(histogram)) => self.set_histogram(step, histogram),
            Some(model::Value::Float(value)) => self.floats[step] = value,
            None => self.floats[step] = ABSENT,
        }
    }

    /// Removes all histograms.
    pub(crate) fn drop_histograms(&mut self) {
        self.histograms.clear();
    }
}
