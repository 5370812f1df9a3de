//! Counts observations in buckets.
//!
//! Buckets are kept apart and added up when the page is written, so an observation touches two words:
//! its bucket and the sum. The count is the sum of the buckets, which makes a page's count and its
//! `+Inf` bucket equal by construction; only the sum may be an observation ahead or behind.

mod native;

use std::sync::atomic::Ordering::Relaxed;

use crate::cell::{AtomicU64, add_count, add_float, count, float, set_float};
use crate::exemplar::Kept;
use crate::node::{Handle, Sealed, Seen, now_seconds, refuse_label};
use crate::point::{HistogramPoint, LabelPairs, Point};
use crate::timer::{Observe, Timer};
use crate::{Builder, Error, Exemplar, Kind, Points};

pub use native::Native;

/// Observations counted in classic buckets, with their sum.
///
/// Clones observe together.
#[derive(Clone, Debug)]
pub struct Histogram(Handle<Layout>);

/// What the children of a histogram count in.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    buckets: Buckets,
    native: Option<Native>,
}

/// The upper bounds of a histogram's buckets: ascending, inclusive, `+Inf` implied.
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets(Box<[f64]>);

/// The sum is the first cell, then come the buckets' counts: not cumulative, the last for `+Inf`.
const SUM: usize = 0;
const COUNTS: usize = 1;

/// The most bounds a histogram has. More than a few dozen cost more to store than they tell.
pub(crate) const BOUNDS_MAX: usize = 512;

/// With so few bounds, looking at one after the other beats halving.
const SCAN_MAX: usize = 24;

impl Buckets {
    /// Prometheus' usual bounds for latencies in seconds, 5 ms to 10 s.
    pub const DEFAULT: [f64; 11] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ];

    /// Bounds of one's own. A last `+Inf` may be given and is implied.
    ///
    /// # Errors
    /// [`Error::Bounds`] when they don't ascend, are not numbers, or are none or too many.
    pub fn new(bounds: &[f64]) -> Result<Self, Error> {
        let finite = bounds.strip_suffix(&[f64::INFINITY]).unwrap_or(bounds);
        let numbers = finite.iter().all(|bound| bound.is_finite());
        let ascend = finite.windows(2).all(|pair| pair[0] < pair[1]);
        if !numbers || !ascend || bounds.is_empty() || bounds.len() > BOUNDS_MAX {
            return Err(Error::Bounds {
                bounds: format!("{bounds:?}"),
            });
        }
        Ok(Self(finite.into()))
    }

    /// No bounds but `+Inf`: for those who want native buckets only.
    #[must_use]
    pub fn none() -> Self {
        Self(Box::default())
    }

    /// `count` bounds from `start` up, each `width` above the one before.
    ///
    /// # Errors
    /// [`Error::Bounds`] as [`new`](Self::new).
    pub fn linear(start: f64, width: f64, count: usize) -> Result<Self, Error> {
        let bounds = (0..count.min(BOUNDS_MAX + 1)).map(|index| start + width * index as f64);
        Self::new(&bounds.collect::<Vec<_>>())
    }

    /// `count` bounds from `start` up, each `factor` times the one before.
    ///
    /// # Errors
    /// [`Error::Bounds`] as [`new`](Self::new).
    pub fn exponential(start: f64, factor: f64, count: usize) -> Result<Self, Error> {
        let mut bound = start;
        let mut bounds = Vec::new();
        for _ in 0..count.min(BOUNDS_MAX + 1) {
            bounds.push(bound);
            bound *= factor;
        }
        Self::new(&bounds)
    }

    /// The bounds, without `+Inf`.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.0
    }

    /// The bucket of `value`. What is no number belongs above all bounds.
    #[inline]
    fn index(&self, value: f64) -> usize {
        if self.0.len() <= SCAN_MAX {
            // `!(value <= bound)` rather than `value > bound`: NaN must not stop at the first.
            return self
                .0
                .iter()
                .take_while(|&&bound| !at_most(value, bound))
                .count();
        }
        self.0.partition_point(|&bound| !at_most(value, bound))
    }
}

#[inline]
fn at_most(value: f64, bound: f64) -> bool {
    value <= bound
}

impl Default for Buckets {
    fn default() -> Self {
        Self(Self::DEFAULT.into())
    }
}

impl Histogram {
    /// Begins a histogram with [`Buckets::DEFAULT`].
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        let layout = Layout {
            buckets: Buckets::default(),
            native: None,
        };
        Builder::new(name, help, layout)
    }

    /// Counts one observation.
    #[inline]
    pub fn observe(&self, value: f64) {
        let cells = self.0.cells();
        let layout = self.0.shape();
        add_count(&cells[COUNTS + layout.buckets.index(value)], 1);
        add_float(&cells[SUM], value);
        if let Some(native) = &layout.native {
            native.observe(&cells[layout.native_cells()..], value);
        }
    }

    /// As [`observe`](Self::observe), and keeps `exemplar` in the place of the one before in its bucket.
    ///
    /// One that has more than four labels, or more than 160 bytes of them, is left out. It is shown in OpenMetrics and protobuf.
    pub fn observe_with(&self, value: f64, exemplar: &Exemplar<'_>) {
        self.observe(value);
        let buckets = &self.0.shape().buckets;
        let index = buckets.index(value);
        self.0.keep_exemplar(index, buckets.0.len() + 1, exemplar);
    }

    /// Starts a clock; its reading in seconds is observed when the timer stops or is dropped.
    pub fn start_timer(&self) -> Timer<Self> {
        Timer::start(self.clone())
    }

    /// How many observations there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        crate::cell::total(self.classic().iter().map(count))
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        float(&self.0.cells()[SUM])
    }

    /// How many observations one bucket has, those of lower ones not included; the last is `+Inf`'s.
    #[must_use]
    pub fn bucket(&self, index: usize) -> Option<u64> {
        self.classic().get(index).map(count)
    }

    /// Puts a bucket at a count that is kept elsewhere and shown here. Answers whether there is such a bucket.
    pub fn set_bucket(&self, index: usize, observations: u64) -> bool {
        let cell = self.classic().get(index);
        cell.map(|cell| cell.store(observations, Relaxed)).is_some()
    }

    /// Puts the sum at one that is kept elsewhere and shown here.
    pub fn set_sum(&self, sum: f64) {
        set_float(&self.0.cells()[SUM], sum);
    }

    /// Begins again with no observations, now.
    pub fn reset(&self) {
        for cell in self.0.cells() {
            cell.store(0, Relaxed);
        }
        self.0.set_created_seconds(now_seconds());
    }

    /// When counting began, in seconds since 1970.
    #[must_use]
    pub fn created_seconds(&self) -> f64 {
        self.0.created_seconds()
    }

    fn classic(&self) -> &[AtomicU64] {
        &self.0.cells()[COUNTS..self.0.shape().native_cells()]
    }
}

