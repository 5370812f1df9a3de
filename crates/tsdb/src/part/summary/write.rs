//! Summaries of a part that is being written.

use storage::Column;

use super::super::frame;
use super::clock::{self, Clock, ClockPlace};
use super::index::{SeriesKey, SummaryIndex, SummaryPlace};
use super::measure::{self, Cell};
use super::page::{Filling, SERIES_MAX};

/// Cells in a page: few enough to be read for a single series.
const PAGE_CELLS: usize = 8 << 10;

/// Takes clocks first and then series, in the order of a part.
#[derive(Debug, Default)]
pub(in super::super) struct SummaryWriter {
    index: SummaryIndex,
    /// Sealed clocks, until the value pages are written. Compressed, since there may be as many groups as series.
    clocks: Vec<u8>,
    /// The clock of the group that had a series last.
    clock: Clock,
    clock_of: Option<usize>,
    filling: Filling,
    key: Option<SeriesKey>,
    cells: Vec<Cell>,
}

impl SummaryWriter {
    /// Notes the times of the next group.
    pub(in super::super) fn group(&mut self, timestamps: &[i64]) {
        let width_ms = clock::width_ms(timestamps);
        let mut place = ClockPlace::default();
        if let Some(clock) = Clock::of(timestamps, width_ms) {
            let (cells, number, mut bytes) = clock.encode(width_ms);
            frame::seal(&mut bytes);
            place = ClockPlace {
                width_ms,
                number,
                cells,
                range: self.clocks.len()..self.clocks.len() + bytes.len(),
            };
            self.clocks.append(&mut bytes);
        }
        self.index.clocks.push(place);
    }

    /// Adds the next series, of a group with so many rows; `floats` are its values if they are such.
    pub(in super::super) fn series(
        &mut self,
        key: SeriesKey,
        rows: usize,
        column: &Column,
        floats: Option<&[f64]>,
    ) {
        self.key.get_or_insert(key);
        let group = key.group as usize;
        self.find_clock(group, rows);
        match floats {
            Some(floats) => {
                let first_row = column.first_row;
                measure::cells(
                    &self.clock,
                    first_row,
                    floats,
                    column.has_stale,
                    &mut self.cells,
                );
                let rows = self.clock.cells.iter().map(|cell| cell.rows);
                self.filling.add(&self.cells, rows);
            }
            None => self.filling.unknown(),
        }
    }

    fn find_clock(&mut self, group: usize, rows: usize) {
        if self.clock_of == Some(group) {
            return;
        }
        let place = &self.index.clocks[group];
        let sealed = &self.clocks[place.range.clone()];
        self.clock = match place.cells {
            0 => Clock::default(),
            _ => frame::unseal(sealed, "clock")
                .and_then(|bytes| Clock::decode(bytes, place, rows))
                .expect("what was written is read"),
        };
        self.clock_of = Some(group);
    }

    /// Whether the page should be written before more is added.
    pub(in super::super) fn is_full(&self) -> bool {
        self.filling.cells() >= PAGE_CELLS || self.filling.series() == SERIES_MAX
    }

    /// The page of the series that were added since the last, sealed; it will lie at byte `offset`. Empty without series.
    pub(in super::super) fn page(&mut self, offset: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let series = self.filling.series();
        if let Some(key) = self.key.take() {
            self.filling.flush(&mut bytes);
            frame::seal(&mut bytes);
            self.index.pages.push(SummaryPlace {
                key,
                series,
                range: offset..offset + bytes.len(),
            });
        }
        bytes
    }

    /// The clocks, which will lie at byte `offset`.
    pub(in super::super) fn clocks(&mut self, offset: usize) -> Vec<u8> {
        for clock in &mut self.index.clocks {
            clock.range = clock.range.start + offset..clock.range.end + offset;
        }
        std::mem::take(&mut self.clocks)
    }

    /// The section, without checksum.
    pub(in super::super) fn section(&self) -> Vec<u8> {
        self.index.encode()
    }
}
