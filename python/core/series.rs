//! One series: its cells, its label text, its birth.

use std::sync::{Mutex, OnceLock};

use crate::cell::{Count, Float};
use crate::exemplar::Exemplar;
use crate::family::{Family, Kind};

/// One child, or a metric without labels. It lies in the Python object itself.
pub(crate) struct Series {
    /// `a="1",b="2"`; see [`crate::label_text`].
    pub(crate) labels: Box<str>,
    pub(crate) cells: Cells,
}

/// Where the numbers are: in this process, or in a segment that others look at too.
pub(crate) enum Cells {
    Own(Own),
    Counter(ferula::Counter),
    Gauge(ferula::Gauge),
    Summary(ferula::Summary),
    Histogram(ferula::Histogram),
    Info(ferula::Info),
    StateSet(ferula::StateSet),
}

/// Cells of this process alone.
pub(crate) struct Own {
    /// A counter's or gauge's value, the sum of the others.
    pub(crate) value: Float,
    /// Observations: a summary's count, a histogram's per bucket (not cumulative).
    pub(crate) counts: Box<[Count]>,
    /// When it began to count, in seconds since 1970.
    created: Float,
    /// A counter's exemplar, or one for each bucket. Most series have none.
    exemplars: OnceLock<Box<[Mutex<Option<Exemplar>>]>>,
}

impl Own {
    fn new(family: &Family, created_seconds: f64) -> Self {
        let cells = match family.kind {
            Kind::Histogram => family.bounds.len(),
            Kind::Summary => 1,
            _ => 0,
        };
        let created = Float::default();
        created.set(created_seconds);
        Self {
            value: Float::default(),
            counts: (0..cells).map(|_| Count::default()).collect(),
            created,
            exemplars: OnceLock::new(),
        }
    }
}

