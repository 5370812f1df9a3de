//! Parts that come to be.

use std::sync::Arc;

use platform::{Disk, DiskError};

use super::name::{Name, TEMPORARY};
use super::sink::Sink;
use super::{Catalog, CatalogError, Deletion, OpenPart, Tombstones, ignore_missing, sort};
use crate::part::{Facts, Level, OnDisk, Part, PartError, Sizes, Source, write};

/// A part that is on the disk, and that nobody sees yet. Unless it is [published](Catalog::publish) or [discarded](Catalog::discard) its file
/// stays until the next open.
#[derive(Debug)]
pub struct Written {
    /// Its number.
    pub number: u64,
    /// What takes the room.
    pub sizes: Sizes,
    part: Part<OnDisk>,
    /// What was deleted since the samples were read that it has.
    deleted: Tombstones,
}

impl Written {
    /// These were deleted while it was written: they come with it.
    pub(crate) fn lacks(&mut self, deletions: impl IntoIterator<Item = Deletion>) {
        for deletion in deletions {
            if !self.deleted.has(&deletion) {
                self.deleted.push(deletion);
            }
        }
    }
}

/// A part that has its number and nothing else. It is written without the catalog, which others can change meanwhile.
#[derive(Debug)]
pub struct Draft {
    disk: SharedDisk,
    path: String,
    number: u64,
}

/// A disk that has nothing to show of itself.
struct SharedDisk(Arc<dyn Disk>);

impl std::fmt::Debug for SharedDisk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a disk")
    }
}

impl Draft {
    /// Writes it, and returns when its bytes are on the disk; `None` if `source` has nothing to write.
    ///
    /// # Errors
    ///
    /// When the disk fails or is full, or the source can't be read. Then nothing is left.
    pub fn write(
        self,
        source: &mut dyn Source,
        level: Level,
        facts: &Facts,
    ) -> Result<Option<Written>, CatalogError> {
        if source.groups() == 0 {
            return Ok(None);
        }
        let written = self.write_file(source, level, facts);
        if !matches!(written, Ok(Some(_))) {
            // If this fails the next open will do it.
            let _ = self.disk.0.remove(&self.path);
        }
        written
    }

    fn write_file(
        &self,
        source: &mut dyn Source,
        level: Level,
        facts: &Facts,
    ) -> Result<Option<Written>, CatalogError> {
        let (disk, number) = (&self.disk.0, self.number);
        let mut sink = Sink::new(disk.create(&self.path)?);
        let sizes = write(source, level, facts, &mut sink).map_err(|error| {
            let failure = sink.take_failure().map(PartError::Read);
            CatalogError::in_part(number)(failure.unwrap_or(error))
        })?;
        sink.finish()?;
        // It is looked at before it replaces anything.
        let file = disk.open_to_read(&self.path)?;
        let part = Part::open(OnDisk(file)).map_err(CatalogError::in_part(number))?;
        let written = Written {
            number,
            sizes,
            part,
            deleted: Tombstones::default(),
        };
        Ok((!written.part.range().is_empty()).then_some(written))
    }
}

impl Catalog {
    /// Writes a part, and returns when its bytes are on the disk; `None` if `source` has nothing to write.
    ///
    /// # Errors
    ///
    /// When the disk fails or is full, or the source can't be read. Then nothing is left.
    pub fn write(
        &mut self,
        source: &mut dyn Source,
        level: Level,
        facts: &Facts,
    ) -> Result<Option<Written>, CatalogError> {
        self.draft()?.write(source, level, facts)
    }

    /// Gives a number to a part that is to be written.
    ///
    /// # Errors
    ///
    /// When nothing can be changed any more.
    pub fn draft(&mut self) -> Result<Draft, CatalogError> {
        self.check_health()?;
        let number = self.next;
        self.next += 1;
        Ok(Draft {
            disk: SharedDisk(Arc::clone(&self.disk)),
            path: self.temporary(number),
            number,
        })
    }

    /// Removes what was written and is not wanted after all.
    ///
    /// # Errors
    ///
    /// When the disk fails; the next open removes it then.
    pub fn discard(&mut self, written: Written) -> Result<(), CatalogError> {
        let Written { number, part, .. } = written;
        drop(part);
        Ok(self.disk.remove(&self.temporary(number))?)
    }

    /// Makes parts durable and visible, and takes those that they replace out of the list. The last one is durable only after the others are.
    ///
    /// # Errors
    ///
    /// When the disk fails. Then none of them is in the list; and if they could not be taken back, nothing can be changed any more.
    pub fn publish(&mut self, written: Vec<Written>) -> Result<(), CatalogError> {
        self.check_health()?;
        let numbers: Vec<u64> = written.iter().map(|one| one.number).collect();
        let named = self.name_deleted(&written);
        if let Err(error) = named.and_then(|()| self.rename_all(&numbers)) {
            if let Err(other) = self.take_back(&numbers) {
                self.broken = Some(format!("{error}; then {other}"));
            }
            return Err(error.into());
        }
        let parts = written.iter();
        let replaced: Vec<u64> = parts
            .flat_map(|one| one.part.facts().replaced.iter().copied())
            .collect();
        self.remove(&replaced);
        let mut parts = self.parts.to_vec();
        parts.extend(written.into_iter().map(|one| {
            Arc::new(OpenPart {
                number: one.number,
                size_bytes: one.part.size_bytes() as u64 + one.deleted.size_bytes(),
                part: Arc::new(one.part),
                tombstones: one.deleted,
            })
        }));
        sort(&mut parts);
        self.parts = parts.into();
        Ok(())
    }

    /// Writes what was deleted from parts, so that none is ever there without.
    fn name_deleted(&self, written: &[Written]) -> Result<(), DiskError> {
        let mut any = false;
        for one in written.iter().filter(|one| !one.deleted.is_empty()) {
            self.write_small(Name::Deleted(one.number), &one.deleted.encode())?;
            any = true;
        }
        if any {
            self.disk.sync_folder(&self.folder)?;
        }
        Ok(())
    }

    fn rename_all(&self, numbers: &[u64]) -> Result<(), DiskError> {
        let Some((last, others)) = numbers.split_last() else {
            return Ok(());
        };
        for number in others {
            self.give_name(*number)?;
        }
        if !others.is_empty() {
            self.disk.sync_folder(&self.folder)?;
        }
        self.give_name(*last)?;
        self.disk.sync_folder(&self.folder)
    }

    fn give_name(&self, number: u64) -> Result<(), DiskError> {
        self.disk
            .rename(&self.temporary(number), &self.path(Name::Part(number)))
    }

    /// Undoes a publication that failed half way: what it replaces must not be replaced at the next open, since until then it may change.
    ///
    /// The last part says that the others are there, so it must be gone for good before any of them goes.
    fn take_back(&self, numbers: &[u64]) -> Result<(), DiskError> {
        let Some((last, others)) = numbers.split_last() else {
            return Ok(());
        };
        for some in [&[*last], others] {
            for number in some {
                ignore_missing(self.disk.remove(&self.path(Name::Part(*number))))?;
                ignore_missing(self.disk.remove(&self.temporary(*number)))?;
            }
            self.disk.sync_folder(&self.folder)?;
        }
        // What is left of these means nothing without a part, and the next open removes it.
        for number in numbers {
            ignore_missing(self.disk.remove(&self.path(Name::Deleted(*number))))?;
        }
        Ok(())
    }

    fn temporary(&self, number: u64) -> String {
        format!("{}{TEMPORARY}", self.path(Name::Part(number)))
    }
}
