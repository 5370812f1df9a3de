//! Where the words of a series lie, and how a handle holds on to them.
//!
//! A handle is to reach its number with one load, wherever that number lies: on the heap, or in a file that many
//! processes map. So it keeps the words' address beside a share of what owns them. That is the
//! one thing here that the compiler cannot check, and this file is the one place that does it.
#![expect(
    unsafe_code,
    reason = "a handle keeps the address of words that its share of the memory keeps alive"
)]

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::cell::AtomicU64;

/// What owns words: whoever has a share of it may look at them.
///
/// The words of a memory never move and are not freed while a share of it lives.
#[derive(Clone)]
pub(crate) enum Memory {
    /// Words of one series alone.
    Heap(#[expect(dead_code, reason = "kept for what it owns")] Arc<[AtomicU64]>),
    /// A file that other processes have mapped too.
    #[cfg(target_os = "linux")]
    Segment(Arc<crate::segment::Mapping>),
}

/// Words, with a share of what owns them.
#[derive(Clone)]
pub(crate) struct Words {
    slice: NonNull<[AtomicU64]>,
    memory: Memory,
}

// SAFETY: the words are atomic, and `memory` may be sent and shared itself.
unsafe impl Send for Words {}
// SAFETY: as above.
unsafe impl Sync for Words {}

impl Words {
    /// So many words of zero.
    pub(crate) fn heap(count: usize) -> Self {
        let words: Arc<[AtomicU64]> = (0..count).map(|_| AtomicU64::new(0)).collect();
        Self {
            slice: NonNull::from(&*words),
            memory: Memory::Heap(words),
        }
    }

    /// Words of a segment; `None` where there are none.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_segment(
        mapping: &Arc<crate::segment::Mapping>,
        at: usize,
        count: usize,
    ) -> Option<Self> {
        let words = mapping.words(at, count)?;
        Some(Self {
            slice: NonNull::from(words),
            memory: Memory::Segment(Arc::clone(mapping)),
        })
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    #[inline]
    pub(crate) fn get(&self) -> &[AtomicU64] {
        // SAFETY: `memory` keeps the words where they are for as long as `self` lives.
        unsafe { self.slice.as_ref() }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.get()).finish()
    }
}

/// Words and what goes with them, in one allocation.
#[derive(Debug)]
pub(crate) struct Owned<T> {
    /// Private and never replaced: [`Held`] relies on it.
    words: Words,
    pub(crate) what: T,
}

impl<T> Owned<T> {
    pub(crate) fn new(words: Words, what: T) -> Self {
        Self { words, what }
    }

    pub(crate) fn words(&self) -> &Words {
        &self.words
    }
}

/// A share of [`Owned`], with the words' address beside it.
#[derive(Debug)]
pub struct Held<T> {
    slice: NonNull<[AtomicU64]>,
    owned: Arc<Owned<T>>,
}

// SAFETY: the words are atomic; what else is shared is `T`.
unsafe impl<T: Send + Sync> Send for Held<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Held<T> {}

impl<T> Held<T> {
    pub(crate) fn new(owned: Owned<T>) -> Self {
        let slice = owned.words.slice;
        let owned = Arc::new(owned);
        Self { slice, owned }
    }

    #[inline]
    pub(crate) fn words(&self) -> &[AtomicU64] {
        // SAFETY: these are the words of `owned`, which are never replaced and stay where they are while they live.
        unsafe { self.slice.as_ref() }
    }

    #[inline]
    pub(crate) fn owned(&self) -> &Owned<T> {
        &self.owned
    }

    /// How many handles there are, this one included.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.owned)
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self {
            slice: self.slice,
            owned: Arc::clone(&self.owned),
        }
    }
}
