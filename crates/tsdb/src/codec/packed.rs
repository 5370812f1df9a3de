//! Integers in as many bits as they need, with patches for those few that need more.
//!
//! Blocks of 128; each has a width, and what doesn't fit has its high bits behind the block. Fast to write, faster to read: the hot level.

use std::ops::Range;

use super::Damage;
use super::bytes::{Cursor, put_signed, put_varint, unzigzag, varint_size, zigzag};

/// Values per block.
pub const BLOCK: usize = 128;

/// The flag in a block's header byte that says that a base follows.
const BASED: u8 = 0x80;

/// More exceptions are never worth it.
const EXCEPTIONS_MAX: usize = 24;

/// Bytes of the widest block, and room to read a word past its end.
const SCRATCH_BYTES: usize = BLOCK * 8 + 16;

/// How to pack one block.
#[derive(Clone, Copy)]
struct Plan {
    width: u32,
    bytes: usize,
}

/// The cheapest width for unsigned `values`.
fn plan(values: &[u64]) -> Plan {
    let mut lengths = [0_usize; 65];
    for value in values {
        lengths[bits(*value) as usize] += 1;
    }
    let widest = (0..=64).rev().find(|&w| lengths[w] > 0).unwrap_or(0);
    let mut best = Plan {
        width: widest as u32,
        bytes: low_bytes(values.len(), widest as u32),
    };
    let mut exceptions = 0;
    for width in (0..widest).rev() {
        exceptions += lengths[width + 1];
        if exceptions > EXCEPTIONS_MAX {
            break;
        }
        let patches: usize = (width + 1..=widest)
            .map(|length| lengths[length] * (1 + (length - width).div_ceil(7)))
            .sum();
        let bytes = low_bytes(values.len(), width as u32) + patches;
        if bytes < best.bytes {
            best = Plan {
                width: width as u32,
                bytes,
            };
        }
    }
    best
}

fn bits(value: u64) -> u32 {
    64 - value.leading_zeros()
}

fn low_bytes(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

fn mask(width: u32) -> u64 {
    if width == 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    }
}

/// A block's values in the cheaper of the two unsigned forms.
struct Block {
    unsigned: [u64; BLOCK],
    base: Option<i64>,
    plan: Plan,
}

impl Block {
    fn new(values: &[i64]) -> Self {
        let mut zigzagged = [0; BLOCK];
        let mut based = [0; BLOCK];
        let base = values.iter().copied().min().unwrap_or(0);
        for (index, value) in values.iter().enumerate() {
            zigzagged[index] = zigzag(*value);
            based[index] = value.wrapping_sub(base) as u64;
        }
        let plain = plan(&zigzagged[..values.len()]);
        let mut other = plan(&based[..values.len()]);
        other.bytes += varint_size(zigzag(base));
        if other.bytes < plain.bytes {
            Self {
                unsigned: based,
                base: Some(base),
                plan: other,
            }
        } else {
            Self {
                unsigned: zigzagged,
                base: None,
                plan: plain,
            }
        }
    }
}

/// Bytes that [`encode`] takes.
#[must_use]
pub fn estimate(values: &[i64]) -> usize {
    values
        .chunks(BLOCK)
        .map(|block| 2 + Block::new(block).plan.bytes)
        .sum()
}

/// Appends `values` to `out`.
pub fn encode(values: &[i64], out: &mut Vec<u8>) {
    for values in values.chunks(BLOCK) {
        let block = Block::new(values);
        let unsigned = &block.unsigned[..values.len()];
        let width = block.plan.width;
        let exceptions = || {
            unsigned
                .iter()
                .enumerate()
                .filter(|(_, value)| bits(**value) > width)
        };
        out.push(width as u8 | if block.base.is_some() { BASED } else { 0 });
        out.push(exceptions().count() as u8);
        if let Some(base) = block.base {
            put_signed(out, base);
        }
        pack(unsigned, width, out);
        out.extend(exceptions().map(|(index, _)| index as u8));
        for (_, value) in exceptions() {
            put_varint(out, value >> width);
        }
    }
}

