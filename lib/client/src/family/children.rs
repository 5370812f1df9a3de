//! A family's children in slots, with an index by label values.
//!
//! A slot keeps its place while its child lives, so a page that goes through the slots in steps
//! misses nobody who was there all the time. Slots of removed children are used again.

use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::node::{LabelText, Node};

#[derive(Debug)]
pub(crate) struct Children<C> {
    slots: Vec<Slot<C>>,
    free: Vec<u32>,
    index: HashTable<u32>,
    next_serial: u64,
}

/// The hash stays with the child, so that the index grows without hashing labels again.
#[derive(Debug)]
struct Slot<C> {
    hash: u64,
    node: Option<Arc<Node<C>>>,
}

impl<C> Default for Children<C> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            index: HashTable::new(),
            next_serial: 0,
        }
    }
}

impl<C> Children<C> {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// Children born from now on have this serial number or a greater one.
    pub(crate) fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// Removes all. The numbering goes on, so that a page that is being written knows the new from the old.
    pub(crate) fn take(&mut self) -> Self {
        let next_serial = self.next_serial;
        std::mem::replace(
            self,
            Self {
                next_serial,
                ..Self::default()
            },
        )
    }

    pub(crate) fn find(&self, hash: u64, values: &[&str]) -> Option<&Arc<Node<C>>> {
        let is = |&slot: &u32| self.slots[slot as usize].is(hash, values);
        let slot = *self.index.find(hash, is)?;
        self.slots[slot as usize].node.as_ref()
    }

    /// The caller has made sure that there is no such child.
    pub(crate) fn insert(&mut self, hash: u64, labels: LabelText, cells: C) -> Arc<Node<C>> {
        let node = Arc::new(Node {
            labels,
            serial: self.next_serial,
            cells,
        });
        self.next_serial += 1;
        let slot = Slot {
            hash,
            node: Some(Arc::clone(&node)),
        };
        let place = match self.free.pop() {
            Some(place) => {
                self.slots[place as usize] = slot;
                place
            }
            None => {
                self.slots.push(slot);
                u32::try_from(self.slots.len() - 1).expect("fewer children than 2^32")
            }
        };
        let slots = &self.slots;
        self.index
            .insert_unique(hash, place, |&slot| slots[slot as usize].hash);
        node
    }

    pub(crate) fn remove(&mut self, hash: u64, values: &[&str]) -> Option<Arc<Node<C>>> {
        let slots = &self.slots;
        let is = |&slot: &u32| slots[slot as usize].is(hash, values);
        let rehash = |&slot: &u32| slots[slot as usize].hash;
        let Entry::Occupied(entry) = self.index.entry(hash, is, rehash) else {
            return None;
        };
        let (place, _) = entry.remove();
        self.free.push(place);
        self.slots[place as usize].node.take()
    }

    /// Puts up to `count_max` children, born before `born_before`, into `chunk`. Answers the slot to go on from:
    /// `usize::MAX` when that was all.
    pub(crate) fn chunk(
        &self,
        from: usize,
        count_max: usize,
        born_before: u64,
        chunk: &mut Vec<Arc<Node<C>>>,
    ) -> usize {
        let to = self.slots.len().min(from.saturating_add(count_max));
        let nodes = self.slots.get(from..to).unwrap_or_default().iter();
        let nodes = nodes.filter_map(|slot| slot.node.as_ref());
        chunk.extend(nodes.filter(|node| node.serial < born_before).cloned());
        if to < self.slots.len() {
            to
        } else {
            usize::MAX
        }
    }
}

impl<C> Slot<C> {
    fn is(&self, hash: u64, values: &[&str]) -> bool {
        self.hash == hash
            && self
                .node
                .as_ref()
                .is_some_and(|node| node.labels.is(values))
    }
}

#[cfg(test)]
mod tests;
