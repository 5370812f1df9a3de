//! Summaries of a part that is being read.

use std::sync::Arc;

use storage::Column;

use super::super::frame::{self, Kind};
use super::super::reader::Part;
use super::super::tables::Tables;
use super::super::{Medium, PartError};
use super::clock::Clock;
use super::index::{SeriesKey, SummaryIndex};
use super::measure::{self, Cell, State};
use super::page::{Read, SummaryPage};
use crate::codec::Damage;

/// What one series comes to in the cells of its group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SeriesCells {
    /// No samples.
    Absent,
    /// This value in every row.
    Constant(f64),
    /// Cell by cell.
    Cells(Vec<Cell>),
    /// The samples must be asked.
    Unknown,
}

impl SeriesCells {
    /// Whether there are cells with samples in some of their rows only, whose times aren't known.
    pub(crate) fn wants_times(&self) -> bool {
        let Self::Cells(cells) = self else {
            return false;
        };
        cells.iter().any(|cell| cell.state == State::Some)
    }

    /// Finds when the first and the last samples of such cells were. `timestamps` are the group's.
    pub(crate) fn find_times(&mut self, clock: &Clock, timestamps: &[i64]) {
        let Self::Cells(cells) = self else { return };
        for (cell, rows) in cells.iter_mut().zip(&clock.cells) {
            let time = |row: usize| timestamps.get(rows.start + row).copied();
            if cell.state == State::Some {
                cell.times_ms = time(cell.first_row).zip(time(cell.last_row));
            }
        }
    }

    /// Whether they are those of a column. Sums may be left out.
    pub(in super::super) fn agree(&self, clock: &Clock, column: &Column) -> bool {
        let mut scratch = Vec::new();
        let Some(floats) = column.floats(&mut scratch) else {
            return *self == Self::Unknown;
        };
        let mut cells = Vec::new();
        measure::cells(
            clock,
            column.first_row,
            floats,
            column.has_stale,
            &mut cells,
        );
        let is_empty = |cell: &Cell| cell.state == State::Empty;
        match self {
            Self::Absent => cells.iter().all(is_empty),
            Self::Unknown => cells
                .iter()
                .all(|cell| matches!(cell.state, State::Empty | State::Unknown)),
            Self::Constant(value) => cells.iter().zip(&clock.cells).all(|(cell, rows)| {
                rows.rows == 0
                    || (cell.state == State::Whole && [cell.min, cell.max] == [*value; 2])
            }),
            Self::Cells(own) => {
                let agree = |(own, cell): (&Cell, &Cell)| {
                    let sum = own.sum.and(cell.sum);
                    *own == Cell { sum, ..*cell }
                };
                own.len() == cells.len() && own.iter().zip(&cells).all(agree)
            }
        }
    }
}

/// What was read last; for one part.
#[derive(Debug, Default)]
pub(crate) struct SummaryCache {
    /// The group whose clock it is.
    clock: Option<(usize, Arc<Clock>)>,
    page: Option<(usize, SummaryPage, Vec<SeriesKey>)>,
}

impl<M: Medium> Part<M> {
    /// Whether there are summaries.
    pub(crate) fn has_summaries(&self) -> bool {
        !self.footer.section(Kind::Summaries).is_empty()
    }

    /// Where they lie.
    pub(in super::super) fn summary_index(
        &self,
        tables: &Tables,
    ) -> Result<Arc<SummaryIndex>, PartError> {
        if let Some(index) = tables.summaries.get() {
            return Ok(Arc::clone(index));
        }
        let index = match self.optional(Kind::Summaries)? {
            None => SummaryIndex::default(),
            Some(bytes) => {
                let area = self.footer.section(Kind::Pages);
                SummaryIndex::decode(&bytes, tables.groups(), &area)
                    .map_err(self.at(Kind::Summaries))?
            }
        };
        Ok(Arc::clone(tables.summaries.get_or_init(|| Arc::new(index))))
    }

