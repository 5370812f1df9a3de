//! The store: what joins log, heads, index and parts.
//!
//! ```text
//!    appender ─ row ─► queue ─► judge ─► log (one sync for all that wait) ─► heads ─► visible, Committed
//!                                                     │ flush
//!                                                     ▼
//!    View { parts, generations }        swapped whole; queriers keep theirs
//! ```
//!
//! # Glossary
//!
//! - **generation**: the rows between two flushes, in memory. The last one takes rows.
//! - **book**: a target's columns, under the number that log and heads know it by.
//! - **view**: the parts and generations at one moment.
//! - **layer**: a part or a generation, as one querier sees it.
//! - **stretch**: series of a target that share the times of their samples in one layer.
//! - **line**: the same series in all layers; what becomes a group, or several if it is wide.
//! - **leader**: the committer that writes the log for all that wait.
//!
//! # Invariants
//!
//! - A row is seen, and its commit returns, only when its log record is synced.
//! - A series has one value per time, whatever was flushed since; the first one stands.
//! - After a sync that failed nothing is taken any more; queries go on. A full disk refuses a commit, and the next one tries again.
//! - What the disk has at any moment opens again as all that was acknowledged.
//!
//! # Locks
//!
//! In this order, and none twice: merges, maintenance, log, registry, view, a head, exemplars and the like. Only the first three are held while the disk works: merges' for as long as one
//! takes, maintenance's while what is in memory is written, and the log's for a sync. No lock is held while an appender waits for its next call.
//!
//! # What is absent, and why
//!
//! No clock, thread or log line: the server calls [`Store::maintain`] and [`Store::merge_due`] every few seconds, and says what they did.

mod appender;
mod batch;
mod commit;
mod cut;
mod delete;
mod error;
mod flush;
mod generation;
mod group;
mod join;
mod layer;
mod losses;
mod maintenance;
mod merging;
mod options;
mod order;
mod querier;
mod queue;
mod registry;
mod replay;
mod said;
mod select;
mod snapshot;
mod state;
mod summarize;
mod view;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use model::{Matcher, TimeRange, Timestamp};
use platform::{Disk, DiskLock};
use storage::{Appender, Broken, Deleted, FamilyMetadata, Querier, Statistics};

use crate::catalog::Catalog;
use crate::log::Log;
use crate::part::PagePool;
pub use error::StoreError;
use generation::Generation;
use layer::{HeadLayer, Layer, PartLayer};
use losses::Losses;
pub use maintenance::Maintained;
use maintenance::Maintenance;
use merging::Merges;
pub use options::{
    EXEMPLARS_MAX_DEFAULT, FLUSH_INTERVAL_MS_DEFAULT, FlushOptions, HEAD_BYTES_DEFAULT,
    LATE_WINDOW_MS_DEFAULT, RETENTION_MS_DEFAULT, Retention, SEGMENT_BYTES_DEFAULT, StoreOptions,
};
use querier::StoreQuerier;
use queue::Queue;
use registry::Registry;
pub use replay::ReplayReport;
use state::Counters;
pub use state::{Health, Refused, State};
pub use view::View;

type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// What is said of answers that may lack the newest samples.
const STILL_REPLAYING: &str =
    "the store is still reading its log after a start, so recent samples may be missing";

/// The folder of parts.
const PARTS_FOLDER: &str = "parts";
/// The folder of the log.
const LOG_FOLDER: &str = "log";
/// The file that says who has the folder open.
const LOCK_FILE: &str = "lock";

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Parts that can be read.
    pub parts: u64,
    /// What could not be read and was set aside, in sentences.
    pub set_aside: Vec<String>,
}

/// A durable store. Shared by all threads.
pub struct Store {
    disk: Arc<dyn Disk>,
    /// As it was opened; the two that follow may have changed.
    options: StoreOptions,
    late_window_ms: AtomicI64,
    retention: Mutex<Retention>,
    queue: Queue,
    /// `None` until it was read.
    log: Mutex<Option<Log>>,
    is_ready: AtomicBool,
    registry: RwLock<Registry>,
    view: RwLock<View>,
    counters: Counters,
    /// Decoded pages that queries share.
    pages: Arc<PagePool>,
    maintenance: Mutex<Maintenance>,
    merges: Mutex<Merges>,
    /// What opening could not read, in sentences.
    set_aside: Vec<String>,
    /// What could not be read since then.
    losses: Arc<Losses>,
    _lock: Box<dyn DiskLock>,
}

