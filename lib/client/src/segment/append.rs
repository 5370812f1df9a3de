//! Appends records: the one thing for which processes wait for each other.

use std::os::fd::BorrowedFd;
use std::sync::atomic::Ordering::{Relaxed, Release};

use super::layout::{
    AT_RECORDS, AT_REFUSED, AT_USED, BLOCK, BLOCK_HEAD, CELL_SERIES, CELL_WORDS, GAUGE_CELL,
    RECORD_ALIGN,
};
use super::mapping::Mapping;
use super::record::{self, Draft};

/// Proof that this thread has the lock. Threads of one process share the description that is locked, so they come here one
/// at a time: each passes the gate of [`fork`](crate::fork) first.
#[derive(Debug)]
pub(super) struct Changing<'m> {
    mapping: &'m Mapping,
    file: BorrowedFd<'m>,
}

impl<'m> Changing<'m> {
    pub(super) fn new(mapping: &'m Mapping, file: BorrowedFd<'m>) -> Self {
        Self { mapping, file }
    }

    pub(super) fn mapping(&self) -> &'m Mapping {
        self.mapping
    }

    /// The description that has the lock.
    pub(super) fn file(&self) -> BorrowedFd<'m> {
        self.file
    }

    /// Appends a record and answers where it is; `None` when there is no room.
    pub(super) fn append(&self, draft: &Draft) -> Option<usize> {
        let words = draft.words();
        let used = self.mapping.used().max(AT_RECORDS);
        // Damage may have put the end anywhere.
        let at = used.checked_next_multiple_of(RECORD_ALIGN)?;
        let end = at.checked_add(words.len())?;
        // A disk that is full is the same as a segment that is.
        let fits = self.mapping.grow_to(end).unwrap_or(false);
        if !fits {
            self.mapping.word(AT_REFUSED)?.fetch_add(1, Relaxed);
            return None;
        }
        for (cell, &word) in self.mapping.words(at, words.len())?.iter().zip(words) {
            cell.store(word, Relaxed);
        }
        // From here on it is there, whole.
        self.mapping.word(AT_USED)?.store(end as u64, Release);
        Some(at)
    }

    /// A block of zeros.
    pub(super) fn append_block(&self, count: usize) -> Option<usize> {
        let mut draft = Draft::new(BLOCK);
        draft.push(count as u64);
        draft.push_mutable(&vec![0; count]);
        debug_assert_eq!(draft.len(), BLOCK_HEAD + count);
        self.append(&draft.finish())
    }

    /// A gauge cell that is nobody's.
    pub(super) fn append_gauge_cell(&self, series: usize) -> Option<usize> {
        let mut draft = Draft::new(GAUGE_CELL);
        draft.push(series as u64);
        draft.push_mutable(&[0; CELL_WORDS - CELL_SERIES - 1]);
        self.append(&draft.finish())
    }

    /// Facts.
    pub(super) fn append_text(&self, texts: &[&str]) -> Option<usize> {
        self.append(&record::text(texts))
    }
}
