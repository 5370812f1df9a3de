//! Writing a part.

use std::io;
use std::ops::Range;

use model::{Value, is_stale};
use storage::{Column, Values};
use xxhash_rust::xxh3::Xxh3Default;

use super::chunk::{Place, Run};
use super::frame::{self, Footer, HEAD_BYTES, Kind};
use super::labels::{self, GroupTable, Tables};
use super::page::PageWriter;
use super::pages::{self, Key, PagePlace};
use super::{Level, Map, PartError, Source, WINDOW_ROWS};
use crate::codec::stream;

/// Bytes by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Samples that were written, stale markers apart.
    pub samples: u64,
    /// Streams of value pages.
    pub values: usize,
    /// Directories of value pages, and the index of pages.
    pub directory: usize,
    /// Time pages.
    pub timestamps: usize,
    /// Strings, metrics and groups.
    pub labels: usize,
    /// Head, footer and tail.
    pub frame: usize,
}

impl Sizes {
    /// The whole file.
    #[must_use]
    pub fn total(&self) -> usize {
        self.values + self.directory + self.timestamps + self.labels + self.frame
    }
}

/// Writes all that `source` has as one part to `sink`.
///
/// # Errors
///
/// When the source can't be read or the sink not be written; the sink then holds no part.
///
/// # Panics
///
/// When the source breaks its promises: timestamps that don't ascend, columns longer than those.
pub fn write(
    source: &mut dyn Source,
    level: Level,
    sink: &mut dyn io::Write,
) -> Result<Sizes, PartError> {
    let (tables, series) = tabulate(source);
    let mut writer = Writer {
        tables,
        series,
        sink,
        offset: 0,
        sizes: Sizes::default(),
        pages: Vec::new(),
        page: PageWriter::new(level),
        page_key: None,
        originals: Map::default(),
        bytes: Vec::new(),
    };
    writer.put(&frame::head())?;
    let (time_min, time_max) = writer.time_pages_to_memory(source)?;
    writer.value_pages(source)?;
    writer.finish(Footer {
        sections: Vec::new(),
        time_min,
        time_max,
        level,
    })
}

/// The tables, and for each group which of the source's series each of its layout's metrics is.
fn tabulate(source: &dyn Source) -> (Tables, Vec<Vec<u32>>) {
    let sets = (0..source.groups()).flat_map(|group| source.series(group).iter().cloned());
    let (metrics, numbers) = labels::number(sets);
    let mut tables = Tables {
        families: labels::families(&metrics),
        metrics,
        ..Tables::default()
    };
    let mut layouts: Map<Vec<u32>, usize> = Map::default();
    let mut series = Vec::new();
    for group in 0..source.groups() {
        let sets = source.series(group);
        let mut own: Vec<(u32, u32)> = sets.iter().map(|set| numbers[set]).zip(0..).collect();
        own.sort_unstable();
        let layout: Vec<u32> = own.iter().map(|(metric, _)| *metric).collect();
        assert!(
            layout.is_sorted_by(|a, b| a < b),
            "a group has each series once"
        );
        let next = layouts.len();
        let number = *layouts.entry(layout).or_insert_with_key(|layout| {
            tables.layouts.push(layout.clone());
            next
        });
        series.push(own.into_iter().map(|(_, index)| index).collect());
        tables.groups.push(GroupTable {
            target: source.target(group).clone(),
            layout: number,
            rows: 0,
            time_page: 0..0,
        });
    }
    (tables, series)
}

