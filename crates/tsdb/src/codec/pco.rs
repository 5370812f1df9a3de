//! Numbers by pco, which fits bins to their distribution: the cold level's usual choice for what is noisy.

use ::pco::data_types::Number;
use ::pco::wrapped::{FileCompressor, FileDecompressor};
use ::pco::{ChunkConfig, DeltaSpec, ModeSpec};

use super::Damage;
use super::bytes::zigzag;

/// Past this, pco gets much slower and hardly smaller.
const LEVEL: usize = 8;

/// The most values in one stream, which is pco's limit for a page as well.
pub const VALUES_MAX: usize = 1 << 18;

/// Bytes of a stream's header and its bins, roughly.
const OVERHEAD_BYTES: usize = 24;

/// Bytes that [`encode`] takes, roughly: the entropy of the values' lengths, and the bits below the highest one.
#[must_use]
pub fn estimate(values: &[i64]) -> usize {
    OVERHEAD_BYTES + entropy_bits(values).div_ceil(8)
}

/// Bits that a stream of many like values would spend on these.
#[must_use]
pub fn entropy_bits(values: &[i64]) -> usize {
    let mut lengths = [0_u32; 65];
    for value in values {
        lengths[64 - zigzag(*value).leading_zeros() as usize] += 1;
    }
    let total = values.len() as f64;
    let bits: f64 = lengths
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(length, count)| {
            let count = f64::from(*count);
            count * ((total / count).log2() + length.saturating_sub(1) as f64)
        })
        .sum();
    bits.ceil() as usize
}

/// Appends integers to `out`, as they are: differences were taken before. `false` if pco won't take them.
pub fn encode(values: &[i64], out: &mut Vec<u8>) -> bool {
    let config = ChunkConfig::default()
        .with_compression_level(LEVEL)
        .with_mode_spec(ModeSpec::Auto)
        .with_delta_spec(DeltaSpec::NoOp);
    encode_any(values, &config, out)
}

/// Appends floats to `out`; pco looks for their structure. `false` if it won't take them.
pub fn encode_floats(values: &[f64], out: &mut Vec<u8>) -> bool {
    let config = ChunkConfig::default().with_compression_level(LEVEL);
    encode_any(values, &config, out)
}

fn encode_any<T: Number>(values: &[T], config: &ChunkConfig, out: &mut Vec<u8>) -> bool {
    if values.is_empty() || values.len() > VALUES_MAX {
        return false;
    }
    let start = out.len();
    let written = (|| {
        let file = FileCompressor::default();
        file.write_header(&mut *out)?;
        let mut chunk = file.chunk_compressor(values, config)?;
        chunk.write_meta(&mut *out)?;
        chunk.write_page(0, &mut *out).map(|_| ())
    })();
    if written.is_err() {
        out.truncate(start);
    }
    written.is_ok()
}

/// Appends `count` numbers to `out`.
///
/// # Errors
///
/// When these are not the bytes of so many numbers.
pub fn decode<T: Number + Default>(
    bytes: &[u8],
    count: usize,
    out: &mut Vec<T>,
) -> Result<(), Damage> {
    let damage = |_| Damage::new("pco stream", 0);
    if count == 0 || count > VALUES_MAX {
        return Err(Damage::new("pco stream", 0));
    }
    let (file, rest) = FileDecompressor::new(bytes).map_err(damage)?;
    let (mut chunk, rest) = file.chunk_decompressor::<T, _>(rest).map_err(damage)?;
    let mut page = chunk.page_decompressor(rest, count).map_err(damage)?;
    let start = out.len();
    out.resize(start + count, T::default());
    let progress = page.read(&mut out[start..]).map_err(damage)?;
    let rest = page.into_src();
    if progress.n_processed != count || !rest.is_empty() {
        return Err(Damage::new("pco stream", bytes.len() - rest.len()));
    }
    Ok(())
}
