//! A part as a layer.
//!
//! Its tables answer what it has, its pages are read when a group is. The pages that were read last are kept as long as the querier lives: a query goes through a part's
//! groups in their order, and groups that follow each other share pages. Threads that read at the same time have pages of their own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use model::{Exemplar, Labels, Matcher, TimeRange};
use storage::{Broken, Column, Columns};

use super::ahead::Ahead;
use super::{Layer, Place, Stretch, Wanted, visit_sets};
use crate::catalog::{Deletion, OpenPart};
use crate::part::{
    Clock, Medium, OnDisk, PageCache, PagePool, Part, PartError, SeriesCells, SummaryCache, Tables,
};
use crate::store::Map;
use crate::store::losses::Losses;

/// One part, as one querier sees it.
pub(crate) struct PartLayer<M> {
    part: Arc<Part<M>>,
    /// What it is called when something is wrong with it.
    name: String,
    /// Whom to tell of damage.
    told: Option<(Arc<OpenPart>, Arc<Losses>)>,
    /// Whether there was some.
    is_lost: AtomicBool,
    deletions: Vec<Deletion>,
    /// What the deletions come to in this part, once somebody asks.
    gone: OnceLock<Gone>,
    /// Held, so that the part doesn't let go of them meanwhile.
    tables: OnceLock<Arc<Tables>>,
    pool: Option<Arc<PagePool>>,
    /// Those that no thread has now: as many as have ever read at once.
    readings: Mutex<Vec<Reading>>,
    /// One for all threads, for what one of them reads ahead is what others will ask for.
    ahead: Mutex<Ahead>,
}

/// What a thread keeps from one read for the next.
#[derive(Debug, Default)]
struct Reading {
    /// The group and series that it read last.
    last: (u32, u32),
    cache: PageCache,
    summaries: SummaryCache,
}

/// Deleted ranges by group and metric.
type Gone = Map<(u32, u32), Vec<TimeRange>>;

impl PartLayer<OnDisk> {
    /// A part of the catalog, where it is noted if it turns out to be damaged, and the pages that it shares.
    pub(crate) fn of(part: &Arc<OpenPart>, losses: &Arc<Losses>, pool: &Arc<PagePool>) -> Self {
        let name = format!("part {}", part.number());
        let deletions = part.tombstones().deletions().to_vec();
        Self {
            told: Some((Arc::clone(part), Arc::clone(losses))),
            ahead: Mutex::new(Ahead::new(page_cache(Some(pool)))),
            pool: Some(Arc::clone(pool)),
            ..Self::new(part.shared(), name, deletions)
        }
    }
}

impl<M: Medium> PartLayer<M> {
    pub(crate) fn new(part: Arc<Part<M>>, name: String, deletions: Vec<Deletion>) -> Self {
        Self {
            part,
            name,
            told: None,
            is_lost: AtomicBool::new(false),
            deletions,
            gone: OnceLock::new(),
            tables: OnceLock::new(),
            pool: None,
            readings: Mutex::default(),
            ahead: Mutex::default(),
        }
    }

