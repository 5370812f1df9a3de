//! The rows of one target: where a sample belongs, and putting it there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use model::{Histogram, TimeRange, Value, is_stale};
use storage::{Refusal, SampleValue};

use super::cells::Cells;
use super::series::{Series, Stored};
use super::{Applied, Place};
use crate::log::{DetailKind, Row};

/// What a late sample takes, with its share of the tree's nodes, which are two thirds full.
const LATE_BYTES: usize = (size_of::<(u32, i64)>() + size_of::<Value>()) * 3 / 2;

/// How old a sample may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) late_window_ms: i64,
    /// Everything up to here was released; no series without samples counts as older.
    pub(super) released_ms: i64,
}

/// Timestamps, series, and what they share.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// The number of the first row that is kept. Released rows keep their numbers.
    pub(super) first_row: u32,
    /// Times of the rows, ascending.
    pub(super) timestamps: Vec<i64>,
    /// No series begins in a later row.
    pub(super) youngest_row: u32,
    /// By column.
    pub(super) series: Vec<Series>,
    pub(super) cells: Cells,
    pub(super) histograms: Vec<Arc<Histogram>>,
    /// By column and time; never at the time of a row that has a sample of the column.
    pub(super) late: BTreeMap<(u32, i64), Value>,
}

impl Target {
    pub(super) fn next_row(&self) -> u32 {
        self.first_row + self.timestamps.len() as u32
    }

    pub(super) fn series(&self, column: u32) -> Series {
        let series = self.series.get(column as usize);
        series.copied().unwrap_or(Series::EMPTY)
    }

    pub(super) fn series_with_samples(&self) -> usize {
        let series = 0..self.series.len() as u32;
        series.filter(|column| !self.is_empty(*column)).count()
    }

    pub(super) fn is_empty(&self, column: u32) -> bool {
        self.series(column).is_empty() && self.late_of(column, TimeRange::ALL).next().is_none()
    }

    pub(super) fn is_regular(&self, column: u32) -> bool {
        !self.series(column).has_gaps() && self.late_of(column, TimeRange::ALL).next().is_none()
    }

    /// The late samples of `column` in `range`.
    pub(super) fn late_of(
        &self,
        column: u32,
        range: TimeRange,
    ) -> impl DoubleEndedIterator<Item = (i64, &Value)> {
        let range = (column, range.start.0)..=(column, range.end.0.max(range.start.0));
        let late = self.late.range(range);
        late.map(|((_, time_ms), value)| (*time_ms, value))
    }

    /// Time of the newest sample of `column`.
    #[inline]
    pub(super) fn newest_ms(&self, column: u32) -> Option<i64> {
        let series = self.series(column);
        let row = series.next_row().checked_sub(self.first_row + 1);
        let own = row.map(|row| self.timestamps[row as usize]);
        if self.late.is_empty() {
            return own;
        }
        let late = self.late_of(column, TimeRange::ALL).next_back();
        own.max(late.map(|(time_ms, _)| time_ms))
    }

    /// Where a sample of `column` at `time_ms` belongs.
    #[inline]
    pub(super) fn place(
        &self,
        column: u32,
        time_ms: i64,
        in_row: bool,
        value: SampleValue<'_>,
        bounds: Bounds,
    ) -> Result<Place, Refusal> {
        let own = self.newest_ms(column);
        let newest_ms = own.unwrap_or(bounds.released_ms);
        if in_row && self.takes_row(column, time_ms) && (time_ms > newest_ms) {
            return Ok(Place::Row);
        }
        if let Some(there) = self.value_at(column, time_ms) {
            return if is_same(&there, value) {
                Ok(Place::Known)
            } else {
                Err(Refusal::Duplicate)
            };
        }
        if time_ms < newest_ms.saturating_sub(bounds.late_window_ms) {
            return Err(if bounds.late_window_ms == 0 && own.is_some() {
                Refusal::OutOfOrder
            } else {
                Refusal::TooOld
            });
        }
        Ok(Place::Late)
    }

