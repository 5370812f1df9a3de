//! A whole data directory: its blocks, and its head put together from log and full chunks.
//!
//! ```text
//!  wbl            late samples                       ┐
//!  wal            series, samples, deletions         ├─ per series: compressed chunks, and late samples beside them
//!  chunks_head    full chunks, older than what       │
//!                 a cut log still has                ┘
//! ```
//!
//! A head is kept compressed, since a large server's is a hundred million samples. Samples in order before `from_ms` are left out: they are
//! in blocks already, and the log keeps them for longer. Late ones may be in a block too; that does no harm. Series that were logged again after a restart have a second number.
//!
//! The directory must not be in use: a running server cuts its log.

mod series;
#[cfg(test)]
pub(crate) mod tests;

use hashbrown::HashMap;
use model::{Exemplar, Labels, Metadata, TimeRange};
use platform::disk::Disk;

use self::series::HeadSeries;
use super::chunk::{self, Chunk, Encoding, Sample};
use super::error::{Damage, Error};
use super::record::Record;
use super::ulid::Ulid;
use super::{Block, head_chunks, wal};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Opens all blocks of a data directory, by time. Leftovers of unfinished work are passed over.
///
/// # Errors
///
/// When a block can't be opened.
pub fn blocks<'d>(disk: &'d dyn Disk) -> Result<Vec<Block<'d>>, Error> {
    let mut blocks = Vec::new();
    for name in disk.list("")? {
        if Ulid::parse(&name).is_some() {
            blocks.push(Block::open(disk, &name)?);
        }
    }
    blocks.sort_by_key(|block| (block.meta().min_ms, block.meta().id));
    Ok(blocks)
}

/// What of a data directory is not in blocks.
#[derive(Default)]
pub struct Head {
    /// Samples in order that are earlier are in blocks.
    from_ms: i64,
    series: Vec<HeadSeries>,
    by_labels: Map<Labels, usize>,
    by_number: Map<u64, usize>,
    /// Exemplars, as they were logged.
    pub exemplars: Vec<(Labels, Exemplar)>,
    /// What was said of metrics, as it was logged.
    pub metadata: Vec<(Labels, Metadata)>,
    /// Entries that name a series which the log doesn't have; Prometheus passes over them too.
    pub strays: u64,
    /// How the log ended.
    pub end: wal::End,
}

impl Head {
    /// Reads it; samples in order before `from_ms` (the end of the newest block) are left out.
    ///
    /// # Errors
    ///
    /// When a file is damaged elsewhere than at its end, or can't be read. A directory without a log has an empty head.
    pub fn read(disk: &dyn Disk, from_ms: i64) -> Result<Self, Error> {
        let names = disk.list("")?;
        let has = |name: &str| names.iter().any(|found| found == name);
        let mut head = Self {
            from_ms,
            ..Self::default()
        };
        let mut full: Map<u64, Vec<FullChunk>> = Map::default();
        if has("chunks_head") {
            let mut damaged = None;
            head_chunks::read(disk, "chunks_head", |chunk| match FullChunk::of(&chunk) {
                Ok(whole) => full.entry(chunk.series).or_default().push(whole),
                Err(damage) => damaged = Some(damage),
            })?;
            if let Some(damage) = damaged {
                return Err(damage.of("chunks_head"));
            }
        }
        if has("wal") {
            let end = wal::read(disk, "wal", |record| {
                head.replay(record, &mut full, from_ms);
            })?;
            head.end = end;
        }
        if has("wbl") {
            wal::read(disk, "wbl", |record| {
                if let Record::Samples(samples) = record {
                    for sample in samples {
                        let logged = Sample {
                            timestamp_ms: sample.timestamp_ms,
                            value: sample.value,
                        };
                        head.with(sample.series, |series| series.push_late(logged));
                    }
                }
            })?;
        }
        head.strays += full.values().map(|chunks| chunks.len() as u64).sum::<u64>();
        Ok(head)
    }

    /// How many series there are.
    #[must_use]
    pub fn series_count(&self) -> usize {
        self.series.len()
    }

    /// The series that have samples: number, labels, and a range in which all samples lie.
    pub fn series(&self) -> impl Iterator<Item = (u64, &Labels, TimeRange)> {
        (0..).zip(&self.series).filter_map(|(number, series)| {
            let span = series.span(self.from_ms)?;
            Some((number, &series.labels, span))
        })
    }

