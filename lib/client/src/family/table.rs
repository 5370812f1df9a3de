//! A family's children: found by label values without a lock, listed in the order of their birth.
//!
//! ```text
//!  hash --> index: [ tag+number | 0 | tag+number | ... ]       open addressing, a power of two, at most half full
//!                        |
//!  number --> entries: [ handle | handle | handle | - | - ]    in the order of birth, filled from the left
//! ```
//!
//! A table has room for a fixed number of children and only ever fills. A child is put into `entries` first and into
//! `index` after that, each with a release that its reader acquires: who finds the number finds the child. A child that was
//! removed stays in its place and says so itself. When the room is used up, or too many are dead, the family makes a new
//! table of those that live; readers go on with the old one until they learn of the new.

use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::cell::AtomicU64;
use crate::node::{Metric, Node};
use crate::words::Listed;

#[derive(Debug)]
pub(crate) struct Table<M: Metric> {
    /// The upper half of the hash, and one more than the place in `entries`; zero where there is nothing.
    index: Box<[AtomicU64]>,
    entries: Box<[OnceLock<Entry<M>>]>,
    /// How many entries there are. Only whoever holds the family's lock changes it.
    len: AtomicU64,
}

/// A child. A child is in as many tables as threads have not let go of, and none of them is a reason to keep it.
#[derive(Debug)]
struct Entry<M: Metric> {
    /// Goes first when an entry is dropped.
    _listed: Listed<Node<M::Shape>>,
    metric: M,
}

/// The number in the index has the low half of a word.
const NUMBER_BITS: u32 = 32;
/// Room of the first table. Most families stay small.
const ROOM_MIN: usize = 4;

impl<M: Metric> Table<M> {
    /// Room for `children`, and some more.
    pub(crate) fn with_room(children: usize) -> Self {
        let room = children.next_power_of_two().max(ROOM_MIN);
        Self {
            index: (0..room * 2).map(|_| AtomicU64::new(0)).collect(),
            entries: (0..room).map(|_| OnceLock::new()).collect(),
            len: AtomicU64::new(0),
        }
    }

    /// The place of the child with these values.
    #[inline]
    pub(crate) fn find(&self, hash: u64, values: &[&str]) -> Option<usize> {
        let mask = self.index.len() - 1;
        let tag = hash >> NUMBER_BITS;
        let mut at = hash as usize & mask;
        // At most half of the index is used, so this meets a zero.
        loop {
            let word = self.index[at].load(Acquire);
            if word == 0 {
                return None;
            }
            if word >> NUMBER_BITS == tag {
                let place = (word as u32 - 1) as usize;
                let handle = self.get(place)?.handle();
                if handle.labels().is(values) && !handle.is_removed() {
                    return Some(place);
                }
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&M> {
        let entry = self.entries.get(place)?.get()?;
        Some(&entry.metric)
    }

    /// How many places are taken, by the living and the dead.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Acquire) as usize
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() == self.entries.len()
    }

    /// Adds a child with the hash of its values, and answers its place. Whoever calls holds the family's lock and has seen that
    /// there is room.
    pub(crate) fn push(&self, hash: u64, metric: M) -> usize {
        let place = self.len.load(Relaxed) as usize;
        let entry = Entry {
            _listed: Listed::new(metric.handle()),
            metric,
        };
        let empty = self.entries[place].set(entry).is_ok();
        assert!(empty, "whoever holds the lock is the only one who adds");
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        while self.index[at].load(Relaxed) != 0 {
            at = (at + 1) & mask;
        }
        let number = u32::try_from(place + 1).expect("fewer children than 2^32");
        let tag = hash >> NUMBER_BITS << NUMBER_BITS;
        self.index[at].store(tag | u64::from(number), Release);
        self.len.store(place as u64 + 1, Release);
        place
    }

    /// The children that live, of those born before the table had more than `len`.
    pub(crate) fn living(&self, len: usize) -> impl Iterator<Item = &M> {
        let entries = self.entries[..len].iter().filter_map(OnceLock::get);
        let metrics = entries.map(|entry| &entry.metric);
        metrics.filter(|metric| !metric.handle().is_removed())
    }
}

#[cfg(test)]
mod tests;
