//! The index of a block: which series there are, and where their chunks lie.
//!
//! It is held as the bytes of the file; beside them there is only the list of symbols. Sections are checked when they are read.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Index".

#[cfg(test)]
mod tests;
mod write;

pub(crate) use write::{IndexedSeries, write};

use std::ops::Range;

use model::Labels;

use super::bytes::Cursor;
use super::error::{Damage, Fault};

const MAGIC: u32 = 0xBAAA_D700;
/// Symbols are told by offset, series by offset.
const VERSION_1: u8 = 1;
/// Symbols are told by position, series by offset / 16.
const VERSION_2: u8 = 2;
const SERIES_ALIGNMENT: u64 = 16;
/// Six offsets and a checksum.
const CONTENTS_BYTES: usize = 6 * 8 + 4;

/// A chunk of a series, as the index tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Time of the first sample.
    pub min_ms: i64,
    /// Time of the last sample.
    pub max_ms: i64,
    /// Segment in the upper half, offset in the lower.
    pub reference: u64,
}

/// A series, as the index tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its number in this block.
    pub number: u64,
    /// Its labels.
    pub labels: Labels,
    /// Its chunks, by time.
    pub chunks: Vec<ChunkPlace>,
}

/// An index.
#[derive(Debug)]
pub struct Index {
    file: Vec<u8>,
    version: u8,
    /// Where in the file each symbol's text is; ascending.
    symbols: Vec<Range<usize>>,
    postings_table: u64,
}

impl Index {
    /// Takes the file.
    ///
    /// # Errors
    ///
    /// When its head, its table of contents or its symbols aren't what the format says.
    pub fn parse(file: Vec<u8>) -> Result<Self, Damage> {
        let mut head = Cursor::new(&file);
        if head.u32()? != MAGIC {
            return Err(Damage::at(0, Fault::Magic));
        }
        let version = head.u8()?;
        if !(VERSION_1..=VERSION_2).contains(&version) {
            return Err(Damage::at(4, Fault::Version(version)));
        }
        let start = file.len().saturating_sub(CONTENTS_BYTES);
        let mut contents = Cursor::at(&file, start as u64)?.checked(CONTENTS_BYTES - 4)?;
        let symbols_offset = contents.u64()?;
        // Series are found through postings; label indices are of no use.
        contents.take(4 * 8)?;
        let postings_table = contents.u64()?;
        let symbols = symbols(&file, symbols_offset)?;
        Ok(Self {
            version,
            symbols,
            postings_table,
            file,
        })
    }

    /// The numbers of all series, in the order of their labels.
    ///
    /// # Errors
    ///
    /// When the postings are damaged.
    pub fn all(&self) -> Result<Vec<u64>, Damage> {
        self.postings("", "")
    }

    /// The numbers of the series that have a label, in the order of their labels.
    ///
    /// # Errors
    ///
    /// When the postings are damaged.
    pub fn postings(&self, name: &str, value: &str) -> Result<Vec<u64>, Damage> {
        let mut table = Cursor::at(&self.file, self.postings_table)?.section()?;
        let entries = table.u32()?;
        for _ in 0..entries {
            if table.u8()? != 2 {
                return Err(table.damage(Fault::Invalid("postings of other than a label pair")));
            }
            let found = table.prefixed()? == name.as_bytes();
            let found = table.prefixed()? == value.as_bytes() && found;
            let offset = table.uvarint()?;
            if found {
                let mut list = Cursor::at(&self.file, offset)?.section()?;
                let count = list.u32()? as usize;
                let numbers = list.take(count.saturating_mul(4))?.chunks_exact(4);
                let number = |bytes: &[u8]| Cursor::new(bytes).u32().map(u64::from);
                return numbers.map(number).collect();
            }
        }
        Ok(Vec::new())
    }

    /// A series.
    ///
    /// # Errors
    ///
    /// When there is none of that number, or it is damaged.
    pub fn series(&self, number: u64) -> Result<Series, Damage> {
        let unit = if self.version == VERSION_1 {
            1
        } else {
            SERIES_ALIGNMENT
        };
        let mut cursor = Cursor::at(&self.file, number.saturating_mul(unit))?;
        let length = usize::try_from(cursor.uvarint()?).unwrap_or(usize::MAX);
        let mut entry = cursor.checked(length)?;
        let label_count = entry.uvarint()?;
        let mut pairs = Vec::new();
        for _ in 0..label_count {
            let name = self.symbol(&mut entry)?;
            pairs.push((name, self.symbol(&mut entry)?));
        }
        let labels = Labels::from_pairs(pairs);
        let chunks = places(&mut entry)?;
        Ok(Series {
            number,
            labels,
            chunks,
        })
    }

    /// The text that the next number in `entry` refers to.
    fn symbol(&self, entry: &mut Cursor<'_>) -> Result<&str, Damage> {
        let place = *entry;
        let reference = usize::try_from(entry.uvarint()?).unwrap_or(usize::MAX);
        let position = if self.version == VERSION_1 {
            // The reference is to the length before the text, which has one to five bytes.
            self.symbols.partition_point(|text| text.start <= reference)
        } else {
            reference
        };
        let text = self.symbols.get(position).and_then(|range| {
            // It was checked when the index was opened.
            std::str::from_utf8(&self.file[range.clone()]).ok()
        });
        text.ok_or_else(|| place.damage(Fault::Invalid("no such symbol")))
    }
}

fn symbols(file: &[u8], offset: u64) -> Result<Vec<Range<usize>>, Damage> {
    let mut section = Cursor::at(file, offset)?.section()?;
    let count = section.u32()?;
    (0..count)
        .map(|_| {
            let length = section.text()?.len();
            Ok(section.offset() - length..section.offset())
        })
        .collect()
}

fn places(entry: &mut Cursor<'_>) -> Result<Vec<ChunkPlace>, Damage> {
    let count = entry.uvarint()?;
    let mut places: Vec<ChunkPlace> = Vec::new();
    for _ in 0..count {
        let (min_ms, duration, reference);
        match places.last() {
            None => {
                min_ms = entry.varint()?;
                duration = entry.uvarint()?;
                reference = entry.uvarint()?;
            }
            Some(last) => {
                min_ms = last.max_ms.wrapping_add(entry.uvarint()? as i64);
                duration = entry.uvarint()?;
                reference = last.reference.wrapping_add(entry.varint()? as u64);
            }
        }
        places.push(ChunkPlace {
            min_ms,
            max_ms: min_ms.wrapping_add(duration as i64),
            reference,
        });
    }
    Ok(places)
}
