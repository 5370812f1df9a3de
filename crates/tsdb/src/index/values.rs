//! The different values of one label.
//!
//! ```text
//!  arena    us-east│eu-west│idle│…            one string, in order of arrival
//!  slots    [start, length, ids] …            a value's number is its slot: it stays while the value lives
//!  placed   slots by place in the arena       from a hit in the arena to the value
//!  order    slots by value │ newcomers        prefixes are a range of it; newcomers are sorted in when there are enough
//!  table    hash → slot                       equality
//! ```
//!
//! A value that nobody has any more is taken out of the table at once. Its text, and its places in the two lists,
//! go when half of the values are dead; its slot can't be used again before.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use memchr::memmem;
use std::hash::BuildHasher;

use super::ids::Ids;

/// Newcomers, or dead values, that are suffered however few values there are.
const SLACK: usize = 64;
/// Newcomers are sorted in when they are more than one in so many.
const NEWCOMER_SHARE: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Values {
    arena: String,
    slots: Vec<Slot>,
    placed: Vec<u32>,
    order: Vec<u32>,
    /// How many of `order` are in order.
    sorted: usize,
    dead: Vec<u32>,
    free: Vec<u32>,
    table: HashTable<(u32, u32)>,
}

#[derive(Debug, Default)]
struct Slot {
    start: u32,
    length: u32,
    ids: Ids,
}

impl Slot {
    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

impl Values {
    /// How many values are alive.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    pub(super) fn text(&self, slot: u32) -> &str {
        &self.arena[self.slots[slot as usize].range()]
    }

    pub(super) fn ids(&self, slot: u32) -> &Ids {
        &self.slots[slot as usize].ids
    }

    pub(super) fn find(&self, value: &str) -> Option<u32> {
        let hash = hash(value);
        let same = |&(own, slot): &(u32, u32)| own == hash && self.text(slot) == value;
        self.table.find(spread(hash), same).map(|found| found.1)
    }

    /// Notes that label set `id` has `value`; the value's slot.
    pub(super) fn insert(&mut self, value: &str, id: u32) -> u32 {
        let slot = self.find(value).unwrap_or_else(|| self.place(value));
        self.slots[slot as usize].ids.insert(id);
        slot
    }

