//! The parts of a store: which there are, and what was deleted from them.
//!
//! # The picture
//!
//! ```text
//!  parts/0000000007.part          open, in a query's view
//!        0000000007.deleted       what was deleted from it
//!        0000000008.part.tmp      being written; left over after a crash, and removed
//!        0000000006.part.damaged  set aside, and named
//!
//!  write(source, level, facts) ─► 8.part.tmp, synced ─► publish ─► 8.part, folder synced ─► in the list, what it replaces out of it
//!                                                                                           └► sweep: files of what is out are removed
//! ```
//!
//! # Invariants
//!
//! - What [`Catalog::publish`] returned `Ok` for is there after a crash, and what it replaces is not seen again; before that, what it would have replaced
//!   is there as it was.
//! - Of several parts that are published together the last is durable only after the others are. So whoever says in the last one's facts what the log
//!   need not replay loses nothing.
//! - Numbers are never given twice as long as anything remembers them.
//! - A deletion is durable when [`Catalog::delete`] returns.
//! - A part that was removed can be read until the last query that has it lets go.
//!
//! # What is absent, and why
//!
//! No policy: what is merged or dropped is decided by pure functions (`merge::plan`, `retention`). No lock: the store has one for all that
//! maintains it, and gives queries the list of parts.

mod deletion;
mod error;
mod look;
mod name;
mod open;
mod publish;
mod sink;
mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{Matcher, TimeRange};
use platform::{Disk, DiskError};

use crate::part::{OnDisk, Part};
pub use deletion::{Deletion, Tombstones};
pub use error::CatalogError;
pub use look::{Found, look};
use name::{DAMAGED, Name};
pub use open::{Aside, Opened};
pub use publish::{Draft, Written};

/// A part that can be read, and what was deleted from it since it was written.
#[derive(Debug)]
pub struct OpenPart {
    number: u64,
    part: Arc<Part<OnDisk>>,
    tombstones: Tombstones,
    /// Of its files.
    size_bytes: u64,
}

impl OpenPart {
    /// Its number, which no other part has or will have.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its place among sources of the same samples: where two have a sample of one series at one time, the one with the smaller age was first. A merged
    /// part takes the place of what it replaced.
    #[must_use]
    pub fn age(&self) -> u64 {
        let replaced = self.part.facts().replaced.first().copied();
        replaced.map_or(self.number, |first| first.min(self.number))
    }

    /// What can be read. Deleted samples are still there: see [`tombstones`](Self::tombstones).
    #[must_use]
    pub fn part(&self) -> &Part<OnDisk> {
        &self.part
    }

    /// The same, for those who keep it.
    pub(crate) fn shared(&self) -> Arc<Part<OnDisk>> {
        Arc::clone(&self.part)
    }

    /// What was deleted.
    #[must_use]
    pub fn tombstones(&self) -> &Tombstones {
        &self.tombstones
    }

    /// From the first to the last sample's time.
    #[must_use]
    pub fn range(&self) -> TimeRange {
        self.part.range()
    }

    /// Bytes on the disk.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

/// The parts in one folder of a disk. One at a time changes it.
pub struct Catalog {
    disk: Arc<dyn Disk>,
    folder: String,
    /// By ascending time.
    parts: Arc<[Arc<OpenPart>]>,
    /// What the next part is called.
    next: u64,
    /// Parts that are no longer there, and whose files are.
    doomed: Vec<u64>,
    /// Why nothing can be changed any more.
    broken: Option<String>,
}

impl Catalog {
    /// The parts, by ascending time. Queries keep the list that they began with.
    #[must_use]
    pub fn parts(&self) -> &Arc<[Arc<OpenPart>]> {
        &self.parts
    }

    /// The part of this number.
    #[must_use]
    pub fn part(&self, number: u64) -> Option<&Arc<OpenPart>> {
        self.parts.iter().find(|part| part.number == number)
    }

    /// Bytes of all parts on the disk.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.size_bytes).sum()
    }

    /// The largest sequence number of the log up to which parts have everything; 0 if they say nothing.
    #[must_use]
    pub fn log_sequence(&self) -> u64 {
        let parts = self.parts.iter();
        let sequences = parts.map(|part| part.part.facts().log_sequence);
        sequences.max().unwrap_or(0)
    }

    /// Lets go of the tables of parts that nobody asked for since the last call. Called every minute or so, this bounds the memory of parts
    /// that nobody queries.
    pub fn rest(&self) {
        for part in self.parts.iter() {
            part.part.rest();
        }
    }

