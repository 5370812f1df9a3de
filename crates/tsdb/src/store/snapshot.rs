//! A copy of the store beside it, while it runs.

use super::{PARTS_FOLDER, Store, StoreError};

/// The folder of all copies.
const SNAPSHOTS_FOLDER: &str = "snapshots";

impl Store {
    /// Makes a data folder `snapshots/<name>` with the same parts, as second names of the same files. What is in memory goes into parts
    /// before, unless `skip_head` is set: then the copy lacks it. How many parts there are in it; durable when it returns.
    ///
    /// # Errors
    ///
    /// When the disk fails or is full, or there is such a copy.
    pub fn snapshot(&self, name: &str, skip_head: bool) -> Result<usize, StoreError> {
        self.make_ready_or_fail()?;
        let mut maintenance = self.maintenance();
        let copy = format!("{SNAPSHOTS_FOLDER}/{name}");
        if self.disk.list(&copy).is_ok() {
            return Err(StoreError::Taken { path: copy });
        }
        if !skip_head {
            self.flush_with(&mut maintenance)?;
        }
        let parts = format!("{copy}/{PARTS_FOLDER}");
        let linked = match maintenance.catalog.link_into(&parts) {
            Ok(linked) => linked,
            Err(error) => {
                // What is left of it is no copy of anything, and the next one has another name.
                let _ = maintenance.catalog.unlink_from(&parts);
                let _ = self.disk.remove_folder(&copy);
                return Err(error.into());
            }
        };
        for folder in [copy.as_str(), SNAPSHOTS_FOLDER, ""] {
            self.disk.sync_folder(folder)?;
        }
        Ok(linked)
    }
}
