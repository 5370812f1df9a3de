//! A generation as a part is written from it.

use std::cell::RefCell;
use std::sync::RwLockReadGuard;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Exemplar, Labels, TimeRange};
use storage::Column;

use crate::head::{Frozen, Head};
use crate::index::MetricId;
use crate::log::{Names, Scope, TargetId};
use crate::part::{Examples, PartError, Said, Source};
use crate::store::Store;
use crate::store::generation::{Generation, slot_at};
use crate::store::registry::{Place, Registry};

type Map<K, V> = HashMap<K, V, RandomState>;

/// The samples of a sealed generation in one window.
pub(super) struct GenerationSource<'g> {
    generation: &'g Generation,
    range: TimeRange,
    /// One per head, with the numbers of the targets that it has.
    frozen: Vec<Frozen<'g>>,
    numbers: Vec<Map<TargetId, TargetId>>,
    /// Which group of which head.
    groups: Vec<(usize, usize)>,
    said: Said,
}

impl<'g> GenerationSource<'g> {
    pub(super) fn new(
        store: &Store,
        generation: &'g Generation,
        heads: &'g [RwLockReadGuard<'_, Head>],
        range: TimeRange,
        said: Said,
    ) -> Self {
        let mut frozen = Vec::with_capacity(heads.len());
        let mut numbers = Vec::with_capacity(heads.len());
        for (shard, head) in heads.iter().enumerate() {
            // The lock is taken anew for each, since naming a million series takes a while. Between two, a number may become another metric's.
            let names = Numbered {
                registry: &store.registry(),
                shard,
                texts: RefCell::default(),
                numbers: RefCell::default(),
            };
            frozen.push(head.freeze(range, &names));
            numbers.push(names.numbers.into_inner());
        }
        let groups = frozen
            .iter()
            .enumerate()
            .flat_map(|(head, own)| (0..own.groups()).map(move |group| (head, group)))
            .collect();
        Self {
            generation,
            range,
            frozen,
            numbers,
            groups,
            said,
        }
    }

    fn number(&self, head: usize, local: TargetId) -> TargetId {
        self.numbers[head][&local]
    }

    fn place(&self, group: usize, series: usize) -> Place {
        let (head, group) = self.groups[group];
        let (local, columns) = self.frozen[head].columns(group);
        Place {
            target: self.number(head, local),
            column: columns[series],
        }
    }
}

impl Source for GenerationSource<'_> {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        let (head, group) = self.groups[group];
        self.frozen[head].target(group)
    }

    fn series(&self, group: usize) -> &[Labels] {
        let (head, group) = self.groups[group];
        self.frozen[head].series(group)
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let (head, group) = self.groups[group];
        self.frozen[head].timestamps(group, out)
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let (head, own) = self.groups[group];
        self.frozen[head].column(own, series, out)?;
        out.starts = self.generation.starts_of(self.place(group, series));
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        Ok(std::mem::take(&mut self.said))
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        let mut by_place: Map<Place, Vec<Exemplar>> = Map::default();
        for (place, exemplar) in self.generation.exemplars().iter() {
            if self.range.contains(exemplar.timestamp) {
                by_place.entry(*place).or_default().push(exemplar.clone());
            }
        }
        let mut all = Vec::new();
        if by_place.is_empty() {
            return Ok(all);
        }
        for group in 0..self.groups() {
            for series in 0..self.series(group).len() {
                if let Some(exemplars) = by_place.remove(&self.place(group, series)) {
                    all.push(Examples {
                        group: group as u32,
                        series: series as u32,
                        exemplars,
                    });
                }
            }
        }
        Ok(all)
    }
}

/// The names of one head's targets.
struct Numbered<'n> {
    registry: &'n Registry,
    shard: usize,
    /// Label sets that were made already: a thousand targets have the same.
    texts: RefCell<Map<(bool, MetricId), Labels>>,
    numbers: RefCell<Map<TargetId, TargetId>>,
}

impl Numbered<'_> {
    fn number(&self, local: TargetId) -> TargetId {
        let mut numbers = self.numbers.borrow_mut();
        *numbers.entry(local).or_insert_with(|| {
            let slot = slot_at(self.shard, local);
            self.registry.number_at(slot).unwrap_or(TargetId(slot))
        })
    }
}

impl Names for Numbered<'_> {
    fn target(&self, local: TargetId) -> Labels {
        self.registry.target(self.number(local))
    }

    fn column(&self, local: TargetId, column: u32) -> (Scope, Labels) {
        let number = self.number(local);
        let (scope, metric) = match self.registry.metric_of(number, column) {
            Some(found) => found,
            None => return self.registry.column(number, column),
        };
        let mut texts = self.texts.borrow_mut();
        let key = (scope == Scope::Whole, metric);
        let made = || self.registry.column(number, column).1;
        (scope, texts.entry(key).or_insert_with(made).clone())
    }
}
