//! Reading the log: checkpoint, then segments, record by record.
//!
//! ```text
//!  wal/checkpoint.00000007/00000000 ...    what is left of segments up to 7
//!  wal/00000008 ...                        pages of 32 KiB: fragment | fragment | zeros
//! ```
//!
//! A crash tears the last segment's end: [`End::torn`] tells where, and everything before it was handed out. Damage elsewhere is an
//! error. Nothing is repaired: the log is another program's.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Log".

#[cfg(test)]
pub(crate) mod tests;

use std::io::Read as _;

use platform::disk::Disk;

use super::bytes::Cursor;
use super::error::{Damage, Error, Fault};
use super::files;
use super::record::{self, Record};

const PAGE_BYTES: usize = 32 << 10;
/// Type, length and checksum of a fragment.
const FRAGMENT_HEAD_BYTES: usize = 7;
/// An unpacked record is no larger than this; Prometheus writes one per scrape.
const RECORD_BYTES_MAX: u64 = 256 << 20;

const KIND: u8 = 0b0_0111;
const SNAPPY: u8 = 0b0_1000;
const ZSTD: u8 = 0b1_0000;

const CHECKPOINT_PREFIX: &str = "checkpoint.";

/// How reading ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Records that were handed out.
    pub records: u64,
    /// Records of types that we don't know, left out as Prometheus does.
    pub unknown: u64,
    /// Where the last segment is torn, if it is.
    pub torn: Option<(String, Damage)>,
}

/// Calls `each` with all records of the log in `folder`, in the order in which they count.
///
/// # Errors
///
/// When there is damage elsewhere than at the end, or a file can't be read.
pub fn read(disk: &dyn Disk, folder: &str, mut each: impl FnMut(Record)) -> Result<End, Error> {
    let segments = segments(disk, folder)?;
    let mut end = End::default();
    for (index, path) in segments.iter().enumerate() {
        let file = files::read(disk, path)?;
        if let Err(damage) = read_segment(&file, &mut end, &mut each) {
            if index + 1 < segments.len() {
                return Err(damage.of(path));
            }
            end.torn = Some((path.clone(), damage));
        }
    }
    Ok(end)
}

/// The segments' paths, in order: the newest checkpoint's, then those after it.
fn segments(disk: &dyn Disk, folder: &str) -> Result<Vec<String>, Error> {
    let names = disk.list(folder)?;
    let number = |name: &str| name.parse::<u64>().ok();
    let checkpoint = names
        .iter()
        .filter_map(|name| {
            let number = number(name.strip_prefix(CHECKPOINT_PREFIX)?)?;
            Some((number, name))
        })
        .max();
    let mut paths = Vec::new();
    if let Some((_, name)) = checkpoint {
        let within = format!("{folder}/{name}");
        let names = disk.list(&within)?;
        paths.extend(
            numbered(&names)
                .into_iter()
                .map(|(_, name)| format!("{within}/{name}")),
        );
    }
    let replaced = checkpoint.map(|(number, _)| number);
    for (number, name) in numbered(&names) {
        if Some(number) > replaced {
            paths.push(format!("{folder}/{name}"));
        }
    }
    Ok(paths)
}

/// Those names that are numbers, by number.
fn numbered(names: &[String]) -> Vec<(u64, &str)> {
    let numbered = |name: &'_ String| name.parse().ok();
    let mut found: Vec<(u64, &str)> = names
        .iter()
        .filter_map(|name| Some((numbered(name)?, name.as_str())))
        .collect();
    found.sort_unstable();
    found
}

/// Puts records together from fragments.
fn read_segment(file: &[u8], end: &mut End, each: &mut impl FnMut(Record)) -> Result<(), Damage> {
    let mut record = Vec::new();
    // Where the record began that is not yet whole.
    let mut begun: Option<usize> = None;
    for (index, page) in file.chunks(PAGE_BYTES).enumerate() {
        let base = index * PAGE_BYTES;
        let mut cursor = Cursor::new(page);
        while cursor.rest().len() >= FRAGMENT_HEAD_BYTES && cursor.rest()[0] != 0 {
            let offset = base + cursor.offset();
            let fragment = fragment(&mut cursor).map_err(|damage| damage.after(base as u64))?;
            let starts = matches!(fragment.kind, 1 | 2);
            if starts == begun.is_some() {
                return Err(Damage::at(offset, Fault::Invalid("fragment out of order")));
            }
            if starts {
                record.clear();
            }
            let start = *begun.get_or_insert(offset);
            record.extend_from_slice(fragment.data);
            if matches!(fragment.kind, 1 | 4) {
                begun = None;
                let place = |fault| Damage::at(start, fault);
                let unpacked = unpack(&record, fragment.packing).map_err(place)?;
                match record::decode(unpacked.as_deref().unwrap_or(&record)) {
                    Ok(record) => {
                        end.records += 1;
                        each(record);
                    }
                    Err(Damage {
                        fault: Fault::Record(_),
                        ..
                    }) => end.unknown += 1,
                    Err(damage) => return Err(place(damage.fault)),
                }
            }
        }
        // A page ends with zeros; anything else is the beginning of something.
        if let Some(place) = cursor.rest().iter().position(|byte| *byte != 0) {
            let offset = base + cursor.offset() + place;
            return Err(Damage::at(offset, Fault::Truncated));
        }
    }
    match begun {
        Some(start) => Err(Damage::at(start, Fault::Truncated)),
        None => Ok(()),
    }
}

struct Fragment<'a> {
    kind: u8,
    packing: u8,
    data: &'a [u8],
}

fn fragment<'a>(cursor: &mut Cursor<'a>) -> Result<Fragment<'a>, Damage> {
    let place = *cursor;
    let head = cursor.u8()?;
    let (kind, packing) = (head & KIND, head & (SNAPPY | ZSTD));
    if kind == 0 || kind > 4 || head & !(KIND | SNAPPY | ZSTD) != 0 {
        return Err(place.damage(Fault::Invalid("unknown fragment type")));
    }
    let length = cursor.u16()?;
    let checksum = cursor.u32()?;
    let data = cursor.take(usize::from(length))?;
    if crc32c::crc32c(data) != checksum {
        return Err(place.damage(Fault::Checksum));
    }
    Ok(Fragment {
        kind,
        packing,
        data,
    })
}

/// The unpacked record; none when it isn't packed.
fn unpack(record: &[u8], packing: u8) -> Result<Option<Vec<u8>>, Fault> {
    match packing {
        0 => Ok(None),
        SNAPPY => {
            const BROKEN: Fault = Fault::Invalid("broken snappy data");
            let length = snap::raw::decompress_len(record).map_err(|_| BROKEN)?;
            if length as u64 > RECORD_BYTES_MAX {
                return Err(Fault::Invalid("record too large"));
            }
            let unpacked = snap::raw::Decoder::new().decompress_vec(record);
            unpacked.map(Some).map_err(|_| BROKEN)
        }
        ZSTD => {
            const BROKEN: Fault = Fault::Invalid("broken zstd data");
            let mut unpacked = Vec::new();
            let reader = zstd::stream::read::Decoder::new(record).map_err(|_| BROKEN)?;
            let mut reader = reader.take(RECORD_BYTES_MAX + 1);
            reader.read_to_end(&mut unpacked).map_err(|_| BROKEN)?;
            if unpacked.len() as u64 > RECORD_BYTES_MAX {
                return Err(Fault::Invalid("record too large"));
            }
            Ok(Some(unpacked))
        }
        _ => Err(Fault::Invalid("record packed twice")),
    }
}
