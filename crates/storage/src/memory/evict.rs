//! Making room: the oldest rows go, and then series without samples.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::Labels;

use super::column::SeriesColumn;
use super::shard::{Rows, Shard};
use super::{MemoryStore, column_of};

/// When memory is full, this share of it is left in use, so that not every commit has to make room.
const LEFT_PERCENT: u64 = 90;

/// A target is over when it has been silent for so long before the store's newest sample; then its last rows may go too.
const SILENT_MS: i64 = 3_600_000;

/// The index, and whoever looks.
const HOLDERS_AT_REST: usize = 2;

impl MemoryStore {
    /// Lets go of the oldest rows while memory is over its cap.
    pub(super) fn make_room(&self) {
        if !self.is_full() {
            return;
        }
        let left = self.options.bytes_max / 100 * LEFT_PERCENT;
        while self.bytes.load(Ordering::Relaxed) > left {
            let Some(shard) = self.oldest_shard() else {
                break;
            };
            let mut rows = shard.rows();
            let before = rows.heap_bytes();
            rows.cut_oldest_block();
            let freed = before.wrapping_sub(rows.heap_bytes());
            self.bytes.fetch_sub(freed, Ordering::Relaxed);
        }
        self.forget_empty();
    }

    /// The shard whose oldest block should go first: the oldest one that is closed; a block that still grows only when
    /// there is no other, which happens when the cap is too small for the number of series.
    fn oldest_shard(&self) -> Option<Arc<Shard>> {
        let silent_ms = self
            .newest_ms
            .load(Ordering::Relaxed)
            .saturating_sub(SILENT_MS);
        let order = |shard: &Arc<Shard>| {
            let (time_ms, open) = shard.rows().oldest_block()?;
            Some((open && time_ms >= silent_ms, time_ms))
        };
        let shards = self.index().shards();
        let candidates = shards
            .into_iter()
            .filter_map(|shard| Some((order(&shard)?, shard)));
        candidates
            .min_by_key(|(order, _)| *order)
            .map(|(_, shard)| shard)
    }

    /// Forgets all series without samples.
    pub(super) fn forget_empty(&self) {
        let shards = self.index().shards();
        for shard in shards {
            let rows = shard.rows();
            let empty = rows.empty_columns();
            let label = |column: &usize| Some(rows.column(*column)?.labels.clone());
            let labels: Vec<Labels> = empty.iter().filter_map(label).collect();
            drop(rows);
            drop(shard);
            self.forget_series(&labels);
        }
    }

    /// Forgets those of the series that have no samples, and their shards if nothing is left there.
    pub(super) fn forget_series(&self, all: &[Labels]) {
        if all.is_empty() {
            return;
        }
        let mut index = self.index_mut();
        let mut gone = Vec::new();
        let mut freed = 0;
        for labels in all {
            let Some(at) = index.find(labels) else {
                continue;
            };
            let Some(shard) = index.shard((at.0 >> 32) as u32) else {
                continue;
            };
            let mut rows = shard.rows();
            let before = rows.heap_bytes();
            if rows
                .column(column_of(at))
                .is_some_and(SeriesColumn::is_empty)
            {
                rows.forget(column_of(at));
                gone.push(labels.clone());
            }
            freed += before - rows.heap_bytes();
            // An appender that holds the shard is about to write to it; then it stays.
            if rows.is_unused() && Arc::strong_count(&shard) == HOLDERS_AT_REST {
                freed += rows.heap_bytes();
                index.remove_shard(&shard);
            }
        }
        freed += index.remove(&gone);
        self.bytes.fetch_sub(freed, Ordering::Relaxed);
    }
}

impl Rows {
    /// Whether no series is left.
    fn is_unused(&self) -> bool {
        self.series().next().is_none()
    }
}