struct Writer<'w> {
    tables: Tables,
    series: Vec<Vec<u32>>,
    sink: &'w mut dyn io::Write,
    /// Bytes that went into the sink.
    offset: usize,
    sizes: Sizes,
    pages: Vec<PagePlace>,
    page: PageWriter,
    /// The first chunk of the page that is being filled.
    page_key: Option<Key>,
    /// Chunks of the family's group by their content. Hashes of 128 bits stand for it.
    originals: Map<(u32, u32, u128), u32>,
    /// Time pages, until the value pages are written.
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<Range<usize>, PartError> {
        self.sink.write_all(bytes)?;
        let start = self.offset;
        self.offset += bytes.len();
        Ok(start..self.offset)
    }

    /// Encodes all timestamps; gives the first and the last moment.
    fn time_pages_to_memory(&mut self, source: &dyn Source) -> Result<(i64, i64), PartError> {
        let (mut min, mut max) = (i64::MAX, i64::MIN);
        let mut timestamps = Vec::new();
        for (number, group) in self.tables.groups.iter_mut().enumerate() {
            source.timestamps(number, &mut timestamps)?;
            assert!(
                timestamps.is_sorted_by(|a, b| a < b),
                "timestamps ascend strictly"
            );
            group.rows = timestamps.len();
            min = min.min(timestamps.first().copied().unwrap_or(min));
            max = max.max(timestamps.last().copied().unwrap_or(max));
            let mut page = Vec::new();
            stream::encode_cold(&second_differences(&timestamps), &mut page);
            frame::seal(&mut page);
            let start = self.bytes.len();
            self.bytes.extend_from_slice(&page);
            group.time_page = start..self.bytes.len();
        }
        Ok((min, max))
    }

    fn value_pages(&mut self, source: &mut dyn Source) -> Result<(), PartError> {
        let mut column = Column::default();
        let mut scratch = Vec::new();
        for family in self.tables.families.clone() {
            for group in 0..self.tables.groups.len() {
                let layout = self.tables.groups[group].layout;
                let metrics = &self.tables.layouts[layout];
                let first = metrics.partition_point(|metric| *metric < family.start);
                let count = self.tables.in_family(layout, &family).len();
                for at in first..first + count {
                    let metric = self.tables.layouts[layout][at];
                    source.column(group, self.series[group][at] as usize, &mut column)?;
                    self.series(&family, group, metric, &column, &mut scratch)?;
                }
            }
        }
        self.flush()
    }

    fn series(
        &mut self,
        family: &Range<u32>,
        group: usize,
        metric: u32,
        column: &Column,
        scratch: &mut Vec<f64>,
    ) -> Result<(), PartError> {
        let rows = self.tables.groups[group].rows;
        let own = column.first_row..column.first_row + column.values.len();
        assert!(own.end <= rows, "a column has no more rows than its group");
        let floats = column.floats(scratch);
        for window in 0..pages::windows(rows) {
            let start = window as usize * WINDOW_ROWS;
            let end = rows.min(start + WINDOW_ROWS);
            let place = Place {
                family: family.start,
                group,
                window: window as usize,
            };
            self.begin_chunk(place, metric)?;
            let (from, to) = (own.start.max(start), own.end.min(end));
            if from >= to {
                self.page.absent(place, end - start);
                continue;
            }
            let values = from - own.start..to - own.start;
            match floats {
                Some(floats) => {
                    let present = floats[values.clone()]
                        .iter()
                        .filter(|value| !is_stale(**value));
                    self.sizes.samples += present.count() as u64;
                    let run = Run {
                        rows: end - start,
                        first: from - start,
                        values: &floats[values],
                    };
                    self.floats(place, metric, run);
                }
                None => {
                    let values = some_values(&column.values, values);
                    let present = values.iter().filter(|value| !value.is_stale());
                    self.sizes.samples += present.count() as u64;
                    self.page
                        .histograms(place, end - start, from - start, &values);
                }
            }
        }
        Ok(())
    }

    fn begin_chunk(&mut self, place: Place, metric: u32) -> Result<(), PartError> {
        if self.page.is_full() {
            self.flush()?;
        }
        self.page_key.get_or_insert(Key {
            family: place.family,
            group: place.group as u32,
            metric,
            window: place.window as u32,
        });
        Ok(())
    }

    fn floats(&mut self, place: Place, metric: u32, run: Run<'_>) {
        let key = (place.group as u32, place.window as u32, content(run));
        let original = self.originals.get(&key).copied();
        if self.page.floats(place, run, original) && original.is_none() {
            self.originals.insert(key, metric);
        }
    }

    fn flush(&mut self) -> Result<(), PartError> {
        let Some(key) = self.page_key.take() else {
            return Ok(());
        };
        let chunks = self.page.chunks();
        let mut bytes = Vec::new();
        self.page.flush(&mut bytes, &mut self.sizes);
        let range = self.put(&bytes)?;
        self.pages.push(PagePlace { key, chunks, range });
        Ok(())
    }

    /// Time pages, sections, footer.
    fn finish(mut self, mut footer: Footer) -> Result<Sizes, PartError> {
        let time_pages = std::mem::take(&mut self.bytes);
        let place = self.put(&time_pages)?;
        for group in &mut self.tables.groups {
            group.time_page.start += place.start;
            group.time_page.end += place.start;
        }
        self.sizes.timestamps = time_pages.len();
        let pages_length = self.offset - HEAD_BYTES;
        footer.sections.push((Kind::Pages as u64, pages_length));

        let [strings, metrics, groups] = self.tables.encode();
        let sections = [
            (Kind::Strings, strings),
            (Kind::Metrics, metrics),
            (Kind::Groups, groups),
            (Kind::PageIndex, pages::encode(&self.pages)),
        ];
        for (kind, mut bytes) in sections {
            frame::seal(&mut bytes);
            let length = self.put(&bytes)?.len();
            footer.sections.push((kind as u64, length));
            match kind {
                Kind::PageIndex => self.sizes.directory += length,
                _ => self.sizes.labels += length,
            }
        }
        let footer = footer.encode();
        self.put(&footer)?;
        self.sizes.frame = HEAD_BYTES + footer.len();
        assert_eq!(
            self.sizes.total(),
            self.offset,
            "each byte is for something"
        );
        Ok(self.sizes)
    }
}

/// What stands for the content of a chunk.
fn content(run: Run<'_>) -> u128 {
    let mut hash = Xxh3Default::new();
    hash.update(&(run.first as u64).to_le_bytes());
    for value in run.values {
        hash.update(&value.to_bits().to_le_bytes());
    }
    hash.digest128()
}

fn some_values(values: &Values, range: Range<usize>) -> Vec<Value> {
    range.filter_map(|index| values.get(index)).collect()
}

/// The first, the first difference, then differences of differences.
fn second_differences(timestamps: &[i64]) -> Vec<i64> {
    let (mut last, mut step) = (0_i64, 0_i64);
    timestamps
        .iter()
        .enumerate()
        .map(|(row, timestamp)| {
            let own = timestamp.wrapping_sub(last);
            let change = own.wrapping_sub(step);
            last = *timestamp;
            step = if row == 0 { 0 } else { own };
            change
        })
        .collect()
}