impl Layout {
    /// Where the native cells begin.
    fn native_cells(&self) -> usize {
        COUNTS + self.buckets.0.len() + 1
    }

    /// The classic bounds, without `+Inf`.
    #[cfg(target_os = "linux")]
    pub(crate) fn bounds(&self) -> &[f64] {
        &self.buckets.0
    }

    /// The layout as words, and back: bounds, and a NaN with the schema if there are native buckets.
    #[cfg(target_os = "linux")]
    pub(crate) fn words(&self) -> Vec<u64> {
        let bounds = self.buckets.0.iter().map(|bound| bound.to_bits());
        let native = self.native.as_ref().map(|native| u64::from(native.get()));
        bounds.chain(native.map(|schema| NATIVE | schema)).collect()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn of_words(words: &[u64]) -> Option<Self> {
        let (bounds, native) = match words {
            [bounds @ .., last] if last & !0xff == NATIVE => {
                (bounds, Some(Native::schema(*last as u8).ok()?))
            }
            bounds => (bounds, None),
        };
        let bounds = bounds.iter().map(|&word| f64::from_bits(word));
        let bounds = bounds.chain([f64::INFINITY]).collect::<Vec<_>>();
        let buckets = Buckets::new(&bounds).ok()?;
        Some(Self { buckets, native })
    }
}

/// A NaN, whose low byte is free.
#[cfg(target_os = "linux")]
const NATIVE: u64 = 0x7ff8 << 48;

impl Observe for Histogram {
    fn observe(&self, value: f64) {
        Self::observe(self, value);
    }
}

impl Builder<Histogram> {
    /// Other buckets than the default ones.
    pub fn buckets(mut self, buckets: Buckets) -> Self {
        self.shape.buckets = buckets;
        self
    }

    /// Native buckets besides. Protobuf shows them; text formats, which cannot, show the classic ones.
    pub fn native(mut self, native: Native) -> Self {
        self.shape.native = Some(native);
        self
    }
}

impl Sealed for Histogram {
    type Shape = Layout;
    const KIND: Kind = Kind::Histogram;
    const BOUND: Option<&'static str> = Some("le");

    fn settle(_: &str, _: &mut Layout, labels: &[Box<str>]) -> Result<(), Error> {
        refuse_label("le", labels)
    }

    fn cells(layout: &Layout) -> usize {
        let native = layout.native.as_ref().map_or(0, Native::cells);
        layout.native_cells() + native
    }

    #[cfg(target_os = "linux")]
    fn shared(shape: &Layout) -> crate::segment::Shape {
        crate::segment::Shape::Histogram(shape.clone())
    }

    crate::family::tables!(Histogram);

    fn of_handle(handle: Handle<Layout>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<Layout> {
        &self.0
    }

    fn show(seen: &Seen<'_, Layout>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let bounds = seen.shape.buckets.bounds();
        let cells = seen.cells();
        let mut counts = [0_u64; BOUNDS_MAX + 1];
        let counts = &mut counts[..=bounds.len()];
        for (own, cell) in counts.iter_mut().zip(&cells[COUNTS..]) {
            *own = count(cell);
        }
        // With negative observations the sum may fall, and OpenMetrics has it a counter.
        let can_fall = bounds.first().is_some_and(|&bound| bound < 0.0);
        let sum = (!can_fall).then(|| float(&cells[SUM]));
        let kept = kept(seen, counts.len());
        let pairs = kept.iter().map(|kept| kept.as_ref()?.pairs());
        let pairs = pairs.collect::<Vec<_>>();
        let exemplars = kept.iter().zip(&pairs);
        let exemplars = exemplars
            .map(|(kept, pairs)| Some(kept.as_ref()?.exemplar(pairs.as_deref()?)))
            .collect::<Vec<_>>();
        let native = seen.shape.native.as_ref();
        let native = native.map(|native| native.point(&cells[seen.shape.native_cells()..]));
        let point = HistogramPoint {
            bounds,
            counts,
            sum,
            created_seconds: Some(seen.created_seconds()),
            exemplars: &exemplars,
            native: native.as_ref().map(native::Buckets::point),
        };
        points.point(labels, &Point::Histogram(point));
    }
}

/// The examples of all buckets; none at all if there never was one.
fn kept(seen: &Seen<'_, Layout>, buckets: usize) -> Vec<Option<Kept>> {
    let Some(exemplars) = seen.exemplars() else {
        return Vec::new();
    };
    (0..buckets).map(|index| exemplars.get(index)).collect()
}

#[cfg(test)]
mod tests;
