//! Everything that a simulated disk is, behind one lock.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use super::changes::Bytes;
use super::names::{NameChange, Names};
use super::{DiskError, Faults, refused};

pub(super) struct State {
    random: Random,
    pub(super) faults: Faults,
    pub(super) fail_next_sync: bool,
    pub(super) capacity_bytes: u64,
    /// How many crashes there were: handles of an earlier life are dead.
    pub(super) life: u64,
    pub(super) files: Vec<Bytes>,
    pub(super) seen: Names,
    kept: Names,
    pending: Vec<NameChange>,
    pub(super) locks: BTreeSet<String>,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            faults: Faults::default(),
            fail_next_sync: false,
            capacity_bytes: u64::MAX,
            life: 0,
            files: Vec::new(),
            seen: Names::default(),
            kept: Names::default(),
            pending: Vec::new(),
            locks: BTreeSet::new(),
        }
    }

    pub(super) fn new_file(&mut self) -> usize {
        self.files.push(Bytes::default());
        self.files.len() - 1
    }

    pub(super) fn find(&self, operation: &'static str, path: &str) -> Result<usize, DiskError> {
        let found = self.seen.files.get(path).copied();
        found.ok_or_else(|| refused(operation, path, ErrorKind::NotFound))
    }

    pub(super) fn check_folder(
        &self,
        operation: &'static str,
        path: &str,
    ) -> Result<(), DiskError> {
        if path.is_empty() || self.seen.folders.contains(path) {
            return Ok(());
        }
        Err(refused(operation, path, ErrorKind::NotFound))
    }

    /// That `path` can be made.
    pub(super) fn check_new(&self, operation: &'static str, path: &str) -> Result<(), DiskError> {
        self.check_folder(operation, folder_of(path))?;
        if self.seen.files.contains_key(path) || self.seen.folders.contains(path) {
            return Err(refused(operation, path, ErrorKind::AlreadyExists));
        }
        Ok(())
    }

    pub(super) fn change_names(&mut self, change: NameChange) {
        self.seen.apply(&change);
        self.pending.push(change);
    }

    pub(super) fn sync_folder(&mut self, folder: &str) {
        let kept = &mut self.kept;
        self.pending.retain(|change| {
            let synced = change.folder() == folder;
            if synced {
                kept.apply(change);
            }
            !synced
        });
    }

    /// Syncs a file, or fails to; says whether it did.
    pub(super) fn sync_file(&mut self, id: usize) -> bool {
        let fails = std::mem::take(&mut self.fail_next_sync) || self.chance(self.faults.sync_1_in);
        if fails {
            self.files[id].fail_sync(&mut self.random);
        } else {
            self.files[id].sync();
        }
        !fails
    }

    pub(super) fn used_bytes(&self) -> u64 {
        let ids: BTreeSet<usize> = self.seen.files.values().copied().collect();
        ids.iter().map(|&id| self.files[id].seen.len() as u64).sum()
    }

    pub(super) fn crash(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        // A journal keeps the first so many changes; other systems keep any.
        let journal = self.random.below(2) == 0;
        let first = self.random.below(pending.len() as u64 + 1) as usize;
        for (index, change) in pending.iter().enumerate() {
            let keeps = if journal {
                index < first
            } else {
                self.random.below(2) == 0
            };
            if keeps {
                self.kept.apply(change);
            }
        }
        self.kept.prune();
        self.seen = self.kept.clone();
        for file in &mut self.files {
            file.crash(&mut self.random);
        }
        self.locks.clear();
        self.life += 1;
    }

    /// True in 1 of `one_in` cases.
    pub(super) fn chance(&mut self, one_in: u32) -> bool {
        one_in > 0 && self.random.below(u64::from(one_in)) == 0
    }
}

/// The folder that `path` is in; the root is empty.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Steele's `SplitMix64`: small, and the same everywhere.
pub(super) struct Random(u64);

impl Random {
    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
