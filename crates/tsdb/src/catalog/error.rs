//! What can go wrong with parts.

use platform::DiskError;

use crate::part::PartError;

/// Why parts can't be opened, written or changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The disk fails.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A part, or what one is written from, can't be read.
    #[error("part {number}: {source}")]
    Part {
        /// Which.
        number: u64,
        /// Why.
        source: PartError,
    },
    /// Names are in a state that nobody knows, so nothing can be changed until the store is opened again.
    #[error("parts can't be changed any more: {reason}")]
    Broken {
        /// What failed.
        reason: String,
    },
}

impl CatalogError {
    pub(crate) fn in_part(number: u64) -> impl FnOnce(PartError) -> Self {
        move |source| match source {
            PartError::Read(error) => Self::Disk(error),
            source => Self::Part { number, source },
        }
    }

    /// Whether there was no room; later there may be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Disk(error) if error.is_full())
    }
}
