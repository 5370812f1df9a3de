//! What tests know of a segment's file from `docs/formats/segment.md`, and not from the code.

use std::ops::Range;

/// The place of the version.
pub(crate) const VERSION: u64 = 1;
/// The place of the end of the records.
pub(crate) const USED: u64 = 3;
/// Where records begin.
pub(crate) const RECORDS: u64 = 2560;

/// A record's checksum; `changing` are the words marked with a star.
pub(crate) fn checksum(words: &[u64], changing: &Range<usize>) -> u64 {
    let mut sum = words.len() as u64;
    for (at, &word) in words.iter().enumerate() {
        let counted = if at == 1 || changing.contains(&at) {
            0
        } else {
            word
        };
        let product = u128::from(sum ^ counted) * 0x9e37_79b9_7f4a_7c15;
        sum = product as u64;
        sum ^= sum >> 29;
    }
    sum | 1 << 63
}
