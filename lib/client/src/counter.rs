//! Counts what only goes up.

use std::sync::Arc;

use crate::cell::{Count, Float};
use crate::node::{Node, Sealed};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Kind, Points};

/// A number that only goes up, until the program restarts.
///
/// Clones count together.
#[derive(Clone, Debug)]
pub struct Counter(Arc<Node<CounterCells>>);

/// Whole amounts and the rest apart, because a fetch-and-add never has to try twice.
#[derive(Debug, Default)]
pub struct CounterCells {
    whole: Count,
    rest: Float,
}

impl Counter {
    /// Begins a counter. The sample's name ends in `_total`, and gets it if it doesn't.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.0.cells.whole.add(1);
    }

    /// Adds a whole number.
    #[inline]
    pub fn inc_by(&self, amount: u64) {
        self.0.cells.whole.add(amount);
    }

    /// Adds any amount, such as seconds. A counter doesn't go down: an amount that is negative or no
    /// number changes nothing.
    #[inline]
    pub fn add(&self, amount: f64) {
        if amount >= 0.0 {
            self.0.cells.rest.add(amount);
        }
    }

    /// The total so far.
    #[must_use]
    pub fn get(&self) -> f64 {
        self.0.cells.total()
    }
}

impl CounterCells {
    fn total(&self) -> f64 {
        self.whole.get() as f64 + self.rest.get()
    }
}

impl Sealed for Counter {
    type Shape = ();
    type Cells = CounterCells;
    const KIND: Kind = Kind::Counter;

    fn cells(_: &Arc<()>) -> CounterCells {
        CounterCells::default()
    }

    fn of_node(node: Arc<Node<CounterCells>>) -> Self {
        Self(node)
    }

    fn show(cells: &CounterCells, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        points.point(labels, &Point::counter(cells.total()));
    }
}
