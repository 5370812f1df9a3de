//! The model of the store is itself tested: over disks that cheat, it must fail.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use platform::{Disk, DiskError, DiskFile, DiskLock, SimulatedDisk};

use crate::model_of_store::run;

/// A cheat is noticed within so many histories.
const SEEDS: u64 = 400;
/// So many histories on an honest disk; the model's own test has more.
const HONEST_SEEDS: u64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cheat {
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

fn first_noticed(cheat: Cheat, seeds: u64) -> Option<u64> {
    (0..seeds).find(|&seed| {
        let disk = SimulatedDisk::new(seed);
        let cheating = CheatingDisk {
            disk: disk.clone(),
            cheat,
            late: Arc::default(),
        };
        let run =
            std::panic::catch_unwind(AssertUnwindSafe(|| run(seed, &disk, Arc::new(cheating))));
        !matches!(run, Ok(Ok(())))
    })
}

fn check(cheat: Cheat) {
    assert!(
        first_noticed(cheat, SEEDS).is_some(),
        "{cheat:?} goes unnoticed"
    );
}

#[test]
fn an_honest_disk_is_believed() {
    assert_eq!(first_noticed(Cheat::None, HONEST_SEEDS), None);
}

#[test]
fn a_skipped_sync_is_noticed() {
    check(Cheat::NoSync);
}

#[test]
fn acknowledging_before_the_sync_is_noticed() {
    check(Cheat::AcknowledgesFirst);
}

#[test]
fn a_skipped_folder_sync_is_noticed() {
    check(Cheat::NoFolderSync);
}

#[test]
fn a_sync_that_is_tried_again_is_noticed() {
    check(Cheat::TriesAgain);
}

#[test]
fn a_failed_sync_that_is_kept_quiet_is_noticed() {
    check(Cheat::KeepsQuiet);
}

struct CheatingDisk {
    disk: SimulatedDisk,
    cheat: Cheat,
    /// Paths of files whose sync is still to come.
    late: Arc<Mutex<Vec<String>>>,
}

impl CheatingDisk {
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
        for path in self.late.lock().unwrap().drain(..) {
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
                self.late.lock().unwrap().push(self.path.clone());
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
