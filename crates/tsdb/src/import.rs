//! A Prometheus data directory as parts of ours.
//!
//! ```text
//!  blocks ─┐            per window of time        factor: which labels are the target's
//!  log    ─┴─► Import ──────────────────► Gathered ─► rows: who shares timestamps with whom
//!                                            │
//!                                            ▼ part::Source: one column at a time, read from the blocks when it is asked for
//!                                          part::write ─► run: file, name, and a line that says that it is done
//! ```
//!
//! Days that are a day older than the newest sample become one cold part each, as a merge would leave them; what is newer becomes
//! a hot part per two hours, as a flush would.
//!
//! Memory: the blocks' indices, the head (compressed, as it is in [`data`]), and per window the labels and one row of times
//! per group. Samples are decoded twice, once for their times and once for their values, and never held for more than one series.
//!
//! Invariants:
//! - A sample comes out as it went in: time, bits of the value, histogram. Where two sources tell of one moment, the older one
//!   stands; where a series pauses without a stale marker that is a gap, so no marker is made up.
//! - What is read is fixed when the directory is opened; the directory must not be in use.
//! - Exemplars and metadata come over as far as the log has them; blocks have none.

mod factor;
mod gathered;
mod rows;
mod run;
#[cfg(test)]
mod tests;
mod window;

use platform::disk::Disk;

use crate::prometheus::data::{self, Head};
use crate::prometheus::{Block, Error};

pub use gathered::Gathered;
pub use run::{ImportError, Importer, Outcome};
pub use window::Window;

type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// A Prometheus data directory, open to be read window by window.
pub struct Import<'d> {
    blocks: Vec<Block<'d>>,
    head: Head,
    windows: Vec<Window>,
}

impl<'d> Import<'d> {
    /// Opens the directory at the root of `disk`: the indices of its blocks, and its log.
    ///
    /// # Errors
    ///
    /// When a block can't be opened, or the log is damaged elsewhere than at its end.
    pub fn open(disk: &'d dyn Disk) -> Result<Self, Error> {
        let blocks = data::blocks(disk)?;
        let newest = blocks.iter().map(|block| block.meta().end_ms).max();
        let head = Head::read(disk, newest.unwrap_or(i64::MIN))?;
        let windows = window::plan(&blocks, &head)?;
        Ok(Self {
            blocks,
            head,
            windows,
        })
    }

    /// The windows that have samples, or may have: by time.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Block<'d>] {
        &self.blocks
    }

    /// What the directory has besides blocks.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Finds out which series have samples in `window`, and which of them share timestamps. `each` is called for every series here, and
    /// again for every column that is read from what this returns.
    ///
    /// # Errors
    ///
    /// When a file is damaged, or can't be read.
    pub fn gather<'i>(
        &'i self,
        window: &Window,
        each: &'i dyn Fn(),
    ) -> Result<Gathered<'i, 'd>, Error> {
        Gathered::new(self, window, each)
    }
}
