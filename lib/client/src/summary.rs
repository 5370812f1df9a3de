//! Counts observations and adds them up.

mod quantiles;

use crate::cell::{add_count, add_float, count, float, set_float};
use crate::node::{Handle, Sealed, Seen, now_seconds, refuse_label};
use crate::point::{LabelPairs, Point, SummaryPoint};
use crate::timer::{Observe, Timer};
use crate::{Builder, Error, Kind, Points};

pub use quantiles::Quantiles;

/// Observations as their count and sum, which is all that a mean over time needs.
///
/// [Quantiles](Builder::quantiles) are shown when they are asked for. Processes that share a segment share them; those of several
/// machines cannot be put together, and a [`Histogram`](crate::Histogram)'s can, so that is what most want. Clones observe together.
#[derive(Clone, Debug)]
pub struct Summary(Handle<Option<Quantiles>>);

const COUNT: usize = 0;
const SUM: usize = 1;
const CELLS: usize = 2;

impl Summary {
    /// Begins a summary.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, None)
    }

    /// Counts one observation.
    #[inline]
    pub fn observe(&self, value: f64) {
        let cells = self.0.cells();
        add_count(&cells[COUNT], 1);
        add_float(&cells[SUM], value);
        if let Some(quantiles) = self.0.shape() {
            quantiles.observe(&cells[CELLS..], value, now_seconds());
        }
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

impl Builder<Summary> {
    /// Quantiles besides, which cost some 26 kB for each child.
    pub fn quantiles(mut self, quantiles: Quantiles) -> Self {
        self.shape = Some(quantiles);
        self
    }
}

impl Sealed for Summary {
    type Shape = Option<Quantiles>;
    const KIND: Kind = Kind::Summary;
    const BOUND: Option<&'static str> = Some("quantile");

    fn settle(_: &str, _: &mut Self::Shape, labels: &[Box<str>]) -> Result<(), Error> {
        refuse_label("quantile", labels)
    }

    fn cells(quantiles: &Self::Shape) -> usize {
        CELLS + quantiles.as_ref().map_or(0, Quantiles::cells)
    }

    #[cfg(target_os = "linux")]
    fn shared(quantiles: &Self::Shape) -> crate::segment::Shape {
        crate::segment::Shape::Summary(quantiles.clone())
    }

    crate::family::tables!(Summary);

    fn of_handle(handle: Handle<Self::Shape>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<Self::Shape> {
        &self.0
    }

    fn show(seen: &Seen<'_, Self::Shape>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let cells = seen.cells();
        let quantiles = match seen.shape {
            Some(quantiles) => quantiles.look(&cells[CELLS..], now_seconds()),
            None => Vec::new(),
        };
        let point = SummaryPoint {
            quantiles: &quantiles,
            count: count(&cells[COUNT]),
            sum: float(&cells[SUM]),
            created_seconds: Some(seen.created_seconds()),
        };
        points.point(labels, &Point::Summary(point));
    }
}