    /// Takes parts out of the list; [`sweep`](Self::sweep) removes their files. Not durable before that.
    pub fn remove(&mut self, numbers: &[u64]) {
        let (gone, kept): (Vec<_>, Vec<_>) = self
            .parts
            .iter()
            .cloned()
            .partition(|part| numbers.contains(&part.number));
        self.parts = kept.into();
        self.doomed.extend(gone.iter().map(|part| part.number));
    }

    /// Removes the files of parts that are out of the list; how many parts.
    ///
    /// # Errors
    ///
    /// When the disk fails. What was not removed is tried again with the next call, and at open.
    pub fn sweep(&mut self) -> Result<usize, CatalogError> {
        let doomed = self.doomed.clone();
        if doomed.is_empty() {
            return Ok(0);
        }
        // A part must not come back without its tombstones.
        for extension in [Name::Part as fn(u64) -> Name, Name::Deleted] {
            for number in &doomed {
                ignore_missing(self.disk.remove(&self.path(extension(*number))))?;
            }
            self.disk.sync_folder(&self.folder)?;
        }
        self.doomed.clear();
        Ok(doomed.len())
    }

    /// Gives a part that turned out to be damaged the name of such files, and takes it out of the list, even if that fails. Durable when it returns.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub fn set_aside(&mut self, number: u64) -> Result<(), CatalogError> {
        let kept = self.parts.iter().filter(|part| part.number != number);
        self.parts = kept.cloned().collect();
        let path = self.path(Name::Part(number));
        let aside = format!("{path}{DAMAGED}");
        ignore_missing(self.disk.rename(&path, &aside))?;
        Ok(self.disk.sync_folder(&self.folder)?)
    }

    /// Notes a deletion in all parts that have samples of it; how many parts. Durable when it returns.
    ///
    /// # Errors
    ///
    /// When the disk fails. Then the samples may come out deleted after a crash, or not.
    pub fn delete(&mut self, deletion: &Deletion) -> Result<usize, CatalogError> {
        self.check_health()?;
        let mut parts = self.parts.to_vec();
        let mut changed = 0;
        for part in &mut parts {
            let there = part.range().overlaps(deletion.range) && !part.tombstones.has(deletion);
            if !there || !self.has_series(part, &deletion.matchers)? {
                continue;
            }
            let mut tombstones = part.tombstones.clone();
            tombstones.push(deletion.clone());
            let before = part.tombstones.size_bytes();
            let bytes = tombstones.encode();
            self.write_small(Name::Deleted(part.number), &bytes)?;
            *part = Arc::new(OpenPart {
                number: part.number,
                part: Arc::clone(&part.part),
                size_bytes: part.size_bytes - before + bytes.len() as u64,
                tombstones,
            });
            changed += 1;
        }
        if changed > 0 {
            self.disk.sync_folder(&self.folder)?;
            self.parts = parts.into();
        }
        Ok(changed)
    }

    fn has_series(&self, part: &OpenPart, matchers: &[Matcher]) -> Result<bool, CatalogError> {
        let tables = part.part.tables();
        let tables = tables.map_err(CatalogError::in_part(part.number))?;
        Ok(!tables.select(matchers).is_empty())
    }

    /// Writes a file whole, under its name. The folder is not synced.
    fn write_small(&self, name: Name, bytes: &[u8]) -> Result<(), DiskError> {
        let path = self.path(name);
        let temporary = format!("{path}{}", name::TEMPORARY);
        ignore_missing(self.disk.remove(&temporary))?;
        let file = self.disk.create(&temporary)?;
        file.write_at(0, bytes)?;
        file.sync()?;
        self.disk.rename(&temporary, &path)
    }

    fn path(&self, name: Name) -> String {
        format!("{}/{name}", self.folder)
    }

    fn check_health(&self) -> Result<(), CatalogError> {
        match &self.broken {
            None => Ok(()),
            Some(reason) => Err(CatalogError::Broken {
                reason: reason.clone(),
            }),
        }
    }
}

fn ignore_missing(result: Result<(), DiskError>) -> Result<(), DiskError> {
    match result {
        Err(error) if error.is_missing() => Ok(()),
        other => other,
    }
}

/// What a part's file is called once it was set aside.
pub(crate) fn name_aside(number: u64) -> String {
    format!("{}{DAMAGED}", Name::Part(number))
}

/// By time, then by number: older parts first.
fn sort(parts: &mut [Arc<OpenPart>]) {
    parts.sort_by_key(|part| (part.range().start, part.range().end, part.number));
}
