//! From matchers to the series of a part.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::Matcher;
use roaring::RoaringBitmap;

use super::Tables;
use super::side::{Named, Side};
use crate::index::{self, Rectangle};

/// A list is searched for each of a few numbers instead of walked, when it is so many times longer.
const SEARCH_SHARE: u64 = 16;

/// The series of one group that were selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The group.
    pub group: u32,
    /// Its metrics, ascending; at least one. Groups with the same metrics share the list.
    pub metrics: Arc<[u32]>,
}

impl Tables {
    fn targets(&self) -> Named<'_> {
        let side = self.target_side.get_or_init(|| {
            let mut texts: Vec<(u32, u32)> = Vec::new();
            let mut ends = Vec::with_capacity(self.groups.len());
            for group in &self.groups {
                let pairs = group.target.iter().filter_map(|(name, value)| {
                    Some((self.strings.find(name)?, self.strings.find(value)?))
                });
                texts.extend(pairs);
                ends.push(texts.len());
            }
            let mut start = 0;
            let sets = ends
                .iter()
                .map(|end| &texts[std::mem::replace(&mut start, *end)..*end]);
            Side::of(sets)
        });
        self.named(side)
    }

    fn metric_sets(&self) -> Named<'_> {
        let side = self.metric_side.get_or_init(|| {
            let sets = (0..self.metrics.len()).map(|metric| self.metrics.pairs(metric));
            Side::of(sets)
        });
        self.named(side)
    }

    fn named<'a>(&'a self, side: &'a Side) -> Named<'a> {
        Named {
            side,
            strings: &self.strings,
        }
    }

    /// The series that match all of `matchers`, by group; no group comes twice.
    #[must_use]
    pub fn select(&self, matchers: &[Matcher]) -> Vec<Selected> {
        let mut selected = Vec::new();
        for rectangle in index::rectangles(&self.targets(), &self.metric_sets(), matchers) {
            self.join(&rectangle, &mut selected);
        }
        selected.sort_unstable_by_key(|one| one.group);
        selected
    }

    /// The series that there are in a rectangle. Computed once for all groups that have the same metrics.
    fn join(&self, rectangle: &Rectangle, selected: &mut Vec<Selected>) {
        let mut by_layout: Vec<Option<Arc<[u32]>>> = vec![None; self.layouts.ends.len()];
        for group in &rectangle.targets {
            let layout = self.groups[group as usize].layout;
            let metrics = by_layout[layout as usize]
                .get_or_insert_with(|| both(self.layouts.get(layout), &rectangle.metrics));
            if !metrics.is_empty() {
                let metrics = Arc::clone(metrics);
                selected.push(Selected { group, metrics });
            }
        }
    }

    /// The names of labels that series which match all of `matchers` have.
    #[must_use]
    pub fn label_names(&self, matchers: &[Matcher]) -> BTreeSet<String> {
        let (targets, metrics) = self.touched(matchers);
        let own = self.metric_sets();
        let theirs = self.targets();
        let names = own.names_of(&metrics).chain(theirs.names_of(&targets));
        names.map(str::to_owned).collect()
    }

    /// The values of label `name` that series which match all of `matchers` have.
    #[must_use]
    pub fn label_values(&self, name: &str, matchers: &[Matcher]) -> BTreeSet<String> {
        let (targets, metrics) = self.touched(matchers);
        let own = self.metric_sets();
        let theirs = self.targets();
        let values = own.values_of(name, &metrics);
        let values = values.chain(theirs.values_of(name, &targets));
        values.map(str::to_owned).collect()
    }

    /// The groups and the metrics of the series that match.
    fn touched(&self, matchers: &[Matcher]) -> (RoaringBitmap, RoaringBitmap) {
        let mut groups = RoaringBitmap::new();
        let mut metrics = RoaringBitmap::new();
        let mut last: Option<Arc<[u32]>> = None;
        for one in self.select(matchers) {
            groups.insert(one.group);
            if last
                .as_ref()
                .is_none_or(|last| !Arc::ptr_eq(last, &one.metrics))
            {
                metrics.extend(one.metrics.iter());
                last = Some(one.metrics);
            }
        }
        (groups, metrics)
    }
}

/// Those of an ascending list that are wanted.
fn both(list: &[u32], wanted: &RoaringBitmap) -> Arc<[u32]> {
    if wanted.len() * SEARCH_SHARE < list.len() as u64 {
        let there = |metric: &u32| list.binary_search(metric).is_ok();
        return wanted.iter().filter(there).collect();
    }
    let wanted = |metric: &u32| wanted.contains(*metric);
    list.iter().copied().filter(wanted).collect()
}
