//! Reading a part.

mod column;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Labels, TimeRange, Timestamp};
use storage::{Column, Columns};

use super::frame::{self, Footer, Kind};
use super::labels::Tables;
use super::page::Page;
use super::pages::{self, CachedPage, Key, PageCache, PagePlace};
use super::{Level, PartError, WINDOW_ROWS};
use crate::codec::{Damage, stream};

/// Tells parts of this process apart, so that a cache of pages can't answer for another part. 0 is nobody's.
static OPENED: AtomicU64 = AtomicU64::new(1);

/// A part over its bytes, which are mapped or in memory.
#[derive(Debug)]
pub struct Part<B> {
    identity: u64,
    bytes: B,
    footer: Footer,
    tables: Tables,
    pages: Vec<PagePlace>,
}

impl<B: AsRef<[u8]>> Part<B> {
    /// Reads the footer and the tables. Pages are looked at when something is read from them.
    ///
    /// # Errors
    ///
    /// When the bytes are no part of this version, or a table is damaged.
    pub fn open(bytes: B) -> Result<Self, PartError> {
        let file = bytes.as_ref();
        let footer = Footer::decode(file)?;
        let section = |kind: Kind, what| {
            let range = footer.section(kind);
            let start = range.start;
            frame::unseal(&file[range], what).map_err(PartError::at(start))
        };
        let tables = Tables::decode(
            section(Kind::Strings, "strings")?,
            section(Kind::Metrics, "metrics")?,
            section(Kind::Groups, "groups")?,
        )
        .map_err(PartError::at(footer.section(Kind::Strings).start))?;
        let index = section(Kind::PageIndex, "page index")?;
        let pages =
            pages::decode(index).map_err(PartError::at(footer.section(Kind::PageIndex).start))?;
        let area = footer.section(Kind::Pages);
        let time_pages = tables.groups.iter().map(|group| &group.time_page);
        let mut ranges = pages.iter().map(|page| &page.range).chain(time_pages);
        if ranges.any(|range| range.start < area.start || range.end > area.end) {
            return Err(PartError::at(area.start)(Damage::new("page index", 0)));
        }
        Ok(Self {
            identity: OPENED.fetch_add(1, Ordering::Relaxed),
            bytes,
            footer,
            tables,
            pages,
        })
    }

    /// From the first to the last sample's time.
    #[must_use]
    pub fn range(&self) -> TimeRange {
        TimeRange::new(
            Timestamp(self.footer.time_min),
            Timestamp(self.footer.time_max),
        )
    }

    /// How hard it is compressed.
    #[must_use]
    pub fn level(&self) -> Level {
        self.footer.level
    }

