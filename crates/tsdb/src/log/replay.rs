//! Reads the segments back, and makes sure that what was read is really on the disk.
//!
//! 1. Read the heads: each says which sequence number its segment follows, so what the one before must hold is known.
//! 2. Show the groups of each segment, until its end, a frame that is none, or a frame that the next segment disowns.
//! 3. Judge what is left: nothing, the remains of a write that was never acknowledged, or damage.
//! 4. Of the last segment, write the frames anew whose sync nobody has seen succeed, and cut off what is torn. A process that
//!    died after a failed sync left frames that can be read and are not on the disk; whoever shows them must save them first.

use platform::Disk;

use super::compress::Decompressor;
use super::error::{Flaw, LogError, Replayed};
use super::frame::{
    FrameHead, SEGMENT_HEAD_BYTES, SegmentHead, VERSION_FIRST, find_frame, get_frame,
};
use super::group::GroupReader;
use super::record::Visitor;
use super::segment::{name_of, segment_of};
use super::target::StartsSaid;

/// A segment that is read back and no longer written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) number: u64,
    /// The last sequence number that it holds or held.
    pub(super) last: u64,
    pub(super) damaged: bool,
}

/// What the log goes on from.
#[derive(Debug, Default)]
pub(super) struct Recovered {
    pub(super) sealed: Vec<Sealed>,
    pub(super) replayed: Replayed,
}

struct SegmentFile {
    number: u64,
    path: String,
    bytes: Vec<u8>,
    head: Option<SegmentHead>,
}

/// How far a segment could be read.
struct Reading {
    /// Where the first byte is that is of no use.
    end: usize,
    /// The last sequence number that was read, or that the segment follows.
    last: u64,
    /// Where the first frame is whose sync may have failed.
    doubtful: usize,
    groups: u64,
}

/// What may be done to the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The end of the last segment is made durable, and what is torn is cut off.
    Repair,
    /// Nothing: another process may have the log.
    Look,
}

pub(super) fn recover(
    disk: &dyn Disk,
    folder: &str,
    mode: Mode,
    visitor: &mut dyn Visitor,
) -> Result<Recovered, LogError> {
    let mut numbers = Vec::new();
    for name in disk.list(folder)? {
        if name.ends_with(".tmp") && mode == Mode::Repair {
            disk.remove(&format!("{folder}/{name}"))?;
        }
        numbers.extend(segment_of(&name));
    }
    if mode == Mode::Repair {
        // A name that is seen may not be on the disk yet.
        disk.sync_folder(folder)?;
    }
    numbers.sort_unstable();
    let mut recovered = Recovered::default();
    let mut numbers = numbers.into_iter();
    let mut next = match numbers.next() {
        Some(number) => Some(read_segment(disk, folder, number)?),
        None => None,
    };
    let mut last = None;
    while let Some(file) = next {
        next = match numbers.next() {
            Some(number) => Some(read_segment(disk, folder, number)?),
            None => None,
        };
        let until = match &next {
            None => Until::End,
            Some(next) => next.head.map_or(Until::Unknown, |head| Until::Sequence {
                limit: head.follows,
                adjacent: next.number == file.number + 1,
            }),
        };
        let (sealed, reading) =
            replay_segment(&file, until, last, visitor, &mut recovered.replayed);
        if until == Until::End && mode == Mode::Repair {
            save(disk, &file, &reading, sealed.damaged)?;
        }
        last = Some(sealed.last);
        recovered.sealed.push(sealed);
    }
    Ok(recovered)
}

fn read_segment(disk: &dyn Disk, folder: &str, number: u64) -> Result<SegmentFile, LogError> {
    let path = format!("{folder}/{}", name_of(number));
    let file = disk.open_to_read(&path)?;
    let mut bytes = vec![0; file.length()? as usize];
    let read = file.read_at(0, &mut bytes)?;
    bytes.truncate(read);
    let head = SegmentHead::get(&bytes, number);
    Ok(SegmentFile {
        number,
        path,
        bytes,
        head,
    })
}

/// What a segment must reach to be whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// It is the last: its end is where writing stopped.
    End,
    /// The next one's head can't be read.
    Unknown,
    /// The next one follows the number `limit`. If it isn't `adjacent`, there may have been another between the two.
    Sequence { limit: u64, adjacent: bool },
}

