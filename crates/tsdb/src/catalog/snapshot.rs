//! A second folder with the same parts.

use platform::DiskError;

use super::name::Name;
use super::{Catalog, CatalogError, ignore_missing};

impl Catalog {
    /// Links all parts, and what was deleted from them, into `folder`, which is made; how many parts. Takes no room until parts go here that stay there.
    /// Durable when it returns, once the folders above are.
    ///
    /// # Errors
    ///
    /// When the disk fails, or the folder has parts of these numbers.
    pub fn link_into(&self, folder: &str) -> Result<usize, CatalogError> {
        self.disk.create_folder(folder)?;
        for part in self.parts.iter() {
            // First what was deleted, so that the part is never there without.
            if !part.tombstones.is_empty() {
                self.link(Name::Deleted(part.number), folder)?;
            }
            self.link(Name::Part(part.number), folder)?;
        }
        self.disk.sync_folder(folder)?;
        Ok(self.parts.len())
    }

    fn link(&self, name: Name, folder: &str) -> Result<(), DiskError> {
        self.disk
            .link(&self.path(name), &format!("{folder}/{name}"))
    }

    /// Removes what [`link_into`](Self::link_into) made, for a snapshot that failed half way.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn unlink_from(&self, folder: &str) -> Result<(), CatalogError> {
        for part in self.parts.iter() {
            for name in [Name::Part(part.number), Name::Deleted(part.number)] {
                ignore_missing(self.disk.remove(&format!("{folder}/{name}")))?;
            }
        }
        self.disk.remove_folder(folder)?;
        Ok(())
    }
}