    /// How many groups there are.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.tables.groups.len()
    }

    /// The labels of a group's target.
    #[must_use]
    pub fn target(&self, group: usize) -> &Labels {
        &self.tables.groups[group].target
    }

    /// How many timestamps a group has.
    #[must_use]
    pub fn rows(&self, group: usize) -> usize {
        self.tables.groups[group].rows
    }

    /// All metric label sets, by number: families together, buckets ascending. A matcher is evaluated on these and on the targets.
    #[must_use]
    pub fn metrics(&self) -> &[Labels] {
        &self.tables.metrics
    }

    /// The numbers of the metrics that a group has, ascending.
    #[must_use]
    pub fn series(&self, group: usize) -> &[u32] {
        &self.tables.layouts[self.tables.groups[group].layout]
    }

    /// Replaces `out` by a group's timestamps.
    ///
    /// # Errors
    ///
    /// When they are damaged.
    pub fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let table = &self.tables.groups[group];
        let start = table.time_page.start;
        let mut read = || {
            let page = frame::unseal(&self.bytes.as_ref()[table.time_page.clone()], "time page")?;
            out.clear();
            stream::decode(page, &[table.rows], out)?;
            sum_twice(out);
            if out.is_sorted_by(|a, b| a < b) {
                Ok(())
            } else {
                Err(Damage::new("time page", 0))
            }
        };
        read().map_err(PartError::at(start))
    }

    /// Reads the samples in `range` of those `metrics` (numbers, best ascending) of a group into `out`. A metric without samples there
    /// has an empty column.
    ///
    /// # Errors
    ///
    /// When a page is damaged, or the group has no such metric.
    pub fn read(
        &self,
        group: usize,
        metrics: &[u32],
        range: TimeRange,
        cache: &mut PageCache,
        out: &mut Columns,
    ) -> Result<(), PartError> {
        cache.belong_to(self.identity);
        if cache.timestamps_of != Some(group) {
            cache.timestamps_of = None;
            let mut timestamps = std::mem::take(&mut cache.timestamps);
            self.timestamps(group, &mut timestamps)?;
            cache.timestamps = timestamps;
            cache.timestamps_of = Some(group);
        }
        let all = &cache.timestamps;
        let from = all.partition_point(|at| *at < range.start.0);
        let to = all.partition_point(|at| *at <= range.end.0).max(from);
        out.timestamps.clear();
        out.timestamps.extend_from_slice(&all[from..to]);
        out.columns.clear();
        for metric in metrics {
            let mut column = Column::default();
            self.column(group, *metric, from..to, cache, &mut column)?;
            out.columns.push(column);
        }
        Ok(())
    }

    /// Replaces `out` by what a metric of a group has in `rows`, counted from the first of them.
    ///
    /// # Errors
    ///
    /// When a page is damaged, or the group has no such metric.
    pub fn column(
        &self,
        group: usize,
        metric: u32,
        rows: Range<usize>,
        cache: &mut PageCache,
        out: &mut Column,
    ) -> Result<(), PartError> {
        *out = Column::default();
        cache.belong_to(self.identity);
        let mut chunk = Column::default();
        let windows = rows.start / WINDOW_ROWS..rows.end.div_ceil(WINDOW_ROWS);
        for window in windows {
            let key = self.key(group, metric, window);
            if let Some(original) = self.chunk(key, cache, &mut chunk)? {
                let key = self.key(group, original, window);
                if self.chunk(key, cache, &mut chunk)?.is_some() {
                    return Err(self.damaged("duplicate of a duplicate"));
                }
            }
            chunk.first_row += window * WINDOW_ROWS;
            column::clip(&mut chunk, &rows);
            if !column::append(out, &mut chunk) {
                return Err(self.damaged("column with a hole"));
            }
        }
        Ok(())
    }

    fn key(&self, group: usize, metric: u32, window: usize) -> Key {
        let families = &self.tables.families;
        let family = families.partition_point(|family| family.end <= metric);
        Key {
            family: families.get(family).map_or(u32::MAX, |family| family.start),
            group: group as u32,
            metric,
            window: window as u32,
        }
    }

    fn chunk(
        &self,
        key: Key,
        cache: &mut PageCache,
        out: &mut Column,
    ) -> Result<Option<u32>, PartError> {
        let number = self
            .pages
            .partition_point(|page| page.key <= key)
            .checked_sub(1)
            .ok_or_else(|| self.damaged("page index"))?;
        let place = &self.pages[number];
        let start = place.range.start;
        let cached = cache.page(number, || self.open_page(place))?;
        let index = cached
            .keys
            .binary_search(&key)
            .map_err(|_| self.damaged("page index"))?;
        cached.page.chunk(index, out).map_err(PartError::at(start))
    }

    fn open_page(&self, place: &PagePlace) -> Result<CachedPage, PartError> {
        let bytes = &self.bytes.as_ref()[place.range.clone()];
        let page = Page::open(bytes).map_err(PartError::at(place.range.start))?;
        let keys = pages::keys(&self.tables, place.key, place.chunks.min(page.chunks()));
        if keys.len() == page.chunks() && page.chunks() == place.chunks {
            Ok(CachedPage { page, keys })
        } else {
            Err(self.damaged("page index"))
        }
    }

    fn damaged(&self, what: &'static str) -> PartError {
        PartError::at(self.footer.section(Kind::PageIndex).start)(Damage::new(what, 0))
    }
}

/// The inverse of differences of differences, in place.
fn sum_twice(values: &mut [i64]) {
    let (mut last, mut step) = (0_i64, 0_i64);
    for (row, value) in values.iter_mut().enumerate() {
        let own = step.wrapping_add(*value);
        last = last.wrapping_add(own);
        step = if row == 0 { 0 } else { own };
        *value = last;
    }
}