    fn place(&mut self, value: &str) -> u32 {
        let start = number(self.arena.len());
        self.arena.push_str(value);
        let new = Slot {
            start,
            length: number(self.arena.len()) - start,
            ids: Ids::None,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = new;
                slot
            }
            None => {
                self.slots.push(new);
                number(self.slots.len() - 1)
            }
        };
        let hash = hash(value);
        self.table
            .insert_unique(spread(hash), (hash, slot), |entry| spread(entry.0));
        self.placed.push(slot);
        self.order.push(slot);
        if self.order.len() - self.sorted > self.sorted / NEWCOMER_SHARE + SLACK {
            self.sort();
        }
        slot
    }

    fn sort(&mut self) {
        let (arena, slots) = (&self.arena, &self.slots);
        let text = |slot: &u32| &arena[slots[*slot as usize].range()];
        // The stable sort takes what is sorted already as one run.
        self.order.sort_by(|a, b| text(a).cmp(text(b)));
        self.sorted = self.order.len();
    }

    /// Notes that label set `id` is gone, which had the value in `slot`.
    pub(super) fn remove(&mut self, slot: u32, id: u32) {
        let entry = &mut self.slots[slot as usize];
        entry.ids.remove(id);
        if !entry.ids.is_empty() {
            return;
        }
        let hash = hash(self.text(slot));
        if let Ok(found) = self.table.find_entry(spread(hash), |entry| entry.1 == slot) {
            found.remove();
        }
        self.dead.push(slot);
        // When the last slot dies, others before it may go with it.
        let last = slot as usize + 1 == self.slots.len();
        let suffered = if last {
            self.len() / NEWCOMER_SHARE
        } else {
            self.len()
        };
        if self.dead.len() > suffered + SLACK {
            self.compact();
        }
    }

    /// Lets go of the dead.
    fn compact(&mut self) {
        let slots = &self.slots;
        let alive = |slot: &u32| !slots[*slot as usize].ids.is_empty();
        let newcomers = self.order.split_off(self.sorted);
        self.order.retain(alive);
        self.sorted = self.order.len();
        self.order.extend(newcomers.into_iter().filter(alive));
        self.placed.retain(alive);
        let mut arena = String::with_capacity(self.arena.len() / 2);
        for slot in &self.placed {
            let slot = &mut self.slots[*slot as usize];
            let start = number(arena.len());
            arena.push_str(&self.arena[slot.range()]);
            slot.start = start;
        }
        self.arena = arena;
        self.free.append(&mut self.dead);
        // Slots behind the last living one can go for good.
        let end = self.placed.iter().max().map_or(0, |last| last + 1);
        self.slots.truncate(end as usize);
        self.free.retain(|slot| *slot < end);
        self.shrink();
    }

    fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        self.slots.shrink_to_fit();
        self.placed.shrink_to_fit();
        self.order.shrink_to_fit();
        self.dead.shrink_to_fit();
        self.free.shrink_to_fit();
        self.table.shrink_to_fit(|entry| spread(entry.0));
    }

    /// The slots of the values that are alive, in no order.
    pub(super) fn alive(&self) -> impl Iterator<Item = u32> {
        let alive = |slot: &u32| !self.ids(*slot).is_empty();
        self.placed.iter().copied().filter(alive)
    }

    /// The slots of the values that begin with `prefix`, dead ones too: they have no label sets.
    pub(super) fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = u32> + 'a {
        let (sorted, newcomers) = self.order.split_at(self.sorted);
        let start = sorted.partition_point(|slot| self.text(*slot) < prefix);
        let begins = move |slot: &u32| self.text(*slot).starts_with(prefix);
        let range = sorted[start..].iter().copied().take_while(begins);
        range.chain(newcomers.iter().copied().filter(begins))
    }

    /// The slots of the values that contain `part`, dead ones too.
    pub(super) fn containing(&self, part: &str) -> Vec<u32> {
        let finder = memmem::Finder::new(part);
        let mut found = Vec::new();
        let mut from = 0;
        let mut rest = self.placed.as_slice();
        while let Some(hit) = finder.find(&self.arena.as_bytes()[from..]) {
            let at = from + hit;
            rest = &rest[gallop(rest, |slot| self.slots[slot as usize].range().end <= at)..];
            let Some(slot) = rest.first() else { break };
            let end = self.slots[*slot as usize].range().end;
            if at + part.len() <= end {
                found.push(*slot);
                from = end;
            } else {
                // Two neighbours make the hit together.
                from = at + 1;
            }
        }
        found
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let lists = self.placed.capacity()
            + self.order.capacity()
            + self.dead.capacity()
            + self.free.capacity();
        let ids: usize = self.slots.iter().map(|slot| slot.ids.heap_bytes()).sum();
        self.arena.capacity()
            + self.slots.capacity() * size_of::<Slot>()
            + lists * size_of::<u32>()
            + self.table.allocation_size()
            + ids
    }
}

/// How many slots at the front are `before`; quick when they are few.
fn gallop(slots: &[u32], before: impl Fn(u32) -> bool) -> usize {
    let mut end = 1;
    while end < slots.len() && before(slots[end]) {
        end *= 2;
    }
    let start = end / 2;
    let end = (end + 1).min(slots.len());
    start + slots[start..end].partition_point(|slot| before(*slot))
}

fn hash(value: &str) -> u32 {
    (FixedState::default().hash_one(value) >> 32) as u32
}

/// A table looks at both ends of a hash; this brings 32 bits to both.
pub(super) fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("the values of one label stay below 4 GiB")
}
