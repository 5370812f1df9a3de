//! Where the words of a series lie, and how a handle holds on to them.
//!
//! A handle is to reach its number with one load, wherever that number lies: beside the handle's other things, on the heap by itself,
//! or in a file that many processes map. So it keeps the words' address beside a share of what owns them. That is the
//! one thing here that the compiler cannot check, and this file is the one place that does it.
#![expect(
    unsafe_code,
    reason = "a handle keeps the address of words that its share of the memory keeps alive"
)]

use std::fmt;
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use crate::cell::AtomicU64;

/// The words of one series, or of its examples.
pub(crate) struct Words(Place);

/// Where they lie. Those of the heap move when this does, which [`Held`] does not let happen.
enum Place {
    /// Here: most series have few.
    Here {
        words: [AtomicU64; FEW],
        count: u8,
    },
    Heap(Box<[AtomicU64]>),
    /// In a file that other processes have mapped too.
    #[cfg(target_os = "linux")]
    Segment {
        slice: NonNull<[AtomicU64]>,
        mapping: Arc<crate::segment::Mapping>,
    },
}

/// A head and two cells: all that a counter, a gauge or a summary without quantiles has.
const FEW: usize = crate::node::HEAD_WORDS + 2;

// SAFETY: the words are atomic, and a mapping may be sent and shared itself.
unsafe impl Send for Words {}
// SAFETY: as above.
unsafe impl Sync for Words {}

impl Words {
    /// So many words of zero.
    pub(crate) fn heap(count: usize) -> Self {
        let zero = |_| AtomicU64::new(0);
        Self(match u8::try_from(count) {
            Ok(few) if count <= FEW => Place::Here {
                words: std::array::from_fn(zero),
                count: few,
            },
            _ => Place::Heap((0..count).map(zero).collect()),
        })
    }

    /// Words of a segment; `None` where there are none.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_segment(
        mapping: &Arc<crate::segment::Mapping>,
        at: usize,
        count: usize,
    ) -> Option<Self> {
        Some(Self(Place::Segment {
            slice: NonNull::from(mapping.words(at, count)?),
            mapping: Arc::clone(mapping),
        }))
    }

    /// The segment that they are in, if they are in one.
    #[cfg(target_os = "linux")]
    pub(crate) fn segment(&self) -> Option<&Arc<crate::segment::Mapping>> {
        match &self.0 {
            Place::Segment { mapping, .. } => Some(mapping),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> &[AtomicU64] {
        match &self.0 {
            Place::Here { words, count } => &words[..usize::from(*count)],
            Place::Heap(words) => words,
            // SAFETY: `mapping` keeps the words where they are for as long as `self` lives.
            #[cfg(target_os = "linux")]
            Place::Segment { slice, .. } => unsafe { slice.as_ref() },
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.get()).finish()
    }
}

/// Words and what goes with them, in one allocation.
///
/// The words come first. They are what is written all the time, and an allocation that lies behind this one, such as the text of another
/// child's labels, is to be in no cache line with them: threads on different series would slow each other down.
#[derive(Debug)]
#[repr(C)]
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
        let owned = Arc::new(owned);
        // Asked for when they lie where they stay.
        let slice = NonNull::from(owned.words.get());
        Self { slice, owned }
    }

    #[inline]
    pub(crate) fn words(&self) -> &[AtomicU64] {
        // SAFETY: these are the words of `owned`, which is shared, so that nobody moves or replaces them while it lives.
        unsafe { self.slice.as_ref() }
    }

    #[inline]
    pub(crate) fn owned(&self) -> &Owned<T> {
        &self.owned
    }

    /// How many handles there are besides those that are [`Listed`].
    pub(crate) fn holders(&self) -> usize {
        // Tables of threads that end meanwhile take from both. Asked in this order, and since they let go of the mark first,
        // what changes between only makes it more.
        let all = Arc::strong_count(&self.owned);
        all.saturating_sub(Arc::weak_count(&self.owned))
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

/// The mark of a handle that is only kept in a list: it doesn't count as [held](Held::holders).
#[derive(Debug)]
pub(crate) struct Listed<T>(#[expect(dead_code, reason = "kept to be counted")] Weak<Owned<T>>);

impl<T> Listed<T> {
    pub(crate) fn new(held: &Held<T>) -> Self {
        Self(Arc::downgrade(&held.owned))
    }
}
