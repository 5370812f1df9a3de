//! What a part says of itself besides its samples.

use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_varint};

/// What a part says of itself. A part without such a section has the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// All that the log had up to this sequence number, and that lies in the part's window, is in this part or in others; 0 for parts
    /// that did not come from the log. At open, nothing up to the largest such number is replayed.
    pub log_sequence: u64,
    /// The numbers of the parts whose samples are in this one: whoever finds both removes those. Ascending.
    pub replaced: Vec<u64>,
    /// Distance of the samples, in milliseconds, if they stand for several each; 0 for samples as they came.
    pub resolution_ms: u64,
}

impl Facts {
    /// The section, without checksum.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, self.log_sequence);
        put_varint(&mut out, self.replaced.len() as u64);
        let mut last = 0;
        for number in &self.replaced {
            put_varint(&mut out, number.wrapping_sub(last));
            last = *number;
        }
        put_varint(&mut out, self.resolution_ms);
        out
    }

    /// The inverse of [`encode`](Self::encode). What follows is of a newer writer and is left alone.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let mut cursor = Cursor::new(bytes, "facts");
        let log_sequence = cursor.varint()?;
        let count = cursor.size(bytes.len())?;
        let mut last = 0_u64;
        let replaced = (0..count)
            .map(|_| {
                last = last.wrapping_add(cursor.varint()?);
                Ok(last)
            })
            .collect::<Result<_, Damage>>()?;
        Ok(Self {
            log_sequence,
            replaced,
            resolution_ms: cursor.varint()?,
        })
    }
}
