//! A store that takes everything and keeps nothing but a count.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Labels, Matcher, Metadata, TimeRange, Timestamp};
use storage::{
    Appender, Broken, Committed, Deleted, FamilyMetadata, Querier, Refusal, Sample, SeriesKey,
    SeriesRef, Statistics, Store,
};

#[derive(Default)]
pub(crate) struct Taking {
    samples: AtomicU64,
}

impl Taking {
    pub(crate) fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }
}

impl Store for Taking {
    fn appender(&self) -> Box<dyn Appender + '_> {
        Box::new(Taken {
            store: self,
            samples: 0,
        })
    }

    fn querier(&self, _: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        let reason = "nothing is kept".to_owned();
        Err(Broken { reason })
    }

    fn metadata(&self, _: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        Vec::new()
    }

    fn delete(&self, _: &[Matcher], _: TimeRange) -> Result<Deleted, Broken> {
        Ok(Deleted::default())
    }

    fn statistics(&self, _: usize) -> Statistics {
        Statistics::default()
    }
}

struct Taken<'s> {
    store: &'s Taking,
    samples: u64,
}

impl Appender for Taken<'_> {
    fn row(&mut self, _: &Labels, _: Timestamp) {}

    fn append(&mut self, key: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        black_box(sample.value);
        self.samples += 1;
        Ok(match key {
            SeriesKey::Known(reference) => reference,
            _ => SeriesRef(self.samples),
        })
    }

    fn metadata(&mut self, _: &str, _: &Metadata) {}

    fn commit(self: Box<Self>) -> Result<Committed, Broken> {
        self.store
            .samples
            .fetch_add(self.samples, Ordering::Relaxed);
        Ok(Committed::default())
    }
}
