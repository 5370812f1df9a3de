//! The store keeps the contract wherever its samples lie: in one generation, or scattered over parts and generations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Labels, Matcher, Metadata, TimeRange, Timestamp};
use platform::SimulatedDisk;
use storage::conformance::check_all;
use storage::{
    Appender, Broken, Committed, Deleted, FamilyMetadata, Querier, Refusal, Sample, SeriesKey,
    SeriesRef, Statistics,
};
use tsdb::{Store, StoreOptions};

/// A store that writes a part after every so many commits.
struct Flushing {
    store: Store,
    every: u64,
    commits: AtomicU64,
}

impl Flushing {
    fn after_commit(&self) {
        let before = self.commits.fetch_add(1, Ordering::Relaxed);
        if before % self.every == self.every - 1 {
            self.store.flush().expect("a disk that works");
        }
    }
}

struct FlushingAppender<'s> {
    store: &'s Flushing,
    inner: Box<dyn Appender + 's>,
}

impl Appender for FlushingAppender<'_> {
    fn row(&mut self, target: &Labels, time: Timestamp) {
        self.inner.row(target, time);
    }

    fn append(&mut self, series: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        self.inner.append(series, sample)
    }

    fn metadata(&mut self, family: &str, metadata: &Metadata) {
        self.inner.metadata(family, metadata);
    }

    fn commit(self: Box<Self>) -> Result<Committed, Broken> {
        let committed = self.inner.commit()?;
        self.store.after_commit();
        Ok(committed)
    }
}

impl storage::Store for Flushing {
    fn appender(&self) -> Box<dyn Appender + '_> {
        Box::new(FlushingAppender {
            store: self,
            inner: self.store.appender(),
        })
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        self.store.querier(range)
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        storage::Store::metadata(&self.store, wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        self.store.delete(matchers, range)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        self.store.statistics(limit)
    }
}

fn check(every: u64) {
    check_all(&|late_window_ms| {
        let options = StoreOptions {
            late_window_ms,
            ..StoreOptions::usual()
        };
        let disk = Arc::new(SimulatedDisk::new(0));
        let (store, _) = Store::open(disk, options).expect("a fresh disk");
        Box::new(Flushing {
            store,
            every,
            commits: AtomicU64::new(0),
        })
    });
}

#[test]
fn a_part_after_each_commit() {
    check(1);
}

#[test]
fn a_part_after_each_third_commit() {
    check(3);
}
