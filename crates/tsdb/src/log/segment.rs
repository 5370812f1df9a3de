//! Segments: their names, and the one that is being written.

use platform::{Disk, DiskError, DiskFile};

use super::compress::Compressor;
use super::frame::{FRAME_BYTES_MAX, SegmentHead, VERSION, put_frame};
use super::group::GroupWriter;
use super::record::{Names, Record};

/// A group is closed when it has so many bytes, so that none becomes too large for a frame.
const GROUP_BYTES: usize = 1 << 20;
/// The largest record that fits into a group that isn't closed, with room for the names that come before it.
pub(super) const RECORD_BYTES_MAX: usize = 1 << 24;

// A group holds less than one record more than it should, and zstd makes it larger by less than 1 in 128.
const _: () = assert!(GROUP_BYTES + 2 * RECORD_BYTES_MAX < FRAME_BYTES_MAX);

/// `0000000007.log`
pub(super) fn name_of(segment: u64) -> String {
    format!("{segment:010}.log")
}

/// The segment that a file name stands for.
pub(super) fn segment_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".log")?;
    let segment = digits.parse().ok()?;
    (name_of(segment) == name).then_some(segment)
}

/// A file that is being made; worthless after a crash.
pub(super) fn unfinished(path: &str) -> String {
    format!("{path}.tmp")
}

/// The segment that is being written: what was appended, and what the reader will remember.
pub(super) struct Segment {
    pub(super) number: u64,
    /// Only once something was committed to it.
    pub(super) file: Option<Box<dyn DiskFile>>,
    /// Bytes that are synced.
    pub(super) end: u64,
    follows: u64,
    records: GroupWriter,
    stream: Compressor,
    group: Vec<u8>,
    /// Frames that are not written.
    frames: Vec<u8>,
}

impl Segment {
    pub(super) fn new(number: u64, follows: u64) -> Self {
        Self {
            number,
            follows,
            file: None,
            end: 0,
            records: GroupWriter::default(),
            stream: Compressor::new(),
            group: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Adds a record to the group, and says whether the group should be closed.
    pub(super) fn append(&mut self, record: &Record<'_>, names: &dyn Names) -> bool {
        self.records.put(&mut self.group, record, names);
        self.group.len() >= GROUP_BYTES
    }

    pub(super) fn group_is_empty(&self) -> bool {
        self.group.is_empty()
    }

    /// Makes the group a frame.
    pub(super) fn close_group(&mut self, sequence: u64, acknowledged: u64) {
        let payload = self.stream.compress(&self.group);
        assert!(payload.len() <= FRAME_BYTES_MAX, "labels beyond all limits");
        put_frame(
            &mut self.frames,
            self.number,
            sequence,
            acknowledged,
            payload,
        );
        self.group.clear();
    }

    pub(super) fn has_frames(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Writes the frames, and returns when they are on the disk.
    pub(super) fn write(&mut self, disk: &dyn Disk, folder: &str) -> Result<(), DiskError> {
        match &self.file {
            None => {
                self.file = Some(self.make(disk, folder)?);
            }
            Some(file) => {
                file.write_at(self.end, &self.frames)?;
                file.sync()?;
                self.end += self.frames.len() as u64;
            }
        }
        self.frames.clear();
        Ok(())
    }

    /// The file, with its head and first frames. It gets its name when it is whole, so a segment never lacks its head.
    fn make(&mut self, disk: &dyn Disk, folder: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let path = format!("{folder}/{}", name_of(self.number));
        let mut content = Vec::new();
        let head = SegmentHead {
            version: VERSION,
            segment: self.number,
            follows: self.follows,
        };
        head.put(&mut content);
        content.append(&mut self.frames);
        let file = disk.create(&unfinished(&path))?;
        file.write_at(0, &content)?;
        file.sync()?;
        disk.rename(&unfinished(&path), &path)?;
        disk.sync_folder(folder)?;
        self.end = content.len() as u64;
        // By its name, so that errors tell it.
        disk.open(&path)
    }

    /// Takes back what a write left that did not fit, as far as the disk lets us. What stays is known by its sequence numbers as
    /// something that was refused.
    pub(super) fn take_back(&self, disk: &dyn Disk, folder: &str) {
        match &self.file {
            // The result is of no use: either there is room again, or there is none and we say so next time.
            Some(file) => drop(file.truncate(self.end)),
            None => {
                let path = format!("{folder}/{}", name_of(self.number));
                drop(disk.remove(&unfinished(&path)));
            }
        }
    }
}
