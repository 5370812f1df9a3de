//! What is done from time to time, one thing after the other.

use std::sync::{MutexGuard, PoisonError, Weak};

use model::Timestamp;

use super::flush::Sealed;
use super::generation::Generation;
use super::{Health, Store, StoreError};
use crate::catalog::Catalog;

/// After a flush or a merge that failed, milliseconds until the next one is tried: it may write for a while before it finds the disk full.
pub(super) const RETRY_MS: i64 = 30_000;
/// Parts that nobody queries for so many milliseconds let go of their tables.
const REST_MS: i64 = 60_000;

/// What flushes, deletions, snapshots and the ends of merges share. Whoever has it is the only one that changes parts or seals generations. Nobody
/// has it for longer than it takes to write what is in memory.
pub(super) struct Maintenance {
    pub(super) catalog: Catalog,
    /// The generation that is on its way into parts.
    pub(super) sealed: Option<Sealed>,
    /// Generations that are in parts, and that queriers may still have.
    pub(super) lingering: Vec<Weak<Generation>>,
    /// When the active generation began, as far as the clock was ever told.
    began: Option<Timestamp>,
    /// When a flush failed.
    failed: Option<Timestamp>,
    /// When parts last let go of the tables that nobody uses.
    rested: Option<Timestamp>,
    /// How many of the store's losses were set aside.
    losses_seen: usize,
}

/// What maintenance did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Whether a generation went into parts.
    pub flushed: bool,
    /// The numbers of the parts that retention let go.
    pub dropped: Vec<u64>,
    /// Parts that turned out damaged since the last call and were set aside, in sentences.
    pub set_aside: Vec<String>,
}

impl Maintenance {
    pub(super) fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            sealed: None,
            lingering: Vec::new(),
            began: None,
            failed: None,
            rested: None,
            losses_seen: 0,
        }
    }
}

impl Store {
    /// Does what is due at this moment, but for merges: flushes, retention, setting aside what is damaged. To be called every few seconds, by one caller.
    ///
    /// # Errors
    ///
    /// When the disk fails. What was to be done is tried again with a later call, and nothing that was promised is lost.
    pub fn maintain(&self, now: Timestamp) -> Result<Maintained, StoreError> {
        let mut maintenance = self.maintenance();
        let mut maintained = Maintained {
            set_aside: self.set_losses_aside(&mut maintenance),
            ..Maintained::default()
        };
        if self.health() == Health::Replaying {
            return Ok(maintained);
        }
        if self.flush_is_due(&mut maintenance, now) {
            let flushed = self.flush_with(&mut maintenance);
            maintenance.failed = flushed.is_err().then_some(now);
            maintenance.began = Some(now);
            maintained.flushed = flushed?;
        }
        maintained.dropped = self.drop_old(&mut maintenance, now)?;
        if is_over(maintenance.rested, REST_MS, now) {
            maintenance.catalog.rest();
            self.pages.rest();
            maintenance.rested = Some(now);
        }
        Ok(maintained)
    }

    /// Sets aside the parts that turned out damaged; what was found, in sentences.
    fn set_losses_aside(&self, maintenance: &mut Maintenance) -> Vec<String> {
        let losses = self.losses.all();
        let new = &losses[maintenance.losses_seen..];
        let told = new.iter().map(|loss| {
            // One that keeps its name is opened by the next start, and set aside when it is read.
            match maintenance.catalog.set_aside(loss.number) {
                Ok(()) => loss.to_string(),
                Err(error) => format!("{loss} (it could not be given that name: {error})"),
            }
        });
        let told: Vec<String> = told.collect();
        maintenance.losses_seen = losses.len();
        if !told.is_empty() {
            self.show_parts(maintenance);
        }
        told
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
pub(super) fn is_over(then: Option<Timestamp>, ms: i64, now: Timestamp) -> bool {
    then.is_none_or(|then| now.0.saturating_sub(then.0) >= ms)
}
