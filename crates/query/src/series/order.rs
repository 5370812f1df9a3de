//! The order of many series by their labels, found without any of their label sets.
//!
//! ```text
//!   different labels, in order     cpu=0 cpu=1 instance=a instance=b mode=idle mode=user      numbered from 1
//!   instance=b with cpu=0,mode=idle      1 4 5                                                packed: 145
//! ```
//!
//! A label set is a list of such numbers, which ascend since names do, and lists of numbers have the order of label sets: label by label, a name before its value. What is sorted
//! are texts of a few hundred different labels, and then integers, instead of each series' texts with each other's.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;
use storage::GroupLabels;

use super::factored::{ByList, address};

/// For each series its place in the order of their labels; `None` if their labels are too many and too different to be packed.
pub(super) fn places(groups: &[GroupLabels]) -> Option<Vec<u32>> {
    let mut numbers = Numbers::default();
    let mut lists: ByList<Vec<Vec<u32>>> = ByList::default();
    let mut targets = Vec::with_capacity(groups.len());
    let (mut series, mut longest) = (0, 0);
    for group in groups {
        let target = numbers.of(&group.target);
        let list = lists.entry(address(&group.metrics));
        let list = list.or_insert_with(|| {
            let metrics = group.metrics.iter();
            metrics.map(|labels| numbers.of(labels)).collect()
        });
        let metric = list.iter().map(Vec::len).max().unwrap_or(0);
        longest = longest.max(target.len() + metric);
        series += list.len();
        targets.push(target);
    }
    let ranks = numbers.ranks();
    let packing = Packing::new(ranks.len(), longest, series)?;
    for numbers in targets.iter_mut().chain(lists.values_mut().flatten()) {
        for number in numbers {
            *number = ranks[*number as usize];
        }
    }
    let mut keys = Vec::with_capacity(series);
    for (group, target) in groups.iter().zip(&targets) {
        for metric in &lists[&address(&group.metrics)] {
            keys.push(packing.key(target, metric, keys.len()));
        }
    }
    keys.sort_unstable();
    let mut places = vec![0; series];
    for (place, key) in (0..).zip(keys) {
        places[packing.series(key)] = place;
    }
    Some(places)
}

/// Different labels, numbered as they are met: by name, and by value.
#[derive(Default)]
struct Numbers<'a> {
    by_name: HashMap<&'a str, HashMap<&'a str, u32, RandomState>, RandomState>,
    count: u32,
}

impl<'a> Numbers<'a> {
    fn of(&mut self, labels: &'a Labels) -> Vec<u32> {
        let number = |(name, value)| {
            let by_value = self.by_name.entry(name).or_default();
            *by_value.entry(value).or_insert_with(|| {
                self.count += 1;
                self.count - 1
            })
        };
        labels.iter().map(number).collect()
    }

    /// For each number the label's place in the order of labels, from 1 on.
    fn ranks(self) -> Vec<u32> {
        let mut ranks = vec![0; self.count as usize];
        let mut by_name: Vec<_> = self.by_name.into_iter().collect();
        by_name.sort_unstable_by_key(|(name, _)| *name);
        let mut rank = 1;
        for (_, by_value) in by_name {
            for number in sorted(by_value.into_iter().collect()) {
                ranks[number as usize] = rank;
                rank += 1;
            }
        }
        ranks
    }
}

/// The numbers in the order of their texts. Values of one name often begin alike (`host-node-17:9100`), so what is compared first is an integer of the
/// bytes behind that.
fn sorted(texts: Vec<(&str, u32)>) -> impl Iterator<Item = u32> {
    let first = texts.first().map_or("", |(text, _)| text).as_bytes();
    let common = texts.iter().fold(first.len(), |common, (text, _)| {
        let alike = first[..common].iter().zip(text.as_bytes());
        alike.take_while(|(a, b)| a == b).count()
    });
    let begin = |text: &str| {
        let rest = &text.as_bytes()[common..];
        let mut bytes = [0; size_of::<u64>()];
        let length = rest.len().min(bytes.len());
        bytes[..length].copy_from_slice(&rest[..length]);
        u64::from_be_bytes(bytes)
    };
    let texts = texts.into_iter();
    let mut texts: Vec<_> = texts
        .map(|(text, number)| (begin(text), text, number))
        .collect();
    texts.sort_unstable();
    texts.into_iter().map(|(_, _, number)| number)
}

/// How a series' labels and its number become one integer.
struct Packing {
    rank_bits: u32,
    series_bits: u32,
    /// The most labels that a series has.
    longest: usize,
}

impl Packing {
    fn new(labels: usize, longest: usize, series: usize) -> Option<Self> {
        let bits = |largest: usize| usize::BITS - largest.leading_zeros();
        let (rank_bits, series_bits) = (bits(labels), bits(series));
        let all = longest as u64 * u64::from(rank_bits) + u64::from(series_bits);
        (all <= u64::from(u128::BITS)).then_some(Self {
            rank_bits,
            series_bits,
            longest,
        })
    }

    /// The ranks of both in order, then nothing as often as labels are missing, then the series' number.
    fn key(&self, target: &[u32], metric: &[u32], series: usize) -> u128 {
        let mut key = 0;
        let mut push = |rank: u32| key = key << self.rank_bits | u128::from(rank);
        let mut rest = target.iter().peekable();
        for rank in metric {
            while let Some(before) = rest.next_if(|own| *own < rank) {
                push(*before);
            }
            push(*rank);
        }
        rest.for_each(|rank| push(*rank));
        let missing = self.longest - target.len() - metric.len();
        key << (self.rank_bits * missing as u32) << self.series_bits | series as u128
    }

    fn series(&self, key: u128) -> usize {
        (key & ((1 << self.series_bits) - 1)) as usize
    }
}
