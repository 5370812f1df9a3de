//! A generation: the rows between two flushes.
//!
//! ```text
//!   active ──── flush begins ────► sealed ── parts are written ──► gone
//!     takes rows                     is read and deleted from         its last querier lets go
//! ```
//!
//! Rows lie in sixteen heads, dealt out by slot, so that a commit to one target and a query of another seldom meet. Exemplars and start times lie beside them.
//!
//! A generation's heads take samples of any age: how old one may be is the store's business, which knows what older generations and parts have.

mod exemplars;
mod starts;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use model::{Exemplar, TimeRange, Timestamp};
use storage::{Column, Starts};

pub(crate) use exemplars::Exemplars;
pub(crate) use starts::StartTable;

use super::registry::{Place, slot_of};
use crate::head::{Applied, Head, HeadOptions};
use crate::log::{DetailKind, Row, TargetId};

/// Heads of a generation; a power of two.
const SHARDS: u32 = 16;

/// Bytes are counted again when there is one more sample for each so many.
const COUNT_AGAIN_SHARE: u64 = 50;

/// What a generation had on the heap.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    /// When it had so many samples.
    samples: u64,
    bytes: usize,
}

/// The rows between two flushes.
#[derive(Debug)]
pub(crate) struct Generation {
    heads: Vec<RwLock<Head>>,
    exemplars: Mutex<Exemplars>,
    starts: Mutex<StartTable>,
    /// Whether there are any, so that who reads mostly need not lock the table.
    has_starts: AtomicBool,
    samples: AtomicU64,
    counted: Mutex<Counted>,
    min_ms: AtomicI64,
    max_ms: AtomicI64,
}

/// One target's rows in a generation, held still while this lives.
pub(crate) struct HeadGuard<'g> {
    head: RwLockReadGuard<'g, Head>,
    target: TargetId,
}

impl HeadGuard<'_> {
    /// The head that has the rows, and the target's number there.
    pub(crate) fn parts(&self) -> (&Head, TargetId) {
        (&self.head, self.target)
    }
}

/// Which of the heads has a target.
pub(super) fn shard_of(number: TargetId) -> usize {
    (slot_of(number) % SHARDS) as usize
}

/// A target's number within its head.
pub(super) fn local(number: TargetId) -> TargetId {
    TargetId(slot_of(number) / SHARDS)
}

/// The slot of a target that has this number within the head `shard`.
pub(super) fn slot_at(shard: usize, local: TargetId) -> u32 {
    local.0 * SHARDS + shard as u32
}

impl Generation {
    pub(super) fn new(exemplars_max: usize) -> Self {
        // What is too old was refused before.
        let options = HeadOptions {
            late_window_ms: i64::MAX,
        };
        Self {
            heads: (0..SHARDS)
                .map(|_| RwLock::new(Head::new(options)))
                .collect(),
            exemplars: Mutex::new(Exemplars::new(exemplars_max)),
            starts: Mutex::default(),
            has_starts: AtomicBool::new(false),
            samples: AtomicU64::new(0),
            counted: Mutex::default(),
            min_ms: AtomicI64::new(i64::MAX),
            max_ms: AtomicI64::new(i64::MIN),
        }
    }

