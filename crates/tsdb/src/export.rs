//! Samples of a store as Prometheus blocks, or for whoever else wants them series by series.
//!
//! ```text
//!  storage::Querier ─► walk: families in the order of their names, series in the order of their labels
//!                        └─► blocks: one per two hours, as Prometheus makes them
//! ```
//!
//! Any store will do. A family's samples are in memory while it is written, and nothing else.
//!
//! A block can't hold everything: start times and exemplars stay behind. What it can hold is in it to the bit; of the stale markers that fill
//! a pause only the first, which is the one that was written.

#[cfg(test)]
mod tests;
mod walk;

use model::{Matcher, TimeRange, Timestamp};
use platform::disk::Disk;
use storage::{Broken, Store};

use crate::prometheus::{self, BlockWriter, Bounds, Meta, Ulid};

#[cfg(test)]
pub(crate) use walk::said;
pub use walk::{EachSeries, Failed, walk};

/// Prometheus merges blocks by itself, but never splits one.
const BLOCK_MS: i64 = 2 * 60 * 60 * 1000;

/// Why an export ended early. The blocks before are whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] Broken),
    /// A block can't be written.
    #[error(transparent)]
    Block(#[from] prometheus::Error),
}

impl From<Failed<prometheus::Error>> for ExportError {
    fn from(failed: Failed<prometheus::Error>) -> Self {
        match failed {
            Failed::Store(broken) => Self::Store(broken),
            Failed::Caller(error) => Self::Block(error),
        }
    }
}

/// What to export, and as what.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// From the first to the last moment; as narrow as can be told, since all windows in it are looked into.
    pub range: TimeRange,
    /// Series that pass all matchers of one of these lists; no list at all stands for every series.
    pub selectors: &'a [Vec<Matcher>],
    /// When, for the blocks' names.
    pub now: Timestamp,
    /// Random bits, for the blocks' names.
    pub random: u128,
}

impl Export<'_> {
    /// How many windows of time there are: a block each, if it has samples.
    #[must_use]
    pub fn windows(&self) -> u64 {
        let (first, last) = (index(self.range.start), index(self.range.end));
        u64::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0)
    }

    /// Writes a block into the root of `disk` for each window that has samples. `each` learns of every window that is done.
    ///
    /// # Errors
    ///
    /// When the store can't be read, or a block not be written.
    pub fn run(
        &self,
        store: &dyn Store,
        disk: &dyn Disk,
        mut each: impl FnMut(Option<&Meta>),
    ) -> Result<(), ExportError> {
        let mut written = 0;
        for window in index(self.range.start)..=index(self.range.end) {
            let start_ms = window.saturating_mul(BLOCK_MS);
            let whole = TimeRange::new(
                Timestamp(start_ms),
                Timestamp(start_ms.saturating_add(BLOCK_MS - 1)),
            );
            // Blocks of one moment differ in the random part.
            let id = Ulid::new(self.now, self.random.wrapping_add(written));
            let block = self.block(store, disk, whole, id)?;
            written += u128::from(block.is_some());
            each(block.as_ref());
        }
        Ok(())
    }

    fn block(
        &self,
        store: &dyn Store,
        disk: &dyn Disk,
        whole: TimeRange,
        id: Ulid,
    ) -> Result<Option<Meta>, ExportError> {
        let range = TimeRange::new(
            whole.start.max(self.range.start),
            whole.end.min(self.range.end),
        );
        let querier = store.querier(range)?;
        let mut writer = None;
        walk(&*querier, self.selectors, range, &mut |labels, samples| {
            let writer = match &mut writer {
                Some(writer) => writer,
                // Only once there is something to write, since nothing is no block.
                none => none.insert(BlockWriter::create(disk, "", id)?),
            };
            writer.series(labels, samples.iter().cloned())
        })?;
        let Some(writer) = writer else {
            return Ok(None);
        };
        // A block of the present must not claim a future that its reader wants to write itself.
        let bounds = if range == whole {
            Bounds::Given {
                min_ms: whole.start.0,
                end_ms: whole.end.0.saturating_add(1),
            }
        } else {
            Bounds::Samples
        };
        Ok(Some(writer.finish(bounds)?))
    }
}

/// The window of a moment.
fn index(at: Timestamp) -> i64 {
    at.0.div_euclid(BLOCK_MS)
}
