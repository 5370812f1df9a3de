//! The children of a metric, found by label values and kept in the order of their birth.
//!
//! The hash of a child is made of the interpreter's own hashes of the values, which it keeps with each string: looking up
//! words that the program has as constants hashes nothing.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use pyo3::prelude::*;

use crate::label_text::LabelNames;
use crate::metric::Metric;

mod expiry;

use expiry::Watch;

/// Label values as a look-up has them.
#[derive(Clone, Copy)]
pub(crate) struct Key<'k> {
    pub(crate) hash: u64,
    /// In the order of declaration.
    pub(crate) values: &'k [&'k str],
}

#[derive(Default)]
pub(crate) struct Children {
    /// In the order of birth; holes where children were removed.
    slots: Vec<Option<Slot>>,
    index: HashTable<u32>,
    /// What pages saw of the children, by slot, if idle ones leave.
    watches: Vec<Option<Watch>>,
}

struct Slot {
    hash: u64,
    child: Py<Metric>,
}

impl Slot {
    fn text(&self) -> &str {
        self.child.get().label_text()
    }
}

/// So many slots are never worth to be moved together.
const HOLES_MIN: usize = 64;

impl Children {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn find(&self, names: &LabelNames, key: Key<'_>) -> Option<&Py<Metric>> {
        let slot = *self
            .index
            .find(key.hash, |&slot| self.is(slot, names, key))?;
        self.slots[slot as usize].as_ref().map(|slot| &slot.child)
    }

    fn is(&self, slot: u32, names: &LabelNames, key: Key<'_>) -> bool {
        self.slots[slot as usize]
            .as_ref()
            .is_some_and(|slot| slot.hash == key.hash && names.is(slot.text(), key.values))
    }

    /// The caller has seen that there is no such child.
    pub(crate) fn insert(&mut self, hash: u64, child: Py<Metric>) {
        let place = u32::try_from(self.slots.len()).expect("fewer children than 2^32");
        self.slots.push(Some(Slot { hash, child }));
        let slots = &self.slots;
        self.index.insert_unique(hash, place, |&slot| {
            slots[slot as usize].as_ref().map_or(0, |slot| slot.hash)
        });
    }

    /// Takes a child out. The caller drops it where it holds no lock: that may run Python.
    pub(crate) fn remove(&mut self, names: &LabelNames, key: Key<'_>) -> Option<Py<Metric>> {
        let slots = &self.slots;
        let is = |&slot: &u32| {
            slots[slot as usize]
                .as_ref()
                .is_some_and(|slot| slot.hash == key.hash && names.is(slot.text(), key.values))
        };
        let rehash = |&slot: &u32| slots[slot as usize].as_ref().map_or(0, |slot| slot.hash);
        let Entry::Occupied(entry) = self.index.entry(key.hash, is, rehash) else {
            return None;
        };
        let (place, _) = entry.remove();
        let removed = self.slots[place as usize].take();
        self.close_holes();
        removed.map(|slot| slot.child)
    }

    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// All children in the order of birth.
    pub(crate) fn all(&self, py: Python<'_>) -> Vec<Py<Metric>> {
        self.slots
            .iter()
            .flatten()
            .map(|slot| slot.child.clone_ref(py))
            .collect()
    }

    fn close_holes(&mut self) {
        if self.slots.len() >= HOLES_MIN && self.slots.len() >= 2 * self.index.len() {
            self.forget_holes();
        }
    }

    /// Moves the slots together, and finds them anew.
    fn forget_holes(&mut self) {
        let mut place = 0;
        let slots = &self.slots;
        self.watches.retain(|_| {
            place += 1;
            slots[place - 1].is_some()
        });
        self.slots.retain(Option::is_some);
        self.index.clear();
        for (place, slot) in self.slots.iter().enumerate() {
            let Some(slot) = slot else { continue };
            let slots = &self.slots;
            self.index.insert_unique(slot.hash, place as u32, |&slot| {
                slots[slot as usize].as_ref().map_or(0, |slot| slot.hash)
            });
        }
    }
}
