//! For each label's values the sets that have them, so that a matcher looks at values and never at sets.
//!
//! Made when it is first asked for: a part that nobody queries has none.

use std::ops::Range;

use model::{MatchOp, Matcher};
use roaring::RoaringBitmap;

use super::super::strings::Strings;
use crate::index::Factor;

/// One of the two factors.
#[derive(Debug)]
pub(super) struct Side {
    alive: RoaringBitmap,
    /// By ascending string number.
    names: Vec<Name>,
    /// The numbers of sets, those of one value together and ascending.
    ids: Vec<u32>,
}

/// One label.
#[derive(Debug)]
struct Name {
    string: u32,
    /// String numbers, ascending; and where the sets of each end in `ids`.
    values: Vec<(u32, u32)>,
    /// Where those of the first begin.
    start: u32,
    present: RoaringBitmap,
}

/// A side and the strings that its numbers mean.
pub(super) struct Named<'a> {
    pub(super) side: &'a Side,
    pub(super) strings: &'a Strings,
}

impl Side {
    /// From the pairs of each set.
    pub(super) fn of<'a>(sets: impl ExactSizeIterator<Item = &'a [(u32, u32)]>) -> Self {
        let count = sets.len() as u32;
        let mut by_name: Vec<(u32, Vec<u64>)> = Vec::new();
        for (id, pairs) in (0_u64..).zip(sets) {
            for (name, value) in pairs {
                let at = by_name.partition_point(|(other, _)| other < name);
                if by_name.get(at).is_none_or(|(other, _)| other != name) {
                    by_name.insert(at, (*name, Vec::new()));
                }
                by_name[at].1.push(u64::from(*value) << 32 | id);
            }
        }
        let mut side = Self {
            alive: (0..count).collect(),
            names: Vec::with_capacity(by_name.len()),
            ids: Vec::with_capacity(by_name.iter().map(|(_, list)| list.len()).sum()),
        };
        for (string, list) in by_name {
            side.push_name(string, list);
        }
        side
    }

    /// `list` has the value in the high half and the set in the low one; sets ascend.
    fn push_name(&mut self, string: u32, mut list: Vec<u64>) {
        let present = list.iter().map(|entry| *entry as u32).collect();
        list.sort_unstable();
        let start = self.ids.len() as u32;
        let mut values = Vec::new();
        for same in list.chunk_by(|a, b| a >> 32 == b >> 32) {
            self.ids.extend(same.iter().map(|entry| *entry as u32));
            values.push(((same[0] >> 32) as u32, self.ids.len() as u32));
        }
        values.shrink_to_fit();
        self.names.push(Name {
            string,
            values,
            start,
            present,
        });
    }

    fn name(&self, string: u32) -> Option<&Name> {
        let found = self.names.binary_search_by_key(&string, |name| name.string);
        found.ok().map(|at| &self.names[at])
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let names = self.names.iter();
        let names: usize = names
            .map(|name| {
                name.values.capacity() * size_of::<(u32, u32)>() + name.present.serialized_size()
            })
            .sum();
        names + self.ids.capacity() * size_of::<u32>() + self.names.capacity() * size_of::<Name>()
    }
}

impl Name {
    /// The sets with the value at `index`.
    fn ids<'a>(&self, index: usize, ids: &'a [u32]) -> &'a [u32] {
        let start = index
            .checked_sub(1)
            .map_or(self.start, |before| self.values[before].1);
        &ids[start as usize..self.values[index].1 as usize]
    }

    fn position(&self, value: u32) -> Option<usize> {
        let found = self.values.binary_search_by_key(&value, |value| value.0);
        found.ok()
    }

    /// The indices of the values whose strings are in a range.
    fn positions(&self, strings: &Range<u32>) -> Range<usize> {
        let start = self.values.partition_point(|value| value.0 < strings.start);
        let end = self.values.partition_point(|value| value.0 < strings.end);
        start..end
    }
}

impl Named<'_> {
    /// The matcher's label, if a set has it.
    fn name(&self, matcher: &Matcher) -> Option<&Name> {
        self.side.name(self.strings.find(matcher.name())?)
    }

    /// The indices of the values that the matcher speaks of, whether it wants them or not. `None` is all of them.
    fn listed(&self, name: &Name, matcher: &Matcher) -> Option<Vec<usize>> {
        let strings = self.strings;
        let find = |word: &str| name.position(strings.find(word)?);
        let Some(regexp) = matcher.regexp() else {
            return Some(find(matcher.value()).into_iter().collect());
        };
        if let Some(words) = regexp.words() {
            let mut found: Vec<usize> = words.iter().filter_map(|word| find(word)).collect();
            found.sort_unstable();
            found.dedup();
            return Some(found);
        }
        // No value is empty.
        if matches!(matcher.value(), ".*" | ".+") {
            return None;
        }
        if let Some(part) = regexp.contained() {
            let hits = strings.containing(part);
            return Some(
                hits.into_iter()
                    .filter_map(|hit| name.position(hit))
                    .collect(),
            );
        }
        let candidates = match regexp.prefix() {
            "" => 0..name.values.len(),
            prefix => name.positions(&strings.with_prefix(prefix)),
        };
        let matches = |index: &usize| regexp.is_match(strings.get(name.values[*index].0));
        Some(candidates.filter(matches).collect())
    }

    /// The names of labels that some of `sets` have.
    pub(super) fn names_of<'s>(&'s self, sets: &'s RoaringBitmap) -> impl Iterator<Item = &'s str> {
        let names = self.side.names.iter();
        let names = names.filter(|name| !name.present.is_disjoint(sets));
        names.map(|name| self.strings.get(name.string))
    }

    /// The values of label `name` that some of `sets` have.
    pub(super) fn values_of<'s>(
        &'s self,
        name: &str,
        sets: &'s RoaringBitmap,
    ) -> impl Iterator<Item = &'s str> {
        let name = self
            .strings
            .find(name)
            .and_then(|name| self.side.name(name));
        name.into_iter().flat_map(move |name| {
            let meets = |index: &usize| {
                let mut ids = name.ids(*index, &self.side.ids).iter();
                ids.any(|id| sets.contains(*id))
            };
            let indices = (0..name.values.len()).filter(meets);
            indices.map(|index| self.strings.get(name.values[index].0))
        })
    }
}

impl Factor for Named<'_> {
    fn all(&self) -> &RoaringBitmap {
        &self.side.alive
    }

    fn lacks(&self, matcher: &Matcher) -> bool {
        let Some(name) = self.name(matcher) else {
            return true;
        };
        let position = |value| name.position(self.strings.find(value)?);
        matcher.op() == MatchOp::Equal && position(matcher.value()).is_none()
    }

    fn having(&self, matcher: &Matcher, pass: bool) -> RoaringBitmap {
        let Some(name) = self.name(matcher) else {
            return RoaringBitmap::new();
        };
        let listed = match self.listed(name, matcher) {
            None => name.present.clone(),
            Some(indices) => {
                let ids = indices.iter();
                let ids = ids.flat_map(|index| name.ids(*index, &self.side.ids));
                let mut ids: Vec<u32> = ids.copied().collect();
                ids.sort_unstable();
                ids.dedup();
                RoaringBitmap::from_sorted_iter(ids).expect("they are sorted, and none comes twice")
            }
        };
        let positive = matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex);
        if positive == pass {
            listed
        } else {
            // A set has one value per name, so the others are the rest.
            &name.present - listed
        }
    }
}
