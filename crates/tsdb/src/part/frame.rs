//! The frame of a file: magic, checksums, footer.

use xxhash_rust::xxh3::xxh3_64;

use super::{Level, Medium, PartError, VERSION};
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

/// Begins and ends each part; the version follows.
const MAGIC: [u8; 7] = *b"FERULAP";
/// Bytes before the first page.
pub(super) const HEAD_BYTES: usize = 8;
const TAIL_BYTES: usize = 24;
/// Bytes of a checksum.
pub(super) const CHECKSUM_BYTES: usize = 8;

/// Sections by their number in the file. The pages together count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pages = 1,
    Strings = 2,
    Metrics = 3,
    Groups = 4,
    PageIndex = 5,
    Exemplars = 6,
    Metadata = 7,
    Summaries = 8,
    Facts = 9,
    Starts = 10,
}

impl Kind {
    /// What errors call it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Strings => "strings",
            Self::Metrics => "metrics",
            Self::Groups => "groups",
            Self::PageIndex => "page index",
            Self::Exemplars => "exemplars",
            Self::Metadata => "metadata",
            Self::Summaries => "summaries",
            Self::Facts => "facts",
            Self::Starts => "start times",
        }
    }
}

/// The footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Footer {
    /// Kinds and lengths in file order, checksums included.
    pub(super) sections: Vec<(u64, usize)>,
    pub(super) time_min: i64,
    pub(super) time_max: i64,
    pub(super) level: Level,
}

/// Magic and version.
pub(super) fn head() -> [u8; HEAD_BYTES] {
    let mut head = [VERSION; HEAD_BYTES];
    head[..MAGIC.len()].copy_from_slice(&MAGIC);
    head
}

/// Appends the checksum of `bytes` to them.
pub(super) fn seal(bytes: &mut Vec<u8>) {
    let checksum = xxh3_64(bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
}

/// The bytes that were [sealed](seal).
pub(super) fn unseal<'a>(sealed: &'a [u8], what: &'static str) -> Result<&'a [u8], Damage> {
    let damage = Damage::new(what, 0);
    let (bytes, checksum) = sealed.split_last_chunk::<CHECKSUM_BYTES>().ok_or(damage)?;
    if xxh3_64(bytes).to_le_bytes() == *checksum {
        Ok(bytes)
    } else {
        Err(damage)
    }
}

impl Footer {
    /// Footer and tail.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, self.sections.len() as u64);
        for (kind, length) in &self.sections {
            put_varint(&mut out, *kind);
            put_varint(&mut out, *length as u64);
        }
        put_signed(&mut out, self.time_min);
        put_signed(&mut out, self.time_max);
        out.push(self.level.tag());
        let length = out.len() as u64;
        seal(&mut out);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&head());
        out
    }

    /// Reads the footer of a file, whose sections must fill it from head to footer.
    pub(super) fn read<M: Medium>(file: &M) -> Result<Self, PartError> {
        let length = file.length()?;
        let tail = length
            .checked_sub(TAIL_BYTES)
            .filter(|tail| *tail >= HEAD_BYTES)
            .ok_or(PartError::NotAPart)?;
        let ends = [file.bytes(0..HEAD_BYTES)?, file.bytes(tail..length)?];
        if ends[1].len() < TAIL_BYTES {
            return Err(PartError::NotAPart);
        }
        for end in [&*ends[0], &ends[1][TAIL_BYTES - HEAD_BYTES..]] {
            match end.strip_prefix(&MAGIC) {
                Some([VERSION]) => {}
                Some([version]) => return Err(PartError::Version(*version)),
                _ => return Err(PartError::NotAPart),
            }
        }
        let damaged = || PartError::at(tail)(Damage::new("tail", 0));
        let stated = Cursor::new(&ends[1][CHECKSUM_BYTES..], "tail")
            .u64()
            .map_err(PartError::at(tail))?;
        let start = usize::try_from(stated)
            .ok()
            .and_then(|stated| tail.checked_sub(stated))
            .filter(|start| *start >= HEAD_BYTES)
            .ok_or_else(damaged)?;
        let footer = unseal(&file.bytes(start..tail + CHECKSUM_BYTES)?, "footer")
            .and_then(Self::decode_fields)
            .map_err(PartError::at(start))?;
        let total = footer
            .sections
            .iter()
            .try_fold(HEAD_BYTES, |end, (_, length)| end.checked_add(*length));
        if total != Some(start) {
            return Err(damaged());
        }
        Ok(footer)
    }

    fn decode_fields(bytes: &[u8]) -> Result<Self, Damage> {
        let mut cursor = Cursor::new(bytes, "footer");
        let count = cursor.size(bytes.len())?;
        let sections = (0..count)
            .map(|_| Ok((cursor.varint()?, cursor.size(usize::MAX)?)))
            .collect::<Result<_, Damage>>()?;
        let (time_min, time_max) = (cursor.signed()?, cursor.signed()?);
        let level = Level::from_tag(cursor.byte()?).ok_or_else(|| cursor.damage())?;
        cursor.end()?;
        Ok(Self {
            sections,
            time_min,
            time_max,
            level,
        })
    }

    /// Where the section lies in the file; empty if it was left out.
    pub(super) fn section(&self, kind: Kind) -> std::ops::Range<usize> {
        let mut start = HEAD_BYTES;
        for (other, length) in &self.sections {
            if *other == kind as u64 {
                return start..start + length;
            }
            start += length;
        }
        0..0
    }
}
