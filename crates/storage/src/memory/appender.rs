//! Rows on their way in.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::{Exemplar, Labels, Metadata, Timestamp, Value};

use super::shard::Shard;
use super::{MemoryStore, column_of, ms};
use crate::{Appender, Broken, Committed, Refusal, Sample, SampleValue, SeriesKey, SeriesRef};

/// Rows that are not visible yet.
pub(super) struct MemoryAppender<'s> {
    store: &'s MemoryStore,
    /// The row that samples go to now.
    row: Option<Row>,
    batches: Vec<Batch>,
    exemplars: Vec<(Labels, Exemplar)>,
    /// Series that exist only because of this appender.
    created: Vec<Labels>,
}

/// A row under way.
#[derive(Clone, Copy)]
struct Row {
    /// Its number among the batches.
    batch: usize,
    time: Timestamp,
}

/// Samples for one shard.
struct Batch {
    shard: Arc<Shard>,
    samples: Vec<Staged>,
}

/// A sample that was taken.
struct Staged {
    column: usize,
    time_ms: i64,
    /// Whether its time is its row's.
    in_row: bool,
    value: Value,
    start_ms: Option<i64>,
}

impl<'s> MemoryAppender<'s> {
    pub(super) fn new(store: &'s MemoryStore) -> Self {
        let (batches, exemplars, created) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            store,
            row: None,
            batches,
            exemplars,
            created,
        }
    }

    /// The series of a key, and the batch of the shard that it lies in: the row's own, but for series that another target sent first.
    fn resolve(
        &mut self,
        row: usize,
        series: SeriesKey<'_>,
    ) -> Result<(usize, SeriesRef), Refusal> {
        let own = &self.batches[row].shard;
        let at = match series {
            SeriesKey::Known(at) => at,
            SeriesKey::InTarget(labels) => self.find(row, own.target.merged(labels))?,
            SeriesKey::Whole(labels) => self.find(row, labels.clone())?,
        };
        if (at.0 >> 32) as u32 == self.batches[row].shard.id {
            return Ok((row, at));
        }
        let shard = self.store.shard_of(at).ok_or(Refusal::UnknownReference)?;
        self.batches.push(Batch {
            shard,
            samples: Vec::new(),
        });
        Ok((self.batches.len() - 1, at))
    }

    fn find(&mut self, row: usize, labels: Labels) -> Result<SeriesRef, Refusal> {
        if labels.is_empty() {
            return Err(Refusal::NoLabels);
        }
        let found = self.store.index().find(&labels);
        match found {
            Some(at) => Ok(at),
            None => {
                let row = Arc::clone(&self.batches[row].shard);
                self.create(&row, labels)
            }
        }
    }

    fn create(&mut self, row: &Shard, labels: Labels) -> Result<SeriesRef, Refusal> {
        if self.store.is_full() {
            return Err(Refusal::Full);
        }
        let mut index = self.store.index_mut();
        if let Some(at) = index.find(&labels) {
            return Ok(at);
        }
        // The shard may have been forgotten since the row began; then it comes back under a new number.
        let shard = index.open_shard(&row.target);
        let (at, bytes) = index.add(&shard, &labels);
        drop(index);
        self.store.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.created.push(labels);
        Ok(at)
    }

    /// Stores what was staged, batch by batch under one lock each.
    fn store_samples(&mut self) -> Committed {
        let mut committed = Committed::default();
        let late_window_ms = self.store.options.late_window_ms;
        let mut newest_ms = i64::MIN;
        for Batch { shard, samples } in std::mem::take(&mut self.batches) {
            let mut rows = shard.rows();
            let before = rows.heap_bytes();
            for Staged {
                column,
                time_ms,
                in_row,
                value,
                start_ms,
            } in samples
            {
                // Another appender may have been here since the sample was taken.
                match rows.place(column, time_ms, in_row, &value, late_window_ms) {
                    Ok(place) => {
                        rows.store(column, time_ms, value, start_ms, place);
                        committed.samples += 1;
                        newest_ms = newest_ms.max(time_ms);
                    }
                    Err(_) => committed.refused += 1,
                }
            }
            let grown = rows.heap_bytes().wrapping_sub(before);
            self.store.bytes.fetch_add(grown, Ordering::Relaxed);
        }
        self.store.newest_ms.fetch_max(newest_ms, Ordering::Relaxed);
        committed
    }
}

impl Appender for MemoryAppender<'_> {
    fn row(&mut self, target: &Labels, time: Timestamp) {
        let found = self.store.index().shard_of(target);
        let shard = found.unwrap_or_else(|| self.store.index_mut().open_shard(target));
        // Most rows have a sample of each series.
        let expected = shard.rows().width();
        self.row = Some(Row {
            batch: self.batches.len(),
            time,
        });
        self.batches.push(Batch {
            shard,
            samples: Vec::with_capacity(expected),
        });
    }

    fn append(&mut self, series: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        let row = self.row.expect("`row` comes before `append`");
        let (batch, at) = self.resolve(row.batch, series)?;
        let value = match sample.value {
            SampleValue::Float(value) => Value::Float(value),
            SampleValue::Histogram(histogram) => Value::Histogram(Arc::new(histogram.clone())),
        };
        let time_ms = ms(sample.timestamp.unwrap_or(row.time));
        let in_row = time_ms == ms(row.time) && batch == row.batch;
        let column = column_of(at);
        let Batch { shard, samples } = &mut self.batches[batch];
        let rows = shard.rows();
        rows.place(
            column,
            time_ms,
            in_row,
            &value,
            self.store.options.late_window_ms,
        )?;
        if !sample.exemplars.is_empty() {
            let labels = &rows.column(column).ok_or(Refusal::UnknownReference)?.labels;
            let exemplars = sample.exemplars.iter().cloned();
            self.exemplars
                .extend(exemplars.map(|exemplar| (labels.clone(), exemplar)));
        }
        drop(rows);
        samples.push(Staged {
            column,
            time_ms,
            in_row,
            value,
            start_ms: sample.start.map(ms),
        });
        Ok(at)
    }

    fn metadata(&mut self, family: &str, metadata: &Metadata) {
        let row = self.row.expect("`row` comes before `metadata`");
        let target = &self.batches[row.batch].shard.target;
        self.store.families().note(family, metadata, target);
    }

    fn commit(mut self: Box<Self>) -> Result<Committed, Broken> {
        let mut committed = self.store_samples();
        committed.series_created = std::mem::take(&mut self.created).len() as u64;
        let exemplars = std::mem::take(&mut self.exemplars);
        if !exemplars.is_empty() {
            let mut kept = self.store.exemplars();
            exemplars
                .into_iter()
                .for_each(|(labels, exemplar)| kept.add(labels, exemplar));
        }
        self.store.make_room();
        Ok(committed)
    }
}

impl Drop for MemoryAppender<'_> {
    /// What was staged was never visible; series that were made for it go again.
    fn drop(&mut self) {
        if !self.created.is_empty() {
            self.store.forget_series(&self.created);
        }
    }
}
