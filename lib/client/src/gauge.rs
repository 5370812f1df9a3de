//! Shows what goes up and down.

use crate::cell::{AtomicU64, add_float, float, set_float};
use crate::node::{HEAD_WORDS, Handle, Sealed, Seen, now_seconds};
use crate::point::{LabelPairs, Point};
use crate::timer::{Observe, Timer};
use crate::{Builder, Kind, Points};

/// A number that goes up and down: a temperature, a queue's length.
///
/// Clones show the same number.
#[derive(Clone, Debug)]
pub struct Gauge(Handle<Merge>);

/// How the values of several processes become what a page shows, where they share a segment. In a registry of one process
/// they are all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Merge {
    /// What becomes of the values.
    pub by: MergeBy,
    /// Whether a process' value goes when the process does.
    pub live: bool,
}

/// What becomes of the values of several processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MergeBy {
    /// Each is shown, with the process' number in the label `pid`.
    #[default]
    All,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sum.
    Sum,
    /// What was set last.
    MostRecent,
}

impl Gauge {
    /// Begins a gauge.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, Merge::default())
    }

    /// Sets the value.
    #[inline]
    pub fn set(&self, value: f64) {
        self.change(|cell| set_float(cell, value));
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(1.0);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.add(-1.0);
    }

    /// Adds an amount, which may be negative.
    #[inline]
    pub fn add(&self, amount: f64) {
        self.change(|cell| add_float(cell, amount));
    }

    /// Takes an amount away, which may be negative.
    #[inline]
    pub fn sub(&self, amount: f64) {
        self.add(-amount);
    }

    /// Sets the value to the time, in seconds since 1970.
    pub fn set_to_current_time(&self) {
        self.set(now_seconds());
    }

    /// Adds one now and takes it away when the guard is dropped, however the scope is left.
    pub fn track_in_progress(&self) -> InProgress {
        self.inc();
        InProgress(self.clone())
    }

    /// Starts a clock; the gauge is set to its reading in seconds when the timer stops or is dropped.
    pub fn start_timer(&self) -> Timer<Self> {
        Timer::start(self.clone())
    }

    /// The value; of a gauge in a segment, what this process has set.
    #[must_use]
    pub fn get(&self) -> f64 {
        match self.0.words() {
            [_, _, _, cell] => float(cell),
            #[cfg(target_os = "linux")]
            _ => crate::segment::gauge::own(&self.0, float).unwrap_or_default(),
            #[cfg(not(target_os = "linux"))]
            _ => 0.0,
        }
    }

    /// A gauge of the heap has one cell, and there is nothing to find.
    #[inline]
    fn change(&self, change: impl FnOnce(&AtomicU64)) {
        const { assert!(HEAD_WORDS == 3, "the pattern below is a head and one cell") };
        match self.0.words() {
            [_, _, _, cell] => change(cell),
            #[cfg(target_os = "linux")]
            _ => crate::segment::gauge::change(&self.0, change),
            #[cfg(not(target_os = "linux"))]
            _ => {}
        }
    }
}

/// One unit of work in progress: see [`Gauge::track_in_progress`].
#[derive(Debug)]
#[must_use = "the work counts as done as soon as this is dropped"]
pub struct InProgress(Gauge);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Observe for Gauge {
    fn observe(&self, value: f64) {
        self.set(value);
    }
}

impl Builder<Gauge> {
    /// How the values of several processes are put together, where they share a segment; each by itself if not said.
    pub fn merge(mut self, merge: Merge) -> Self {
        self.shape = merge;
        self
    }
}

impl Sealed for Gauge {
    type Shape = Merge;
    const KIND: Kind = Kind::Gauge;

    fn cells(_: &Merge) -> usize {
        1
    }

    #[cfg(target_os = "linux")]
    fn shared(shape: &Merge) -> crate::segment::Shape {
        crate::segment::Shape::Gauge(*shape)
    }

    /// A gauge that was made is shown, though it may never be set.
    fn arrive(&self) {
        self.change(|_| {});
    }

    crate::family::tables!(Gauge);

    fn of_handle(handle: Handle<Merge>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<Merge> {
        &self.0
    }

    fn show(seen: &Seen<'_, Merge>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        points.point(labels, &Point::Gauge(float(&seen.cells()[0])));
    }
}
