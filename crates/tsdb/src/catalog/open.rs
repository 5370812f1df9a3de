//! Opening the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use platform::{Disk, DiskError};

use super::name::{DAMAGED, Name, TEMPORARY, leading_number};
use super::{Catalog, CatalogError, OpenPart, Tombstones, ignore_missing, sort};
use crate::part::{OnDisk, Part, PartError};

/// What was found at open besides good parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Files that can't be used.
    pub aside: Vec<Aside>,
    /// Files that a crash had left over, and that were removed.
    pub leftovers: usize,
    /// Parts that were removed because another has their samples.
    pub replaced: Vec<u64>,
}

/// A file that can't be used. Everything else can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Where it lies now, from the disk's root. Damaged files have another name, `….damaged`; those that the disk can't read, or that a newer version
    /// wrote, have kept theirs.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Catalog {
    /// Opens all parts in `folder`, which is made when it is missing.
    ///
    /// # Errors
    ///
    /// When the disk fails. Damage is no error: see [`Opened::aside`].
    pub fn open(disk: Arc<dyn Disk>, folder: &str) -> Result<(Self, Opened), CatalogError> {
        disk.create_folder(folder)?;
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        disk.sync_folder(above)?;
        let mut opening = Opening {
            disk: disk.as_ref(),
            folder,
            parts: BTreeMap::new(),
            opened: Opened::default(),
        };
        let names = disk.list(folder)?;
        opening.remove_leftovers(&names)?;
        opening.open_parts(&names)?;
        opening.remove_replaced()?;
        opening.remove_orphans(&names)?;
        disk.sync_folder(folder)?;

        let Opening { parts, opened, .. } = opening;
        let numbers = names.iter().filter_map(|name| leading_number(name));
        let mut parts: Vec<_> = parts.into_values().map(Arc::new).collect();
        let replaced = parts.iter().flat_map(|part| &part.part.facts().replaced);
        let last = numbers.chain(replaced.copied()).max().unwrap_or(0);
        sort(&mut parts);
        let catalog = Self {
            disk,
            folder: folder.to_owned(),
            parts: parts.into(),
            next: last + 1,
            doomed: Vec::new(),
            broken: None,
        };
        Ok((catalog, opened))
    }
}

struct Opening<'d> {
    disk: &'d dyn Disk,
    folder: &'d str,
    parts: BTreeMap<u64, OpenPart>,
    opened: Opened,
}

impl Opening<'_> {
    fn path(&self, name: impl std::fmt::Display) -> String {
        format!("{}/{name}", self.folder)
    }

    fn remove_leftovers(&mut self, names: &[String]) -> Result<(), DiskError> {
        for name in names.iter().filter(|name| name.ends_with(TEMPORARY)) {
            self.disk.remove(&self.path(name))?;
            self.opened.leftovers += 1;
        }
        Ok(())
    }

    fn open_parts(&mut self, names: &[String]) -> Result<(), DiskError> {
        for name in names {
            let Some(Name::Part(number)) = Name::parse(name) else {
                continue;
            };
            let file = self.disk.open_to_read(&self.path(name))?;
            match Part::open(OnDisk(file)) {
                Ok(part) => {
                    let tombstones = self.tombstones(number)?;
                    let open = OpenPart {
                        number,
                        size_bytes: part.size_bytes() as u64 + tombstones.size_bytes(),
                        part: Arc::new(part),
                        tombstones,
                    };
                    self.parts.insert(number, open);
                }
                // It may be readable another time, or by another version.
                Err(error @ (PartError::Read(_) | PartError::Version(_))) => {
                    let path = self.path(name);
                    let reason = error.to_string();
                    self.opened.aside.push(Aside { path, reason });
                }
                Err(error) => self.set_aside(name, &error.to_string())?,
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, name: &str, reason: &str) -> Result<(), DiskError> {
        let path = format!("{}{DAMAGED}", self.path(name));
        self.disk.rename(&self.path(name), &path)?;
        let reason = reason.to_owned();
        self.opened.aside.push(Aside { path, reason });
        Ok(())
    }

    /// What was deleted from a part.
    fn tombstones(&mut self, number: u64) -> Result<Tombstones, DiskError> {
        let name = Name::Deleted(number);
        let file = match self.disk.open_to_read(&self.path(name)) {
            Err(error) if error.is_missing() => return Ok(Tombstones::default()),
            file => file?,
        };
        let mut bytes = vec![0; usize::try_from(file.length()?).unwrap_or(usize::MAX)];
        file.read_at(0, &mut bytes)?;
        match Tombstones::decode(&bytes) {
            Ok(tombstones) => Ok(tombstones),
            Err(damage) => {
                self.set_aside(&name.to_string(), &damage.to_string())?;
                Ok(Tombstones::default())
            }
        }
    }

    /// Removes parts whose samples another one has.
    fn remove_replaced(&mut self) -> Result<(), DiskError> {
        let parts = self.parts.values();
        let replaced: BTreeSet<u64> = parts
            .flat_map(|part| part.part.facts().replaced.iter().copied())
            .collect();
        for number in replaced {
            if self.parts.remove(&number).is_some() {
                self.disk.remove(&self.path(Name::Part(number)))?;
                self.opened.replaced.push(number);
            }
        }
        if !self.opened.replaced.is_empty() {
            // A part must not come back without its tombstones.
            self.disk.sync_folder(self.folder)?;
        }
        Ok(())
    }

    /// Removes tombstones without a part.
    fn remove_orphans(&mut self, names: &[String]) -> Result<(), DiskError> {
        for name in names {
            let Some(Name::Deleted(number)) = Name::parse(name) else {
                continue;
            };
            // The part may be there and unreadable.
            let unread = self.path(Name::Part(number));
            let aside = |aside: &Aside| aside.path.starts_with(&unread);
            if !self.parts.contains_key(&number) && !self.opened.aside.iter().any(aside) {
                ignore_missing(self.disk.remove(&self.path(name)))?;
                self.opened.leftovers += 1;
            }
        }
        Ok(())
    }
}
