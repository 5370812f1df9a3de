//! A part as a source, without what was deleted from it.

use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashSet;
use model::{Labels, STALE_NAN, TimeRange, Value};
use storage::{Column, Values};

use super::Map;
use crate::catalog::OpenPart;
use crate::part::{Examples, PageCache, PartError, Said, Source, Tables, clip};

/// Pages that a merge keeps of each part: it goes through them in order, and looks back a little for duplicates.
const CACHED_PAGES: usize = 4;

/// Label sets that several sources share.
pub(super) type Interned = HashSet<Labels, RandomState>;

/// A part on its way into another.
pub(super) struct Input {
    open: Arc<OpenPart>,
    tables: Arc<Tables>,
    /// The labels of each layout's metrics.
    layouts: Map<u32, Arc<[Labels]>>,
    groups: Vec<Group>,
    cache: PageCache,
    times_of: Option<usize>,
    times: Vec<i64>,
}

struct Group {
    number: usize,
    metrics: Metrics,
}

enum Metrics {
    /// All that the group has.
    All,
    /// Those of which something is left, with the ranges that were deleted.
    Some(Vec<(u32, Vec<TimeRange>)>, Vec<Labels>),
}

impl Input {
    /// All that a part has. Its labels are those that others have too, where they do.
    pub(super) fn new(open: &Arc<OpenPart>, interned: &mut Interned) -> Result<Self, PartError> {
        let tables = open.part().tables()?;
        let mut metrics: Vec<Labels> = Vec::with_capacity(tables.metrics());
        for metric in 0..tables.metrics() as u32 {
            metrics.push(interned.get_or_insert(tables.metric(metric)).clone());
        }
        let mut layouts: Map<u32, Arc<[Labels]>> = Map::default();
        for group in 0..tables.groups() {
            let labels = || {
                let series = tables.series(group).iter();
                series
                    .map(|metric| metrics[*metric as usize].clone())
                    .collect()
            };
            layouts.entry(tables.layout(group)).or_insert_with(labels);
        }
        let mut input = Self {
            open: Arc::clone(open),
            layouts,
            groups: Vec::new(),
            cache: PageCache::with_pages(CACHED_PAGES),
            times_of: None,
            times: Vec::new(),
            tables,
        };
        input.find_groups(&metrics)?;
        Ok(input)
    }

    /// The groups of which something is left.
    fn find_groups(&mut self, labels: &[Labels]) -> Result<(), PartError> {
        let mut deleted: Map<usize, Map<u32, Vec<TimeRange>>> = Map::default();
        for deletion in self.open.tombstones().deletions() {
            for one in self.tables.select(&deletion.matchers) {
                let group = deleted.entry(one.group as usize).or_default();
                for metric in one.metrics.iter() {
                    group.entry(*metric).or_default().push(deletion.range);
                }
            }
        }
        for number in 0..self.tables.groups() {
            let metrics = match deleted.get_mut(&number) {
                None => Metrics::All,
                Some(ranges) => self.what_is_left(number, ranges, labels)?,
            };
            if !matches!(&metrics, Metrics::Some(kept, _) if kept.is_empty()) {
                self.groups.push(Group { number, metrics });
            }
        }
        Ok(())
    }

    fn what_is_left(
        &mut self,
        group: usize,
        deleted: &mut Map<u32, Vec<TimeRange>>,
        labels: &[Labels],
    ) -> Result<Metrics, PartError> {
        let tables = Arc::clone(&self.tables);
        let mut kept = Vec::new();
        let mut column = Column::default();
        for metric in tables.series(group) {
            let ranges = deleted.remove(metric).unwrap_or_default();
            if !ranges.is_empty() {
                self.read(group, *metric, &ranges, &mut column)?;
                if column.values.is_empty() {
                    continue;
                }
            }
            kept.push((*metric, ranges));
        }
        let labels = kept
            .iter()
            .map(|(metric, _)| labels[*metric as usize].clone());
        let labels = labels.collect();
        Ok(Metrics::Some(kept, labels))
    }

