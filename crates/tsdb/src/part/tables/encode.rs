//! The tables of a part that is being written.

use std::ops::Range;

use model::Labels;

use super::super::{Map, Source, order, sets, strings};
use super::holders::Holders;
use crate::codec::bytes::{put_signed, put_varint};
use crate::codec::squeezed;

/// What is known of a part's series before its pages are written.
#[derive(Debug, Default)]
pub(in super::super) struct Tabulated {
    /// By number, in [`order`].
    pub(in super::super) metrics: Vec<Labels>,
    /// Ranges of metric numbers with one name each.
    pub(in super::super) families: Vec<Range<u32>>,
    /// Ascending metric numbers.
    pub(in super::super) layouts: Vec<Vec<u32>>,
    pub(in super::super) groups: Vec<GroupRow>,
    /// For each layout's entry which of the source's series it is, one list for each order that a source has its series in.
    orders: Vec<Vec<u32>>,
}

/// One group.
#[derive(Clone, Debug)]
pub(in super::super) struct GroupRow {
    pub(in super::super) target: Labels,
    pub(in super::super) layout: usize,
    /// Which of the source's groups it is.
    pub(in super::super) source: usize,
    /// Which of the orders is this group's.
    order: usize,
    pub(in super::super) rows: usize,
    /// Where its time page lies in the file.
    pub(in super::super) time_page: Range<usize>,
}

impl Tabulated {
    /// The tables for a source; rows and time pages come later.
    pub(in super::super) fn of(source: &dyn Source) -> Self {
        let (metrics, numbers) = number_metrics(source);
        let mut tables = Self {
            families: families(&metrics),
            metrics,
            ..Self::default()
        };
        let mut layouts: Map<Vec<u32>, usize> = Map::default();
        let mut orders: Map<Vec<u32>, usize> = Map::default();
        for group in 0..source.groups() {
            let sets = source.series(group);
            let mut own: Vec<(u32, u32)> = sets.iter().map(|set| numbers[set]).zip(0..).collect();
            own.sort_unstable();
            let (layout, order): (Vec<u32>, Vec<u32>) = own.into_iter().unzip();
            assert!(
                layout.is_sorted_by(|a, b| a < b),
                "a group has each series once"
            );
            tables.groups.push(GroupRow {
                target: source.target(group).clone(),
                layout: intern(layout, &mut layouts, &mut tables.layouts),
                source: group,
                order: intern(order, &mut orders, &mut tables.orders),
                rows: 0,
                time_page: 0..0,
            });
        }
        tables.sort_groups();
        tables
    }

    /// All parts have their groups in the same order, so that a merge reads each page of each part once.
    fn sort_groups(&mut self) {
        let layouts = &self.layouts;
        self.groups.sort_by(|a, b| {
            let first = |row: &GroupRow| layouts[row.layout].first();
            let targets = a.target.cmp(&b.target);
            targets.then_with(|| first(a).cmp(&first(b)))
        });
    }

    /// Which groups have series of which family.
    pub(in super::super) fn holders(&self) -> Holders {
        let groups = self.groups.iter();
        let series = groups.map(|row| self.layouts[row.layout].as_slice());
        Holders::of(&self.families, series)
    }

