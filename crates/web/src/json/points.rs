//! Floats of a series with their times: most of what is ever written.
//!
//! Points are put together in a block that stays in the processor's cache, so that neither a point nor a part of it asks the
//! output for room, and are copied from there. A value that comes again, as those of gauges do, is copied and not written again.

use super::digits::{get, put};
use super::number::{FLOAT_ROOM, put_float};
use super::times::TimeText;

/// Points that are put together at once.
const BLOCK_POINTS: usize = 64;
/// Room for them, and for what the last one writes too much of.
const BLOCK_BYTES: usize = (BLOCK_POINTS + 1) * (TimeText::ROOM + FLOAT_ROOM);

/// Writes points.
pub(super) struct PointWriter {
    block: [u8; BLOCK_BYTES],
}

impl PointWriter {
    pub(super) fn new() -> Self {
        Self {
            block: [0; BLOCK_BYTES],
        }
    }

    /// Appends points, but for the end of the last one: `"],[1435781430,"17`. The first of a list goes without what would end
    /// a point before it.
    #[inline]
    pub(super) fn push(
        &mut self,
        out: &mut Vec<u8>,
        mut is_first: bool,
        times: impl IntoIterator<Item = TimeText>,
        values: &[f64],
    ) {
        let mut times = times.into_iter();
        for values in values.chunks(BLOCK_POINTS) {
            let end = put_points(&mut self.block, times.by_ref(), values);
            let skipped = if is_first { TimeText::CLOSES } else { 0 };
            out.extend_from_slice(&self.block[skipped..end]);
            is_first = false;
        }
    }
}

/// Fills a block; its end.
#[inline]
fn put_points(
    block: &mut [u8; BLOCK_BYTES],
    times: impl Iterator<Item = TimeText>,
    values: &[f64],
) -> usize {
    let mut at = 0;
    let mut last = 0..0;
    let mut last_bits = None;
    for (value, time) in values.iter().zip(times) {
        at = time.put(block, at);
        let bits = Some(value.to_bits());
        if bits == last_bits {
            let text: [u8; FLOAT_ROOM] = get(block, last.start);
            put(block, at, text);
            at += last.len();
        } else {
            let end = put_float(block, at, *value);
            (last, last_bits) = (at..end, bits);
            at = end;
        }
    }
    at
}
