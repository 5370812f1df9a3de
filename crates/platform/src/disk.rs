//! The store's disk: files, folders, and what of them outlives a power cut.
//!
//! ```text
//!  write_at, truncate   in the cache of the system: others read it, a power cut may take it, whole, in part, or out of order
//!  sync                 the file's bytes and length are on the disk ...
//!  sync_folder          ... and so are the names in a folder: created, renamed, linked and removed ones
//! ```
//!
//! Paths are relative to a root that the disk owns, with `/` between their parts: `log/0000000001.log`. Two disks keep the
//! promises of [`Disk`]: [`SystemDisk`] on the machine's own files and [`SimulatedDisk`], which breaks everything that is *not* promised,
//! as often as its seed says.
//!
//! # The promises
//!
//! 1. What [`DiskFile::sync`] returned `Ok` for survives a power cut, once the file's name does. Before that, any part of what was
//!    written since the last `sync` may be lost: sectors are written in no order, and a file may have grown without the bytes in it.
//! 2. A name survives when [`Disk::sync_folder`] of the folder it is in returned `Ok`. Syncing a file does not save its name.
//! 3. A rename happens whole or not at all: after a power cut the target is the old file or the new one.
//! 4. When `sync` fails, what was written before it may be gone for good, although it can still be read for a while: the system marks
//!    such pages clean. A later `sync` that succeeds says nothing about them. Write them again or give up.
//! 5. A write that fails may have written a part.
//! 6. The end of the process loses nothing: only the machine's does.

mod cheating;
mod error;
mod simulated;
mod system;
#[cfg(test)]
mod tests;

pub use cheating::{Cheat, CheatingDisk};
pub use error::DiskError;
pub use simulated::{Faults, SimulatedDisk};
pub use system::SystemDisk;

/// A place for files. Shared by threads; see the module for what survives what.
pub trait Disk: Send + Sync {
    /// Makes a new, empty file, for reading and writing.
    ///
    /// # Errors
    ///
    /// When there is something of that name, or the folder is missing.
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError>;

    /// Opens a file that exists, for reading and writing.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError>;

    /// Opens a file that exists, for reading alone: its `write_at` and `truncate` fail.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError>;

    /// The names in `folder`, of files and folders, sorted.
    ///
    /// # Errors
    ///
    /// When there is no such folder.
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError>;

    /// Makes a folder, and those above it. It is no error when it exists. Each of them survives when the one above is synced.
    ///
    /// # Errors
    ///
    /// When the system can't.
    fn create_folder(&self, folder: &str) -> Result<(), DiskError>;

    /// Removes an empty folder.
    ///
    /// # Errors
    ///
    /// When it isn't there or isn't empty.
    fn remove_folder(&self, folder: &str) -> Result<(), DiskError>;

    /// Gives a file the name `to`; a file that had it is gone. Both names are in one folder.
    ///
    /// # Errors
    ///
    /// When there is no `from`.
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Gives a file a second name: both are the same file.
    ///
    /// # Errors
    ///
    /// When there is no `from`, or something is named `to`.
    fn link(&self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Removes a name; the file goes with its last name and its last user.
    ///
    /// # Errors
    ///
    /// When there is no such file.
    fn remove(&self, path: &str) -> Result<(), DiskError>;

    /// Makes what happened to the names in `folder` durable; the root is the empty path.
    ///
    /// # Errors
    ///
    /// When the system can't. Which names will survive is then unknown.
    fn sync_folder(&self, folder: &str) -> Result<(), DiskError>;

    /// Bytes that can still be written.
    ///
    /// # Errors
    ///
    /// When the system won't say.
    fn free_bytes(&self) -> Result<u64, DiskError>;

    /// Takes the lock named `path`, which keeps every other process (and every other caller) out until it is dropped. The file
    /// of that name stays.
    ///
    /// # Errors
    ///
    /// When another has it ([`DiskError::is_locked`]), or the file can't be made.
    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError>;
}

/// An open file. Dropping it syncs nothing.
pub trait DiskFile: Send + Sync {
    /// Fills `buffer` from `offset` on; returns how many bytes there were, fewer only at the file's end.
    ///
    /// # Errors
    ///
    /// When the disk can't read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError>;

    /// Writes all of `bytes` at `offset`. A gap before it reads as zeros.
    ///
    /// # Errors
    ///
    /// When the disk can't write, or is full ([`DiskError::is_full`]); a part may have been written.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError>;

    /// Cuts or extends the file to `length` bytes.
    ///
    /// # Errors
    ///
    /// When the disk can't.
    fn truncate(&self, length: u64) -> Result<(), DiskError>;

    /// Returns when the file's bytes and length are on the disk (`fdatasync`).
    ///
    /// # Errors
    ///
    /// When they are not. Trying again proves nothing.
    fn sync(&self) -> Result<(), DiskError>;

    /// Its length in bytes.
    ///
    /// # Errors
    ///
    /// When the system won't say.
    fn length(&self) -> Result<u64, DiskError>;
}

/// A lock that is held until it is dropped.
pub trait DiskLock: Send + Sync {}
