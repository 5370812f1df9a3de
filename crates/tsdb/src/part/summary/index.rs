//! Where summary pages and clocks lie.

use std::ops::Range;

use super::super::tables::{compress, decompress};
use super::clock::{CELLS_MAX, ClockPlace};
use super::page::SERIES_MAX;
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

/// The order of series: that of chunks. The family is its first metric's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct SeriesKey {
    pub(in super::super) family: u32,
    pub(in super::super) group: u32,
    pub(in super::super) metric: u32,
}

/// Where a page lies, and what it begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SummaryPlace {
    pub(super) key: SeriesKey,
    pub(super) series: usize,
    pub(super) range: Range<usize>,
}

/// All of a part's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct SummaryIndex {
    /// By key.
    pub(super) pages: Vec<SummaryPlace>,
    /// One for each group.
    pub(super) clocks: Vec<ClockPlace>,
}

impl SummaryIndex {
    /// The section, without checksum; empty if there are no summaries.
    pub(super) fn encode(&self) -> Vec<u8> {
        if self.pages.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut end = 0;
        put_varint(&mut out, self.pages.len() as u64);
        for page in &self.pages {
            let SeriesKey {
                family,
                group,
                metric,
            } = page.key;
            for part in [family, group, metric] {
                put_varint(&mut out, u64::from(part));
            }
            put_varint(&mut out, page.series as u64);
            put_range(&mut out, &page.range, &mut end);
        }
        for clock in &self.clocks {
            put_varint(&mut out, clock.cells as u64);
            if clock.cells > 0 {
                put_varint(&mut out, clock.width_ms as u64);
                put_signed(&mut out, clock.number);
                put_range(&mut out, &clock.range, &mut end);
            }
        }
        compress(&out)
    }

    /// The inverse of [`encode`](Self::encode), for a part with so many groups whose pages lie in `area`.
    pub(in super::super) fn decode(
        bytes: &[u8],
        groups: usize,
        area: &Range<usize>,
    ) -> Result<Self, Damage> {
        let plain = decompress(bytes, "summaries")?;
        let mut cursor = Cursor::new(&plain, "summaries");
        let mut index = Self::default();
        let mut end = 0;
        for _ in 0..cursor.size(plain.len())? {
            let mut part = || Ok(cursor.size(u32::MAX as usize)? as u32);
            let key = SeriesKey {
                family: part()?,
                group: part()?,
                metric: part()?,
            };
            let series = cursor.size(SERIES_MAX)?;
            let range = take_range(&mut cursor, area, &mut end)?;
            index.pages.push(SummaryPlace { key, series, range });
        }
        for _ in 0..groups {
            let mut clock = ClockPlace {
                cells: cursor.size(CELLS_MAX)?,
                ..ClockPlace::default()
            };
            if clock.cells > 0 {
                clock.width_ms = cursor.size(i32::MAX as usize)? as i64;
                clock.number = cursor.signed()?;
                clock.range = take_range(&mut cursor, area, &mut end)?;
            }
            index.clocks.push(clock);
        }
        cursor.end()?;
        match index.pages.is_sorted_by(|a, b| a.key < b.key) {
            true => Ok(index),
            false => Err(cursor.damage()),
        }
    }

    /// Bytes on the heap, roughly.
    pub(in super::super) fn heap_bytes(&self) -> usize {
        self.pages.capacity() * size_of::<SummaryPlace>()
            + self.clocks.capacity() * size_of::<ClockPlace>()
    }
}

fn put_range(out: &mut Vec<u8>, range: &Range<usize>, end: &mut usize) {
    put_signed(out, range.start as i64 - *end as i64);
    put_varint(out, range.len() as u64);
    *end = range.end;
}

fn take_range(
    cursor: &mut Cursor<'_>,
    area: &Range<usize>,
    end: &mut usize,
) -> Result<Range<usize>, Damage> {
    let damage = cursor.damage();
    let start = (*end as i64).checked_add(cursor.signed()?);
    let start = start.and_then(|start| usize::try_from(start).ok());
    let start = start.ok_or(damage)?;
    let range = start..start + cursor.size(u32::MAX as usize)?;
    *end = range.end;
    match area.start <= range.start && range.end <= area.end {
        true => Ok(range),
        false => Err(damage),
    }
}