fn pack(values: &[u64], width: u32, out: &mut Vec<u8>) {
    let mut pending: u128 = 0;
    let mut filled = 0;
    for value in values {
        pending |= u128::from(value & mask(width)) << filled;
        filled += width;
        if filled >= 64 {
            out.extend_from_slice(&(pending as u64).to_le_bytes());
            pending >>= 64;
            filled -= 64;
        }
    }
    let rest = (pending as u64).to_le_bytes();
    out.extend_from_slice(&rest[..filled.div_ceil(8) as usize]);
}

/// Appends `count` values to `out`.
///
/// # Errors
///
/// When these are not the bytes of so many values.
pub fn decode(cursor: &mut Cursor<'_>, count: usize, out: &mut Vec<i64>) -> Result<(), Damage> {
    let mut scratch = [0; SCRATCH_BYTES];
    let mut values = [0; BLOCK];
    let mut left = count;
    while left > 0 {
        let values = &mut values[..left.min(BLOCK)];
        decode_block(cursor, &mut scratch, values)?;
        out.extend_from_slice(values);
        left -= values.len();
    }
    Ok(())
}

/// Where the blocks of a stream lie: some of its values can be had without the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// For each block its first value's number and its first byte; and where the last one ends.
    places: Vec<(u32, u32)>,
}

/// The block that was decoded last: who reads a stream from front to back decodes each once.
#[derive(Debug)]
pub struct LastBlock {
    /// Whose it is, as the caller counts streams, and which.
    of: Option<(usize, usize)>,
    values: [i64; BLOCK],
}

impl Default for LastBlock {
    fn default() -> Self {
        Self {
            of: None,
            values: [0; BLOCK],
        }
    }
}

impl Blocks {
    /// Goes through what [`encode`] wrote, called for so many values each time.
    ///
    /// # Errors
    ///
    /// When these are not the bytes of so many values.
    pub fn find(cursor: &mut Cursor<'_>, lengths: &[usize]) -> Result<Self, Damage> {
        let blocks = lengths.iter().map(|length| length.div_ceil(BLOCK)).sum();
        // A block has two bytes or more.
        let mut places = Vec::with_capacity(cursor.remaining().min(blocks) + 1);
        let mut number = 0;
        for length in lengths {
            let mut left = *length;
            while left > 0 {
                let count = left.min(BLOCK);
                places.push((number, cursor.offset() as u32));
                skip_block(cursor, count)?;
                number += count as u32;
                left -= count;
            }
        }
        places.push((number, cursor.offset() as u32));
        Ok(Self { places })
    }

    /// Appends the values with the numbers `wanted` to `out`. `bytes` are those that [`find`](Self::find) had, from the cursor's beginning on; `stream` is
    /// a number by which `last` knows them again.
    ///
    /// # Errors
    ///
    /// When there are no such values, or a block is damaged.
    pub fn decode(
        &self,
        bytes: &[u8],
        stream: usize,
        wanted: Range<usize>,
        last: &mut LastBlock,
        out: &mut Vec<i64>,
    ) -> Result<(), Damage> {
        let mut scratch = [0; SCRATCH_BYTES];
        let after = |(first, _): &(u32, u32)| *first as usize <= wanted.start;
        let mut block = self.places.partition_point(after).wrapping_sub(1);
        let mut next = wanted.start;
        while next < wanted.end {
            let Some([(first, offset), (end, _)]) =
                self.places.get(block..).and_then(<[_]>::first_chunk)
            else {
                return Err(Damage::new("packed stream", bytes.len()));
            };
            let (first, end) = (*first as usize, *end as usize);
            if last.of != Some((stream, block)) {
                last.of = None;
                let mut cursor = Cursor::new(bytes, "packed stream");
                cursor.skip(*offset as usize);
                decode_block(&mut cursor, &mut scratch, &mut last.values[..end - first])?;
                last.of = Some((stream, block));
            }
            let to = end.min(wanted.end);
            out.extend_from_slice(&last.values[next - first..to - first]);
            next = to;
            block += 1;
        }
        Ok(())
    }
}

/// What stands before the low bits of a block.
struct Header {
    width: u32,
    exceptions: usize,
    base: Option<i64>,
}

