//! One series: its cells, its label text, its birth.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::cell::{Count, Float};
use crate::exemplar::Exemplar;
use crate::family::{Family, Kind};

/// The cells of one child, or of a metric without labels. It lies in the Python object itself.
#[derive(Debug)]
pub(crate) struct Series {
    /// `a="1",b="2"`; see [`crate::label_text`].
    pub(crate) labels: Box<str>,
    /// A counter's or gauge's value, the sum of the others.
    pub(crate) value: Float,
    /// Observations: a summary's count, a histogram's per bucket (not cumulative).
    pub(crate) counts: Box<[Count]>,
    /// When it began to count, in seconds since 1970.
    pub(crate) created: Float,
    /// A counter's exemplar, or one for each bucket. Most series have none.
    exemplars: OnceLock<Box<[Mutex<Option<Exemplar>>]>>,
}

impl Series {
    pub(crate) fn new(family: &Family, labels: Box<str>, created_seconds: f64) -> Self {
        let cells = match family.kind {
            Kind::Histogram => family.bounds.len(),
            Kind::Summary => 1,
            _ => 0,
        };
        let created = Float::default();
        created.set(created_seconds);
        Self {
            labels,
            value: Float::default(),
            counts: (0..cells).map(|_| Count::default()).collect(),
            created,
            exemplars: OnceLock::new(),
        }
    }

    /// Keeps an exemplar in the place of its bucket.
    pub(crate) fn keep_exemplar(&self, index: usize, exemplar: Option<Exemplar>) {
        let places = self.exemplars.get_or_init(|| {
            let places = self.counts.len().max(1);
            (0..places).map(|_| Mutex::new(None)).collect()
        });
        if let Some(place) = places.get(index) {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = exemplar;
        }
    }

    /// Lets `look` see the exemplar of a place, if there is one.
    pub(crate) fn exemplar<T>(&self, index: usize, look: impl FnOnce(&Exemplar) -> T) -> Option<T> {
        let place = self.exemplars.get()?.get(index)?;
        let exemplar = place.lock().unwrap_or_else(PoisonError::into_inner);
        exemplar.as_ref().map(look)
    }
}
