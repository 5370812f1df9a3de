//! Reading `chunks_head`: full chunks of the samples that are also in the log.
//!
//! As long as the log is whole they say nothing new; once Prometheus has checkpointed the log, samples of the head's full chunks may be
//! here alone. The last file may end in a torn chunk, since it is written without syncing.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Full chunks of the head".

#[cfg(test)]
mod tests;

use platform::disk::Disk;

use super::bytes::Cursor;
use super::error::{Damage, Error, Fault};
use super::files;

const MAGIC: u32 = 0x0130_BC91;
const VERSION: u8 = 1;
const HEAD_BYTES: u64 = 8;
/// The bit of the encoding byte that says that the chunk's samples came late.
const LATE: u8 = 0x80;

/// A full chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadChunk<'a> {
    /// The series' number in the log.
    pub series: u64,
    /// Time of the first sample, in milliseconds since 1970.
    pub min_ms: i64,
    /// Time of the last.
    pub max_ms: i64,
    /// Whether its samples came late: they may lie between those of other chunks.
    pub late: bool,
    /// For [`chunk::decode`](super::chunk::decode).
    pub encoding: u8,
    /// The same.
    pub data: &'a [u8],
}

/// Calls `each` with all chunks in `folder`, in the order in which they were written. Where the last file is torn, if it is.
///
/// # Errors
///
/// When there is damage elsewhere than at the end, or a file can't be read.
pub fn read(
    disk: &dyn Disk,
    folder: &str,
    mut each: impl FnMut(HeadChunk<'_>),
) -> Result<Option<(String, Damage)>, Error> {
    let names = disk.list(folder)?;
    let numbered = |name: &&String| name.bytes().all(|byte| byte.is_ascii_digit());
    let names: Vec<&String> = names.iter().filter(numbered).collect();
    for (index, name) in names.iter().enumerate() {
        let path = format!("{folder}/{name}");
        let file = files::read(disk, &path)?;
        if let Err(damage) = read_file(&file, &mut each) {
            if index + 1 < names.len() {
                return Err(damage.of(&path));
            }
            return Ok(Some((path, damage)));
        }
    }
    Ok(None)
}

fn read_file(file: &[u8], each: &mut impl FnMut(HeadChunk<'_>)) -> Result<(), Damage> {
    // A file may have been made and not yet written to.
    if file.iter().take(HEAD_BYTES as usize).all(|byte| *byte == 0) {
        return Ok(());
    }
    let mut cursor = Cursor::new(file);
    if cursor.u32()? != MAGIC {
        return Err(Damage::at(0, Fault::Magic));
    }
    let version = cursor.u8()?;
    if version != VERSION {
        return Err(Damage::at(4, Fault::Version(version)));
    }
    cursor.take(3)?;
    // Series count from one, and files are made with their full length.
    while !cursor.is_empty() && cursor.rest().iter().take(8).any(|byte| *byte != 0) {
        let start = cursor;
        let series = cursor.u64()?;
        let min_ms = cursor.i64()?;
        let max_ms = cursor.i64()?;
        let encoding = cursor.u8()?;
        let data = cursor.prefixed()?;
        let length = cursor.offset() - start.offset();
        let mut whole = start;
        whole.checked(length)?;
        cursor.u32()?;
        each(HeadChunk {
            series,
            min_ms,
            max_ms,
            late: encoding & LATE != 0,
            encoding: encoding & !LATE,
            data,
        });
    }
    Ok(())
}
