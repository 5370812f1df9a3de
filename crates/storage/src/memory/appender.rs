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
    row: Option<(Arc<Shard>, Timestamp)>,
    staged: Vec<Staged>,
    exemplars: Vec<(Labels, Exemplar)>,
    /// Series that exist only because of this appender.
    created: Vec<Labels>,
}

/// A sample that was taken.
struct Staged {
    shard: Arc<Shard>,
    column: usize,
    time_ms: i64,
    /// Whether its time is its row's.
    in_row: bool,
    value: Value,
}

impl<'s> MemoryAppender<'s> {
    pub(super) fn new(store: &'s MemoryStore) -> Self {
        let (staged, exemplars, created) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            store,
            row: None,
            staged,
            exemplars,
            created,
        }
    }

    /// The series of a key, in the shard it lies in.
    fn resolve(
        &mut self,
        row: &Arc<Shard>,
        series: SeriesKey<'_>,
    ) -> Result<(Arc<Shard>, SeriesRef), Refusal> {
        let labels = match series {
            SeriesKey::Known(at) if (at.0 >> 32) as u32 == row.id => {
                return Ok((Arc::clone(row), at));
            }
            SeriesKey::Known(at) => {
                return self
                    .store
                    .shard_of(at)
                    .map(|shard| (shard, at))
                    .ok_or(Refusal::UnknownReference);
            }
            SeriesKey::InTarget(labels) => row.target.merged(labels),
            SeriesKey::Whole(labels) => labels.clone(),
        };
        if labels.is_empty() {
            return Err(Refusal::NoLabels);
        }
        let found = self.store.index().find(&labels);
        let at = match found {
            Some(at) => at,
            None => self.create(row, labels)?,
        };
        Ok((
            self.store.shard_of(at).ok_or(Refusal::UnknownReference)?,
            at,
        ))
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

    /// Stores what was staged, shard by shard under one lock each.
    fn store_samples(&mut self) -> Committed {
        let mut committed = Committed::default();
        let late_window_ms = self.store.options.late_window_ms;
        let staged = std::mem::take(&mut self.staged);
        for samples in staged.chunk_by(|a, b| Arc::ptr_eq(&a.shard, &b.shard)) {
            let Some(shard) = samples.first().map(|sample| &sample.shard) else {
                continue;
            };
            let mut rows = shard.rows();
            let before = rows.heap_bytes();
            for sample in samples {
                let Staged {
                    column,
                    time_ms,
                    in_row,
                    value,
                    ..
                } = sample;
                match rows.place(*column, *time_ms, *in_row, value, late_window_ms) {
                    Ok(place) => {
                        rows.store(*column, *time_ms, value.clone(), place);
                        committed.samples += 1;
                        self.store.newest_ms.fetch_max(*time_ms, Ordering::Relaxed);
                    }
                    Err(_) => committed.refused += 1,
                }
            }
            let after = rows.heap_bytes();
            self.store
                .bytes
                .fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
        }
        committed
    }
}

impl Appender for MemoryAppender<'_> {
    fn row(&mut self, target: &Labels, time: Timestamp) {
        let found = self.store.index().shard_of(target);
        let shard = found.unwrap_or_else(|| self.store.index_mut().open_shard(target));
        self.row = Some((shard, time));
    }

    fn append(&mut self, series: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        let (row, time) = self.row.clone().expect("`row` comes before `append`");
        let (shard, at) = self.resolve(&row, series)?;
        let value = match sample.value {
            SampleValue::Float(value) => Value::Float(value),
            SampleValue::Histogram(histogram) => Value::Histogram(Arc::new(histogram.clone())),
        };
        let time_ms = ms(sample.timestamp.unwrap_or(time));
        let in_row = time_ms == ms(time) && Arc::ptr_eq(&shard, &row);
        let column = column_of(at);
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
        self.staged.push(Staged {
            shard,
            column,
            time_ms,
            in_row,
            value,
        });
        Ok(at)
    }

    fn metadata(&mut self, family: &str, metadata: &Metadata) {
        let (row, _) = self.row.as_ref().expect("`row` comes before `metadata`");
        self.store.families().note(family, metadata, &row.target);
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
