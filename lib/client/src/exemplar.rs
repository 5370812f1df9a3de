//! Examples of what was counted, one per counter and one per bucket.
//!
//! A slot is a fixed number of words that anybody writes and anybody reads at any time, in any process. Nobody waits: a
//! writer stores all words and last a checksum of them, and a reader that sees words of two writers, or half of one's,
//! finds that the checksum doesn't fit and shows no example. A process that is killed while it writes costs one example.
//!
//! ```text
//!  | checksum | value | time | lengths | 20 words of text: name value name value ... |
//! ```

use std::sync::atomic::Ordering::Relaxed;

use crate::Exemplar;
use crate::cell::AtomicU64;
use crate::words::Words;

/// Words of one example.
pub(crate) const SLOT_WORDS: usize = 24;
/// Words before the text.
const SLOT_HEAD_WORDS: usize = 4;
/// Bytes of label text that fit. OpenMetrics allows 128 characters.
const TEXT_BYTES_MAX: usize = (SLOT_WORDS - SLOT_HEAD_WORDS) * 8;
/// Names and values that fit: a byte of the lengths each.
const PARTS_MAX: usize = 8;
/// The time of an example that has none.
const NO_TIME: u64 = i64::MIN as u64;

/// The slots of one child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exemplars<'w>(&'w [AtomicU64]);

/// Where the slots of a child are to be.
pub(crate) struct Owner<'w>(&'w Words);

impl<'w> Owner<'w> {
    pub(crate) fn of(words: &'w Words) -> Self {
        Self(words)
    }

    /// Room for `count` examples; `None` when the segment is full.
    pub(crate) fn exemplars(&self, count: usize) -> Option<Words> {
        #[cfg(target_os = "linux")]
        if let Some(mapping) = self.0.segment() {
            return mapping.linked(&self.0.get()[crate::node::LINK], count * SLOT_WORDS);
        }
        let _only_a_segment_asks = self.0;
        Some(Words::heap(count * SLOT_WORDS))
    }
}

/// An example that was read.
#[derive(Debug)]
pub(crate) struct Kept {
    text: [u8; TEXT_BYTES_MAX],
    lengths: [u8; PARTS_MAX],
    value: f64,
    timestamp_ms: Option<i64>,
}

impl<'w> Exemplars<'w> {
    pub(crate) fn new(words: &'w [AtomicU64]) -> Self {
        Self(words)
    }

    /// Keeps an example in the place of the one before. One that doesn't fit is left out: it is no more than an example.
    pub(crate) fn keep(&self, index: usize, exemplar: &Exemplar<'_>) {
        let Some(slot) = self.0.chunks_exact(SLOT_WORDS).nth(index) else {
            return;
        };
        if let Some(words) = packed(exemplar) {
            for (cell, word) in slot.iter().zip(words) {
                cell.store(word, Relaxed);
            }
        }
    }

    /// The example in a place, if there is a whole one.
    pub(crate) fn get(&self, index: usize) -> Option<Kept> {
        let slot = self.0.chunks_exact(SLOT_WORDS).nth(index)?;
        let mut words = [0; SLOT_WORDS];
        for (word, cell) in words.iter_mut().zip(slot) {
            *word = cell.load(Relaxed);
        }
        let sum = words[0];
        if sum == 0 || sum != checksum(&words[1..]) {
            return None;
        }
        let mut text = [0; TEXT_BYTES_MAX];
        for (bytes, word) in text.chunks_exact_mut(8).zip(&words[SLOT_HEAD_WORDS..]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Some(Kept {
            text,
            lengths: words[3].to_le_bytes(),
            value: f64::from_bits(words[1]),
            timestamp_ms: (words[2] != NO_TIME).then_some(words[2] as i64),
        })
    }
}

impl Kept {
    /// Its labels.
    pub(crate) fn pairs(&self) -> Option<Vec<(&str, &str)>> {
        let mut at = 0;
        let mut part = |length: u8| {
            let end = at + usize::from(length) - 1;
            let text = std::str::from_utf8(self.text.get(at..end)?).ok()?;
            at = end;
            Some(text)
        };
        let lengths = self.lengths.chunks_exact(2);
        lengths
            .take_while(|pair| pair[0] > 0 && pair[1] > 0)
            .map(|pair| Some((part(pair[0])?, part(pair[1])?)))
            .collect()
    }

    pub(crate) fn exemplar<'a>(&self, labels: &'a [(&'a str, &'a str)]) -> Exemplar<'a> {
        Exemplar {
            labels,
            value: self.value,
            timestamp_ms: self.timestamp_ms,
        }
    }
}

/// `None` when it doesn't fit.
fn packed(exemplar: &Exemplar<'_>) -> Option<[u64; SLOT_WORDS]> {
    let mut text = [0; TEXT_BYTES_MAX];
    let mut lengths = [0; PARTS_MAX];
    let mut at = 0;
    let parts = exemplar
        .labels
        .iter()
        .flat_map(|&(name, value)| [name, value]);
    for (index, part) in parts.enumerate() {
        let end = at + part.len();
        text.get_mut(at..end)?.copy_from_slice(part.as_bytes());
        at = end;
        // One more than the length, so that zero says that there is no such part.
        *lengths.get_mut(index)? = u8::try_from(part.len() + 1).ok()?;
    }
    let mut words = [0; SLOT_WORDS];
    words[1] = exemplar.value.to_bits();
    words[2] = exemplar.timestamp_ms.map_or(NO_TIME, |ms| ms as u64);
    words[3] = u64::from_le_bytes(lengths);
    for (word, bytes) in words[SLOT_HEAD_WORDS..]
        .iter_mut()
        .zip(text.chunks_exact(8))
    {
        *word = u64::from_le_bytes([
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
        ]);
    }
    words[0] = checksum(&words[1..]);
    Some(words)
}

/// Not zero, which is what an empty slot has.
pub(crate) fn checksum(words: &[u64]) -> u64 {
    /// An odd number with as many ones as zeros: the golden ratio's fraction.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = words.iter().fold(words.len() as u64, |sum, &word| {
        let sum = (sum ^ word).wrapping_mul(SPREAD);
        sum ^ (sum >> 29)
    });
    mixed | 1 << 63
}

#[cfg(test)]
mod tests;
