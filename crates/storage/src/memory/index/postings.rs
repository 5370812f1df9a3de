//! From label pairs to the numbers of series.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, MatchOp, Matcher};

/// Sorted lists of series, by label name and value.
#[derive(Default)]
pub(super) struct Postings {
    names: HashMap<Box<str>, Values, RandomState>,
}

/// The values of one label name, each with its series.
pub(super) type Values = BTreeMap<Box<str>, Vec<u32>>;

impl Postings {
    /// Adds series `number`, which is larger than all before it.
    pub(super) fn add(&mut self, number: u32, labels: &Labels) {
        for (name, value) in labels {
            if !self.names.contains_key(name) {
                self.names.insert(name.into(), Values::new());
            }
            let Some(values) = self.names.get_mut(name) else {
                continue;
            };
            match values.get_mut(value) {
                Some(list) => list.push(number),
                None => drop(values.insert(value.into(), vec![number])),
            }
        }
    }

    /// Removes the series `numbers`, sorted, whose labels are `labels`, in any order.
    pub(super) fn remove(&mut self, numbers: &[u32], labels: &[Labels]) {
        let mut pairs: Vec<(&str, &str)> = labels.iter().flatten().collect();
        pairs.sort_unstable();
        pairs.dedup();
        for (name, value) in pairs {
            let Some(values) = self.names.get_mut(name) else {
                continue;
            };
            let Some(list) = values.get_mut(value) else {
                continue;
            };
            list.retain(|number| numbers.binary_search(number).is_err());
            if list.is_empty() {
                values.remove(value);
            }
            if values.is_empty() {
                self.names.remove(name);
            }
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.names.iter().map(|(name, values)| (&**name, values))
    }

    /// The series that match all of `matchers`; `None` for all series.
    pub(super) fn select(&self, matchers: &[Matcher]) -> Option<Vec<u32>> {
        // Those that an absent label passes can only take away; the others say what there is at most.
        let (take, keep): (Vec<&Matcher>, Vec<&Matcher>) =
            matchers.iter().partition(|matcher| matcher.matches_empty());
        let mut lists: Vec<Vec<u32>> = keep
            .into_iter()
            .map(|matcher| self.passing(matcher))
            .collect();
        lists.sort_unstable_by_key(Vec::len);
        let mut lists = lists.into_iter();
        let first = lists.next();
        let mut found = match (first, take.is_empty()) {
            (Some(first), _) => lists.fold(first, |a, b| intersect(&a, &b)),
            (None, true) => return None,
            (None, false) => self.all(),
        };
        for matcher in take {
            let failing = self.union(matcher, |value| !matcher.matches(value));
            if !failing.is_empty() {
                found.retain(|number| failing.binary_search(number).is_err());
            }
        }
        Some(found)
    }

    /// The series whose label passes; for matchers that refuse the empty value.
    fn passing(&self, matcher: &Matcher) -> Vec<u32> {
        let words = match (matcher.op(), matcher.regexp()) {
            (MatchOp::Equal, _) => std::slice::from_ref(&matcher.value()).to_vec(),
            (MatchOp::Regex, Some(regexp)) if regexp.words().is_some() => regexp
                .words()
                .unwrap_or_default()
                .iter()
                .map(String::as_str)
                .collect(),
            _ => return self.union(matcher, |value| matcher.matches(value)),
        };
        let Some(values) = self.names.get(matcher.name()) else {
            return Vec::new();
        };
        merge(words.iter().filter_map(|word| values.get(*word)))
    }

    fn union(&self, matcher: &Matcher, pass: impl Fn(&str) -> bool) -> Vec<u32> {
        let Some(values) = self.names.get(matcher.name()) else {
            return Vec::new();
        };
        merge(
            values
                .iter()
                .filter(|(value, _)| pass(value))
                .map(|(_, list)| list),
        )
    }

    fn all(&self) -> Vec<u32> {
        merge(self.names.values().flat_map(BTreeMap::values))
    }
}

/// All numbers of sorted lists, sorted, none twice.
fn merge<'a>(lists: impl Iterator<Item = &'a Vec<u32>>) -> Vec<u32> {
    let mut all: Vec<u32> = lists.flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The numbers that are in both sorted lists; `a` is the shorter.
fn intersect(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut found = Vec::with_capacity(a.len());
    let mut rest = b;
    for number in a {
        // Galloping: a short list against a long one costs little.
        let step = gallop(rest, *number);
        rest = &rest[step..];
        match rest.first() {
            Some(other) if other == number => found.push(*number),
            Some(_) => {}
            None => break,
        }
    }
    found
}

/// How many numbers of `sorted` are smaller than `number`.
fn gallop(sorted: &[u32], number: u32) -> usize {
    let mut end = 1;
    while end < sorted.len() && sorted[end] < number {
        end *= 2;
    }
    let start = end / 2;
    let end = (end + 1).min(sorted.len());
    start.min(end) + sorted[start.min(end)..end].partition_point(|other| *other < number)
}
