//! Reading a part.

mod check;
mod column;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{TimeRange, Timestamp};
use storage::{Column, Columns};

use super::frame::{self, Footer, Kind};
use super::page::Page;
use super::pages::{self, CachedPage, Key, PageCache, PagePlace, SharedPage};
use super::starts::StartTable;
use super::tables::{Sections, Tables};
use super::{Examples, Facts, Level, Medium, PartError, Said, WINDOW_ROWS, exemplars};
use crate::codec::{Damage, stream};

pub use check::{Checked, Section};
pub(crate) use column::{append, clip, within};

/// Tells parts of this process apart, so that a cache of pages can't answer for another part. 0 is nobody's.
static OPENED: AtomicU64 = AtomicU64::new(1);

/// A part over what it lies in: bytes in memory, or a file.
///
/// It keeps its footer and facts. Its tables are read when somebody needs them, and kept until nobody has for a while, see [`rest`](Self::rest).
#[derive(Debug)]
pub struct Part<M> {
    identity: u64,
    pub(super) medium: M,
    bytes: usize,
    pub(super) footer: Footer,
    facts: Facts,
    tables: Mutex<Option<Arc<Tables>>>,
    /// Whether the tables were asked for since the last rest.
    wanted: AtomicBool,
}

impl<M: Medium> Part<M> {
    /// Reads the footer and the facts, and compares the checksums of the tables. Pages are looked at when something is read from them.
    ///
    /// # Errors
    ///
    /// When the bytes are no part of this version, or what was looked at is damaged.
    pub fn open(medium: M) -> Result<Self, PartError> {
        let footer = Footer::read(&medium)?;
        let mut part = Self {
            identity: OPENED.fetch_add(1, Ordering::Relaxed),
            bytes: medium.length()?,
            medium,
            footer,
            facts: Facts::default(),
            tables: Mutex::new(None),
            wanted: AtomicBool::new(false),
        };
        for kind in [Kind::Strings, Kind::Metrics, Kind::Groups, Kind::PageIndex] {
            part.section(kind)?;
        }
        if let Some(facts) = part.optional(Kind::Facts)? {
            part.facts = Facts::decode(&facts).map_err(part.at(Kind::Facts))?;
        }
        Ok(part)
    }

    /// From the first to the last sample's time; empty if there are none.
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

