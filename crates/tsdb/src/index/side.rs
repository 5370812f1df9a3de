//! One of the two factors: label sets by number, and for each label's values the sets that have them.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use model::{Labels, MatchOp, Matcher};
use roaring::RoaringBitmap;

use super::Map;
use super::ids::{Ids, bitmap_bytes, union};
use super::select::Factor;
use super::values::{Values, spread};

/// Tables are made smaller when less than one in so many of their places is taken.
pub(super) const SHRINK_SHARE: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Side {
    names: Vec<Name>,
    by_name: Map<Box<str>, u32>,
    free_names: Vec<u32>,
    sets: Vec<Box<[Pair]>>,
    alive: RoaringBitmap,
    free_sets: Vec<u32>,
    table: HashTable<(u32, u32)>,
}

/// A label: its name, and the slot of its value.
#[derive(Clone, Copy, Debug)]
struct Pair {
    name: u32,
    slot: u32,
}

#[derive(Debug, Default)]
pub(super) struct Name {
    text: Box<str>,
    pub(super) values: Values,
    /// The label sets that have such a label.
    pub(super) present: RoaringBitmap,
}

impl Side {
    /// The sets that are there.
    pub(super) fn alive(&self) -> &RoaringBitmap {
        &self.alive
    }

    pub(super) fn find(&self, labels: &Labels) -> Option<u32> {
        let hash = hash(labels);
        let same = |&(own, id): &(u32, u32)| own == hash && self.pairs(id).eq(labels);
        self.table.find(spread(hash), same).map(|found| found.1)
    }

    /// The labels of a set, by name.
    pub(super) fn pairs(&self, id: u32) -> impl Iterator<Item = (&str, &str)> {
        self.sets[id as usize].iter().map(|pair| {
            let name = &self.names[pair.name as usize];
            (&*name.text, name.values.text(pair.slot))
        })
    }

    /// The numbers of the names of a set's labels, which are the same for all sets with the same names.
    pub(super) fn shape(&self, id: u32) -> Vec<u32> {
        let pairs = self.sets[id as usize].iter();
        pairs.map(|pair| pair.name).collect()
    }

    pub(super) fn name_text(&self, name: u32) -> &str {
        &self.names[name as usize].text
    }

    /// The number of a set that isn't there yet.
    pub(super) fn add(&mut self, labels: &Labels) -> u32 {
        let id = self.free_sets.pop().unwrap_or_else(|| {
            self.sets.push(Box::default());
            u32::try_from(self.sets.len() - 1).expect("memory ends long before 2^32 label sets")
        });
        let pairs = labels.iter().map(|(name, value)| {
            let number = self.name_number(name);
            let name = &mut self.names[number as usize];
            name.present.insert(id);
            let slot = name.values.insert(value, id);
            Pair { name: number, slot }
        });
        let pairs: Box<[Pair]> = pairs.collect();
        self.sets[id as usize] = pairs;
        self.alive.insert(id);
        let hash = hash(labels);
        self.table
            .insert_unique(spread(hash), (hash, id), |entry| spread(entry.0));
        id
    }

