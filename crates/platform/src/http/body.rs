//! A body on its way into the caller's buffer: unpacked, and never larger than the caller wants.
//!
//! Both the bytes on the wire and the unpacked ones are counted, so that neither an endless body nor a bomb of packed
//! zeros gets further than the limit. A packed body is gathered first and unpacked in one go, which is much faster than piece by piece.

use flate2::{Decompress, FlushDecompress, Status};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::BodyError;
use super::buffers::Buffers;

/// The window that all of gzip's packers may use, in bits.
const WINDOW_BITS: u8 = 15;
/// What a gzip member begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The room that unpacking begins with, for each packed byte: pages of exporters are packed to a sixth.
const RATIO: usize = 8;
/// The least room to go on with.
const ROOM_BYTES_MIN: usize = 4 << 10;

/// Takes a body piece by piece.
pub(super) struct BodyReader<'a> {
    buffer: &'a mut Vec<u8>,
    /// What has come, if it has to be unpacked.
    packed: Option<Vec<u8>>,
    limit_bytes: usize,
    /// Where what is packed lies until then.
    buffers: &'a Buffers,
}

impl<'a> BodyReader<'a> {
    /// Reads the body of an answer with `headers` into `buffer`, which is emptied first.
    pub(super) fn new(
        headers: &HeaderMap,
        buffer: &'a mut Vec<u8>,
        limit_bytes: usize,
        buffers: &'a Buffers,
    ) -> Self {
        buffer.clear();
        let is_packed = headers
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
        Self {
            buffer,
            packed: is_packed.then(Vec::new),
            limit_bytes,
            buffers,
        }
    }

    /// The first piece, in a buffer that the following ones may go to as well.
    pub(super) fn begin(&mut self, piece: Vec<u8>) -> Result<(), BodyError> {
        self.check_length(piece.len() as u64)?;
        let before = std::mem::replace(self.wire(0), piece);
        debug_assert!(before.is_empty(), "nothing has come before");
        self.buffers.put(before);
        Ok(())
    }

    /// The next piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        let limit_bytes = self.limit_bytes;
        let buffers = self.buffers;
        let wire = self.wire(0);
        if wire.capacity() == 0 {
            *wire = buffers.take();
            wire.clear();
        }
        if piece.len() > limit_bytes - wire.len() {
            return Err(BodyError::TooLarge { limit_bytes });
        }
        wire.extend_from_slice(piece);
        Ok(())
    }

    /// Takes back a buffer that pieces came in.
    pub(super) fn reclaim(&self, buffer: Vec<u8>) {
        self.buffers.put(buffer);
    }

    /// Says whether so many bytes may come at all.
    pub(super) fn check_length(&self, length: u64) -> Result<usize, BodyError> {
        let limit_bytes = self.limit_bytes;
        let length = usize::try_from(length).ok();
        length
            .filter(|length| *length <= limit_bytes)
            .ok_or(BodyError::TooLarge { limit_bytes })
    }

    /// Where the bytes go as they come, with room for `length` in all. Whoever writes there himself has checked that length.
    pub(super) fn wire(&mut self, length: usize) -> &mut Vec<u8> {
        let wire = match &mut self.packed {
            Some(packed) => packed,
            None => &mut *self.buffer,
        };
        wire.reserve_exact(length.saturating_sub(wire.len()));
        wire
    }

    /// The end; says how many bytes came over the wire.
    pub(super) fn finish(self) -> Result<u64, BodyError> {
        let Some(packed) = self.packed else {
            return Ok(self.buffer.len() as u64);
        };
        let mut rest = packed.as_slice();
        if self.buffer.capacity() == 0 {
            *self.buffer = self.buffers.take();
            self.buffer.clear();
        }
        // A packed body of no bytes at all is what some servers send with an error status.
        while !rest.is_empty() {
            rest = unpack(rest, self.buffer, self.limit_bytes)?;
        }
        let wire_bytes = packed.len() as u64;
        self.buffers.put(packed);
        Ok(wire_bytes)
    }
}

/// Unpacks a member; what follows it is another one.
fn unpack<'p>(
    packed: &'p [u8],
    buffer: &mut Vec<u8>,
    limit_bytes: usize,
) -> Result<&'p [u8], BodyError> {
    if !packed.starts_with(&MAGIC) {
        return Err(BodyError::Gzip("invalid gzip header".to_owned()));
    }
    let broken = || BodyError::Gzip("truncated or corrupt stream".to_owned());
    let mut inflate = Decompress::new_gzip(WINDOW_BITS);
    let mut room = packed.len().saturating_mul(RATIO);
    loop {
        let left = limit_bytes - buffer.len();
        // One byte beyond the limit tells a body that ends there from one that doesn't.
        buffer.reserve_exact(room.max(ROOM_BYTES_MIN).min(left.saturating_add(1)));
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let input = &packed[read as usize..];
        let status = inflate.decompress_vec(input, buffer, FlushDecompress::Finish);
        if buffer.len() > limit_bytes {
            return Err(BodyError::TooLarge { limit_bytes });
        }
        match status {
            Ok(Status::StreamEnd) => return Ok(&packed[inflate.total_in() as usize..]),
            Ok(Status::Ok | Status::BufError) if buffer.len() == buffer.capacity() => {}
            // It had room and did nothing with it.
            Ok(_) if (read, written) == (inflate.total_in(), inflate.total_out()) => {
                return Err(broken());
            }
            Ok(_) => {}
            Err(_) => return Err(broken()),
        }
        room = buffer.len();
    }
}