    /// The cells of a group; `None` if it has none.
    ///
    /// # Errors
    ///
    /// When they can't be read.
    pub(crate) fn clock(
        &self,
        tables: &Tables,
        group: usize,
        cache: &mut SummaryCache,
    ) -> Result<Option<Arc<Clock>>, PartError> {
        if let Some((own, clock)) = &cache.clock
            && *own == group
        {
            return Ok(Some(Arc::clone(clock)));
        }
        let index = self.summary_index(tables)?;
        let Some(place) = index.clocks.get(group).filter(|place| place.cells > 0) else {
            return Ok(None);
        };
        let sealed = self.medium.bytes(place.range.clone())?;
        let clock = frame::unseal(&sealed, "clock of summaries")
            .and_then(|bytes| Clock::decode(bytes, place, tables.rows(group)));
        let clock = Arc::new(clock.map_err(PartError::at(place.range.start))?);
        cache.clock = Some((group, Arc::clone(&clock)));
        Ok(Some(clock))
    }

    /// What a metric of a group comes to in the cells of `clock`, which is the group's.
    ///
    /// # Errors
    ///
    /// When a page can't be read, or the group has no such metric.
    pub(crate) fn cells(
        &self,
        tables: &Tables,
        group: usize,
        metric: u32,
        clock: &Clock,
        cache: &mut SummaryCache,
    ) -> Result<SeriesCells, PartError> {
        let index = self.summary_index(tables)?;
        let missing = || self.damaged("summaries");
        let family = tables.family_of(metric).ok_or_else(missing)?;
        let key = SeriesKey {
            family: family.start,
            group: group as u32,
            metric,
        };
        let number = index.pages.partition_point(|page| page.key <= key);
        let number = number.checked_sub(1).ok_or_else(missing)?;
        let place = &index.pages[number];
        if cache.page.as_ref().is_none_or(|(own, ..)| *own != number) {
            let keys = keys(tables, place.key, place.series);
            let cells = |key: &SeriesKey| index.clocks[key.group as usize].cells;
            let cells: Vec<usize> = keys.iter().map(cells).collect();
            let sealed = self.medium.bytes(place.range.clone())?;
            let page = frame::unseal(&sealed, "summary page").and_then(|bytes| {
                match keys.len() == place.series {
                    true => SummaryPage::open(bytes, &cells),
                    false => Err(Damage::new("summary page", 0)),
                }
            });
            let page = page.map_err(PartError::at(place.range.start))?;
            cache.page = Some((number, page, keys));
        }
        let Some((_, page, keys)) = &cache.page else {
            return Err(missing());
        };
        let at = keys.binary_search(&key).map_err(|_| missing())?;
        let rows = clock.cells.iter().map(|cell| cell.rows);
        let read = page.read(at, rows);
        Ok(match read.map_err(PartError::at(place.range.start))? {
            Read::Absent => SeriesCells::Absent,
            Read::Constant(value) => SeriesCells::Constant(value),
            Read::Cells(cells) => SeriesCells::Cells(cells),
            Read::Unknown => SeriesCells::Unknown,
        })
    }
}

/// The series from `from` on, as many as `count`, as far as there are any.
fn keys(tables: &Tables, from: SeriesKey, count: usize) -> Vec<SeriesKey> {
    let mut keys = Vec::with_capacity(count);
    for (family, groups) in tables.families_from(from.family) {
        let is_first = family.start == from.family;
        let first_group = if is_first { from.group } else { 0 };
        let skipped = groups.partition_point(|group| *group < first_group);
        for group in groups[skipped..].iter().copied() {
            let begins = is_first && group == from.group;
            let first = if begins { from.metric } else { family.start };
            for metric in tables.series_in(group as usize, &(first..family.end)) {
                if keys.len() == count {
                    return keys;
                }
                keys.push(SeriesKey {
                    family: family.start,
                    group,
                    metric: *metric,
                });
            }
        }
    }
    keys
}