impl Store {
    /// Opens the store on `disk`, whose root is its own. Queries are answered from the parts at once; the rows of the log come with
    /// [`replay`](Self::replay), which whoever appends waits for.
    ///
    /// # Errors
    ///
    /// When another process has it open, or the disk fails. A damaged part is no error: see [`Opening::set_aside`].
    pub fn open(disk: Arc<dyn Disk>, options: StoreOptions) -> Result<(Self, Opening), StoreError> {
        let lock = disk.lock(LOCK_FILE).map_err(|error| match error {
            error if error.is_locked() => StoreError::Locked(error),
            error => StoreError::Disk(error),
        })?;
        let (catalog, opened) = Catalog::open(Arc::clone(&disk), PARTS_FOLDER)?;
        let opening = Opening {
            parts: catalog.parts().len() as u64,
            set_aside: opened
                .aside
                .iter()
                .map(|aside| format!("{}: {}", aside.path, aside.reason))
                .collect(),
        };
        let first = Arc::new(Generation::new(options.exemplars_max));
        let view = View {
            parts: Arc::clone(catalog.parts()),
            generations: Arc::from([first]),
            is_replaying: true,
        };
        let counters = Counters::default();
        counters.set_health(Health::Replaying);
        let store = Self {
            disk,
            late_window_ms: AtomicI64::new(options.late_window_ms),
            retention: Mutex::new(options.retention),
            options,
            queue: Queue::default(),
            log: Mutex::new(None),
            is_ready: AtomicBool::new(false),
            registry: RwLock::new(Registry::new(Timestamp::MIN)),
            view: RwLock::new(view),
            counters,
            pages: Arc::default(),
            maintenance: Mutex::new(Maintenance::new(catalog)),
            merges: Mutex::default(),
            set_aside: opening.set_aside.clone(),
            losses: Arc::default(),
            _lock: lock,
        };
        Ok((store, opening))
    }

    /// From now on takes samples that are so late, and keeps so much.
    pub fn adjust(&self, late_window_ms: i64, retention: Retention) {
        self.late_window_ms.store(late_window_ms, Ordering::Relaxed);
        *self
            .retention
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = retention;
    }

    fn late_window_ms(&self) -> i64 {
        self.late_window_ms.load(Ordering::Relaxed)
    }

    /// What is kept.
    #[must_use]
    pub fn retention(&self) -> Retention {
        *self
            .retention
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether samples are taken.
    #[must_use]
    pub fn health(&self) -> Health {
        self.counters.health()
    }

    /// Parts that could not be read, when the store was opened or since, in sentences.
    #[must_use]
    pub fn set_aside(&self) -> Vec<String> {
        let losses = self.losses.all().into_iter();
        let since = losses.map(|loss| loss.to_string());
        self.set_aside.iter().cloned().chain(since).collect()
    }

    /// How the store is, in numbers.
    #[must_use]
    pub fn state(&self) -> State {
        let view = self.view();
        let ranges = view.generations.iter().filter_map(|own| own.range());
        let heads = view.generations.iter().map(|own| own.heap_bytes() as u64);
        let registry = self.registry();
        State {
            head_series: registry.index().len(),
            head_samples: view.generations.iter().map(|own| own.samples()).sum(),
            head_range: joined(ranges),
            pages_bytes: self.pages.heap_bytes() as u64,
            head_bytes: heads.sum::<u64>() + registry.heap_bytes() as u64,
            parts: view.parts.len() as u64,
            parts_bytes: view.parts.iter().map(|part| part.size_bytes()).sum(),
            set_aside: (self.set_aside.len() + self.losses.all().len()) as u64,
            parts_range: joined(view.parts.iter().map(|part| part.range())),
            ..self.counters.state()
        }
    }

    /// Whether the log was read.
    fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Acquire)
    }

    /// Reads the log if nobody has.
    fn make_ready(&self) -> Result<(), Broken> {
        if self.is_ready() {
            return Ok(());
        }
        Ok(self.replay().map(drop)?)
    }

    fn make_ready_or_fail(&self) -> Result<(), StoreError> {
        if self.is_ready() {
            return Ok(());
        }
        self.replay().map(drop)
    }

    // A thread that panics with a lock in hand leaves what is whole, or so nearly whole that going on is better than ending: the log
    // has every row, and a start reads it anew. So the poison of locks is ignored.

    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn registry_mut(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Option<Log>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where samples are now.
    pub(crate) fn view(&self) -> View {
        self.view
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_view(&self, view: View) {
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
    }

    /// No sample in a part is newer.
    fn newest_in_parts(&self) -> Timestamp {
        let parts = self.view().parts;
        let newest = parts.iter().map(|part| part.range().end).max();
        newest.unwrap_or(Timestamp::MIN)
    }
}

/// From the first to the last moment of all ranges.
fn joined(ranges: impl Iterator<Item = TimeRange>) -> Option<TimeRange> {
    ranges.reduce(|a, b| TimeRange::new(a.start.min(b.start), a.end.max(b.end)))
}

impl storage::Store for Store {
    fn appender(&self) -> Box<dyn Appender + '_> {
        Box::new(appender::StoreAppender::new(self))
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        let view = self.view();
        let mut layers: Vec<Box<dyn Layer + '_>> = Vec::new();
        let in_range = view
            .parts
            .iter()
            .filter(|part| part.range().overlaps(range) && !self.losses.has(part.number()));
        for part in in_range {
            layers.push(Box::new(PartLayer::of(part, &self.losses, &self.pages)));
        }
        for generation in view.generations.iter() {
            layers.push(Box::new(HeadLayer::new(self, Arc::clone(generation))));
        }
        let mut warnings = Vec::new();
        if view.is_replaying {
            warnings.push(STILL_REPLAYING.to_owned());
        }
        warnings.extend(self.set_aside.iter().map(|aside| querier::missing(aside)));
        let losses = Arc::clone(&self.losses);
        let querier = StoreQuerier::new(layers, range, warnings, losses);
        Ok(Box::new(querier))
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.all_said(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        Ok(self.delete_in_range(matchers, range)?)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        let state = self.state();
        Statistics {
            range: state.head_range,
            bytes: state.head_bytes,
            ..self.registry().index().statistics(limit)
        }
    }
}
