//! Why a store can't be opened or can't do a piece of maintenance.

use platform::DiskError;

use crate::log::LogError;
use crate::part::PartError;

/// What stopped the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open.
    #[error("the data folder is in use by another process: {0}")]
    Locked(#[source] DiskError),
    /// The disk failed. What was asked was not done; nothing that was promised is lost.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The log can't be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A part can't be read or written.
    #[error(transparent)]
    Part(#[from] PartError),
}
