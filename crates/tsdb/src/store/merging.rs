//! Parts become fewer, and go when they are old: one step per call.

use std::sync::Arc;

use model::Timestamp;

use super::maintenance::Maintenance;
use super::{LOG_FOLDER, Store, StoreError};
use crate::catalog::CatalogError;
use crate::merge::plan::{Choice, Span, Width, cold, plan, to_clean, widths};
use crate::merge::{Merged, merge};
use crate::retention::{Retention, to_drop};

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

    /// Does the next merge, if there is one to do.
    pub(super) fn merge_next(
        &self,
        maintenance: &mut Maintenance,
        now: Timestamp,
    ) -> Result<Option<Merged>, StoreError> {
        let widths = widths(self.retention().time_ms, self.late_window_ms());
        self.merge_in(maintenance, &widths, now)
    }

    /// Does the next of the merges after which all that is in parts, new samples too, is as small as it gets; `None` when nothing is left to do. Rows in memory
    /// are not touched: [`flush`](Self::flush) first.
    ///
    /// # Errors
    ///
    /// When the disk fails, or a part is damaged. All is as it was before this merge.
    pub fn merge_cold(&self) -> Result<Option<Merged>, StoreError> {
        let widths = cold(&widths(self.retention().time_ms, 0));
        self.merge_in(&mut self.maintenance(), &widths, Timestamp::MAX)
    }

    fn merge_in(
        &self,
        maintenance: &mut Maintenance,
        widths: &[Width],
        now: Timestamp,
    ) -> Result<Option<Merged>, StoreError> {
        let mut spans = spans(maintenance);
        spans.retain(|span| !maintenance.unmergeable.contains(&span.number));
        let room_bytes = self.disk.free_bytes()?;
        let Some(choice) = plan(&spans, widths, now, room_bytes) else {
            return Ok(None);
        };
        self.merge_chosen(maintenance, &choice).map(Some)
    }

    fn merge_chosen(
        &self,
        maintenance: &mut Maintenance,
        choice: &Choice,
    ) -> Result<Merged, StoreError> {
        let merged = merge(&mut maintenance.catalog, &choice.numbers, choice.level);
        match &merged {
            Ok(_) => self.counters.merges.add(1),
            Err(error) => {
                self.counters.merge_failures.add(1);
                // A damaged part would fail each time; what can be read of it still is.
                if let CatalogError::Part { number, .. } = error {
                    maintenance.unmergeable.push(*number);
                }
            }
        }
        let merged = merged?;
        self.show_parts(maintenance);
        maintenance.catalog.sweep()?;
        Ok(merged)
    }

    /// Writes parts anew from which something was deleted, without that; how many.
    ///
    /// # Errors
    ///
    /// When the disk fails, or a part is damaged. Parts that were written are done.
    pub fn clean_tombstones(&self) -> Result<u64, StoreError> {
        let mut maintenance = self.maintenance();
        let mut cleaned = 0;
        for choice in to_clean(&spans(&maintenance)) {
            self.merge_chosen(&mut maintenance, &choice)?;
            cleaned += 1;
        }
        Ok(cleaned)
    }

    /// Gives queries the catalog's parts.
    fn show_parts(&self, maintenance: &Maintenance) {
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