    fn broken(&self) -> impl Fn(PartError) -> Broken + '_ {
        |error| {
            if let Some((part, losses)) = &self.told
                && losses.note(part, &error)
            {
                self.is_lost.store(true, Ordering::Relaxed);
            }
            Broken {
                reason: format!("{}: {error}", self.name),
            }
        }
    }

    fn tables(&self) -> Result<&Tables, Broken> {
        if let Some(tables) = self.tables.get() {
            return Ok(tables);
        }
        let tables = self.part.tables().map_err(self.broken())?;
        Ok(self.tables.get_or_init(|| tables))
    }

    fn readings(&self) -> MutexGuard<'_, Vec<Reading>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ahead(&self) -> MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `read` with what the thread read last that was here, or shortly before: chunks follow from those before them.
    fn with_reading<T>(
        &self,
        group: u32,
        columns: &[u32],
        read: impl FnOnce(&mut Reading) -> Result<T, PartError>,
    ) -> Result<T, Broken> {
        let place = |column: Option<&u32>| (group, column.copied().unwrap_or_default());
        let first = place(columns.first());
        let nearest = {
            let mut readings = self.readings();
            let before = readings.iter().enumerate();
            let before = before.filter(|(_, one)| one.last <= first);
            let nearest = before.max_by_key(|(_, one)| one.last);
            let nearest = nearest.map(|(index, _)| index);
            let any = readings.len().checked_sub(1);
            nearest.or(any).map(|index| readings.swap_remove(index))
        };
        let mut reading = nearest.unwrap_or_else(|| Reading {
            cache: page_cache(self.pool.as_ref()),
            ..Reading::default()
        });
        let done = read(&mut reading).map_err(self.broken())?;
        reading.last = place(columns.last());
        self.readings().push(reading);
        Ok(done)
    }

    /// Deleted samples included.
    fn read_all(
        &self,
        group: u32,
        columns: &[u32],
        range: TimeRange,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        let tables = self.tables()?;
        if Ahead::is_for(columns) {
            let ahead = &mut *self.ahead();
            let waiting = ahead.read(&self.part, tables, columns, range, group);
            if let Some(waiting) = waiting.map_err(self.broken())? {
                *out = waiting;
                return Ok(());
            }
        }
        self.with_reading(group, columns, |reading| {
            let cache = &mut reading.cache;
            self.part.read(group as usize, columns, range, cache, out)
        })
    }

    fn gone(&self, tables: &Tables) -> &Gone {
        self.gone.get_or_init(|| {
            let mut gone = Gone::default();
            for deletion in &self.deletions {
                for selected in tables.select(&deletion.matchers) {
                    for metric in selected.metrics.iter() {
                        let key = (selected.group, *metric);
                        gone.entry(key).or_default().push(deletion.range);
                    }
                }
            }
            gone
        })
    }

    /// Whether nothing is left of a group's series.
    fn is_gone(gone: &Gone, group: u32, metric: u32, range: TimeRange) -> bool {
        let ranges = gone.get(&(group, metric)).into_iter().flatten();
        let covers = |own: &TimeRange| own.start <= range.start && range.end <= own.end;
        ranges.into_iter().any(covers)
    }
}

impl<M: Medium + Send + Sync> Layer for PartLayer<M> {
    fn range(&self) -> TimeRange {
        self.part.range()
    }

    fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn select(&self, matchers: &[Matcher], range: TimeRange) -> Result<Vec<Stretch>, Broken> {
        let tables = self.tables()?;
        let gone = self.gone(tables);
        let own = self.part.range();
        let range = TimeRange::new(range.start.max(own.start), range.end.min(own.end));
        let mut lists: Map<usize, Arc<[Labels]>> = Map::default();
        let mut sets: Map<u32, Labels> = Map::default();
        let mut label_sets = |metrics: &[u32]| {
            let set = |metric: &u32| {
                let labels = sets
                    .entry(*metric)
                    .or_insert_with(|| tables.metric(*metric));
                labels.clone()
            };
            metrics.iter().map(set).collect::<Arc<[Labels]>>()
        };
        let stretch = |selected: crate::part::Selected| {
            let group = selected.group;
            let mut columns = selected.metrics;
            let is_gone = |metric: &u32| Self::is_gone(gone, group, *metric, range);
            let metrics = if !gone.is_empty() && columns.iter().any(is_gone) {
                columns = columns
                    .iter()
                    .copied()
                    .filter(|one| !is_gone(one))
                    .collect();
                label_sets(&columns)
            } else {
                let list = lists.entry(columns.as_ptr().addr());
                Arc::clone(list.or_insert_with(|| label_sets(&columns)))
            };
            Stretch {
                place: Place {
                    number: group,
                    alone: false,
                },
                target: tables.target(group as usize).clone(),
                metrics,
                columns,
            }
        };
        let selected = tables.select(matchers).into_iter().map(stretch);
        let selected: Vec<Stretch> = selected
            .filter(|stretch| !stretch.columns.is_empty())
            .collect();
        let mut ahead = self.ahead();
        for stretch in &selected {
            ahead.plan(&stretch.columns, stretch.place.number);
        }
        Ok(selected)
    }

    fn read(
        &self,
        place: Place,
        columns: &[u32],
        wanted: Wanted,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        self.read_all(place.number, columns, wanted.range, out)?;
        if self.deletions.is_empty() {
            return Ok(());
        }
        let tables = self.tables()?;
        let gone = self.gone(tables);
        for (metric, column) in columns.iter().zip(&mut out.columns) {
            if let Some(ranges) = gone.get(&(place.number, *metric)) {
                *column = without(column, &out.timestamps, ranges);
            }
        }
        Ok(())
    }