    /// Appends the samples in `range` of the series of this number (of [`series`](Self::series)), by time.
    ///
    /// # Errors
    ///
    /// When a full chunk of the head is damaged.
    pub fn read_series(
        &self,
        number: u64,
        range: TimeRange,
        out: &mut Vec<Sample>,
    ) -> Result<(), Error> {
        let Some(series) = self.series.get(number as usize) else {
            return Ok(());
        };
        let read = series.read(self.from_ms, range, out);
        read.map_err(|damage| damage.of("chunks_head"))
    }

    /// Calls `each` with every series that has samples in `range`, in the order of labels, and these samples.
    ///
    /// # Errors
    ///
    /// When a full chunk of the head is damaged.
    pub fn for_each(
        &self,
        range: TimeRange,
        mut each: impl FnMut(&Labels, &[Sample]),
    ) -> Result<(), Error> {
        let mut order: Vec<&HeadSeries> = self.series.iter().collect();
        order.sort_unstable_by(|a, b| a.labels.cmp(&b.labels));
        let mut samples = Vec::new();
        for series in order {
            samples.clear();
            let read = series.read(self.from_ms, range, &mut samples);
            read.map_err(|damage| damage.of("chunks_head"))?;
            if !samples.is_empty() {
                each(&series.labels, &samples);
            }
        }
        Ok(())
    }

    fn replay(&mut self, record: Record, full: &mut Map<u64, Vec<FullChunk>>, from_ms: i64) {
        match record {
            Record::Series(new) => {
                for (number, labels) in new {
                    self.name(number, labels, full.remove(&number));
                }
            }
            Record::Samples(samples) => {
                for sample in samples {
                    if sample.timestamp_ms < from_ms {
                        continue;
                    }
                    let logged = Sample {
                        timestamp_ms: sample.timestamp_ms,
                        value: sample.value,
                    };
                    self.with(sample.series, |series| series.push(&logged));
                }
            }
            Record::Deletions(deletions) => {
                for deletion in deletions {
                    self.with(deletion.series, |series| series.delete(deletion));
                }
            }
            Record::Exemplars(exemplars) => {
                for (number, exemplar) in exemplars {
                    if let Some(labels) = self.labels(number) {
                        self.exemplars.push((labels, exemplar));
                    }
                }
            }
            Record::Metadata(metadata) => {
                for (number, metadata) in metadata {
                    if let Some(labels) = self.labels(number) {
                        self.metadata.push((labels, metadata));
                    }
                }
            }
            // Both only say what can be left out, and nothing of that is here.
            Record::Mapped(_) | Record::FirstValid(_) => {}
        }
    }

    /// Gives a series its number, and what of it is in full chunks.
    fn name(&mut self, number: u64, labels: Labels, full: Option<Vec<FullChunk>>) {
        let index = *self.by_labels.entry(labels.clone()).or_insert_with(|| {
            self.series.push(HeadSeries::new(labels));
            self.series.len() - 1
        });
        self.by_number.insert(number, index);
        for chunk in full.into_iter().flatten() {
            match chunk {
                FullChunk::InOrder(chunk) => self.series[index].push_full(chunk),
                FullChunk::Late(samples) => {
                    for sample in samples {
                        self.series[index].push_late(sample);
                    }
                }
            }
        }
    }

    fn with(&mut self, number: u64, change: impl FnOnce(&mut HeadSeries)) {
        match self.by_number.get(&number) {
            Some(index) => change(&mut self.series[*index]),
            None => self.strays += 1,
        }
    }

    fn labels(&mut self, number: u64) -> Option<Labels> {
        let index = self.by_number.get(&number).copied();
        if index.is_none() {
            self.strays += 1;
        }
        index.map(|index| self.series[index].labels.clone())
    }
}

/// A full chunk that waits for its series.
enum FullChunk {
    InOrder(Chunk),
    Late(Vec<Sample>),
}

impl FullChunk {
    /// Late samples are unpacked at once: they wait for a place among others.
    fn of(chunk: &head_chunks::HeadChunk<'_>) -> Result<Self, Damage> {
        let mut samples = Vec::new();
        chunk::decode(chunk.encoding, chunk.data, |sample| samples.push(sample))?;
        match Encoding::of(chunk.encoding) {
            Some(encoding) if !chunk.late => Ok(Self::InOrder(Chunk {
                encoding,
                data: chunk.data.to_vec(),
                min_ms: chunk.min_ms,
                max_ms: chunk.max_ms,
                samples: samples.len() as u16,
            })),
            _ => Ok(Self::Late(samples)),
        }
    }
}
