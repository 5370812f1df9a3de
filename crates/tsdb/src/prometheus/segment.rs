//! Segments: the files in which a block's chunks lie.
//!
//! A reader keeps one window of one segment in memory. Series refer to chunks in ascending order, so reading them in order reads each
//! segment once, front to back.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Chunks".

use platform::disk::{Disk, DiskFile};

use super::bytes::{Cursor, put_checksum, put_uvarint};
use super::chunk::{self, Chunk, Sample};
use super::error::{Damage, Error, Fault};
use super::files::GrowingFile;

const MAGIC: u32 = 0x85BD_40DD;
const VERSION: u8 = 1;
/// Magic, version, padding.
const HEAD: [u8; 8] = [0x85, 0xBD, 0x40, 0xDD, VERSION, 0, 0, 0];
/// A segment is no longer than this.
const SEGMENT_BYTES_MAX: u64 = 512 << 20;
/// The longest length of a chunk, its encoding and its checksum.
const FRAME_BYTES_MAX: u64 = 5 + 1 + 4;
/// Bytes that are read at once.
const WINDOW_BYTES: usize = 256 << 10;

fn path(folder: &str, index: u32) -> String {
    format!("{folder}/{:06}", u64::from(index) + 1)
}

/// Writes chunks into as many segments as they need.
pub(crate) struct SegmentWriter<'d> {
    disk: &'d dyn Disk,
    folder: String,
    index: u32,
    file: GrowingFile,
}

impl<'d> SegmentWriter<'d> {
    /// Into a folder that is empty.
    pub(crate) fn create(disk: &'d dyn Disk, folder: &str) -> Result<Self, Error> {
        Ok(Self {
            disk,
            folder: folder.to_owned(),
            index: 0,
            file: begin(disk, folder, 0)?,
        })
    }

    /// Appends a chunk; its reference.
    pub(crate) fn push(&mut self, chunk: &Chunk) -> Result<u64, Error> {
        if self.file.length() + chunk.data.len() as u64 + FRAME_BYTES_MAX > SEGMENT_BYTES_MAX {
            let next = begin(self.disk, &self.folder, self.index + 1)?;
            std::mem::replace(&mut self.file, next).finish()?;
            self.index += 1;
        }
        let reference = u64::from(self.index) << 32 | self.file.length();
        let mut bytes = Vec::with_capacity(chunk.data.len() + FRAME_BYTES_MAX as usize);
        put_uvarint(&mut bytes, chunk.data.len() as u64);
        let start = bytes.len();
        bytes.push(chunk.encoding.byte());
        bytes.extend_from_slice(&chunk.data);
        put_checksum(&mut bytes, start);
        self.file.push(&bytes)?;
        Ok(reference)
    }

    /// Syncs what was written, names included.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.file.finish()?;
        self.disk.sync_folder(&self.folder)?;
        Ok(())
    }
}

fn begin(disk: &dyn Disk, folder: &str, index: u32) -> Result<GrowingFile, Error> {
    let mut file = GrowingFile::create(disk, &path(folder, index))?;
    file.push(&HEAD)?;
    Ok(file)
}

/// Reads chunks by reference.
pub(crate) struct SegmentReader<'d> {
    disk: &'d dyn Disk,
    folder: String,
    open: Option<OpenSegment>,
}

struct OpenSegment {
    index: u32,
    path: String,
    file: Box<dyn DiskFile>,
    /// The part of the file from `start` on.
    window: Vec<u8>,
    start: u64,
}

impl<'d> SegmentReader<'d> {
    pub(crate) fn new(disk: &'d dyn Disk, folder: String) -> Self {
        Self {
            disk,
            folder,
            open: None,
        }
    }

    /// Calls `each` with the samples of a chunk.
    pub(crate) fn read(&mut self, reference: u64, each: impl FnMut(Sample)) -> Result<(), Error> {
        let index = (reference >> 32) as u32;
        let offset = reference & u64::from(u32::MAX);
        let segment = match self.open.take() {
            Some(open) if open.index == index => open,
            _ => OpenSegment::open(self.disk, &self.folder, index)?,
        };
        let segment = self.open.insert(segment);
        segment.decode(offset, each)
    }
}

impl OpenSegment {
    fn open(disk: &dyn Disk, folder: &str, index: u32) -> Result<Self, Error> {
        let path = path(folder, index);
        let mut segment = Self {
            index,
            file: disk.open_to_read(&path)?,
            path,
            window: Vec::new(),
            start: 0,
        };
        segment.check_head()?;
        Ok(segment)
    }

    fn check_head(&mut self) -> Result<(), Error> {
        let path = self.path.clone();
        let head = self.bytes(0, HEAD.len())?;
        let checked = head_of(head);
        checked.map_err(|damage| damage.of(&path))
    }

    fn decode(&mut self, offset: u64, each: impl FnMut(Sample)) -> Result<(), Error> {
        let path = self.path.clone();
        let at = |damage: Damage| damage.after(offset).of(&path);
        let mut frame = Cursor::new(self.bytes(offset, FRAME_BYTES_MAX as usize)?);
        let length = frame.uvarint().map_err(at)?;
        let prefix = frame.offset();
        if length > SEGMENT_BYTES_MAX {
            return Err(at(
                frame.damage(Fault::Invalid("chunk longer than a segment"))
            ));
        }
        let length = length as usize;
        let whole = self.bytes(offset, prefix + 1 + length + 4)?;
        let mut frame = Cursor::new(whole);
        frame.take(prefix).map_err(at)?;
        let mut content = frame.checked(1 + length).map_err(at)?;
        let encoding = content.u8().map_err(at)?;
        let begin = content.offset() as u64;
        chunk::decode(encoding, content.rest(), each).map_err(|damage| at(damage.after(begin)))
    }

    /// `count` bytes from `offset` on, fewer at the file's end.
    fn bytes(&mut self, offset: u64, count: usize) -> Result<&[u8], Error> {
        let inside = |segment: &Self| {
            let place = usize::try_from(offset.checked_sub(segment.start)?).ok()?;
            (place + count <= segment.window.len()).then_some(place)
        };
        if let Some(place) = inside(self) {
            return Ok(&self.window[place..place + count]);
        }
        // A damaged length must not make us ask for memory.
        let left = self.file.length()?.saturating_sub(offset);
        let wanted = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(count.max(WINDOW_BYTES));
        self.window.resize(wanted, 0);
        self.start = offset;
        let read = self.file.read_at(offset, &mut self.window)?;
        self.window.truncate(read);
        Ok(&self.window[..count.min(read)])
    }
}

fn head_of(head: &[u8]) -> Result<(), Damage> {
    let mut cursor = Cursor::new(head);
    if cursor.u32()? != MAGIC {
        return Err(Damage::at(0, Fault::Magic));
    }
    match cursor.u8()? {
        VERSION => Ok(()),
        version => Err(Damage::at(4, Fault::Version(version))),
    }
}
