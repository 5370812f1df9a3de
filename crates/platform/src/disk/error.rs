//! What can go wrong with a file.

use std::io;
use std::path::PathBuf;

use crate::words;

/// An operation that the disk did not do, and on what.
#[derive(Debug, thiserror::Error)]
#[error("{operation} {}: {}", path.display(), words::of_io(source))]
pub struct DiskError {
    /// What was tried, in one word or two.
    pub operation: &'static str,
    /// On what, with the disk's root.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl DiskError {
    /// Whether there was no room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        matches!(self.source.kind(), StorageFull | QuotaExceeded)
    }

    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    /// Whether another has the lock.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.source.kind() == io::ErrorKind::WouldBlock
    }
}
