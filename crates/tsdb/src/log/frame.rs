//! A segment's head and the frames that carry its groups: what is checked before anything is believed.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The first bytes of a segment.
const SEGMENT_MAGIC: [u8; 8] = *b"ferulalg";
/// The version of the format that is written.
pub(super) const VERSION: u32 = 2;
/// The first version, which is read too.
pub(super) const VERSION_FIRST: u32 = 1;
/// The first bytes of a frame.
pub(super) const FRAME_MAGIC: [u8; 4] = [0xfe, 0x72, 0x6c, 0x67];

/// Bytes of a segment's head.
pub(super) const SEGMENT_HEAD_BYTES: usize = 40;
/// Bytes of a frame's head.
pub(super) const FRAME_HEAD_BYTES: usize = 28;
/// The most bytes that a frame carries, compressed or not.
pub(super) const FRAME_BYTES_MAX: usize = 1 << 26;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHead {
    pub(super) version: u32,
    pub(super) segment: u64,
    /// The last sequence number that was acknowledged before this segment began.
    pub(super) follows: u64,
}

impl SegmentHead {
    pub(super) fn put(self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&SEGMENT_MAGIC);
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.segment.to_le_bytes());
        out.extend_from_slice(&self.follows.to_le_bytes());
        let checksum = xxh3_64_with_seed(&out[start..], 0);
        out.extend_from_slice(&checksum.to_le_bytes());
    }

    /// The head at the start of `bytes`, if it is one of segment `segment`.
    pub(super) fn get(bytes: &[u8], segment: u64) -> Option<Self> {
        let bytes = bytes.get(..SEGMENT_HEAD_BYTES)?;
        let (told, checksum) = bytes.split_at(SEGMENT_HEAD_BYTES - 8);
        let head = Self {
            version: u32_at(told, 8),
            segment: u64_at(told, 16),
            follows: u64_at(told, 24),
        };
        let good = told.starts_with(&SEGMENT_MAGIC)
            && (VERSION_FIRST..=VERSION).contains(&head.version)
            && xxh3_64_with_seed(told, 0) == u64_at(checksum, 0)
            && head.segment == segment;
        good.then_some(head)
    }
}

/// What a frame says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHead {
    /// Bytes that follow, compressed.
    pub(super) length: u32,
    pub(super) sequence: u64,
    /// The last sequence number that was acknowledged when this frame was written.
    pub(super) acknowledged: u64,
}

/// A frame that was found whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) head: FrameHead,
    pub(super) payload: &'a [u8],
}

impl Frame<'_> {
    /// Bytes of the whole frame.
    pub(super) fn size_bytes(&self) -> usize {
        FRAME_HEAD_BYTES + self.payload.len()
    }
}

/// Writes a frame of segment `segment`.
pub(super) fn put_frame(
    out: &mut Vec<u8>,
    segment: u64,
    sequence: u64,
    acknowledged: u64,
    payload: &[u8],
) {
    let start = out.len();
    let length = u32::try_from(payload.len()).expect("FRAME_BYTES_MAX fits");
    out.extend_from_slice(&FRAME_MAGIC);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&sequence.to_le_bytes());
    let ahead = u32::try_from(sequence - acknowledged).expect("far fewer groups than bytes");
    out.extend_from_slice(&ahead.to_le_bytes());
    let checksum = frame_checksum(&out[start..], payload, segment);
    out.extend_from_slice(&checksum.to_le_bytes());
    out.extend_from_slice(payload);
}

/// The frame at the start of `bytes`, if there is a whole one of segment `segment`.
pub(super) fn get_frame(bytes: &[u8], segment: u64) -> Option<Frame<'_>> {
    let (head, rest) = bytes.split_at_checked(FRAME_HEAD_BYTES)?;
    let (told, checksum) = head.split_at(FRAME_HEAD_BYTES - 8);
    let length = u32_at(told, 4);
    if !told.starts_with(&FRAME_MAGIC) || length as usize > FRAME_BYTES_MAX {
        return None;
    }
    let payload = rest.get(..length as usize)?;
    let sequence = u64_at(told, 8);
    let head = FrameHead {
        length,
        sequence,
        acknowledged: sequence.saturating_sub(u64::from(u32_at(told, 16))),
    };
    let good = frame_checksum(told, payload, segment) == u64_at(checksum, 0);
    good.then_some(Frame { head, payload })
}

/// The first whole frame that begins in `bytes` after its first byte.
pub(super) fn find_frame(bytes: &[u8], segment: u64) -> Option<Frame<'_>> {
    let starts = memchr::memmem::find_iter(bytes, &FRAME_MAGIC);
    starts
        .filter(|&start| start > 0)
        .find_map(|start| get_frame(&bytes[start..], segment))
}

/// The segment's number is part of it, so that a frame is none in a file that it was not written to.
fn frame_checksum(told: &[u8], payload: &[u8], segment: u64) -> u64 {
    xxh3_64_with_seed(told, xxh3_64_with_seed(payload, segment))
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let taken = bytes[offset..offset + 4].try_into();
    u32::from_le_bytes(taken.expect("four bytes"))
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let taken = bytes[offset..offset + 8].try_into();
    u64::from_le_bytes(taken.expect("eight bytes"))
}
