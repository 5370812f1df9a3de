//! A disk in memory that keeps the promises of [`Disk`] and breaks everything else.
//!
//! ```text
//!              write, truncate          sync, sync_folder                crash
//!  seen  ◄──────────┬───────────         pending ──► kept       kept + some of pending ──► seen
//!                   └──► pending
//! ```
//!
//! Each file and the list of names exist twice: as programs see them and as the platters hold them. Between the two lie the
//! pending changes. `sync` carries them over; [`SimulatedDisk::crash`] carries over whatever the seed picks, tears the writes, and
//! forgets the rest. A sync that fails forgets them too, but goes on showing them, as Linux does.

mod changes;
mod handle;
mod names;
mod state;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, DiskError, DiskFile, DiskLock};
use handle::{SimulatedFile, SimulatedLock};
use names::NameChange;
use state::{State, folder_of};

/// How often the disk fails by itself, each in 1 of so many operations; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Syncs of files.
    pub sync_1_in: u32,
    /// Syncs of folders.
    pub sync_folder_1_in: u32,
    /// Reads.
    pub read_1_in: u32,
}

/// A disk in memory; see the module. Clones are the same disk.
#[derive(Clone)]
pub struct SimulatedDisk {
    state: Arc<Mutex<State>>,
}

impl SimulatedDisk {
    /// An empty disk without limit that does not fail.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::new(seed))),
        }
    }

    /// How often it fails from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.lock_state().faults = faults;
    }

    /// The next sync of a file fails.
    pub fn fail_next_sync(&self) {
        self.lock_state().fail_next_sync = true;
    }

    /// How many bytes all files may have together.
    pub fn set_capacity(&self, bytes: u64) {
        self.lock_state().capacity_bytes = bytes;
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn used_bytes(&self) -> u64 {
        self.lock_state().used_bytes()
    }

    /// The power goes and comes back. Files that were open are dead: every operation on them fails.
    pub fn crash(&self) {
        self.lock_state().crash();
    }

    /// Turns one bit of a file over, behind everyone's back.
    ///
    /// # Panics
    ///
    /// When there is no such bit.
    pub fn rot(&self, path: &str, bit: usize) {
        let mut state = self.lock_state();
        let id = *state.seen.files.get(path).expect("a file to rot");
        let file = &mut state.files[id];
        file.seen[bit / 8] ^= 1 << (bit % 8);
        if let Some(kept) = file.kept.get_mut(bit / 8) {
            *kept ^= 1 << (bit % 8);
        }
    }

    fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, state: &State, id: usize, path: &str, writable: bool) -> Box<dyn DiskFile> {
        Box::new(SimulatedFile {
            disk: self.clone(),
            id,
            path: path.to_owned(),
            life: state.life,
            writable,
        })
    }

    fn open_as(&self, path: &str, writable: bool) -> Result<Box<dyn DiskFile>, DiskError> {
        let state = self.lock_state();
        let id = state.find("open", path)?;
        Ok(self.handle(&state, id, path, writable))
    }
}

impl Disk for SimulatedDisk {
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let mut state = self.lock_state();
        state.check_new("create", path)?;
        let id = state.new_file();
        state.change_names(NameChange::Add(path.to_owned(), id));
        Ok(self.handle(&state, id, path, true))
    }

    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.open_as(path, true)
    }

    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.open_as(path, false)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        let state = self.lock_state();
        state.check_folder("list", folder)?;
        Ok(state.seen.list(folder))
    }

    fn create_folder(&self, folder: &str) -> Result<(), DiskError> {
        let mut state = self.lock_state();
        let ends = folder.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([folder.len()]) {
            let part = &folder[..end];
            if !state.seen.folders.contains(part) {
                state.change_names(NameChange::AddFolder(part.to_owned()));
            }
        }
        Ok(())
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        let mut state = self.lock_state();
        state.check_folder("remove folder", folder)?;
        if !state.seen.list(folder).is_empty() {
            let kind = std::io::ErrorKind::DirectoryNotEmpty;
            return Err(refused("remove folder", folder, kind));
        }
        state.change_names(NameChange::RemoveFolder(folder.to_owned()));
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        assert_eq!(folder_of(from), folder_of(to), "a rename within one folder");
        let mut state = self.lock_state();
        let id = state.find("rename", from)?;
        state.change_names(NameChange::Rename(from.to_owned(), to.to_owned(), id));
        Ok(())
    }

    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        let mut state = self.lock_state();
        let id = state.find("link", from)?;
        state.check_new("link", to)?;
        state.change_names(NameChange::Add(to.to_owned(), id));
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        let mut state = self.lock_state();
        state.find("remove", path)?;
        state.change_names(NameChange::Remove(path.to_owned()));
        Ok(())
    }

    fn sync_folder(&self, folder: &str) -> Result<(), DiskError> {
        let mut state = self.lock_state();
        state.check_folder("sync folder", folder)?;
        let one_in = state.faults.sync_folder_1_in;
        if state.chance(one_in) {
            return Err(refused("sync folder", folder, std::io::ErrorKind::Other));
        }
        state.sync_folder(folder);
        Ok(())
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        let state = self.lock_state();
        Ok(state.capacity_bytes.saturating_sub(state.used_bytes()))
    }

    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        let mut state = self.lock_state();
        if !state.locks.insert(path.to_owned()) {
            return Err(refused("lock", path, std::io::ErrorKind::WouldBlock));
        }
        if !state.seen.files.contains_key(path) {
            let id = state.new_file();
            state.change_names(NameChange::Add(path.to_owned(), id));
        }
        Ok(Box::new(SimulatedLock {
            disk: self.clone(),
            path: path.to_owned(),
            life: state.life,
        }))
    }
}

/// An error as the system would give it.
fn refused(operation: &'static str, path: &str, kind: std::io::ErrorKind) -> DiskError {
    DiskError {
        operation,
        path: PathBuf::from("simulated").join(path),
        source: std::io::Error::from(kind),
    }
}
