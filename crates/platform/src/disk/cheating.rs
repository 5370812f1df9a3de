//! A disk that breaks the promises of [`Disk`], each in one way: a test of durability that does not fail on it proves nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, DiskError, DiskFile, DiskLock, SimulatedDisk};

/// How a [`CheatingDisk`] cheats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cheat {
    /// Not at all.
    None,
    /// `sync` does nothing.
    NoSync,
    /// `sync` says that it is done, and begins with the next operation.
    AcknowledgesFirst,
    /// Renames and new names are left to chance.
    NoFolderSync,
    /// A sync that failed is tried again, as if that proved anything.
    TriesAgain,
    /// A sync that failed is not told.
    KeepsQuiet,
}

/// A simulated disk that breaks a promise of [`Disk`].
pub struct CheatingDisk {
    disk: SimulatedDisk,
    cheat: Cheat,
    /// Paths of files whose sync is still to come.
    late: Arc<Mutex<Vec<String>>>,
}

impl CheatingDisk {
    /// Puts itself before `disk`.
    #[must_use]
    pub fn new(disk: SimulatedDisk, cheat: Cheat) -> Self {
        Self {
            disk,
            cheat,
            late: Arc::default(),
        }
    }

    fn wrap(&self, path: &str, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(CheatingFile {
            disk: self.disk.clone(),
            path: path.to_owned(),
            file,
            cheat: self.cheat,
            late: self.late.clone(),
        })
    }
}

struct CheatingFile {
    disk: SimulatedDisk,
    path: String,
    file: Box<dyn DiskFile>,
    cheat: Cheat,
    late: Arc<Mutex<Vec<String>>>,
}

impl DiskFile for CheatingFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        self.file.read_at(offset, buffer)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        for path in lock(&self.late).drain(..) {
            if let Ok(file) = self.disk.open(&path) {
                file.sync()?;
            }
        }
        self.file.write_at(offset, bytes)
    }

    fn truncate(&self, length: u64) -> Result<(), DiskError> {
        self.file.truncate(length)
    }

    fn sync(&self) -> Result<(), DiskError> {
        match self.cheat {
            Cheat::None | Cheat::NoFolderSync => self.file.sync(),
            Cheat::NoSync => Ok(()),
            Cheat::AcknowledgesFirst => {
                lock(&self.late).push(self.path.clone());
                Ok(())
            }
            Cheat::TriesAgain => self.file.sync().or_else(|_| self.file.sync()),
            Cheat::KeepsQuiet => {
                drop(self.file.sync());
                Ok(())
            }
        }
    }

    fn length(&self) -> Result<u64, DiskError> {
        self.file.length()
    }
}

impl Disk for CheatingDisk {
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        Ok(self.wrap(path, self.disk.create(path)?))
    }

    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        Ok(self.wrap(path, self.disk.open(path)?))
    }

    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.disk.open_to_read(path)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.disk.list(folder)
    }

    fn create_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.create_folder(folder)
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.remove_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.rename(from, to)
    }

    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.link(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &str) -> Result<(), DiskError> {
        // The folders themselves are made once, and are not what is tested.
        if self.cheat == Cheat::NoFolderSync && !folder.is_empty() {
            return Ok(());
        }
        self.disk.sync_folder(folder)
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        self.disk.free_bytes()
    }

    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        self.disk.lock(path)
    }
}

fn lock(late: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    late.lock().unwrap_or_else(PoisonError::into_inner)
}
