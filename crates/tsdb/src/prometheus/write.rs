//! Writing a block, from series in the order of their labels.
//!
//! ```text
//!  create    <ULID>.tmp-for-creation/chunks/     a folder that Prometheus sweeps away when we don't come to the end
//!  series    chunks go to their segments; what the index will say of them is kept in memory
//!  finish    index, meta.json; everything synced; renamed to <ULID>; the folder above synced
//! ```
//!
//! The last step makes the block visible, whole: a Prometheus that watches the folder takes it within a minute.

use model::{Labels, Value};
use platform::disk::Disk;

use super::chunk::{ChunkBuilder, Sample};
use super::error::Error;
use super::files;
use super::index::{self, ChunkPlace, IndexedSeries};
use super::meta::{Counts, Meta};
use super::segment::SegmentWriter;
use super::ulid::Ulid;

/// The range of time that a block claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// From the first sample to the last.
    Samples,
    /// A range around them, `end_ms` excluded: Thanos wants blocks of even ranges.
    Given {
        /// The first millisecond.
        min_ms: i64,
        /// The first that is no longer in it.
        end_ms: i64,
    },
}

/// A block that is being written. Dropped before [`finish`](Self::finish), it leaves a folder that Prometheus removes.
pub struct BlockWriter<'d> {
    disk: &'d dyn Disk,
    /// Above the block.
    parent: String,
    /// The block's, while it is written.
    folder: String,
    id: Ulid,
    segments: SegmentWriter<'d>,
    series: Vec<IndexedSeries>,
    counts: Counts,
}

impl<'d> BlockWriter<'d> {
    /// Begins the block `id` in the folder `parent`; the disk's root is the empty path.
    ///
    /// # Errors
    ///
    /// When there is such a block already, or the disk can't.
    pub fn create(disk: &'d dyn Disk, parent: &str, id: Ulid) -> Result<Self, Error> {
        let folder = join(parent, &format!("{id}.tmp-for-creation"));
        let chunks = format!("{folder}/chunks");
        disk.create_folder(&chunks)?;
        Ok(Self {
            disk,
            parent: parent.to_owned(),
            folder,
            id,
            segments: SegmentWriter::create(disk, &chunks)?,
            series: Vec::new(),
            counts: Counts::default(),
        })
    }

    /// Adds a series; one without samples is left out.
    ///
    /// # Errors
    ///
    /// When it has no labels or doesn't come after the last one, when the times of its samples don't ascend, or the disk can't.
    pub fn series(
        &mut self,
        labels: &Labels,
        samples: impl IntoIterator<Item = Sample>,
    ) -> Result<(), Error> {
        let wrong = |reason: &'static str| Error::Series {
            reason,
            series: labels.to_string(),
        };
        if labels.is_empty() {
            return Err(wrong("series without labels"));
        }
        if self
            .series
            .last()
            .is_some_and(|last| last.labels >= *labels)
        {
            return Err(wrong("series out of order"));
        }
        let mut chunks = Vec::new();
        let mut open: Option<ChunkBuilder> = None;
        let mut last_ms = None;
        for sample in samples {
            if last_ms.is_some_and(|last| last >= sample.timestamp_ms) {
                return Err(wrong("samples out of order"));
            }
            last_ms = Some(sample.timestamp_ms);
            self.counts.samples += 1;
            if matches!(sample.value, Value::Histogram(_)) {
                self.counts.histogram_samples += 1;
            }
            let Some(builder) = &mut open else {
                open = Some(ChunkBuilder::starting_with(&sample));
                continue;
            };
            if !builder.push(&sample) {
                let next = builder.following(&sample);
                if let Some(full) = open.replace(next) {
                    chunks.push(self.chunk(full)?);
                }
            }
        }
        let Some(rest) = open else { return Ok(()) };
        chunks.push(self.chunk(rest)?);
        self.counts.series += 1;
        self.counts.chunks += chunks.len() as u64;
        let labels = labels.clone();
        self.series.push(IndexedSeries { labels, chunks });
        Ok(())
    }

    fn chunk(&mut self, builder: ChunkBuilder) -> Result<ChunkPlace, Error> {
        let chunk = builder.finish();
        Ok(ChunkPlace {
            min_ms: chunk.min_ms,
            max_ms: chunk.max_ms,
            reference: self.segments.push(&chunk)?,
        })
    }

    /// Writes what is left, makes all of it durable, and then visible.
    ///
    /// # Errors
    ///
    /// When there is no sample, when one is outside of the bounds, or the disk can't.
    pub fn finish(self, bounds: Bounds) -> Result<Meta, Error> {
        let (min_ms, end_ms) = self.bounds(bounds)?;
        self.segments.finish()?;
        index::write(self.disk, &format!("{}/index", self.folder), &self.series)?;
        let meta = Meta {
            id: self.id,
            min_ms,
            end_ms,
            counts: self.counts,
            level: 1,
            sources: vec![self.id],
        };
        files::write(
            self.disk,
            &format!("{}/meta.json", self.folder),
            &meta.to_json(),
        )?;
        self.disk.sync_folder(&self.folder)?;
        let name = join(&self.parent, &self.id.to_string());
        self.disk.rename(&self.folder, &name)?;
        self.disk.sync_folder(&self.parent)?;
        Ok(meta)
    }

    fn bounds(&self, bounds: Bounds) -> Result<(i64, i64), Error> {
        let first = self
            .series
            .iter()
            .filter_map(|series| series.chunks.first());
        let last = self.series.iter().filter_map(|series| series.chunks.last());
        let (Some(min_ms), Some(max_ms)) = (
            first.map(|chunk| chunk.min_ms).min(),
            last.map(|chunk| chunk.max_ms).max(),
        ) else {
            return Err(Error::Empty);
        };
        match bounds {
            Bounds::Samples => Ok((min_ms, max_ms.saturating_add(1))),
            Bounds::Given {
                min_ms: from,
                end_ms,
            } if from <= min_ms && max_ms < end_ms => Ok((from, end_ms)),
            Bounds::Given { .. } => Err(Error::OutOfBounds { min_ms, max_ms }),
        }
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
