//! A store in memory: the simplest one that keeps the contract, and the one that tests and scripts use.
//!
//! # The picture
//!
//! ```text
//!  Index                       Shard (one per target)
//!  labels  -> series           timestamps  t0 t1 t2 t3 …      one per row
//!  postings -> series          column 0    v  v  v  v  …      one per series, in chunks of 128 rows
//!  target  -> shard            column 1       v  v  v  …
//!                              loose        (t, v) …          samples that came at times of their own
//! ```
//!
//! A chunk whose values are all alike is one number, and most are. When memory reaches its cap, the oldest chunks go,
//! of whichever target; when even that doesn't help, new series are refused.
//!
//! # Locks
//!
//! The index and each shard have one lock each; whoever needs both takes the index first. No lock is held while
//! a caller's code runs.

mod appender;
mod chunk;
mod column;
mod evict;
mod exemplars;
mod families;
mod group;
mod index;
mod querier;
mod shard;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use model::{Matcher, TimeRange, Timestamp};

use crate::{Appender, Broken, Deleted, FamilyMetadata, Querier, SeriesRef, Statistics, Store};
use exemplars::Exemplars;
use families::Families;
use index::Index;
use shard::Shard;

/// What a memory store may use.
#[derive(Clone, Copy, Debug)]
pub struct MemoryOptions {
    /// Bytes of samples, labels and index, as the store counts them.
    pub bytes_max: u64,
    /// How much older than its series' newest sample a late one may be, in milliseconds; 0 refuses late samples.
    pub late_window_ms: i64,
    /// How many exemplars are kept.
    pub exemplars_max: usize,
}

/// Keeps samples in memory.
pub struct MemoryStore {
    options: MemoryOptions,
    index: RwLock<Index>,
    exemplars: Mutex<Exemplars>,
    families: Mutex<Families>,
    /// Bytes in use.
    bytes: AtomicU64,
    /// Time of the newest sample.
    newest_ms: AtomicI64,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new(options: MemoryOptions) -> Self {
        Self {
            options,
            index: RwLock::default(),
            exemplars: Mutex::new(Exemplars::new(options.exemplars_max)),
            families: Mutex::default(),
            bytes: AtomicU64::new(0),
            newest_ms: AtomicI64::new(i64::MIN),
        }
    }

    // A thread that panics with a lock in hand leaves data that is whole: each change is made by pushes that
    // don't panic. So the poison is ignored.
    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn exemplars(&self) -> MutexGuard<'_, Exemplars> {
        self.exemplars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn families(&self) -> MutexGuard<'_, Families> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) >= self.options.bytes_max
    }

    fn shard_of(&self, series: SeriesRef) -> Option<Arc<Shard>> {
        self.index().shard((series.0 >> 32) as u32)
    }
}

impl Store for MemoryStore {
    fn appender(&self) -> Box<dyn Appender + '_> {
        Box::new(appender::MemoryAppender::new(self))
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        Ok(Box::new(querier::MemoryQuerier { store: self, range }))
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.families().list(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        let selected = self.index().select(matchers);
        let mut deleted = Deleted::default();
        for (shard, columns) in selected {
            let mut rows = shard.rows();
            let before = rows.heap_bytes();
            for column in columns {
                deleted.series += u64::from(rows.delete(column, range));
            }
            let after = rows.heap_bytes();
            self.bytes
                .fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
        }
        self.forget_empty();
        Ok(deleted)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        let index = self.index();
        let mut statistics = index.statistics(limit);
        let shards = index.shards();
        drop(index);
        let mut range: Option<TimeRange> = None;
        for shard in shards {
            let rows = shard.rows();
            statistics.chunks += rows.chunks();
            if let Some(own) = rows.range() {
                let all = range.get_or_insert(own);
                all.start = all.start.min(own.start);
                all.end = all.end.max(own.end);
            }
        }
        statistics.range = range;
        statistics.bytes = self.bytes.load(Ordering::Relaxed);
        statistics
    }
}

/// Where in a shard's reference its column stands.
fn series_ref(shard: u32, column: u32) -> SeriesRef {
    SeriesRef(u64::from(shard) << 32 | u64::from(column))
}

/// The column of a reference.
fn column_of(series: SeriesRef) -> usize {
    (series.0 & u64::from(u32::MAX)) as usize
}

/// The time of a sample, for those who compare.
fn ms(timestamp: Timestamp) -> i64 {
    timestamp.0
}