    /// A column without the samples in `deleted`.
    fn read(
        &mut self,
        group: usize,
        metric: u32,
        deleted: &[TimeRange],
        out: &mut Column,
    ) -> Result<(), PartError> {
        let rows = 0..self.tables.rows(group);
        let part = self.open.part();
        part.column(group, metric, rows, &mut self.cache, out)?;
        if deleted.is_empty() {
            return Ok(());
        }
        if self.times_of != Some(group) {
            self.times_of = None;
            part.timestamps(group, &mut self.times)?;
            self.times_of = Some(group);
        }
        for range in deleted {
            let from = self.times.partition_point(|at| *at < range.start.0);
            let to = self.times.partition_point(|at| *at <= range.end.0);
            take_out(out, &(from..to.max(from)));
        }
        Ok(())
    }
}

/// Takes the samples in `rows` out of a column.
fn take_out(column: &mut Column, rows: &Range<usize>) {
    let end = column.first_row + column.values.len();
    let mut inside = rows.start.max(column.first_row)..rows.end.min(end);
    if inside.is_empty() {
        return;
    }
    // A marker that goes takes those with it that only repeat it.
    let in_gap = |row: usize| column.gaps.iter().any(|gap| gap.contains(&row));
    let stale = |row: usize| {
        let value = column.values.get(row - column.first_row);
        value.is_some_and(|value| value.is_stale())
    };
    let last = inside.clone().rev().find(|row| !in_gap(*row));
    if last.is_some_and(stale) {
        // Gaps have markers too.
        while inside.end < end && stale(inside.end) {
            inside.end += 1;
        }
    }
    let mut values = Values::default();
    for index in 0..column.values.len() {
        let row = column.first_row + index;
        let value = column.values.get(index).filter(|_| !inside.contains(&row));
        values.push(value.unwrap_or(Value::Float(STALE_NAN)));
    }
    column.values = values;
    column.has_stale = true;
    column.gaps.push(inside);
    column.gaps.sort_unstable_by_key(|gap| gap.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(column.gaps.len());
    for gap in column.gaps.drain(..) {
        match joined.last_mut() {
            Some(last) if gap.start <= last.end => last.end = last.end.max(gap.end),
            _ => joined.push(gap),
        }
    }
    column.gaps = joined;
    clip(column, &(0..end));
}

impl Source for Input {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        self.tables.target(self.groups[group].number)
    }

    fn series(&self, group: usize) -> &[Labels] {
        let group = &self.groups[group];
        match &group.metrics {
            Metrics::Some(_, labels) => labels,
            Metrics::All => &self.layouts[&self.tables.layout(group.number)],
        }
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        self.open.part().timestamps(self.groups[group].number, out)
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let group = &self.groups[group];
        let number = group.number;
        let (metric, deleted) = match &group.metrics {
            Metrics::All => (self.tables.series(number)[series], Vec::new()),
            Metrics::Some(kept, _) => kept[series].clone(),
        };
        self.read(number, metric, &deleted, out)
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        self.open.part().metadata()
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        let mut all = self.open.part().exemplars()?;
        all.retain_mut(|one| {
            let number = one.group as usize;
            let place = self
                .groups
                .binary_search_by_key(&number, |group| group.number);
            let Ok(place) = place else { return false };
            one.group = place as u32;
            let series = match &self.groups[place].metrics {
                Metrics::All => self.tables.series(number).binary_search(&one.series),
                Metrics::Some(kept, _) => {
                    let found = kept.binary_search_by_key(&one.series, |(metric, _)| *metric);
                    if let Ok(at) = found {
                        let deleted = &kept[at].1;
                        one.exemplars.retain(|exemplar| {
                            !deleted
                                .iter()
                                .any(|range| range.contains(exemplar.timestamp))
                        });
                    }
                    found
                }
            };
            one.series = series.unwrap_or_default() as u32;
            series.is_ok() && !one.exemplars.is_empty()
        });
        Ok(all)
    }
}
