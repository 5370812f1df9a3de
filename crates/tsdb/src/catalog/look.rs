//! Looking at a folder of parts without changing anything, and without its lock: another process may be at work in it.

use platform::disk::{Disk, DiskError};

use super::name::Name;
use super::{DAMAGED, Tombstones};
use crate::codec::Damage;
use crate::part::{OnDisk, Part, PartError};

/// A file with samples, or one that had some.
#[derive(Debug)]
pub struct Found {
    /// Where it lies.
    pub path: String,
    /// The part's number; `None` for what was set aside.
    pub number: Option<u64>,
    /// The part, or what is wrong with it.
    pub part: Result<Part<OnDisk>, PartError>,
    /// What was deleted from it, or what is wrong with the list of that.
    pub tombstones: Result<Tombstones, Damage>,
}

/// All parts in `folder`, by number, then what was set aside. A part that goes while we look is left out.
///
/// # Errors
///
/// When there is no such folder, or the disk can't read.
pub fn look(disk: &dyn Disk, folder: &str) -> Result<Vec<Found>, DiskError> {
    let names = disk.list(folder)?;
    let mut found = Vec::new();
    for name in &names {
        let Some(Name::Part(number)) = Name::parse(name) else {
            continue;
        };
        let path = format!("{folder}/{name}");
        let Some(file) = there(disk.open_to_read(&path))? else {
            continue;
        };
        let deleted = format!("{folder}/{}", Name::Deleted(number));
        let tombstones = match there(disk.open_to_read(&deleted))? {
            None => Ok(Tombstones::default()),
            Some(file) => {
                let mut bytes = vec![0; usize::try_from(file.length()?).unwrap_or(usize::MAX)];
                file.read_at(0, &mut bytes)?;
                Tombstones::decode(&bytes)
            }
        };
        found.push(Found {
            path,
            number: Some(number),
            part: Part::open(OnDisk(file)),
            tombstones,
        });
    }
    for name in names.iter().filter(|name| name.ends_with(DAMAGED)) {
        let path = format!("{folder}/{name}");
        if let Some(file) = there(disk.open_to_read(&path))? {
            found.push(Found {
                path,
                number: None,
                part: Part::open(OnDisk(file)),
                tombstones: Ok(Tombstones::default()),
            });
        }
    }
    Ok(found)
}

fn there<T>(opened: Result<T, DiskError>) -> Result<Option<T>, DiskError> {
    match opened {
        Err(error) if error.is_missing() => Ok(None),
        opened => opened.map(Some),
    }
}
