//! Records: how they are written, and how little they are believed.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::layout::{
    BLOCK, BLOCK_HEAD, FAMILY, GAUGE_CELL, RECORD_ALIGN, SERIES, SERIES_HEAD, TEXT, WORD_BYTES,
};
use super::mapping::Mapping;
use crate::cell::AtomicU64;
use crate::exemplar::checksum;
use crate::node::HEAD_WORDS;

/// The longest record that is believed, in words: a family of 512 bounds, or a series with 64 values of 64 KiB.
const RECORD_WORDS_MAX: usize = 1 << 20;

/// A record that is being written.
#[derive(Debug)]
pub(super) struct Draft {
    words: Vec<u64>,
    /// Words that change later, and so are not in the checksum.
    mutable: std::ops::Range<usize>,
}

impl Draft {
    pub(super) fn new(kind: u8) -> Self {
        Self {
            words: vec![u64::from(kind), 0],
            mutable: 0..0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn push(&mut self, word: u64) {
        self.words.push(word);
    }

    pub(super) fn push_mutable(&mut self, words: &[u64]) {
        let start = self.words.len();
        self.words.extend_from_slice(words);
        self.mutable = start..self.words.len();
    }

    pub(super) fn push_texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        let mut bytes = Vec::new();
        for text in texts {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&text.as_bytes()[..length as usize]);
        }
        bytes.resize(bytes.len().next_multiple_of(WORD_BYTES), 0);
        self.words.extend(bytes.chunks_exact(WORD_BYTES).map(word));
    }

    /// The record, with its length and checksum.
    pub(super) fn finish(mut self) -> Self {
        let length = self.words.len().next_multiple_of(RECORD_ALIGN);
        self.words.resize(length, 0);
        self.words[0] |= (length as u64) << 32;
        self.words[1] = sum(&self.words, &self.mutable);
        self
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }
}

fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// Of all words but the checksum's own and those that change.
fn sum(words: &[u64], mutable: &std::ops::Range<usize>) -> u64 {
    let mut kept = words.to_vec();
    kept[1] = 0;
    kept[mutable.clone()].fill(0);
    checksum(&kept)
}

/// A record that was found whole.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) at: usize,
    pub(super) kind: u8,
    /// All its words as they are now; those that change are zero.
    pub(super) words: Vec<u64>,
}

impl Record {
    /// The record at `at`, if there is a whole one that ends before `end`.
    pub(super) fn read(mapping: &Mapping, at: usize, end: usize) -> Option<Self> {
        let head = mapping.word(at)?.load(Relaxed);
        let (kind, length) = (head as u8, (head >> 32) as usize);
        let fits = (RECORD_ALIGN..=RECORD_WORDS_MAX).contains(&length)
            && length.is_multiple_of(RECORD_ALIGN)
            && at.checked_add(length)? <= end;
        if !fits {
            return None;
        }
        let cells = mapping.words(at, length)?.iter();
        let mut words = cells.map(|cell| cell.load(Relaxed)).collect::<Vec<_>>();
        let mutable = mutable(kind, &words)?;
        if words[1] != sum(&words, &mutable) {
            return None;
        }
        words[mutable].fill(0);
        Some(Self { at, kind, words })
    }

    /// `count` texts from word `from` on.
    pub(super) fn texts(&self, from: usize, count: usize) -> Option<Vec<String>> {
        let words = self.words.get(from..)?;
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        let bytes = bytes.collect::<Vec<_>>();
        let mut rest = &bytes[..];
        let mut texts = Vec::new();
        for _ in 0..count {
            let (length, after) = rest.split_at_checked(4)?;
            let length = u32::from_le_bytes(length.try_into().ok()?);
            let (text, after) = after.split_at_checked(length as usize)?;
            texts.push(String::from_utf8(text.to_vec()).ok()?);
            rest = after;
        }
        Some(texts)
    }
}

/// The words of a record that change after it was written.
fn mutable(kind: u8, words: &[u64]) -> Option<std::ops::Range<usize>> {
    let range = match kind {
        FAMILY | TEXT => 0..0,
        SERIES => {
            let cells = words[3] as u32 as usize;
            SERIES_HEAD..SERIES_HEAD + HEAD_WORDS + cells
        }
        BLOCK => BLOCK_HEAD..BLOCK_HEAD.checked_add(usize::try_from(words[2]).ok()?)?,
        GAUGE_CELL => 3..8,
        _ => return None,
    };
    (range.end <= words.len()).then_some(range)
}

/// Facts as a record.
pub(super) fn text(texts: &[&str]) -> Draft {
    let mut draft = Draft::new(TEXT);
    draft.push(texts.len() as u64);
    draft.push_texts(texts.iter().copied());
    draft.finish()
}

/// Where the words of the block at `at` begin, if there is one of so many words.
pub(super) fn block(mapping: &Mapping, at: u64, count: usize) -> Option<usize> {
    let at = usize::try_from(at).ok().filter(|&at| at > 0)?;
    let head = mapping.words(at, BLOCK_HEAD)?;
    let is_block = head[0].load(Relaxed) as u8 == BLOCK && head[2].load(Relaxed) == count as u64;
    is_block.then_some(at + BLOCK_HEAD)
}

/// The texts of the record that `link` leads to.
pub(super) fn linked_texts(mapping: &Mapping, link: &AtomicU64) -> Option<Vec<String>> {
    let at = usize::try_from(link.load(Acquire))
        .ok()
        .filter(|&at| at > 0)?;
    let record = Record::read(mapping, at, mapping.used()).filter(|record| record.kind == TEXT)?;
    record.texts(3, usize::try_from(record.words[2]).ok()?)
}