    /// What it says of itself.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Bytes of the whole file.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// Its series. Read if they aren't there, so whoever asks often holds on to them.
    ///
    /// # Errors
    ///
    /// When they can't be read.
    pub fn tables(&self) -> Result<Arc<Tables>, PartError> {
        self.wanted.store(true, Ordering::Relaxed);
        // Held while they are read: others want the same.
        let mut kept = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tables) = &*kept {
            return Ok(Arc::clone(tables));
        }
        let tables = Arc::new(self.read_tables()?);
        *kept = Some(Arc::clone(&tables));
        Ok(tables)
    }

    /// Lets go of the tables if nobody asked for them since the last call; whoever holds them keeps them.
    pub fn rest(&self) {
        if !self.wanted.swap(false, Ordering::Relaxed) {
            *self.tables.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Bytes on the heap, roughly.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.as_ref().map_or(0, |tables| tables.heap_bytes())
    }

    fn read_tables(&self) -> Result<Tables, PartError> {
        let (strings, metrics) = (self.section(Kind::Strings)?, self.section(Kind::Metrics)?);
        let (groups, index) = (self.section(Kind::Groups)?, self.section(Kind::PageIndex)?);
        let mut tables = Tables::decode(Sections {
            strings: &strings,
            metrics: &metrics,
            groups: &groups,
            page_index: &index,
        })
        .map_err(self.at(Kind::Strings))?;
        if let Some(starts) = self.optional(Kind::Starts)? {
            tables.starts = StartTable::decode(&starts).map_err(self.at(Kind::Starts))?;
        }
        let area = self.footer.section(Kind::Pages);
        let time_pages = (0..tables.groups()).map(|group| tables.time_page(group));
        let mut ranges = tables
            .pages
            .iter()
            .map(|page| &page.range)
            .chain(time_pages);
        if ranges.any(|range| range.start < area.start || range.end > area.end) {
            return Err(self.damaged("page index"));
        }
        Ok(tables)
    }

    /// What a section holds, once its checksum was right.
    fn section(&self, kind: Kind) -> Result<Vec<u8>, PartError> {
        let range = self.footer.section(kind);
        let sealed = self.medium.bytes(range)?;
        frame::unseal(&sealed, kind.word()).map_err(self.at(kind))?;
        let mut bytes = sealed.into_owned();
        bytes.truncate(bytes.len() - frame::CHECKSUM_BYTES);
        Ok(bytes)
    }

    /// The same for one that may have been left out.
    pub(super) fn optional(&self, kind: Kind) -> Result<Option<Vec<u8>>, PartError> {
        let there = !self.footer.section(kind).is_empty();
        there.then(|| self.section(kind)).transpose()
    }

    pub(super) fn at(&self, kind: Kind) -> impl Fn(Damage) -> PartError + use<M> {
        PartError::at(self.footer.section(kind).start)
    }

    /// What the targets say of their families.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn metadata(&self) -> Result<Said, PartError> {
        let bytes = self.optional(Kind::Metadata)?;
        let said = bytes.map(|bytes| Said::decode(&bytes)).transpose();
        Ok(said.map_err(self.at(Kind::Metadata))?.unwrap_or_default())
    }

    /// The exemplars, by group and metric.
    ///
    /// # Errors
    ///
    /// When they can't be read.
    pub fn exemplars(&self) -> Result<Vec<Examples>, PartError> {
        let bytes = self.optional(Kind::Exemplars)?;
        let all = bytes.map(|bytes| exemplars::decode(&bytes)).transpose();
        Ok(all.map_err(self.at(Kind::Exemplars))?.unwrap_or_default())
    }

    /// Replaces `out` by a group's timestamps.
    ///
    /// # Errors
    ///
    /// When they can't be read.
    pub fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let tables = self.tables()?;
        self.timestamps_of(&tables, group, out)
    }

    fn timestamps_of(
        &self,
        tables: &Tables,
        group: usize,
        out: &mut Vec<i64>,
    ) -> Result<(), PartError> {
        let place = tables.time_page(group);
        let sealed = self.medium.bytes(place.clone())?;
        let mut read = || {
            let page = frame::unseal(&sealed, "time page")?;
            out.clear();
            stream::decode(page, &[tables.rows(group)], out)?;
            sum_twice(out);
            if out.is_sorted_by(|a, b| a < b) {
                Ok(())
            } else {
                Err(Damage::new("time page", 0))
            }
        };
        read().map_err(PartError::at(place.start))
    }

    /// The tables, by way of the cache, which is this part's from now on.
    fn cached_tables(&self, cache: &mut PageCache) -> Result<Arc<Tables>, PartError> {
        cache.belong_to(self.identity);
        if let Some(tables) = &cache.tables {
            return Ok(Arc::clone(tables));
        }
        let tables = self.tables()?;
        cache.tables = Some(Arc::clone(&tables));
        Ok(tables)
    }

    /// Reads the samples in `range` of those `metrics` (numbers, best ascending) of a group into `out`. A metric without samples there
    /// has an empty column.
    ///
    /// # Errors
    ///
    /// When a page can't be read, or the group has no such metric.
    pub fn read(
        &self,
        group: usize,
        metrics: &[u32],
        range: TimeRange,
        cache: &mut PageCache,
        out: &mut Columns,
    ) -> Result<(), PartError> {
        let tables = self.cached_tables(cache)?;
        if cache.timestamps_of != Some(group) {
            cache.timestamps_of = None;
            let mut timestamps = std::mem::take(&mut cache.timestamps);
            self.timestamps_of(&tables, group, &mut timestamps)?;
            cache.timestamps = timestamps;
            cache.timestamps_of = Some(group);
        }
        let all = &cache.timestamps;
        let from = all.partition_point(|at| *at < range.start.0);
        let to = all.partition_point(|at| *at <= range.end.0).max(from);
        out.timestamps.clear();
        out.timestamps.extend_from_slice(&all[from..to]);
        out.columns.truncate(metrics.len());
        out.columns.resize_with(metrics.len(), Column::default);
        for (metric, column) in metrics.iter().zip(&mut out.columns) {
            self.column(group, *metric, from..to, cache, column)?;
        }
        Ok(())
    }

    /// Replaces `out` by what a metric of a group has in `rows`, counted from the first of them. Start times are those of the whole series.
    ///
    /// # Errors
    ///
    /// When a page can't be read, or the group has no such metric.
    pub fn column(
        &self,
        group: usize,
        metric: u32,
        rows: Range<usize>,
        cache: &mut PageCache,
        out: &mut Column,
    ) -> Result<(), PartError> {
        out.clear();
        let tables = self.cached_tables(cache)?;
        let mut chunk = std::mem::take(&mut cache.chunk);
        let windows = rows.start / WINDOW_ROWS..rows.end.div_ceil(WINDOW_ROWS);
        for window in windows {
            let start = window * WINDOW_ROWS;
            let own = rows.start.saturating_sub(start)..rows.end - start;
            let key = key(&tables, group, metric, window);
            if let Some(original) = self.chunk(&tables, key, &own, cache, &mut chunk)? {
                let key = self::key(&tables, group, original, window);
                if self.chunk(&tables, key, &own, cache, &mut chunk)?.is_some() {
                    return Err(self.damaged("duplicate of a duplicate"));
                }
            }
            chunk.first_row += window * WINDOW_ROWS;
            for gap in &mut chunk.gaps {
                *gap = gap.start + window * WINDOW_ROWS..gap.end + window * WINDOW_ROWS;
            }
            clip(&mut chunk, &rows);
            if out.first_row + out.values.len() > chunk.first_row && !chunk.values.is_empty() {
                return Err(self.damaged("chunk past its window"));
            }
            append(out, &mut chunk);
        }
        cache.chunk = chunk;
        out.starts = tables.starts.get(group as u32, metric);
        Ok(())
    }

    fn chunk(
        &self,
        tables: &Tables,
        key: Key,
        rows: &Range<usize>,
        cache: &mut PageCache,
        out: &mut Column,
    ) -> Result<Option<u32>, PartError> {
        let number = pages::find(&tables.pages, key, cache.last_page)
            .ok_or_else(|| self.damaged("page index"))?;
        let place = &tables.pages[number];
        let start = place.range.start;
        let cached = cache.page(number, || self.open_page(tables, place))?;
        let index = cached.find(key).ok_or_else(|| self.damaged("page index"))?;
        let CachedPage {
            shared, mantissas, ..
        } = cached;
        shared
            .page
            .chunk(index, rows, mantissas, out)
            .map_err(PartError::at(start))
    }

    fn open_page(&self, tables: &Tables, place: &PagePlace) -> Result<SharedPage, PartError> {
        let bytes = self.medium.bytes(place.range.clone())?;
        let page = Page::open(bytes).map_err(PartError::at(place.range.start))?;
        let keys = pages::keys(tables, place.key, place.chunks.min(page.chunks()));
        if keys.len() == page.chunks() && page.chunks() == place.chunks {
            Ok(SharedPage { page, keys })
        } else {
            Err(self.damaged("page index"))
        }
    }

    pub(super) fn damaged(&self, what: &'static str) -> PartError {
        PartError::at(self.footer.section(Kind::PageIndex).start)(Damage::new(what, 0))
    }
}

fn key(tables: &Tables, group: usize, metric: u32, window: usize) -> Key {
    Key {
        family: tables
            .family_of(metric)
            .map_or(u32::MAX, |family| family.start),
        group: group as u32,
        metric,
        window: window as u32,
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