    /// Whether the row of `time_ms` is a new one, or the newest and still without a value of `column`.
    #[inline]
    fn takes_row(&self, column: u32, time_ms: i64) -> bool {
        match self.timestamps.last() {
            Some(last) if time_ms == *last => self.series(column).next_row() < self.next_row(),
            Some(last) => time_ms > *last,
            None => true,
        }
    }

    pub(super) fn value_at(&self, column: u32, time_ms: i64) -> Option<Value> {
        if let Some(value) = self.late.get(&(column, time_ms)) {
            return Some(value.clone());
        }
        let row = self.first_row + self.timestamps.binary_search(&time_ms).ok()? as u32;
        let series = self.series(column);
        if row + 1 == series.next_row() {
            return Some(self.value(series.last()));
        }
        let mut found = None;
        series.runs(&self.cells, &mut Vec::new(), |rows, value| {
            if rows.contains(&row) {
                found = value;
            }
        });
        found.map(|stored| self.value(stored))
    }

    pub(super) fn value(&self, stored: Stored) -> Value {
        match stored {
            Stored::Float(bits) => Value::Float(f64::from_bits(bits)),
            Stored::Histogram(number) => {
                Value::Histogram(Arc::clone(&self.histograms[number as usize]))
            }
        }
    }

    pub(super) fn apply(
        &mut self,
        row: &Row<'_>,
        bounds: Bounds,
        scratch: &mut Vec<u8>,
    ) -> Applied {
        let own = row.time.0;
        let mut applied = Applied::default();
        if let Some(last) = row.columns.last() {
            // All at once, so that there is room for exactly these.
            self.widen(*last);
        }
        if self.is_next_row(row, bounds) {
            return self.apply_next_row(row, scratch);
        }
        let mut take = |column, time_ms, value: SampleValue<'_>| {
            let in_row = time_ms == own;
            match self.place(column, time_ms, in_row, value, bounds) {
                Ok(place) => {
                    self.put(column, time_ms, value, place, scratch);
                    applied.samples += 1;
                }
                Err(_) => applied.refused += 1,
            }
        };
        for (column, value) in row.columns.iter().zip(row.values) {
            take(*column, own, SampleValue::Float(*value));
        }
        for detail in row.details {
            let column = detail.column;
            match &detail.kind {
                DetailKind::Histogram(value) => take(column, own, SampleValue::Histogram(value)),
                DetailKind::FloatAt(time, value) => {
                    take(column, time.0, SampleValue::Float(*value));
                }
                DetailKind::HistogramAt(time, value) => {
                    take(column, time.0, SampleValue::Histogram(value));
                }
                DetailKind::Start(_) | DetailKind::Exemplar(_) => {}
            }
        }
        applied
    }

    /// Whether the row is newer than everything here and has nothing but floats at its own time: then no sample needs a look.
    fn is_next_row(&self, row: &Row<'_>, bounds: Bounds) -> bool {
        let newest_ms = self.timestamps.last().copied();
        row.details.is_empty()
            && self.late.is_empty()
            && row.time.0 > newest_ms.unwrap_or(i64::MIN).max(bounds.released_ms)
            && row.columns.is_sorted_by(|a, b| a < b)
    }

    fn apply_next_row(&mut self, row: &Row<'_>, scratch: &mut Vec<u8>) -> Applied {
        if row.columns.is_empty() {
            return Applied::default();
        }
        assert!(self.next_row() < u32::MAX, "more rows than numbers");
        self.timestamps.push(row.time.0);
        let number = self.next_row() - 1;
        for (column, value) in row.columns.iter().zip(row.values) {
            self.push(
                *column,
                number..number + 1,
                Stored::Float(value.to_bits()),
                scratch,
            );
        }
        Applied {
            samples: row.columns.len() as u64,
            refused: 0,
        }
    }

    #[inline]
    fn put(
        &mut self,
        column: u32,
        time_ms: i64,
        value: SampleValue<'_>,
        place: Place,
        scratch: &mut Vec<u8>,
    ) {
        self.widen(column);
        match place {
            Place::Known => {}
            Place::Late => {
                let value = match value {
                    SampleValue::Float(value) => Value::Float(value),
                    SampleValue::Histogram(value) => Value::Histogram(Arc::new(value.clone())),
                };
                self.late.insert((column, time_ms), value);
            }
            Place::Row => {
                if self.timestamps.last().is_none_or(|last| time_ms > *last) {
                    assert!(self.next_row() < u32::MAX, "more rows than numbers");
                    self.timestamps.push(time_ms);
                }
                let row = self.next_row() - 1;
                let stored = self.store(column, value);
                self.push(column, row..row + 1, stored, scratch);
            }
        }
    }

    pub(super) fn push(
        &mut self,
        column: u32,
        rows: Range<u32>,
        value: Stored,
        scratch: &mut Vec<u8>,
    ) {
        let series = &mut self.series[column as usize];
        if series.is_empty() {
            self.youngest_row = self.youngest_row.max(rows.start);
        }
        series.push(rows, value, &mut self.cells, scratch);
    }

    /// Makes room for `column`. A target's series mostly come all at once and then hardly ever, so the vector grows by little.
    fn widen(&mut self, column: u32) {
        let wanted = column as usize + 1;
        if wanted <= self.series.len() {
            return;
        }
        if wanted > self.series.capacity() {
            let more = (wanted - self.series.len()).max(self.series.len() / 8);
            self.series.reserve_exact(more);
        }
        self.series.resize(wanted, Series::EMPTY);
    }

    /// A histogram that is the series' last one is not kept twice.
    fn store(&mut self, column: u32, value: SampleValue<'_>) -> Stored {
        let histogram = match value {
            SampleValue::Float(value) => return Stored::Float(value.to_bits()),
            SampleValue::Histogram(histogram) => histogram,
        };
        let series = self.series(column);
        if let Stored::Histogram(number) = series.last()
            && *self.histograms[number as usize] == *histogram
        {
            return series.last();
        }
        self.keep(Arc::new(histogram.clone()))
    }

    pub(super) fn keep(&mut self, histogram: Arc<Histogram>) -> Stored {
        let number = self.histograms.len() as u32;
        self.histograms.push(histogram);
        Stored::Histogram(number)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let late_histograms = self.late.values().filter_map(|value| match value {
            Value::Float(_) => None,
            Value::Histogram(histogram) => Some(histogram),
        });
        let histograms = self.histograms.iter().chain(late_histograms);
        size_of::<Self>()
            + self.timestamps.capacity() * size_of::<i64>()
            + self.series.capacity() * size_of::<Series>()
            + self.cells.heap_bytes()
            + self.histograms.capacity() * size_of::<Arc<Histogram>>()
            + self.late.len() * LATE_BYTES
            + histograms.map(|one| histogram_bytes(one)).sum::<usize>()
    }
}

/// What a histogram takes, with its count of holders.
fn histogram_bytes(histogram: &Histogram) -> usize {
    let spans = histogram.positive_spans.capacity() + histogram.negative_spans.capacity();
    let floats = histogram.positive_buckets.capacity()
        + histogram.negative_buckets.capacity()
        + histogram.custom_values.capacity();
    2 * size_of::<usize>() + size_of::<Histogram>() + 8 * (spans + floats)
}

/// Whether two samples are one: the same bits, and of histograms the same buckets or both stale.
pub(crate) fn is_same(there: &Value, value: SampleValue<'_>) -> bool {
    match (there, value) {
        (Value::Float(there), SampleValue::Float(value)) => there.to_bits() == value.to_bits(),
        (Value::Histogram(there), SampleValue::Histogram(value)) => {
            **there == *value || is_stale(there.sum) && is_stale(value.sum)
        }
        _ => false,
    }
}