    fn name_number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        let number = self.free_names.pop().unwrap_or_else(|| {
            self.names.push(Name::default());
            self.names.len() as u32 - 1
        });
        self.names[number as usize].text = name.into();
        self.by_name.insert(name.into(), number);
        number
    }

    /// Forgets a set. Its number will be another's.
    pub(super) fn remove(&mut self, id: u32) {
        let hash = hash(&self.pairs(id).collect::<Labels>());
        if let Ok(found) = self.table.find_entry(spread(hash), |entry| entry.1 == id) {
            found.remove();
        }
        for pair in std::mem::take(&mut self.sets[id as usize]) {
            let name = &mut self.names[pair.name as usize];
            name.present.remove(id);
            name.values.remove(pair.slot, id);
            if name.present.is_empty() {
                self.by_name.remove(&name.text);
                *name = Name::default();
                self.free_names.push(pair.name);
            }
        }
        self.alive.remove(id);
        self.free_sets.push(id);
        let end = self.alive.max().map_or(0, |last| last as usize + 1);
        if self.table.len() < self.table.num_buckets() / SHRINK_SHARE
            || end < self.sets.len() / SHRINK_SHARE
        {
            self.shrink(end);
        }
    }

    /// Gives back what a larger number of sets took.
    fn shrink(&mut self, end: usize) {
        self.sets.truncate(end);
        self.sets.shrink_to_fit();
        self.free_sets.retain(|id| (*id as usize) < end);
        self.free_sets.shrink_to_fit();
        self.table.shrink_to_fit(|entry| spread(entry.0));
    }

    pub(super) fn name(&self, name: &str) -> Option<&Name> {
        let number = *self.by_name.get(name)?;
        self.names.get(number as usize)
    }

    /// The names of labels, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &Name)> {
        let numbers = self.by_name.iter();
        numbers.map(|(text, number)| (&**text, &self.names[*number as usize]))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let pairs: usize = self.sets.iter().map(|set| size_of_val(&**set)).sum();
        let names: usize = self.names.iter().map(Name::heap_bytes).sum();
        self.sets.capacity() * size_of::<Box<[Pair]>>()
            + (self.free_sets.capacity() + self.free_names.capacity()) * size_of::<u32>()
            + self.names.capacity() * size_of::<Name>()
            + self.table.allocation_size()
            + self.by_name.allocation_size()
            + bitmap_bytes(&self.alive)
            + pairs
            + names
    }
}

impl Factor for Side {
    fn all(&self) -> &RoaringBitmap {
        &self.alive
    }

    fn lacks(&self, matcher: &Matcher) -> bool {
        let Some(name) = self.name(matcher.name()) else {
            return true;
        };
        matcher.op() == MatchOp::Equal && name.values.find(matcher.value()).is_none()
    }

    fn having(&self, matcher: &Matcher, pass: bool) -> RoaringBitmap {
        let Some(name) = self.name(matcher.name()) else {
            return RoaringBitmap::new();
        };
        let positive = matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex);
        let listed = name.listed(matcher);
        if positive == pass {
            listed
        } else {
            // A set has one value per name, so the others are the rest.
            &name.present - listed
        }
    }
}

impl Name {
    /// The sets whose value is what the matcher speaks of, whether it wants it or not.
    fn listed(&self, matcher: &Matcher) -> RoaringBitmap {
        let values = &self.values;
        let ids = |slot: u32| values.ids(slot);
        let Some(regexp) = matcher.regexp() else {
            return union(values.find(matcher.value()).into_iter().map(ids));
        };
        if let Some(words) = regexp.words() {
            return union(words.iter().filter_map(|word| values.find(word)).map(ids));
        }
        // No value is empty.
        if matches!(matcher.value(), ".*" | ".+") {
            return self.present.clone();
        }
        if let Some(part) = regexp.contained() {
            return union(values.containing(part).into_iter().map(ids));
        }
        let matches = |slot: &u32| regexp.is_match(values.text(*slot));
        match regexp.prefix() {
            "" => union(values.alive().filter(matches).map(ids)),
            prefix => union(values.with_prefix(prefix).filter(matches).map(ids)),
        }
    }

    /// The values that some of `sets` have, in no order.
    pub(super) fn values_of(&self, sets: &RoaringBitmap) -> impl Iterator<Item = &str> {
        let values = &self.values;
        let meets = |slot: &u32| values.ids(*slot).meets(sets);
        values.alive().filter(meets).map(|slot| values.text(slot))
    }

    /// The values, each with the sets that have it, in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Ids)> {
        let entry = |slot: u32| (self.values.text(slot), self.values.ids(slot));
        self.values.alive().map(entry)
    }

    fn heap_bytes(&self) -> usize {
        // The text is in the table of names too.
        2 * self.text.len() + self.values.heap_bytes() + bitmap_bytes(&self.present)
    }
}

fn hash(labels: &Labels) -> u32 {
    (FixedState::default().hash_one(labels) >> 32) as u32
}
