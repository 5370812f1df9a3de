//! Writing a part.

use std::io;
use std::ops::Range;

use model::{Value, is_stale};
use storage::{Column, Values};
use xxhash_rust::xxh3::Xxh3Default;

use super::chunk::{Place, Run};
use super::frame::{self, Footer, HEAD_BYTES, Kind};
use super::page::PageWriter;
use super::pages::{self, Key, PagePlace};
use super::reader::within;
use super::starts::StartTable;
use super::summary::index::SeriesKey;
use super::summary::{SPAN_MIN_MS, SummaryWriter};
use super::tables::Tabulated;
use super::{Examples, Facts, Level, Map, PartError, Source, WINDOW_ROWS, exemplars};
use crate::codec::stream;

/// How many chunks are remembered that others may be the same as. Those that are lie close: `le="+Inf"` and `_count`.
const ORIGINALS_MAX: usize = 1 << 18;

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
    /// Summaries: pages, clocks and where they lie.
    pub summaries: usize,
    /// Exemplars, metadata, start times and facts.
    pub others: usize,
    /// Head, footer and tail.
    pub frame: usize,
}

impl Sizes {
    /// The whole file.
    #[must_use]
    pub fn total(&self) -> usize {
        let pages = self.values + self.directory + self.timestamps + self.summaries;
        pages + self.labels + self.others + self.frame
    }
}

/// Writes all that `source` has as one part with these `facts` to `sink`.
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
    facts: &Facts,
    sink: &mut dyn io::Write,
) -> Result<Sizes, PartError> {
    let mut writer = Writer {
        tables: Tabulated::of(source),
        sink,
        offset: 0,
        sizes: Sizes::default(),
        pages: Vec::new(),
        page: PageWriter::new(level),
        page_key: None,
        originals: Map::default(),
        starts: StartTable::default(),
        summaries: (level == Level::Cold).then(SummaryWriter::default),
        bytes: Vec::new(),
    };
    writer.put(&frame::head())?;
    let (time_min, time_max) = writer.time_pages_to_memory(source)?;
    writer.value_pages(source)?;
    let footer = Footer {
        sections: Vec::new(),
        time_min,
        time_max,
        level,
    };
    writer.finish(source, facts, footer)
}

