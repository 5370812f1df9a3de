//! Parts become fewer, and go when they are old: one step per call.
//!
//! A large merge takes minutes. It holds back other merges and nothing else: maintenance is asked for which parts to take, and again to put the new one in their place.

use std::sync::{Arc, MutexGuard, PoisonError};

use model::Timestamp;

use super::maintenance::{Maintenance, RETRY_MS, is_over};
use super::{LOG_FOLDER, Store, StoreError};
use crate::catalog::CatalogError;
use crate::merge::plan::{Choice, Span, Width, cold, plan, to_clean, widths};
use crate::merge::{Merged, Merging};
use crate::retention::{Retention, to_drop};

/// What merges share: there is one at a time.
#[derive(Debug, Default)]
pub(super) struct Merges {
    /// When one failed.
    failed: Option<Timestamp>,
    /// Parts that none can read.
    unmergeable: Vec<u64>,
}

impl Store {
    /// Drops the parts that retention lets go; their numbers.
    pub(super) fn drop_old(
        &self,
        maintenance: &mut Maintenance,
        now: Timestamp,
    ) -> Result<Vec<u64>, StoreError> {
        let kept = self.retention();
        let retention = Retention {
            time_ms: kept.time_ms,
            size_bytes: kept.size_bytes.map(Into::into),
        };
        let log_bytes = match retention.size_bytes {
            Some(_) => self.log_file_bytes()?,
            None => 0,
        };
        let dropped = to_drop(&spans(maintenance), retention, now, log_bytes);
        if !dropped.is_empty() {
            maintenance.catalog.remove(&dropped);
            self.show_parts(maintenance);
        }
        maintenance.catalog.sweep()?;
        Ok(dropped)
    }

    /// Does the next merge that is due at this moment, if there is one. To be called every few seconds, by a caller of its own: it may take minutes, and
    /// [`maintain`](Self::maintain) must go on meanwhile.
    ///
    /// # Errors
    ///
    /// When the disk fails, or a part is damaged. All is as it was before, and a later call tries again.
    pub fn merge_due(&self, now: Timestamp) -> Result<Option<Merged>, StoreError> {
        let mut merges = self.merges();
        if !self.is_ready() || !is_over(merges.failed, RETRY_MS, now) {
            return Ok(None);
        }
        let widths = widths(self.retention().time_ms, self.late_window_ms());
        let merged = self.merge_in(&mut merges, &widths, now);
        merges.failed = merged.is_err().then_some(now);
        merged
    }

    /// Does the next of the merges after which all that is in parts, new samples too, is as small as it gets; `None` when nothing is left to do. Rows in memory
    /// are not touched: [`flush`](Self::flush) first.
    ///
    /// # Errors
    ///
    /// When the disk fails, or a part is damaged. All is as it was before this merge.
    pub fn merge_cold(&self) -> Result<Option<Merged>, StoreError> {
        let widths = cold(&widths(self.retention().time_ms, 0));
        self.merge_in(&mut self.merges(), &widths, Timestamp::MAX)
    }

    fn merge_in(
        &self,
        merges: &mut Merges,
        widths: &[Width],
        now: Timestamp,
    ) -> Result<Option<Merged>, StoreError> {
        let mut spans = spans(&self.maintenance());
        spans.retain(|span| !merges.unmergeable.contains(&span.number));
        let room_bytes = self.disk.free_bytes()?;
        match plan(&spans, widths, now, room_bytes) {
            Some(choice) => self.merge_chosen(merges, &choice),
            None => Ok(None),
        }
    }

    /// `None` if a part went meanwhile.
    fn merge_chosen(
        &self,
        merges: &mut Merges,
        choice: &Choice,
    ) -> Result<Option<Merged>, StoreError> {
        let merged = self.merge_apart(choice);
        match &merged {
            Ok(merged) => self.counters.merges.add(u64::from(merged.is_some())),
            Err(error) => {
                self.counters.merge_failures.add(1);
                // A damaged part would fail each time; what can be read of it still is.
                if let CatalogError::Part { number, .. } = error {
                    merges.unmergeable.push(*number);
                }
            }
        }
        let merged = merged?;
        self.maintenance().catalog.sweep()?;
        Ok(merged)
    }

    fn merge_apart(&self, choice: &Choice) -> Result<Option<Merged>, CatalogError> {
        let merging = {
            let catalog = &mut self.maintenance().catalog;
            Merging::new(catalog, &choice.numbers, choice.level)?
        };
        let ready = merging.run()?;
        let mut maintenance = self.maintenance();
        let merged = ready.publish(&mut maintenance.catalog)?;
        self.show_parts(&maintenance);
        Ok(merged)
    }

    /// Writes parts anew from which something was deleted, without that; how many.
    ///
    /// # Errors
    ///
    /// When the disk fails, or a part is damaged. Parts that were written are done.
    pub fn clean_tombstones(&self) -> Result<u64, StoreError> {
        let mut merges = self.merges();
        let spans = spans(&self.maintenance());
        let mut cleaned = 0;
        for choice in to_clean(&spans) {
            let merged = self.merge_chosen(&mut merges, &choice)?;
            cleaned += u64::from(merged.is_some());
        }
        Ok(cleaned)
    }

    fn merges(&self) -> MutexGuard<'_, Merges> {
        self.merges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives queries the catalog's parts.
    pub(super) fn show_parts(&self, maintenance: &Maintenance) {
        // Whoever has the registry sees parts and generations of one moment.
        let registry = self.registry_mut();
        let mut view = self.view();
        view.parts = Arc::clone(maintenance.catalog.parts());
        self.set_view(view);
        drop(registry);
    }

    /// Bytes of the log's files.
    fn log_file_bytes(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for name in self.disk.list(LOG_FOLDER)? {
            match self.disk.open_to_read(&format!("{LOG_FOLDER}/{name}")) {
                // A cut took it meanwhile.
                Err(error) if error.is_missing() => {}
                file => bytes += file?.length()?,
            }
        }
        Ok(bytes)
    }
}

fn spans(maintenance: &Maintenance) -> Vec<Span> {
    let parts = maintenance.catalog.parts().iter();
    parts.map(|part| Span::of(part)).collect()
}
