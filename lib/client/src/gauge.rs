//! Shows what goes up and down.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cell::Float;
use crate::node::{Node, Sealed};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Kind, Points};

/// A number that goes up and down: a temperature, a queue's length.
///
/// Clones show the same number.
#[derive(Clone, Debug)]
pub struct Gauge(Arc<Node<GaugeCells>>);

/// The value.
#[derive(Debug, Default)]
pub struct GaugeCells(Float);

impl Gauge {
    /// Begins a gauge.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Sets the value.
    #[inline]
    pub fn set(&self, value: f64) {
        self.cell().set(value);
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.cell().add(1.0);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.cell().add(-1.0);
    }

    /// Adds an amount, which may be negative.
    #[inline]
    pub fn add(&self, amount: f64) {
        self.cell().add(amount);
    }

    /// Takes an amount away, which may be negative.
    #[inline]
    pub fn sub(&self, amount: f64) {
        self.cell().add(-amount);
    }

    /// Sets the value to the time, in seconds since 1970.
    #[expect(
        clippy::disallowed_methods,
        reason = "lib/ has no platform crate: it runs in any program"
    )]
    pub fn set_to_current_time(&self) {
        // A clock before 1970 is a clock that was never set.
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.set(elapsed.as_secs_f64());
    }

    /// Adds one now and takes it away when the guard is dropped, however the scope is left.
    pub fn track_in_progress(&self) -> InProgress {
        self.inc();
        InProgress(self.clone())
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> f64 {
        self.cell().get()
    }

    #[inline]
    fn cell(&self) -> &Float {
        &self.0.cells.0
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

impl Sealed for Gauge {
    type Shape = ();
    type Cells = GaugeCells;
    const KIND: Kind = Kind::Gauge;

    fn cells(_: &Arc<()>) -> GaugeCells {
        GaugeCells::default()
    }

    fn of_node(node: Arc<Node<GaugeCells>>) -> Self {
        Self(node)
    }

    fn show(cells: &GaugeCells, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        points.point(labels, &Point::Gauge(cells.0.get()));
    }
}
