//! Floats that are no decimals.

use super::bytes::Cursor;
use super::{Damage, pco, squeezed};

const PCO: u8 = 1;
const PLANES: u8 = 3;
const PLANE_COUNT: usize = 8;

/// Bytes that [`encode`] takes at most, roughly.
#[must_use]
pub fn estimate(values: &[f64]) -> usize {
    size_of_val(values)
}

/// Appends `values` to `out`, with any bits they have.
pub fn encode(values: &[f64], out: &mut Vec<u8>) {
    let start = out.len();
    out.push(PCO);
    if pco::encode_floats(values, out) && out.len() - start < estimate(values) {
        return;
    }
    out.truncate(start);
    out.push(PLANES);
    let mut plain = Vec::with_capacity(estimate(values));
    for plane in (0..PLANE_COUNT).rev() {
        plain.extend(
            values
                .iter()
                .map(|value| value.to_bits().to_le_bytes()[plane]),
        );
    }
    let compressed = squeezed::compress(&plain, out);
    assert!(compressed, "zstd takes any bytes");
}

/// Appends `count` floats to `out`.
///
/// # Errors
///
/// When these are not the bytes of so many floats.
pub fn decode(bytes: &[u8], count: usize, out: &mut Vec<f64>) -> Result<(), Damage> {
    let mut cursor = Cursor::new(bytes, "float stream");
    match cursor.byte()? {
        PCO => pco::decode(cursor.rest(), count, out),
        PLANES => {
            let plain = squeezed::decompress(cursor.rest(), count.saturating_mul(PLANE_COUNT))?;
            if plain.len() != count * PLANE_COUNT {
                return Err(Damage::new("float stream", plain.len()));
            }
            out.extend((0..count).map(|index| {
                let bits = (0..PLANE_COUNT).fold(0, |bits, plane| {
                    bits << 8 | u64::from(plain[plane * count + index])
                });
                f64::from_bits(bits)
            }));
            Ok(())
        }
        _ => Err(cursor.damage()),
    }
}
