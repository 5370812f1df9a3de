//! Counts observations and adds them up.

use std::sync::Arc;

use crate::cell::{Count, Float};
use crate::node::{Node, Sealed, refuse_label};
use crate::point::{LabelPairs, Point, SummaryPoint};
use crate::timer::{Observe, Timer};
use crate::{Builder, Error, Kind, Points};

/// Observations as their count and sum, which is all that a mean over time needs.
///
/// There are no quantiles: those of several processes cannot be put together, and a
/// [`Histogram`](crate::Histogram)'s can. Clones observe together.
#[derive(Clone, Debug)]
pub struct Summary(Arc<Node<SummaryCells>>);

/// Count and sum.
#[derive(Debug, Default)]
pub struct SummaryCells {
    count: Count,
    sum: Float,
}

impl Summary {
    /// Begins a summary.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Counts one observation.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.0.cells.count.add(1);
        self.0.cells.sum.add(value);
    }

    /// Starts a clock; its reading in seconds is observed when the timer stops or is dropped.
    pub fn start_timer(&self) -> Timer<Self> {
        Timer::start(self.clone())
    }

    /// How many observations there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.cells.count.get()
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.cells.sum.get()
    }
}

impl Observe for Summary {
    fn observe(&self, value: f64) {
        Self::observe(self, value);
    }
}

impl Sealed for Summary {
    type Shape = ();
    type Cells = SummaryCells;
    const KIND: Kind = Kind::Summary;

    fn settle(_: &str, _: &mut (), labels: &[Box<str>]) -> Result<(), Error> {
        refuse_label("quantile", labels)
    }

    fn cells(_: &Arc<()>) -> SummaryCells {
        SummaryCells::default()
    }

    fn of_node(node: Arc<Node<SummaryCells>>) -> Self {
        Self(node)
    }

    fn show(cells: &SummaryCells, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let point = SummaryPoint {
            quantiles: &[],
            count: cells.count.get(),
            sum: cells.sum.get(),
            created_seconds: None,
        };
        points.point(labels, &Point::Summary(point));
    }
}
