//! What is done from time to time, one thing after the other.

use std::sync::{MutexGuard, PoisonError};

use model::Timestamp;

use super::flush::Sealed;
use super::{Health, Store, StoreError};
use crate::catalog::Catalog;
use crate::merge::Merged;

/// After a flush or a merge that failed, milliseconds until the next one is tried: it may write for a while before it finds the disk full.
const RETRY_MS: i64 = 30_000;
/// Parts that nobody queries for so many milliseconds let go of their tables.
const REST_MS: i64 = 60_000;

/// What flushes, merges and deletions share. Whoever has it is the only one that changes parts or seals generations.
pub(super) struct Maintenance {
    pub(super) catalog: Catalog,
    /// The generation that is on its way into parts.
    pub(super) sealed: Option<Sealed>,
    /// When the active generation began, as far as the clock was ever told.
    began: Option<Timestamp>,
    /// When a flush failed.
    failed: Option<Timestamp>,
    /// When a merge failed.
    merge_failed: Option<Timestamp>,
    /// Parts that no merge can read.
    pub(super) unmergeable: Vec<u64>,
    /// When parts last let go of the tables that nobody uses.
    rested: Option<Timestamp>,
}

/// What maintenance did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Whether a generation went into parts.
    pub flushed: bool,
    /// The numbers of the parts that retention let go.
    pub dropped: Vec<u64>,
    /// The merge that was done.
    pub merged: Option<Merged>,
}

impl Maintenance {
    pub(super) fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            sealed: None,
            began: None,
            failed: None,
            merge_failed: None,
            unmergeable: Vec::new(),
            rested: None,
        }
    }
}

impl Store {
    /// Does what is due at this moment: flushes, merges, retention. To be called every few seconds, by one caller.
    ///
    /// # Errors
    ///
    /// When the disk fails. What was to be done is tried again with a later call, and nothing that was promised is lost.
    pub fn maintain(&self, now: Timestamp) -> Result<Maintained, StoreError> {
        let mut maintenance = self.maintenance();
        let mut maintained = Maintained::default();
        if self.counters.health() == Health::Replaying {
            return Ok(maintained);
        }
        if self.flush_is_due(&mut maintenance, now) {
            let flushed = self.flush_with(&mut maintenance);
            maintenance.failed = flushed.is_err().then_some(now);
            maintenance.began = Some(now);
            maintained.flushed = flushed?;
        }
        maintained.dropped = self.drop_old(&mut maintenance, now)?;
        if is_over(maintenance.merge_failed, RETRY_MS, now) {
            let merged = self.merge_next(&mut maintenance, now);
            maintenance.merge_failed = merged.is_err().then_some(now);
            maintained.merged = merged?;
        }
        if is_over(maintenance.rested, REST_MS, now) {
            maintenance.catalog.rest();
            maintenance.rested = Some(now);
        }
        Ok(maintained)
    }

    fn flush_is_due(&self, maintenance: &mut Maintenance, now: Timestamp) -> bool {
        if maintenance.failed.is_some() {
            return is_over(maintenance.failed, RETRY_MS, now);
        }
        let began = *maintenance.began.get_or_insert(now);
        let age_ms = now.0.saturating_sub(began.0);
        age_ms >= self.options.flush.interval_ms
            || maintenance.sealed.is_some()
            || self.view().active().heap_bytes() as u64 >= self.options.flush.head_bytes
    }

    /// Moves all rows that are in memory into parts; whether there were any. For a clean end, and for those who want the parts now.
    ///
    /// # Errors
    ///
    /// When the disk fails. The rows are still in the log and in memory.
    pub fn flush(&self) -> Result<bool, StoreError> {
        self.make_ready_or_fail()?;
        self.flush_with(&mut self.maintenance())
    }

    pub(super) fn maintenance(&self) -> MutexGuard<'_, Maintenance> {
        self.maintenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is so many milliseconds since `then`, if that ever was.
fn is_over(then: Option<Timestamp>, ms: i64, now: Timestamp) -> bool {
    then.is_none_or(|then| now.0.saturating_sub(then.0) >= ms)
}
