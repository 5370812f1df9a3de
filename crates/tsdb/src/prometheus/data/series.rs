//! One series of a head, compressed while it is read.

use model::{Labels, TimeRange, Timestamp};

use super::super::chunk::{self, Chunk, ChunkBuilder, Sample};
use super::super::error::Damage;
use super::super::record::Deletion;

/// A series.
pub(super) struct HeadSeries {
    pub(super) labels: Labels,
    /// Full ones, by time.
    chunks: Vec<Chunk>,
    open: Option<ChunkBuilder>,
    /// Time of the last sample in order.
    last_ms: Option<i64>,
    /// Samples that came later than one with a higher time.
    late: Vec<Sample>,
    deleted: Vec<TimeRange>,
}

impl HeadSeries {
    pub(super) fn new(labels: Labels) -> Self {
        Self {
            labels,
            chunks: Vec::new(),
            open: None,
            last_ms: None,
            late: Vec::new(),
            deleted: Vec::new(),
        }
    }

    /// Takes a chunk that was full before the log was read.
    pub(super) fn push_full(&mut self, chunk: Chunk) {
        if self.last_ms.is_none_or(|last| last < chunk.min_ms) {
            self.chunks
                .extend(self.open.take().map(ChunkBuilder::finish));
            self.last_ms = Some(chunk.max_ms);
            self.chunks.push(chunk);
        }
    }

    /// Takes a sample of the log. What is not after the last one is there already: late samples have a log of their own.
    pub(super) fn push(&mut self, sample: &Sample) {
        if self.last_ms.is_some_and(|last| sample.timestamp_ms <= last) {
            return;
        }
        self.last_ms = Some(sample.timestamp_ms);
        let Some(builder) = &mut self.open else {
            self.open = Some(ChunkBuilder::starting_with(sample));
            return;
        };
        if !builder.push(sample) {
            let next = builder.following(sample);
            self.chunks
                .extend(self.open.replace(next).map(ChunkBuilder::finish));
        }
    }

    pub(super) fn push_late(&mut self, sample: Sample) {
        self.late.push(sample);
    }

    pub(super) fn delete(&mut self, deletion: Deletion) {
        let (start, end) = (Timestamp(deletion.min_ms), Timestamp(deletion.max_ms));
        self.deleted.push(TimeRange::new(start, end));
    }

    /// A range in which all of its samples lie; `None` when it has none.
    pub(super) fn span(&self, from_ms: i64) -> Option<TimeRange> {
        let in_order = self.last_ms.filter(|last| *last >= from_ms).map(|last| {
            let full = self.chunks.first().map(|chunk| chunk.min_ms);
            let open = self.open.as_ref().map(ChunkBuilder::min_ms);
            let first = full.or(open).unwrap_or(last).max(from_ms);
            TimeRange::new(Timestamp(first), Timestamp(last))
        });
        let late = self.late.iter().map(|sample| {
            let at = Timestamp(sample.timestamp_ms);
            TimeRange::new(at, at)
        });
        in_order
            .into_iter()
            .chain(late)
            .reduce(|a, b| TimeRange::new(a.start.min(b.start), a.end.max(b.end)))
    }

    /// Appends its samples in `range` that were not deleted, by time; of two at one time, the one in order. Samples in order
    /// before `from_ms` are left out.
    pub(super) fn read(
        &self,
        from_ms: i64,
        range: TimeRange,
        out: &mut Vec<Sample>,
    ) -> Result<(), Damage> {
        let mut keep = |sample: Sample| {
            let at = Timestamp(sample.timestamp_ms);
            if range.contains(at) && !self.deleted.iter().any(|range| range.contains(at)) {
                out.push(sample);
            }
        };
        let open = self.open.as_ref().map(|builder| builder.clone().finish());
        for chunk in self.chunks.iter().chain(&open) {
            if chunk.max_ms >= from_ms {
                chunk::decode(chunk.encoding.byte(), &chunk.data, |sample| {
                    if sample.timestamp_ms >= from_ms {
                        keep(sample);
                    }
                })?;
            }
        }
        if !self.late.is_empty() {
            self.late.iter().cloned().for_each(keep);
            out.sort_by_key(|sample| sample.timestamp_ms);
            out.dedup_by_key(|sample| sample.timestamp_ms);
        }
        Ok(())
    }
}
