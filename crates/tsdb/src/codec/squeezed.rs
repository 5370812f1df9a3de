//! Integers as varints through zstd, which sees repetition where pco sees only a distribution: histograms, and things counted twice.

use std::cell::RefCell;

use zstd::bulk::Decompressor;

use super::Damage;
use super::bytes::{Cursor, VARINT_BYTES_MAX, put_signed, varint_size, zigzag};

thread_local! {
    /// One for each thread: to make it takes longer than what it is mostly asked for, a page's directory.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Past this, zstd gets much slower and hardly smaller.
const LEVEL: i32 = 12;

/// Bytes that [`encode`] takes at most, less what repeats.
#[must_use]
pub fn estimate(values: &[i64]) -> usize {
    values.iter().map(|value| varint_size(zigzag(*value))).sum()
}

/// Appends `values` to `out`. `false` if zstd won't take them.
pub fn encode(values: &[i64], out: &mut Vec<u8>) -> bool {
    let mut plain = Vec::with_capacity(estimate(values));
    for value in values {
        put_signed(&mut plain, *value);
    }
    compress(&plain, out)
}

/// Appends `count` values to `out`.
///
/// # Errors
///
/// When these are not the bytes of so many values.
pub fn decode(bytes: &[u8], count: usize, out: &mut Vec<i64>) -> Result<(), Damage> {
    let plain = decompress(bytes, count.saturating_mul(VARINT_BYTES_MAX))?;
    let mut cursor = Cursor::new(&plain, "squeezed stream");
    for _ in 0..count {
        out.push(cursor.signed()?);
    }
    cursor.end()
}

/// Appends `plain` to `out`, compressed. `false` if zstd won't take it.
pub fn compress(plain: &[u8], out: &mut Vec<u8>) -> bool {
    let compressed = zstd::bulk::compress(plain, LEVEL);
    if let Ok(compressed) = &compressed {
        out.extend_from_slice(compressed);
    }
    compressed.is_ok()
}

/// The inverse of [`compress`], for no more than `size_max` bytes.
///
/// # Errors
///
/// When zstd did not write these bytes, or there are more of them.
pub fn decompress(bytes: &[u8], size_max: usize) -> Result<Vec<u8>, Damage> {
    let decompressed = DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::new()?),
        };
        decompressor.decompress(bytes, size_max)
    });
    decompressed.map_err(|_| Damage::new("zstd frame", 0))
}