    fn has_cells(&self) -> bool {
        self.part.has_summaries()
    }

    fn clock(&self, place: Place, columns: &[u32]) -> Result<Option<Arc<Clock>>, Broken> {
        if !self.part.has_summaries() {
            return Ok(None);
        }
        let tables = self.tables()?;
        let gone = self.gone(tables);
        if columns
            .iter()
            .any(|metric| gone.contains_key(&(place.number, *metric)))
        {
            return Ok(None);
        }
        let group = place.number as usize;
        self.with_reading(place.number, columns, |reading| {
            self.part.clock(tables, group, &mut reading.summaries)
        })
    }

    fn cells(
        &self,
        place: Place,
        columns: &[u32],
        clock: &Clock,
    ) -> Result<Vec<SeriesCells>, Broken> {
        let tables = self.tables()?;
        let group = place.number as usize;
        let mut series = self.with_reading(place.number, columns, |reading| {
            let cache = &mut reading.summaries;
            let cells = |metric: &u32| self.part.cells(tables, group, *metric, clock, cache);
            columns
                .iter()
                .map(cells)
                .collect::<Result<Vec<SeriesCells>, PartError>>()
        })?;
        if series.iter().any(SeriesCells::wants_times) {
            let mut timestamps = Vec::new();
            let read = self.part.timestamps(group, &mut timestamps);
            read.map_err(self.broken())?;
            for one in &mut series {
                one.find_times(clock, &timestamps);
            }
        }
        Ok(series)
    }

    /// A part has no label set that nothing has.
    fn label_sets(&self, range: TimeRange, visit: &mut dyn FnMut(&Labels)) -> Result<(), Broken> {
        if !self.deletions.is_empty() {
            visit_sets(&self.select(&[], range)?, visit);
            return Ok(());
        }
        let tables = self.tables()?;
        for group in 0..tables.groups() {
            visit(tables.target(group));
        }
        for metric in 0..tables.metrics() as u32 {
            visit(&tables.metric(metric));
        }
        Ok(())
    }

    fn exemplars(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        let all = self.part.exemplars().map_err(self.broken())?;
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let tables = self.tables()?;
        let gone = self.gone(tables);
        let selected = tables.select(matchers);
        let mut found = Vec::new();
        for one in all {
            let group = selected.binary_search_by_key(&one.group, |own| own.group);
            let is_wanted =
                group.is_ok_and(|at| selected[at].metrics.binary_search(&one.series).is_ok());
            if !is_wanted {
                continue;
            }
            let ranges = gone.get(&(one.group, one.series));
            let stays = |exemplar: &Exemplar| {
                let mut ranges = ranges.into_iter().flatten();
                range.contains(exemplar.timestamp)
                    && !ranges.any(|own| own.contains(exemplar.timestamp))
            };
            let exemplars: Vec<Exemplar> = one.exemplars.into_iter().filter(stays).collect();
            if !exemplars.is_empty() {
                let target = tables.target(one.group as usize);
                found.push((target.merged(&tables.metric(one.series)), exemplars));
            }
        }
        Ok(found)
    }
}

fn page_cache(pool: Option<&Arc<PagePool>>) -> PageCache {
    pool.map_or_else(PageCache::default, PageCache::with_pool)
}

/// The column less the samples in `ranges`.
fn without(column: &Column, timestamps: &[i64], ranges: &[TimeRange]) -> Column {
    let times = &timestamps[column.first_row..column.first_row + column.values.len()];
    let is_gone = |time: i64| {
        ranges
            .iter()
            .any(|range| range.contains(model::Timestamp(time)))
    };
    if !times.iter().any(|time| is_gone(*time)) {
        return column.clone();
    }
    let mut out = Column {
        first_row: column.first_row,
        starts: column.starts.clone(),
        ..Column::default()
    };
    let mut gaps = column.gaps.iter().peekable();
    let mut missing = 0;
    for (index, time) in times.iter().enumerate() {
        let row = column.first_row + index;
        while gaps.next_if(|gap| gap.end <= row).is_some() {}
        let in_gap = gaps.peek().is_some_and(|gap| gap.contains(&row));
        match column.values.get(index) {
            Some(value) if !in_gap && !is_gone(*time) => {
                out.push_missing(std::mem::take(&mut missing));
                out.has_stale |= value.is_stale();
                out.values.push(value);
            }
            _ => missing += 1,
        }
    }
    out
}