impl Series {
    /// A series that counts in this process.
    pub(crate) fn own(family: &Family, labels: Box<str>, created_seconds: f64) -> Self {
        let cells = Cells::Own(Own::new(family, created_seconds));
        Self { labels, cells }
    }

    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self.cells, Cells::Own(_))
    }

    /// Whether another process, or this one, took it off the page.
    #[inline]
    pub(crate) fn is_removed(&self) -> bool {
        match &self.cells {
            Cells::Own(_) => false,
            Cells::Counter(handle) => ferula::Family::is_removed(handle),
            Cells::Gauge(handle) => ferula::Family::is_removed(handle),
            Cells::Summary(handle) => ferula::Family::is_removed(handle),
            Cells::Histogram(handle) => ferula::Family::is_removed(handle),
            Cells::Info(handle) => ferula::Family::is_removed(handle),
            Cells::StateSet(handle) => ferula::Family::is_removed(handle),
        }
    }

    /// A counter's or gauge's value, the sum of the others.
    pub(crate) fn value(&self) -> f64 {
        match &self.cells {
            Cells::Own(own) => own.value.get(),
            Cells::Counter(counter) => counter.get(),
            Cells::Gauge(gauge) => gauge.get(),
            Cells::Summary(summary) => summary.sum(),
            Cells::Histogram(histogram) => histogram.sum(),
            Cells::Info(_) | Cells::StateSet(_) => 1.0,
        }
    }

    pub(crate) fn set_value(&self, value: f64) {
        match &self.cells {
            Cells::Own(own) => own.value.set(value),
            Cells::Counter(counter) => counter.set(value),
            Cells::Gauge(gauge) => gauge.set(value),
            Cells::Summary(summary) => summary.set(summary.count(), value),
            Cells::Histogram(histogram) => histogram.set_sum(value),
            Cells::Info(_) | Cells::StateSet(_) => {}
        }
    }

    /// Adds to a counter, a gauge, or a sum.
    #[inline]
    pub(crate) fn add(&self, amount: f64) {
        match &self.cells {
            Cells::Own(own) => own.value.add(amount),
            Cells::Counter(counter) => counter.add(amount),
            Cells::Gauge(gauge) => gauge.add(amount),
            _ => self.set_value(self.value() + amount),
        }
    }

    /// Counts an observation; answers its bucket. What is no number is in no bucket and makes the sum none.
    #[inline]
    pub(crate) fn observe(&self, family: &Family, amount: f64) -> Option<usize> {
        match &self.cells {
            Cells::Own(own) => {
                let bucket = match family.kind {
                    Kind::Histogram => family.bucket(amount),
                    _ => Some(0),
                };
                if let Some(count) = bucket.and_then(|index| own.counts.get(index)) {
                    count.add(1);
                }
                own.value.add(amount);
                bucket
            }
            Cells::Histogram(histogram) => {
                histogram.observe(amount);
                family.bucket(amount)
            }
            Cells::Summary(summary) => {
                summary.observe(amount);
                None
            }
            _ => None,
        }
    }

    /// A summary's count, or a bucket's own.
    pub(crate) fn count(&self, index: usize) -> u64 {
        match &self.cells {
            Cells::Own(own) => own.counts.get(index).map_or(0, Count::get),
            Cells::Summary(summary) => summary.count(),
            Cells::Histogram(histogram) => histogram.bucket(index).unwrap_or(0),
            _ => 0,
        }
    }

    pub(crate) fn set_count(&self, index: usize, count: u64) {
        match &self.cells {
            Cells::Own(own) => {
                if let Some(cell) = own.counts.get(index) {
                    cell.set(count);
                }
            }
            Cells::Summary(summary) => summary.set(count, summary.sum()),
            Cells::Histogram(histogram) => {
                let _there_is_no_other = histogram.set_bucket(index, count);
            }
            _ => {}
        }
    }

    /// A number that most probably changes when one of the series' does.
    pub(crate) fn fingerprint(&self) -> u64 {
        // Odd, and with bits all over.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let counts = match &self.cells {
            Cells::Own(own) => own.counts.len(),
            _ => 1,
        };
        (0..counts).fold(self.value().to_bits(), |seen, index| {
            (seen.rotate_left(5) ^ self.count(index)).wrapping_mul(FACTOR)
        })
    }

    /// When it began to count, in seconds since 1970.
    pub(crate) fn created(&self) -> f64 {
        match &self.cells {
            Cells::Own(own) => own.created.get(),
            Cells::Counter(counter) => counter.created_seconds(),
            Cells::Summary(summary) => summary.created_seconds(),
            Cells::Histogram(histogram) => histogram.created_seconds(),
            _ => 0.0,
        }
    }

    /// Only an own series can be told when it began; of a shared one the segment knows.
    pub(crate) fn set_created(&self, seconds: f64) {
        if let Cells::Own(own) = &self.cells {
            own.created.set(seconds);
        }
    }

    /// Keeps an exemplar in the place of its bucket, whose observation has been counted.
    pub(crate) fn keep_exemplar(&self, index: usize, exemplar: Option<Exemplar>) {
        match (&self.cells, exemplar) {
            (Cells::Own(own), exemplar) => {
                let places = own.exemplars.get_or_init(|| {
                    let places = own.counts.len().max(1);
                    (0..places).map(|_| Mutex::new(None)).collect()
                });
                // Who finds the place taken, be it by a thread that a fork left behind, leaves the exemplar out: it is one example
                // of many.
                if let Some(mut place) = places.get(index).and_then(|place| place.try_lock().ok()) {
                    *place = exemplar;
                }
            }
            (Cells::Counter(counter), Some(exemplar)) => {
                exemplar.with(|exemplar| counter.add_with(0.0, exemplar));
            }
            // A histogram's exemplar is kept with the observation: see `observe_with`.
            _ => {}
        }
    }

    /// Counts an observation of a shared histogram together with its exemplar.
    pub(crate) fn observe_with(&self, amount: f64, exemplar: &Exemplar) -> bool {
        let Cells::Histogram(histogram) = &self.cells else {
            return false;
        };
        exemplar.with(|exemplar| histogram.observe_with(amount, exemplar));
        true
    }

    /// Lets `look` see the exemplar of a place, if there is one.
    pub(crate) fn exemplar<T>(&self, index: usize, look: impl FnOnce(&Exemplar) -> T) -> Option<T> {
        let Cells::Own(own) = &self.cells else {
            return None;
        };
        let place = own.exemplars.get()?.get(index)?;
        let exemplar = place.try_lock().ok()?;
        exemplar.as_ref().map(look)
    }
}
