//! Which series there are, and which of them match.

mod postings;
mod statistics;

use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Matcher};

use super::shard::Shard;
use super::{column_of, series_ref};
use crate::SeriesRef;
use postings::Postings;

/// Roughly what the index takes per label of a series: a place in a list.
const BYTES_PER_LABEL: u64 = 8;
/// Roughly what it takes per series: its entry and its place in the table of labels.
const BYTES_PER_SERIES: u64 = 120;

/// All series of a store.
#[derive(Default)]
pub(super) struct Index {
    shards: HashMap<u32, Arc<Shard>, RandomState>,
    by_target: HashMap<Labels, u32, RandomState>,
    next_shard: u32,
    by_labels: HashMap<Labels, u32, RandomState>,
    /// By number; numbers ascend and are never used again, so lists of them stay sorted.
    series: Vec<Option<SeriesRef>>,
    postings: Postings,
}

/// Series that were selected: columns by shard.
pub(super) type Selected = Vec<(Arc<Shard>, Vec<usize>)>;

impl Index {
    pub(super) fn shard(&self, id: u32) -> Option<Arc<Shard>> {
        self.shards.get(&id).cloned()
    }

    pub(super) fn shards(&self) -> Vec<Arc<Shard>> {
        self.shards.values().cloned().collect()
    }

    /// The shard of a target, if it exists.
    pub(super) fn shard_of(&self, target: &Labels) -> Option<Arc<Shard>> {
        self.shards.get(self.by_target.get(target)?).cloned()
    }

    /// The shard of a target; a new one if need be.
    pub(super) fn open_shard(&mut self, target: &Labels) -> Arc<Shard> {
        if let Some(shard) = self.shard_of(target) {
            return shard;
        }
        let shard = Arc::new(Shard::new(self.next_shard, target.clone()));
        self.next_shard += 1;
        self.by_target.insert(target.clone(), shard.id);
        self.shards.insert(shard.id, Arc::clone(&shard));
        shard
    }

    pub(super) fn find(&self, labels: &Labels) -> Option<SeriesRef> {
        let number = *self.by_labels.get(labels)?;
        *self.series.get(number as usize)?
    }

    /// Adds a series that isn't there yet to `shard`; the bytes that it takes.
    pub(super) fn add(&mut self, shard: &Shard, labels: &Labels) -> (SeriesRef, u64) {
        let number = u32::try_from(self.series.len()).expect("memory ends long before 2^32 series");
        let at = series_ref(shard.id, shard.rows().add_column(labels.clone()));
        self.series.push(Some(at));
        self.by_labels.insert(labels.clone(), number);
        self.postings.add(number, labels);
        (at, series_bytes(labels))
    }

    /// Forgets series; the bytes that this frees.
    pub(super) fn remove(&mut self, all: &[Labels]) -> u64 {
        let mut freed = 0;
        let mut numbers = Vec::with_capacity(all.len());
        for labels in all {
            if let Some(number) = self.by_labels.remove(labels) {
                self.series[number as usize] = None;
                freed += series_bytes(labels);
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        self.postings.remove(&numbers, all);
        freed
    }

    /// Forgets a shard without series.
    pub(super) fn remove_shard(&mut self, shard: &Shard) {
        self.shards.remove(&shard.id);
        self.by_target.remove(&shard.target);
    }

    /// The series that match all of `matchers`, by shard.
    pub(super) fn select(&self, matchers: &[Matcher]) -> Selected {
        let mut by_shard: HashMap<u32, Vec<usize>, RandomState> = HashMap::default();
        let mut order = Vec::new();
        for at in self.matching(matchers) {
            let shard = (at.0 >> 32) as u32;
            let columns = by_shard.entry(shard).or_insert_with(|| {
                order.push(shard);
                Vec::new()
            });
            columns.push(column_of(at));
        }
        let take = |id: u32| Some((self.shard(id)?, by_shard.remove(&id)?));
        order.into_iter().filter_map(take).collect()
    }

    fn matching(&self, matchers: &[Matcher]) -> impl Iterator<Item = SeriesRef> {
        let numbers = match self.postings.select(matchers) {
            Some(numbers) => numbers,
            None => (0..self.series.len() as u32).collect(),
        };
        numbers
            .into_iter()
            .filter_map(|number| self.series[number as usize])
    }
}

/// Roughly what a series takes apart from its samples.
fn series_bytes(labels: &Labels) -> u64 {
    labels.size_bytes() as u64 + BYTES_PER_LABEL * labels.len() as u64 + BYTES_PER_SERIES
}
