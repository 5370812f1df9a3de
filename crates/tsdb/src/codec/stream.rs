//! A stream of integers by whichever codec is smallest.

use super::bytes::Cursor;
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