fn take_header(cursor: &mut Cursor<'_>, count: usize) -> Result<Header, Damage> {
    let byte = cursor.byte()?;
    let width = u32::from(byte & !BASED);
    let exceptions = usize::from(cursor.byte()?);
    if width > 64 || exceptions > count {
        return Err(cursor.damage());
    }
    let base = (byte & BASED != 0).then(|| cursor.signed()).transpose()?;
    Ok(Header {
        width,
        exceptions,
        base,
    })
}

/// Goes on behind a block of `count` values.
fn skip_block(cursor: &mut Cursor<'_>, count: usize) -> Result<(), Damage> {
    let header = take_header(cursor, count)?;
    cursor.take(low_bytes(count, header.width))?;
    cursor.take(header.exceptions)?;
    for _ in 0..header.exceptions {
        cursor.varint()?;
    }
    Ok(())
}

fn decode_block(
    cursor: &mut Cursor<'_>,
    scratch: &mut [u8; SCRATCH_BYTES],
    out: &mut [i64],
) -> Result<(), Damage> {
    let Header {
        width,
        exceptions,
        base,
    } = take_header(cursor, out.len())?;
    let low = cursor.take(low_bytes(out.len(), width))?;
    scratch[..low.len()].copy_from_slice(low);
    unpack(scratch, width, out);
    let positions = cursor.take(exceptions)?;
    for position in positions {
        let high = cursor.varint()?;
        let damage = cursor.damage();
        let value = out.get_mut(usize::from(*position)).ok_or(damage)?;
        if width + bits(high) > 64 {
            return Err(damage);
        }
        *value |= high.checked_shl(width).unwrap_or(0) as i64;
    }
    match base {
        Some(base) => out
            .iter_mut()
            .for_each(|value| *value = base.wrapping_add(*value)),
        None => out
            .iter_mut()
            .for_each(|value| *value = unzigzag(*value as u64)),
    }
    Ok(())
}

/// Reads `out.len()` values of `width` bits.
fn unpack(bytes: &[u8; SCRATCH_BYTES], width: u32, out: &mut [i64]) {
    let width = width as usize;
    let done = match NARROW.get(width) {
        Some(unpack_eights) => unpack_eights(bytes, out),
        None => 0,
    };
    let mask = mask(width as u32);
    let rest = out.iter_mut().enumerate().skip(done);
    // A word that starts at any bit of a byte still has 57 whole bits.
    if width <= 57 {
        for (index, value) in rest {
            let bit = index * width;
            *value = ((word(bytes, bit >> 3) >> (bit & 7)) & mask) as i64;
        }
    } else {
        for (index, value) in rest {
            let bit = index * width;
            let wide =
                u128::from(word(bytes, bit >> 3)) | u128::from(word(bytes, (bit >> 3) + 8)) << 64;
            *value = ((wide >> (bit & 7)) as u64 & mask) as i64;
        }
    }
}

type UnpackEights = fn(&[u8; SCRATCH_BYTES], &mut [i64]) -> usize;

/// What reads values in eights, by their width.
const NARROW: [UnpackEights; 9] = [
    unpack_eights::<0>,
    unpack_eights::<1>,
    unpack_eights::<2>,
    unpack_eights::<3>,
    unpack_eights::<4>,
    unpack_eights::<5>,
    unpack_eights::<6>,
    unpack_eights::<7>,
    unpack_eights::<8>,
];

/// Reads as many values as there are whole eights of, and says how many. Eight of a few bits each fill whole bytes of one word, and shifts that are
/// known beforehand take half as long as others.
fn unpack_eights<const WIDTH: usize>(bytes: &[u8; SCRATCH_BYTES], out: &mut [i64]) -> usize {
    let (eights, _) = out.as_chunks_mut::<8>();
    for (number, eight) in eights.iter_mut().enumerate() {
        let word = word(bytes, number * WIDTH);
        for (index, value) in eight.iter_mut().enumerate() {
            *value = ((word >> (index * WIDTH)) & mask(WIDTH as u32)) as i64;
        }
    }
    eights.len() * 8
}

#[inline]
fn word(bytes: &[u8; SCRATCH_BYTES], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