fn replay_segment(
    file: &SegmentFile,
    until: Until,
    before: Option<u64>,
    visitor: &mut dyn Visitor,
    replayed: &mut Replayed,
) -> (Sealed, Reading) {
    replayed.segments += 1;
    let follows = file.head.map(|head| head.follows);
    if let (Some(follows), Some(before)) = (follows, before)
        && before < follows
    {
        replayed.flaws.push(Flaw::Missing {
            path: file.path.clone(),
            first: before + 1,
            last: follows,
        });
    }
    let limit = match until {
        Until::Sequence { limit, .. } => limit,
        Until::End | Until::Unknown => u64::MAX,
    };
    let start = follows.or(before).unwrap_or(0);
    let reading = match file.head {
        Some(_) => read_groups(file, start, limit, visitor),
        None => Reading {
            end: 0,
            last: start,
            doubtful: 0,
            groups: 0,
        },
    };
    replayed.groups += reading.groups;
    let last = last_promised(file, until, &reading);
    let sealed = Sealed {
        number: file.number,
        last: last.max(reading.last),
        damaged: last > reading.last || file.head.is_none(),
    };
    if sealed.damaged {
        replayed.flaws.push(Flaw::Damaged {
            path: file.path.clone(),
            offset: reading.end as u64,
            first: reading.last + 1,
            last: sealed.last,
        });
    } else if reading.end < file.bytes.len() {
        replayed.flaws.push(Flaw::Torn {
            path: file.path.clone(),
            offset: reading.end as u64,
            size_bytes: (file.bytes.len() - reading.end) as u64,
        });
    }
    (sealed, reading)
}

/// Shows the groups of `file` up to the sequence number `limit`.
fn read_groups(file: &SegmentFile, follows: u64, limit: u64, visitor: &mut dyn Visitor) -> Reading {
    let mut stream = Decompressor::new();
    let starts = match file.head {
        Some(head) if head.version == VERSION_FIRST => StartsSaid::Always,
        _ => StartsSaid::OnChange,
    };
    let mut records = GroupReader::new(starts);
    let mut heads: Vec<(usize, FrameHead)> = Vec::new();
    let mut end = SEGMENT_HEAD_BYTES;
    let mut last = follows;
    while let Some(frame) = get_frame(&file.bytes[end..], file.number) {
        let sequence = frame.head.sequence;
        if sequence <= last || sequence > limit {
            break;
        }
        let Some(group) = stream.decompress(frame.payload) else {
            break;
        };
        if records.get(group, sequence, visitor).is_err() {
            break;
        }
        heads.push((end, frame.head));
        last = sequence;
        end += frame.size_bytes();
    }
    // What the newest frame calls acknowledged was synced; of the rest nobody knows.
    let acknowledged = heads.last().map_or(0, |(_, head)| head.acknowledged);
    let first_unknown = heads
        .iter()
        .position(|(_, head)| head.sequence > acknowledged);
    let doubtful = match first_unknown {
        // The segment's own head came with its first frames.
        None | Some(0) => 0,
        Some(index) => heads[index].0,
    };
    Reading {
        end,
        last,
        doubtful,
        groups: heads.len() as u64,
    }
}

/// The last sequence number that was acknowledged in this segment, as far as what follows tells.
fn last_promised(file: &SegmentFile, until: Until, reading: &Reading) -> u64 {
    let limit = match until {
        Until::Sequence {
            limit,
            adjacent: true,
        } => return limit,
        Until::Sequence { limit, .. } => limit,
        Until::End | Until::Unknown => u64::MAX,
    };
    // Frames behind a bad place may know that it was good once.
    let mut rest = file.bytes.get(reading.end..).unwrap_or_default();
    // A segment without its head held one group at least.
    let mut promised = reading.last + u64::from(file.head.is_none());
    // A frame that is whole and can't be understood was written so.
    if let Some(frame) = get_frame(rest, file.number) {
        promised = promised.max(frame.head.sequence);
    }
    while let Some(frame) = find_frame(rest, file.number) {
        if frame.head.acknowledged > reading.last || file.head.is_none() {
            promised = promised.max(frame.head.sequence);
        }
        let behind = frame.payload.as_ptr() as usize - rest.as_ptr() as usize;
        rest = &rest[behind..];
    }
    promised.min(limit)
}

/// Makes what was read of the last segment durable, and cuts off what is torn.
fn save(
    disk: &dyn Disk,
    file: &SegmentFile,
    reading: &Reading,
    damaged: bool,
) -> Result<(), LogError> {
    let open = disk.open(&file.path)?;
    open.write_at(
        reading.doubtful as u64,
        &file.bytes[reading.doubtful..reading.end],
    )?;
    if !damaged {
        open.truncate(reading.end as u64)?;
    }
    open.sync()?;
    Ok(())
}
