//! The head: the newest rows, in memory.
//!
//! ```text
//!  Row (from an appender, or from the log at start)
//!   │ check: may it come?   apply: it comes
//!   ▼
//!  target 7      timestamps   t0   t1   t2   t3   t4
//!                series 0     5 ─────────────────────      last value, nothing else
//!                series 1     5 ─┐ +2   +2 ─┐ +1           last value, and a chain of changes in the target's cells
//!                series 2               1 ───────          first row, …
//!                late         (series, time) → value       what came behind its series' newest sample, or at a time of its own
//!   │ read                       │ freeze                          │ release
//!   ▼                            ▼                                 ▼
//!  storage::Columns            Frozen: a part's Source          what remains is written anew, the rest is memory again
//! ```
//!
//! A target is a few vectors, however many series it has: 24 bytes for each, timestamps once, and changes as steps between decimals
//! in cells that the target's series share. So a series that doesn't change costs its 24 bytes, and a target that ends frees all it had.
//!
//! Series and targets are numbers here, those of the log; labels are the index's, and only [`Head::freeze`] asks for them.
//!
//! # Invariants
//!
//! - What is read is what was applied, to the bit, stale markers and NaN payloads included.
//! - A series has one value per time; the first one stands. This holds for what has not been released: of what has, only the bound is known.
//! - The bytes that the head counts are those of its vectors' capacities, not of what is in use.
//!
//! # What is absent, and why
//!
//! No lock, log or visibility: rows come here when they are durable, and the store says who may look. One writer at a time; a store that wants
//! more has several heads and deals targets out to them. Exemplars, start times and metadata are not samples and are kept elsewhere.

mod cells;
mod frozen;
mod read;
mod release;
mod series;
mod target;

use std::hint::black_box;

use model::{TimeRange, Timestamp, Value};
use storage::{Columns, Refusal, SampleValue};

use crate::log::{Row, TargetId};
pub use frozen::Frozen;
pub use release::Released;
pub(crate) use target::is_same;
use target::{Bounds, Target};

/// What a head is told.
#[derive(Clone, Copy, Debug)]
pub struct HeadOptions {
    /// How much older than its series' newest sample a late one may be, in milliseconds; 0 refuses late samples.
    pub late_window_ms: i64,
}

/// Where a sample goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the row of its time, which is new or the newest.
    Row,
    /// Beside the rows.
    Late,
    /// Nowhere: the same sample is there already.
    Known,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Samples that are there now.
    pub samples: u64,
    /// Samples that would be refused by [`Head::check`]; they are not there.
    pub refused: u64,
}

/// How a series can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It has no samples there.
    Nothing,
    /// With [`Head::read`]: all its samples lie in rows.
    InRows,
    /// With [`Head::read_alone`] only: it has samples at times of its own.
    Alone,
}

/// The newest rows of all targets.
#[derive(Debug)]
pub struct Head {
    bounds: Bounds,
    /// By target; `None` where nothing is kept.
    targets: Vec<Option<Box<Target>>>,
    scratch: Vec<u8>,
}

impl Head {
    /// An empty head.
    #[must_use]
    pub fn new(options: HeadOptions) -> Self {
        Self {
            bounds: Bounds {
                late_window_ms: options.late_window_ms,
                released_ms: i64::MIN,
            },
            targets: Vec::new(),
            scratch: Vec::new(),
        }
    }

    fn target(&self, target: TargetId) -> Option<&Target> {
        self.targets.get(target.0 as usize)?.as_deref()
    }

    /// Where a sample of `column` at `time` goes; `in_row` when it has no time of its own but its row's. Changes nothing, so rows
    /// that are checked and not yet applied don't count.
    ///
    /// # Errors
    ///
    /// When the sample can't be taken: another value is there, or it is too old.
    pub fn check(
        &self,
        target: TargetId,
        column: u32,
        time: Timestamp,
        in_row: bool,
        value: SampleValue<'_>,
    ) -> Result<Place, Refusal> {
        match self.target(target) {
            Some(target) => target.place(column, time.0, in_row, value, self.bounds),
            None => Target::default().place(column, time.0, in_row, value, self.bounds),
        }
    }

    /// Takes a row whose samples were checked. What can't be taken after all, since another row came in between, is counted.
    ///
    /// # Panics
    ///
    /// When a target gets more than 2^32 rows without a release.
    pub fn apply(&mut self, row: &Row<'_>) -> Applied {
        let index = row.target.0 as usize;
        if self.targets.len() <= index {
            self.targets.resize_with(index + 1, || None);
        }
        let target = self.targets[index].get_or_insert_default();
        target.apply(row, self.bounds, &mut self.scratch)
    }

    /// Whether the series can be read together with others of its target: all its samples lie in rows, without gaps that no stale marker
    /// begins. The others are read with [`read_alone`](Self::read_alone).
    #[must_use]
    pub fn is_regular(&self, target: TargetId, column: u32) -> bool {
        self.target(target)
            .is_none_or(|target| target.is_regular(column))
    }

