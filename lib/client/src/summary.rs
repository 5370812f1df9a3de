//! Counts observations and adds them up.

use crate::cell::{AtomicU64, add_count, add_float, count, float, set_float};
use crate::node::{Handle, Sealed, Seen, refuse_label};
use crate::point::{LabelPairs, Point, SummaryPoint};
use crate::timer::{Observe, Timer};
use crate::{Builder, Error, Kind, Points};

/// Observations as their count and sum, which is all that a mean over time needs.
///
/// There are no quantiles: those of several processes cannot be put together, and a
/// [`Histogram`](crate::Histogram)'s can. Clones observe together.
#[derive(Clone, Debug)]
pub struct Summary(Handle<()>);

const COUNT: usize = 0;
const SUM: usize = 1;
const CELLS: usize = 2;

impl Summary {
    /// Begins a summary.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Counts one observation.
    #[inline]
    pub fn observe(&self, value: f64) {
        let cells = self.0.cells();
        add_count(&cells[COUNT], 1);
        add_float(&cells[SUM], value);
    }

    /// Starts a clock; its reading in seconds is observed when the timer stops or is dropped.
    pub fn start_timer(&self) -> Timer<Self> {
        Timer::start(self.clone())
    }

    /// How many observations there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        count(&self.0.cells()[COUNT])
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        float(&self.0.cells()[SUM])
    }

    /// Puts count and sum at what is kept elsewhere and shown here.
    pub fn set(&self, observations: u64, sum: f64) {
        let cells = self.0.cells();
        cells[COUNT].store(observations, std::sync::atomic::Ordering::Relaxed);
        set_float(&cells[SUM], sum);
    }

    /// When counting began, in seconds since 1970.
    #[must_use]
    pub fn created_seconds(&self) -> f64 {
        self.0.created_seconds()
    }
}

impl Observe for Summary {
    fn observe(&self, value: f64) {
        Self::observe(self, value);
    }
}

fn point<'a>(cells: &[AtomicU64], created_seconds: f64) -> SummaryPoint<'a> {
    SummaryPoint {
        quantiles: &[],
        count: count(&cells[COUNT]),
        sum: float(&cells[SUM]),
        created_seconds: Some(created_seconds),
    }
}

impl Sealed for Summary {
    type Shape = ();
    const KIND: Kind = Kind::Summary;
    const BOUND: Option<&'static str> = Some("quantile");

    fn settle(_: &str, (): &mut (), labels: &[Box<str>]) -> Result<(), Error> {
        refuse_label("quantile", labels)
    }

    fn cells((): &()) -> usize {
        CELLS
    }

    #[cfg(feature = "segment")]
    fn shared((): &()) -> crate::segment::Shape {
        crate::segment::Shape::Summary
    }

    fn of_handle(handle: Handle<()>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<()> {
        &self.0
    }

    fn show(seen: &Seen<'_, ()>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let point = point(seen.cells(), seen.created_seconds());
        points.point(labels, &Point::Summary(point));
    }
}
