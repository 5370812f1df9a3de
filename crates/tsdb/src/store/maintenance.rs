//! What is done from time to time, one thing after the other.

use std::sync::{MutexGuard, PoisonError};

use model::Timestamp;

use super::flush::Sealed;
use super::{Health, Store, StoreError};
use crate::catalog::Catalog;

/// After a flush that failed, milliseconds until the next one is tried: it may write for a while before it finds the disk full.
const FLUSH_RETRY_MS: i64 = 30_000;

/// What flushes, merges and deletions share. Whoever has it is the only one that changes parts or seals generations.
pub(super) struct Maintenance {
    pub(super) catalog: Catalog,
    /// The generation that is on its way into parts.
    pub(super) sealed: Option<Sealed>,
    /// When the active generation began, as far as the clock was ever told.
    began: Option<Timestamp>,
    /// When a flush failed.
    failed: Option<Timestamp>,
}

/// What maintenance did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Whether a generation went into parts.
    pub flushed: bool,
}

impl Maintenance {
    pub(super) fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            sealed: None,
            began: None,
            failed: None,
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
        Ok(maintained)
    }

    fn flush_is_due(&self, maintenance: &mut Maintenance, now: Timestamp) -> bool {
        if let Some(failed) = maintenance.failed {
            return now.0.saturating_sub(failed.0) >= FLUSH_RETRY_MS;
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