    /// The metrics of a group that belong to a family, each with the source's series.
    pub(in super::super) fn in_family(
        &self,
        group: usize,
        family: &Range<u32>,
    ) -> impl Iterator<Item = (u32, usize)> + '_ {
        let row = &self.groups[group];
        let metrics = &self.layouts[row.layout];
        let start = metrics.partition_point(|metric| *metric < family.start);
        let end = metrics.partition_point(|metric| *metric < family.end);
        let order = self.orders[row.order][start..end].iter();
        let pairs = metrics[start..end].iter().zip(order);
        pairs.map(|(metric, series)| (*metric, *series as usize))
    }

    /// Which metric one of a group's series is, as the source counts them.
    pub(in super::super) fn metric_of(&self, group: usize, series: usize) -> Option<u32> {
        let row = &self.groups[group];
        let order = &self.orders[row.order];
        let at = order.iter().position(|other| *other as usize == series)?;
        Some(self.layouts[row.layout][at])
    }

    /// The sections: strings, metrics, groups; each as it stands in the file, without checksum.
    pub(in super::super) fn encode(&self) -> [Vec<u8>; 3] {
        let mut numbers: Map<&str, u32> = Map::default();
        let targets = self.groups.iter().map(|group| &group.target);
        for labels in self.metrics.iter().chain(targets) {
            for (name, value) in labels.iter() {
                numbers.insert(name, 0);
                numbers.insert(value, 0);
            }
        }
        let mut strings: Vec<&str> = numbers.keys().copied().collect();
        strings.sort_unstable();
        for (number, string) in (0..).zip(&strings) {
            numbers.insert(string, number);
        }

        let mut metrics = Vec::new();
        put_varint(&mut metrics, self.metrics.len() as u64);
        for labels in &self.metrics {
            sets::put(labels, &numbers, &mut metrics);
        }
        let mut groups = Vec::new();
        put_varint(&mut groups, self.layouts.len() as u64);
        for layout in &self.layouts {
            put_ascending(layout, &mut groups);
        }
        put_varint(&mut groups, self.groups.len() as u64);
        let mut end = 0;
        for group in &self.groups {
            sets::put(&group.target, &numbers, &mut groups);
            put_varint(&mut groups, group.layout as u64);
            put_varint(&mut groups, group.rows as u64);
            put_signed(&mut groups, group.time_page.start as i64 - end);
            put_varint(&mut groups, group.time_page.len() as u64);
            end = group.time_page.end as i64;
        }
        [strings::encode(&strings), metrics, groups].map(|plain| compress(&plain))
    }
}

/// The number of `list` among `all`, which it joins if it is new.
fn intern(list: Vec<u32>, numbers: &mut Map<Vec<u32>, usize>, all: &mut Vec<Vec<u32>>) -> usize {
    let next = all.len();
    *numbers.entry(list).or_insert_with_key(|list| {
        all.push(list.clone());
        next
    })
}

/// Metric label sets that occur anywhere, in order, and the number of each.
fn number_metrics(source: &dyn Source) -> (Vec<Labels>, Map<Labels, u32>) {
    let mut numbers: Map<Labels, u32> = Map::default();
    // As they come: mostly they are in order already, or in a few runs that are.
    let mut metrics: Vec<Labels> = Vec::new();
    let mut last: &[Labels] = &[];
    for group in 0..source.groups() {
        let sets = source.series(group);
        if std::ptr::eq(sets, last) {
            continue;
        }
        last = sets;
        for set in sets {
            if !numbers.contains_key(set) {
                numbers.insert(set.clone(), 0);
                metrics.push(set.clone());
            }
        }
    }
    order::sort(&mut metrics);
    for (number, set) in (0..).zip(&metrics) {
        if let Some(own) = numbers.get_mut(set) {
            *own = number;
        }
    }
    (metrics, numbers)
}

/// The ranges of metrics that share a name.
fn families(metrics: &[Labels]) -> Vec<Range<u32>> {
    let mut start = 0;
    metrics
        .chunk_by(|a, b| a.metric_name() == b.metric_name())
        .map(|family| {
            let end = start + family.len() as u32;
            std::mem::replace(&mut start, end)..end
        })
        .collect()
}

/// Appends an ascending list: its length, then differences.
pub(in super::super) fn put_ascending(list: &[u32], out: &mut Vec<u8>) {
    put_varint(out, list.len() as u64);
    let mut next = 0;
    for number in list {
        put_varint(out, u64::from(number - next));
        next = number + 1;
    }
}

/// Length and bytes.
pub(in super::super) fn compress(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, plain.len() as u64);
    let taken = squeezed::compress(plain, &mut out);
    assert!(taken, "zstd takes any bytes");
    out
}
