//! A stream of integers by whichever codec is smallest.

use std::ops::Range;

use super::bytes::Cursor;
use super::packed::{Blocks, LastBlock};
use super::{Damage, packed, pco, squeezed};

const PACKED: u8 = 0;
const PCO: u8 = 1;
const SQUEEZED: u8 = 2;

/// Bit-packing is tried only if it may take less than this many times what pco would.
const PACKED_TRIED_BELOW: usize = 2;

/// Appends `values` to `out`, bit-packed; each of `lengths` values begins a block of its own.
pub fn encode_hot(values: &[i64], lengths: &[usize], out: &mut Vec<u8>) {
    out.push(PACKED);
    let mut rest = values;
    for length in lengths {
        let (own, others) = rest.split_at(*length);
        packed::encode(own, out);
        rest = others;
    }
}

/// Appends `values` to `out`, by the codec that makes them smallest.
pub fn encode_cold(values: &[i64], out: &mut Vec<u8>) {
    let mut best = vec![SQUEEZED];
    let squeezed = squeezed::encode(values, &mut best);
    assert!(squeezed, "zstd takes any bytes");
    let mut other = vec![PCO];
    if pco::encode(values, &mut other) && other.len() < best.len() {
        std::mem::swap(&mut best, &mut other);
    }
    if packed::estimate(values) < best.len() * PACKED_TRIED_BELOW {
        other.clear();
        other.push(PACKED);
        packed::encode(values, &mut other);
        if other.len() < best.len() {
            std::mem::swap(&mut best, &mut other);
        }
    }
    out.extend_from_slice(&best);
}

/// Appends the values of `lengths` together to `out`; they need be given apart only for what [`encode_hot`] wrote.
///
/// # Errors
///
/// When these are not the bytes of so many values.
pub fn decode(bytes: &[u8], lengths: &[usize], out: &mut Vec<i64>) -> Result<(), Damage> {
    let mut cursor = Cursor::new(bytes, "stream");
    let count = lengths.iter().sum();
    match cursor.byte()? {
        PACKED => {
            for length in lengths {
                packed::decode(&mut cursor, *length, out)?;
            }
            cursor.end()
        }
        PCO => pco::decode(cursor.rest(), count, out),
        SQUEEZED => squeezed::decode(cursor.rest(), count, out),
        _ => Err(cursor.damage()),
    }
}

/// A stream of which some values are wanted now and others later.
#[derive(Debug)]
pub enum Stream {
    /// Decoded as it is read, and not kept: that is quick, and plain values take many times as much memory.
    Packed(Blocks),
    /// Decoded as a whole, for there is no other way.
    Whole(Vec<i64>),
}

impl Stream {
    /// Looks at `bytes`, which have the values of `lengths`, see [`decode`].
    ///
    /// # Errors
    ///
    /// When these are not the bytes of so many values.
    pub fn open(bytes: &[u8], lengths: &[usize]) -> Result<Self, Damage> {
        if is_packed(bytes) {
            let mut cursor = Cursor::new(bytes, "stream");
            cursor.byte()?;
            let blocks = Blocks::find(&mut cursor, lengths)?;
            cursor.end()?;
            return Ok(Self::Packed(blocks));
        }
        let mut values = Vec::with_capacity(lengths.iter().sum());
        decode(bytes, lengths, &mut values)?;
        Ok(Self::Whole(values))
    }

    /// The values with the numbers `wanted`. `bytes` are those that it was opened with; `last` and `scratch` are the reader's, and `number` is what tells this
    /// stream from others that it reads.
    ///
    /// # Errors
    ///
    /// When there are no such values, or they are damaged.
    pub fn values<'a>(
        &'a self,
        bytes: &[u8],
        number: usize,
        wanted: Range<usize>,
        last: &mut LastBlock,
        scratch: &'a mut Vec<i64>,
    ) -> Result<&'a [i64], Damage> {
        match self {
            Self::Packed(blocks) => {
                scratch.clear();
                blocks.decode(bytes, number, wanted, last, scratch)?;
                Ok(scratch)
            }
            Self::Whole(values) => {
                let damage = Damage::new("stream", wanted.start);
                values.get(wanted).ok_or(damage)
            }
        }
    }
}

/// Whether `bytes` are a stream of packed blocks.
#[must_use]
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&PACKED)
}