    /// Brings into the processor's cache what [`find`](Self::find) looks at of some targets. Each lies somewhere else, so going from one to the next waits for memory
    /// several times, and here they wait together.
    pub fn warm(&self, wanted: &[(TargetId, &[u32])]) {
        let targets = || {
            let known = |(target, columns): &(TargetId, _)| Some((self.target(*target)?, *columns));
            wanted.iter().filter_map(known)
        };
        // What a pass looks at is where the one before says.
        let sizes = targets().map(|(target, _)| target.timestamps.len() ^ target.series.len());
        black_box(sizes.fold(0, |all, one| all ^ one));
        let rows = targets().map(|(target, columns)| target.touch(columns));
        black_box(rows.fold(0, |all, one| all ^ one));
    }

    /// The same for what [`read`](Self::read) looks at besides.
    pub fn warm_cells(&self, wanted: &[(TargetId, &[u32])]) {
        let known = |(target, columns): &(TargetId, _)| Some((self.target(*target)?, *columns));
        let targets = wanted.iter().filter_map(known);
        cells::warm(
            targets.flat_map(|(target, columns): (&Target, &[u32])| target.chains(columns)),
        );
    }

    /// How each of some of a target's series can be read, if it may have samples in `range`.
    pub fn find(
        &self,
        target: TargetId,
        columns: &[u32],
        range: TimeRange,
        out: &mut Vec<Finding>,
    ) {
        out.clear();
        match self.target(target) {
            Some(target) => target.find(columns, range, out),
            None => out.resize(columns.len(), Finding::Nothing),
        }
    }

    /// Reads the newest sample in `range` of some of a target's series, and perhaps others, as [`read`](Self::read) does.
    pub fn read_newest(
        &self,
        target: TargetId,
        columns: &[u32],
        range: TimeRange,
        out: &mut Columns,
    ) {
        match self.target(target) {
            Some(target) => {
                out.timestamps.clear();
                target.read_newest(columns, range, out);
            }
            None => self.read(target, columns, range, out),
        }
    }

    /// Reads at which rows in `range` some of a target's series have samples, as [`read`](Self::read) does, but where a sample is no stale marker, its value
    /// may be any other. With `newest_only` those before the newest need not come.
    pub fn read_presence(
        &self,
        target: TargetId,
        columns: &[u32],
        range: TimeRange,
        newest_only: bool,
        out: &mut Columns,
    ) {
        match self.target(target) {
            Some(target) => {
                out.timestamps.clear();
                target.read_presence(columns, range, newest_only, out);
            }
            None => self.read(target, columns, range, out),
        }
    }

    /// Reads the rows in `range` of some of a target's series into `out`, whose former content is gone; samples that lie in no row are left out. A series
    /// that has ended may have fewer values than there are rows.
    pub fn read(&self, target: TargetId, columns: &[u32], range: TimeRange, out: &mut Columns) {
        out.timestamps.clear();
        match self.target(target) {
            Some(target) => target.read(columns, range, out),
            None => {
                out.columns.clear();
                out.columns.resize_with(columns.len(), Default::default);
            }
        }
    }

    /// Reads the samples in `range` of one series, late ones among them, into `out`, whose former content is gone.
    pub fn read_alone(&self, target: TargetId, column: u32, range: TimeRange, out: &mut Columns) {
        out.timestamps.clear();
        out.columns.truncate(1);
        out.columns.resize_with(1, Default::default);
        out.columns[0] = self.target(target).map_or_else(Default::default, |target| {
            target.read_alone(column, range, &mut out.timestamps)
        });
    }

    /// Shows `take` the times of all samples, often more than once and in no order; those of one target's rows ascend.
    pub fn times(&self, mut take: impl FnMut(i64)) {
        for target in self.targets.iter().flatten() {
            let late = target.late.keys().map(|(_, time_ms)| *time_ms);
            target
                .timestamps
                .iter()
                .copied()
                .chain(late)
                .for_each(&mut take);
        }
    }

    /// Whether the series has samples.
    #[must_use]
    pub fn has(&self, target: TargetId, column: u32) -> bool {
        self.target(target)
            .is_some_and(|target| !target.is_empty(column))
    }

    /// Time of a series' newest sample.
    #[must_use]
    pub fn newest(&self, target: TargetId, column: u32) -> Option<Timestamp> {
        self.target(target)?.newest_ms(column).map(Timestamp)
    }

    /// The value of a series at exactly this time.
    #[must_use]
    pub fn value_at(&self, target: TargetId, column: u32, time: Timestamp) -> Option<Value> {
        self.target(target)?.value_at(column, time.0)
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let slots = self.targets.capacity() * size_of::<Option<Box<Target>>>();
        let targets = self.targets.iter().flatten();
        slots + self.scratch.capacity() + targets.map(|target| target.heap_bytes()).sum::<usize>()
    }

    /// Series that have samples here.
    #[must_use]
    pub fn series(&self) -> usize {
        let targets = self.targets.iter().flatten();
        targets.map(|target| target.series_with_samples()).sum()
    }
}
