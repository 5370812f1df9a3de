//! What was deleted from a block. Format: `docs/formats/prometheus-blocks.md`, "Tombstones".

use hashbrown::HashMap;
use model::{TimeRange, Timestamp};

use super::bytes::Cursor;
use super::error::{Damage, Fault};

const MAGIC: u32 = 0x0130_BA30;
const VERSION: u8 = 1;
/// Magic and version.
const HEAD_BYTES: usize = 5;
const CHECKSUM_BYTES: usize = 4;

/// Deleted ranges, by series number.
#[derive(Clone, Debug, Default)]
pub struct Tombstones {
    ranges: HashMap<u64, Vec<TimeRange>, foldhash::fast::RandomState>,
}

impl Tombstones {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it isn't what the format says.
    pub fn parse(file: &[u8]) -> Result<Self, Damage> {
        let mut cursor = Cursor::new(file);
        if cursor.u32()? != MAGIC {
            return Err(Damage::at(0, Fault::Magic));
        }
        let version = cursor.u8()?;
        if version != VERSION {
            return Err(Damage::at(4, Fault::Version(version)));
        }
        let length = file.len().saturating_sub(HEAD_BYTES + CHECKSUM_BYTES);
        let mut entries = cursor.checked(length)?;
        let mut tombstones = Self::default();
        while !entries.is_empty() {
            let series = entries.uvarint()?;
            let start = Timestamp(entries.varint()?);
            let end = Timestamp(entries.varint()?);
            let ranges = tombstones.ranges.entry(series).or_default();
            ranges.push(TimeRange::new(start, end));
        }
        Ok(tombstones)
    }

    /// What was deleted of a series.
    #[must_use]
    pub fn of(&self, series: u64) -> &[TimeRange] {
        self.ranges.get(&series).map_or(&[], Vec::as_slice)
    }
}
