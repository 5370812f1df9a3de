//! Many series whose label sets nobody has asked for yet.
//!
//! A store hands out groups: what all series of a target have in common, and a list of what each has besides, which like targets share. Taking a name off, sorting into
//! groups, and finding out whether a label set comes twice can all be done on the two factors: once per target and once per list, instead of once per series.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use model::Labels;
use storage::GroupLabels;

use crate::series::{METRIC_LABELS, Series, is_metric_label, order, without_metric_labels};

/// Series in the order of their groups.
///
/// Invariant: no target has a label that describes the metric.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factored {
    groups: Vec<GroupLabels>,
    /// See [`Series::drop_name`].
    pub drop_name: bool,
    /// Whether no label set comes twice, as far as is known.
    pub is_unique: bool,
}

/// Lists by their address; whoever has such a map keeps the lists.
pub(super) type ByList<T> = HashMap<usize, T, RandomState>;

pub(super) fn address(list: &Arc<[Labels]>) -> usize {
    list.as_ptr().addr()
}

impl Factored {
    /// What a store selected: it gives no label set twice. `None` if that can't be kept in factors.
    pub(crate) fn selected(groups: Vec<GroupLabels>) -> Option<Self> {
        // They sort before most others, so this mostly looks at one label.
        let [.., last] = METRIC_LABELS;
        let is_plain = |group: &GroupLabels| {
            let mut names = group.target.iter().map(|(name, _)| name);
            let mut first = names.by_ref().take_while(|name| *name <= last);
            first.all(|name| !is_metric_label(name))
        };
        groups.iter().all(is_plain).then_some(Self {
            groups,
            drop_name: false,
            is_unique: true,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.groups.iter().map(GroupLabels::len).sum()
    }

    /// The label set of each, made when it is its turn.
    pub(crate) fn labels(&self) -> impl Iterator<Item = Labels> {
        self.groups.iter().flat_map(GroupLabels::iter)
    }

    /// All label sets.
    pub(crate) fn whole(&self) -> Vec<Series> {
        let labels = self.labels();
        let series = labels.map(|labels| Series {
            labels,
            drop_name: self.drop_name,
        });
        series.collect()
    }

    /// For each series its place in the order of their labels, if that can be found without whole label sets.
    pub(crate) fn places(&self) -> Option<Vec<u32>> {
        order::places(&self.groups)
    }

    /// Of each series the labels that its target has not, which tell its name if it has one.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &Labels> {
        self.groups.iter().flat_map(|group| group.metrics.iter())
    }

    /// See [`Series::unnamed`].
    pub(crate) fn unnamed(self, delayed: bool) -> Self {
        if delayed {
            return Self {
                drop_name: true,
                ..self
            };
        }
        // Series of one metric differ in what is left.
        let is_unique = self.is_unique && self.is_one_metric();
        let mut lists: ByList<Arc<[Labels]>> = ByList::default();
        let unnamed = |group: &GroupLabels| {
            let list = lists.entry(address(&group.metrics)).or_insert_with(|| {
                let metrics = group.metrics.iter().cloned();
                metrics.map(without_metric_labels).collect()
            });
            GroupLabels {
                target: group.target.clone(),
                metrics: Arc::clone(list),
            }
        };
        Self {
            groups: self.groups.iter().map(unnamed).collect(),
            drop_name: false,
            is_unique,
        }
    }

    /// Whether the labels that describe the metric are the same in all series.
    fn is_one_metric(&self) -> bool {
        let lists: ByList<&[Labels]> = self
            .groups
            .iter()
            .map(|group| (address(&group.metrics), &*group.metrics))
            .collect();
        let mut metrics = lists.into_values().flatten();
        let Some(first) = metrics.next() else {
            return true;
        };
        let first = METRIC_LABELS.map(|name| first.value(name));
        metrics.all(|labels| METRIC_LABELS.map(|name| labels.value(name)) == first)
    }

    /// Whether no label set comes twice. May say no when hashes are equal and labels aren't: then whoever asks looks at the labels.
    pub(crate) fn find_unique(&mut self) -> bool {
        if self.is_unique {
            return true;
        }
        let hasher = RandomState::default();
        // A sum of the labels' hashes is the same however a label set is split.
        let hash = |labels: &Labels| {
            let hashes = labels.iter().map(|pair| hasher.hash_one(pair));
            hashes.fold(0, u64::wrapping_add)
        };
        let mut lists: ByList<Vec<u64>> = ByList::default();
        let mut seen: HashSet<u64, RandomState> =
            HashSet::with_capacity_and_hasher(self.len(), RandomState::default());
        self.is_unique = self.groups.iter().all(|group| {
            let list = lists
                .entry(address(&group.metrics))
                .or_insert_with(|| group.metrics.iter().map(hash).collect());
            let target = hash(&group.target);
            list.iter()
                .all(|metric| seen.insert(metric.wrapping_add(target)))
        });
        self.is_unique
    }

    /// Sorts the series by what `key` leaves of their labels, which it leaves label by label: the different keys in the order in which they are met, and
    /// for each series its key's number.
    pub(crate) fn sorted_by(&self, key: impl Fn(&Labels) -> Labels) -> (Vec<Labels>, Vec<usize>) {
        let mut keys = Keys::default();
        let mut targets: HashMap<Labels, usize, RandomState> = HashMap::default();
        let mut lists: ByList<Arc<[Labels]>> = ByList::default();
        // What a list comes to with a target's part of the key.
        let mut known: HashMap<(usize, usize), Vec<usize>, RandomState> = HashMap::default();
        let mut members = Vec::with_capacity(self.len());
        for group in &self.groups {
            let target = key(&group.target);
            let next = targets.len();
            let number = *targets.entry_ref(&target).or_insert(next);
            let list = address(&group.metrics);
            if let Some(places) = known.get(&(number, list)) {
                members.extend_from_slice(places);
                continue;
            }
            let parts = lists
                .entry(list)
                .or_insert_with(|| group.metrics.iter().map(&key).collect());
            let start = members.len();
            let mut last: Option<(&Labels, usize)> = None;
            for part in parts.iter() {
                let place = match last {
                    Some((own, place)) if own == part => place,
                    _ => keys.place(target.merged(part)),
                };
                last = Some((part, place));
                members.push(place);
            }
            known.insert((number, list), members[start..].to_vec());
        }
        (keys.labels, members)
    }
}

/// Different label sets, numbered.
#[derive(Default)]
struct Keys {
    labels: Vec<Labels>,
    places: HashMap<Labels, usize, RandomState>,
}

impl Keys {
    fn place(&mut self, labels: Labels) -> usize {
        let next = self.labels.len();
        let place = *self.places.entry_ref(&labels).or_insert(next);
        if place == next {
            self.labels.push(labels);
        }
        place
    }
}
