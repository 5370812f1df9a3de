//! Why a store can't be opened or can't do a piece of maintenance.

use platform::DiskError;
use storage::Broken;

use crate::catalog::CatalogError;
use crate::log::LogError;

/// What stopped the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open.
    #[error("the data folder is in use by another process: {0}")]
    Locked(#[source] DiskError),
    /// There is a snapshot of this name.
    #[error("there is such a snapshot already: {path}")]
    Taken {
        /// Where.
        path: String,
    },
    /// The disk failed. What was asked was not done; nothing that was promised is lost.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The log can't be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Parts can't be read or written.
    #[error(transparent)]
    Parts(#[from] CatalogError),
}

impl StoreError {
    /// The log was never read, since the disk failed.
    pub(super) fn not_open() -> Self {
        Self::Log(LogError::Poisoned {
            reason: "the log could not be read".to_owned(),
        })
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self {
            reason: error.to_string(),
        }
    }
}
