//! What the simulated disk hands out: files and locks.

use std::io::ErrorKind;
use std::sync::MutexGuard;

use super::changes::Change;
use super::state::State;
use super::{DiskError, DiskFile, DiskLock, SimulatedDisk, refused};

pub(super) struct SimulatedFile {
    pub(super) disk: SimulatedDisk,
    pub(super) id: usize,
    pub(super) path: String,
    pub(super) life: u64,
    pub(super) writable: bool,
}

impl SimulatedFile {
    fn state(&self, operation: &'static str) -> Result<MutexGuard<'_, State>, DiskError> {
        let state = self.disk.lock_state();
        if state.life != self.life {
            return Err(refused(operation, &self.path, ErrorKind::BrokenPipe));
        }
        Ok(state)
    }

    fn state_to_write(&self, operation: &'static str) -> Result<MutexGuard<'_, State>, DiskError> {
        if !self.writable {
            return Err(refused(operation, &self.path, ErrorKind::PermissionDenied));
        }
        self.state(operation)
    }
}

impl DiskFile for SimulatedFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        let mut state = self.state("read")?;
        let one_in = state.faults.read_1_in;
        if state.chance(one_in) {
            return Err(refused("read", &self.path, ErrorKind::Other));
        }
        let seen = &state.files[self.id].seen;
        let start = seen
            .len()
            .min(usize::try_from(offset).unwrap_or(usize::MAX));
        let length = buffer.len().min(seen.len() - start);
        buffer[..length].copy_from_slice(&seen[start..start + length]);
        Ok(length)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        let mut state = self.state_to_write("write")?;
        let free = state.capacity_bytes.saturating_sub(state.used_bytes());
        let length = state.files[self.id].seen.len() as u64;
        // Overwriting takes no room.
        let end_max = length.saturating_add(free);
        let fits = end_max.saturating_sub(offset).min(bytes.len() as u64) as usize;
        if fits > 0 {
            let bytes = bytes[..fits].to_vec();
            let offset = offset as usize;
            state.files[self.id].change(Change::Write { offset, bytes });
        }
        if fits < bytes.len() {
            return Err(refused("write", &self.path, ErrorKind::StorageFull));
        }
        Ok(())
    }

    fn truncate(&self, length: u64) -> Result<(), DiskError> {
        let mut state = self.state_to_write("truncate")?;
        state.files[self.id].change(Change::Truncate(length as usize));
        Ok(())
    }

    fn sync(&self) -> Result<(), DiskError> {
        let mut state = self.state("sync")?;
        if state.sync_file(self.id) {
            return Ok(());
        }
        Err(refused("sync", &self.path, ErrorKind::Other))
    }

    fn length(&self) -> Result<u64, DiskError> {
        Ok(self.state("stat")?.files[self.id].seen.len() as u64)
    }
}

pub(super) struct SimulatedLock {
    pub(super) disk: SimulatedDisk,
    pub(super) path: String,
    pub(super) life: u64,
}

impl DiskLock for SimulatedLock {}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        let mut state = self.disk.lock_state();
        if state.life == self.life {
            state.locks.remove(&self.path);
        }
    }
}
