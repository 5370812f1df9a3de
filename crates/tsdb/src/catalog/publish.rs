//! Parts that come to be.

use std::sync::Arc;

use platform::DiskError;

use super::name::{Name, TEMPORARY};
use super::sink::Sink;
use super::{Catalog, CatalogError, OpenPart, Tombstones, ignore_missing, sort};
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
        self.check_health()?;
        if source.groups() == 0 {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        let path = self.temporary(number);
        let written = self.write_file(&path, number, source, level, facts);
        if !matches!(written, Ok(Some(_))) {
            // If this fails the next open will do it.
            let _ = self.disk.remove(&path);
        }
        written
    }

    fn write_file(
        &self,
        path: &str,
        number: u64,
        source: &mut dyn Source,
        level: Level,
        facts: &Facts,
    ) -> Result<Option<Written>, CatalogError> {
        let mut sink = Sink::new(self.disk.create(path)?);
        let sizes = write(source, level, facts, &mut sink).map_err(|error| {
            let failure = sink.take_failure().map(PartError::Read);
            CatalogError::in_part(number)(failure.unwrap_or(error))
        })?;
        sink.finish()?;
        // It is looked at before it replaces anything.
        let file = self.disk.open_to_read(path)?;
        let part = Part::open(OnDisk(file)).map_err(CatalogError::in_part(number))?;
        let written = Written {
            number,
            sizes,
            part,
        };
        Ok((!written.part.range().is_empty()).then_some(written))
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
        if let Err(error) = self.rename_all(&numbers) {
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
                size_bytes: one.part.size_bytes() as u64,
                part: Arc::new(one.part),
                tombstones: Tombstones::default(),
            })
        }));
        sort(&mut parts);
        self.parts = parts.into();
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
        Ok(())
    }

    fn temporary(&self, number: u64) -> String {
        format!("{}{TEMPORARY}", self.path(Name::Part(number)))
    }
}