struct Writer<'w> {
    tables: Tabulated,
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
    starts: StartTable,
    /// None for a part that is short, or will be merged.
    summaries: Option<SummaryWriter>,
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
        for group in &mut self.tables.groups {
            source.timestamps(group.source, &mut timestamps)?;
            assert!(
                timestamps.is_sorted_by(|a, b| a < b),
                "timestamps ascend strictly"
            );
            group.rows = timestamps.len();
            if let Some(summaries) = &mut self.summaries {
                summaries.group(&timestamps);
            }
            min = min.min(timestamps.first().copied().unwrap_or(min));
            max = max.max(timestamps.last().copied().unwrap_or(max));
            let mut page = Vec::new();
            stream::encode_cold(&second_differences(&timestamps), &mut page);
            frame::seal(&mut page);
            let start = self.bytes.len();
            self.bytes.extend_from_slice(&page);
            group.time_page = start..self.bytes.len();
        }
        if max.saturating_sub(min) < SPAN_MIN_MS {
            self.summaries = None;
        }
        Ok((min, max))
    }

    fn value_pages(&mut self, source: &mut dyn Source) -> Result<(), PartError> {
        let mut column = Column::default();
        let mut scratch = Vec::new();
        let holders = self.tables.holders();
        let mut series = Vec::new();
        for (number, family) in self.tables.families.clone().into_iter().enumerate() {
            for group in holders.of_family(number) {
                let group = *group as usize;
                series.clear();
                series.extend(self.tables.in_family(group, &family));
                let own = self.tables.groups[group].source;
                for (metric, index) in series.drain(..) {
                    source.column(own, index, &mut column)?;
                    self.series(&family, group, metric, &column, &mut scratch)?;
                    let key = SeriesKey {
                        family: family.start,
                        group: group as u32,
                        metric,
                    };
                    self.summarize(key, &column, &mut scratch)?;
                    self.starts.add(group as u32, metric, &column.starts);
                }
            }
        }
        self.flush()?;
        self.flush_summaries()
    }

    fn summarize(
        &mut self,
        key: SeriesKey,
        column: &Column,
        scratch: &mut Vec<f64>,
    ) -> Result<(), PartError> {
        let Some(summaries) = &mut self.summaries else {
            return Ok(());
        };
        let rows = self.tables.groups[key.group as usize].rows;
        summaries.series(key, rows, column, column.floats(scratch));
        match summaries.is_full() {
            true => self.flush_summaries(),
            false => Ok(()),
        }
    }

    fn flush_summaries(&mut self) -> Result<(), PartError> {
        let offset = self.offset;
        let page = self.summaries.as_mut().map(|one| one.page(offset));
        let page = page.unwrap_or_default();
        self.sizes.summaries += page.len();
        self.put(&page).map(|_| ())
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
            let inside = within(&own, &column.gaps, &(start..end));
            if inside.is_empty() {
                self.page.absent(place, end - start);
                continue;
            }
            let gaps = relative_gaps(&column.gaps, &inside);
            let first = inside.start - start;
            let values = inside.start - own.start..inside.end - own.start;
            match floats {
                Some(floats) => {
                    let present = floats[values.clone()]
                        .iter()
                        .filter(|value| !is_stale(**value));
                    self.sizes.samples += present.count() as u64;
                    let run = Run {
                        rows: end - start,
                        first,
                        values: &floats[values],
                        gaps: &gaps,
                    };
                    self.floats(place, metric, run);
                }
                None => {
                    let values = some_values(&column.values, values);
                    let present = values.iter().filter(|value| !value.is_stale());
                    self.sizes.samples += present.count() as u64;
                    self.page
                        .histograms(place, end - start, first, &values, gaps);
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
            if self.originals.len() == ORIGINALS_MAX {
                self.originals.clear();
            }
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
    fn finish(
        mut self,
        source: &mut dyn Source,
        facts: &Facts,
        mut footer: Footer,
    ) -> Result<Sizes, PartError> {
        let time_pages = std::mem::take(&mut self.bytes);
        let place = self.put(&time_pages)?;
        for group in &mut self.tables.groups {
            group.time_page.start += place.start;
            group.time_page.end += place.start;
        }
        self.sizes.timestamps = time_pages.len();
        let offset = self.offset;
        let summaries = self.summaries.as_mut();
        let clocks = summaries.map(|one| one.clocks(offset)).unwrap_or_default();
        self.sizes.summaries += self.put(&clocks)?.len();
        let summaries = self.summaries.as_ref().map(SummaryWriter::section);
        let pages_length = self.offset - HEAD_BYTES;
        footer.sections.push((Kind::Pages as u64, pages_length));

        let [strings, metrics, groups] = self.tables.encode();
        self.put_section(Kind::Strings, strings, &mut footer)?;
        self.put_section(Kind::Metrics, metrics, &mut footer)?;
        self.put_section(Kind::Groups, groups, &mut footer)?;
        let index = pages::encode(&self.pages);
        self.put_section(Kind::PageIndex, index, &mut footer)?;
        let examples = self.examples(source.exemplars()?);
        let others = [
            (Kind::Exemplars, exemplars::encode(&examples)),
            (Kind::Metadata, source.metadata()?.encode()),
            (Kind::Starts, self.starts.encode()),
            (Kind::Summaries, summaries.unwrap_or_default()),
            (Kind::Facts, facts.encode()),
        ];
        for (kind, bytes) in others {
            if !bytes.is_empty() {
                self.put_section(kind, bytes, &mut footer)?;
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

    fn put_section(
        &mut self,
        kind: Kind,
        mut bytes: Vec<u8>,
        footer: &mut Footer,
    ) -> Result<(), PartError> {
        frame::seal(&mut bytes);
        let length = self.put(&bytes)?.len();
        footer.sections.push((kind as u64, length));
        match kind {
            Kind::Strings | Kind::Metrics | Kind::Groups => self.sizes.labels += length,
            Kind::Summaries => self.sizes.summaries += length,
            Kind::Pages | Kind::PageIndex => self.sizes.directory += length,
            _ => self.sizes.others += length,
        }
        Ok(())
    }

    /// The source's exemplars by group and metric, in order.
    fn examples(&self, mut all: Vec<Examples>) -> Vec<Examples> {
        let rows = self.tables.groups.iter().zip(0..);
        let places: Map<usize, u32> = rows.map(|(row, place)| (row.source, place)).collect();
        all.retain_mut(|one| {
            let Some(place) = places.get(&(one.group as usize)) else {
                return false;
            };
            one.group = *place;
            let metric = self.tables.metric_of(*place as usize, one.series as usize);
            one.series = metric.unwrap_or_default();
            metric.is_some() && !one.exemplars.is_empty()
        });
        all.sort_by_key(|one| (one.group, one.series));
        all
    }
}

/// The gaps inside `rows`: rows before each since the last, and how many are missing.
fn relative_gaps(gaps: &[Range<usize>], rows: &Range<usize>) -> Vec<(usize, usize)> {
    let mut last = rows.start;
    let inside = gaps
        .iter()
        .filter(|gap| rows.start <= gap.start && gap.end <= rows.end);
    let relative = inside.map(|gap| {
        let before = gap.start - last;
        last = gap.end;
        (before, gap.len())
    });
    relative.collect()
}

/// What stands for the content of a chunk.
fn content(run: Run<'_>) -> u128 {
    let mut hash = Xxh3Default::new();
    hash.update(&(run.first as u64).to_le_bytes());
    for (before, missing) in run.gaps {
        hash.update(&(*before as u64).to_le_bytes());
        hash.update(&(*missing as u64).to_le_bytes());
    }
    // Told apart from a column whose first values look like gaps.
    hash.update(&(run.gaps.len() as u64).to_le_bytes());
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