    /// A target's rows.
    pub(crate) fn head(&self, number: TargetId) -> HeadGuard<'_> {
        HeadGuard {
            head: read(&self.heads[shard_of(number)]),
            target: local(number),
        }
    }

    /// Calls `warm` for each head with those of some targets that it has.
    pub(crate) fn warm<'w>(
        &self,
        wanted: impl Iterator<Item = (TargetId, &'w [u32])>,
        warm: impl Fn(&Head, &[(TargetId, &[u32])]),
    ) {
        let mut by_head: Vec<Vec<(TargetId, &[u32])>> = vec![Vec::new(); self.heads.len()];
        for (number, columns) in wanted {
            by_head[shard_of(number)].push((local(number), columns));
        }
        for (head, wanted) in self.heads.iter().zip(&by_head) {
            if wanted.len() > 1 {
                warm(&read(head), wanted);
            }
        }
    }

    /// All heads, held still.
    pub(super) fn heads(&self) -> Vec<RwLockReadGuard<'_, Head>> {
        self.heads.iter().map(read).collect()
    }

    fn head_mut(&self, number: TargetId) -> RwLockWriteGuard<'_, Head> {
        let head = &self.heads[shard_of(number)];
        head.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a durable row.
    pub(super) fn apply(&self, row: &Row<'_>) -> Applied {
        let row_in_head = Row {
            target: local(row.target),
            ..*row
        };
        let mut head = self.head_mut(row.target);
        let applied = head.apply(&row_in_head);
        let newest = |column| head.newest(row_in_head.target, column);
        let mut starts = self.starts();
        starts.note(row, |column| newest(column).map_or(i64::MIN, |time| time.0));
        if !starts.is_empty() {
            // While the head is locked: who reads the row's samples afterwards sees it.
            self.has_starts.store(true, Ordering::Relaxed);
        }
        drop(starts);
        drop(head);
        self.samples.fetch_add(applied.samples, Ordering::Relaxed);
        self.note_time(row.time);
        self.apply_details(row);
        applied
    }

    fn apply_details(&self, row: &Row<'_>) {
        for detail in row.details {
            let place = Place {
                target: row.target,
                column: detail.column,
            };
            match &detail.kind {
                DetailKind::Exemplar(exemplar) => self.exemplars().add(place, exemplar.clone()),
                DetailKind::FloatAt(time, _) | DetailKind::HistogramAt(time, _) => {
                    self.note_time(*time);
                }
                DetailKind::Histogram(_) | DetailKind::Start(_) => {}
            }
        }
    }

    fn note_time(&self, time: Timestamp) {
        self.min_ms.fetch_min(time.0, Ordering::Relaxed);
        self.max_ms.fetch_max(time.0, Ordering::Relaxed);
    }

    /// Removes the samples of a series in `range`; whether there were any.
    pub(super) fn delete(&self, place: Place, range: TimeRange) -> bool {
        self.exemplars().delete(place, range);
        self.head_mut(place.target)
            .delete(local(place.target), place.column, range)
    }

    /// Whether the series has samples.
    pub(crate) fn has(&self, place: Place) -> bool {
        let guard = self.head(place.target);
        let (head, target) = guard.parts();
        head.has(target, place.column)
    }

    /// First and last moment of what was ever taken; `None` before that.
    pub(crate) fn range(&self) -> Option<TimeRange> {
        let range = TimeRange {
            start: Timestamp(self.min_ms.load(Ordering::Relaxed)),
            end: Timestamp(self.max_ms.load(Ordering::Relaxed)),
        };
        (range.start <= range.end).then_some(range)
    }

    /// The start times of a series' samples.
    pub(crate) fn starts_of(&self, place: Place) -> Starts {
        self.starts().of(place)
    }

    /// Sets the start times of some of a target's columns.
    pub(crate) fn read_starts(&self, target: TargetId, columns: &[u32], out: &mut [Column]) {
        if self.has_starts.load(Ordering::Relaxed) {
            self.starts().read(target, columns, out);
        }
    }

    /// The exemplars of all series in `range`, each with its series; by time.
    pub(crate) fn all_exemplars(&self, range: TimeRange) -> Vec<(Place, Vec<Exemplar>)> {
        let exemplars = self.exemplars();
        let mut found: Vec<(Place, Vec<Exemplar>)> = Vec::new();
        let mut order: hashbrown::HashMap<Place, usize, foldhash::fast::RandomState> =
            hashbrown::HashMap::default();
        for (place, exemplar) in exemplars
            .iter()
            .filter(|(_, one)| range.contains(one.timestamp))
        {
            let next = found.len();
            let at = *order.entry(*place).or_insert(next);
            if at == next {
                found.push((*place, Vec::new()));
            }
            found[at].1.push(exemplar.clone());
        }
        found
    }

    pub(super) fn exemplars(&self) -> MutexGuard<'_, Exemplars> {
        self.exemplars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn starts(&self) -> MutexGuard<'_, StartTable> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Samples that were taken.
    pub(crate) fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }

    /// Bytes on the heap, as they were when they were last counted: counting goes through all targets, and is done again once there are so many more samples that it
    /// may make a difference.
    pub(crate) fn heap_bytes(&self) -> usize {
        let samples = self.samples();
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let more = samples - counted.samples;
        if more > counted.samples / COUNT_AGAIN_SHARE {
            let heads = self.heads();
            *counted = Counted {
                samples,
                bytes: heads.iter().map(|head| head.heap_bytes()).sum(),
            };
        }
        counted.bytes
    }
}

// A head that panicked in the middle of a row has lost that row's end at most; the log has it whole.
fn read(head: &RwLock<Head>) -> RwLockReadGuard<'_, Head> {
    head.read().unwrap_or_else(PoisonError::into_inner)
}
