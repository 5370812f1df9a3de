//! Values, and what floats and histograms have in common.

use crate::reference::histogram::Naive;

/// A float or a histogram.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Float(f64),
    Histogram(Naive),
}

impl Value {
    pub(super) fn float(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            Self::Histogram(_) => None,
        }
    }

    pub(super) fn histogram(&self) -> Option<&Naive> {
        match self {
            Self::Float(_) => None,
            Self::Histogram(histogram) => Some(histogram),
        }
    }

    /// Whether a later value is another one.
    pub(super) fn differs(&self, now: &Self) -> bool {
        match (self, now) {
            (Self::Float(a), Self::Float(b)) => a != b && !(a.is_nan() && b.is_nan()),
            (Self::Histogram(a), Self::Histogram(b)) => a.without_empty() != b.without_empty(),
            _ => true,
        }
    }

    /// Whether a counter was reset before a later value; a change of kind is one.
    pub(super) fn is_reset(&self, now: &Self) -> bool {
        match (self, now) {
            (Self::Float(a), Self::Float(b)) => a.is_reset(b),
            (Self::Histogram(a), Self::Histogram(b)) => a.is_reset(b),
            _ => true,
        }
    }
}

/// A sample: its time, when its counter began (0 if nobody knows), and its value.
#[derive(Clone, Debug)]
pub(super) struct Point<V = Value> {
    pub(super) at: i64,
    pub(super) start: i64,
    pub(super) value: V,
}

impl<V> Point<V> {
    /// The same with another value.
    pub(super) fn with<W>(&self, value: W) -> Point<W> {
        Point {
            at: self.at,
            start: self.start,
            value,
        }
    }

    /// Whether the start of a later sample says that the counter began anew since.
    pub(super) fn begins_anew(&self, now: &Self) -> bool {
        let makes_sense = now.start != 0 && now.start < now.at;
        let is_delta = self.start != 0 && self.start < self.at;
        makes_sense && (now.start > self.at || (now.start == self.at && is_delta))
    }
}

/// The points of one kind.
pub(super) fn floats(points: &[Point]) -> Vec<Point<f64>> {
    let float = |point: &Point| point.value.float().map(|value| point.with(value));
    points.iter().filter_map(float).collect()
}

/// The points of the other.
pub(super) fn histograms(points: &[Point]) -> Vec<Point<Naive>> {
    let histogram = |point: &Point| point.value.histogram().map(|one| point.with(one.clone()));
    points.iter().filter_map(histogram).collect()
}

/// What can be measured as a rise.
pub(super) trait Quantity: Clone {
    /// The sum with `factor` times another one; `None` when they don't go together.
    fn plus(&self, other: &Self, factor: f64) -> Option<Self>;

    fn scaled(&self, factor: f64) -> Self;

    /// How many were counted.
    fn count(&self) -> f64;

    fn is_reset(&self, now: &Self) -> bool;

    /// None of it, laid out like this one.
    fn nothing(&self) -> Self;

    /// Brought to the coarsest layout among those; `None` when there is none in common.
    fn as_coarse_as(&self, others: &[Self]) -> Option<Self>;
}

impl Quantity for f64 {
    fn plus(&self, other: &Self, factor: f64) -> Option<Self> {
        Some(self + factor * other)
    }

    fn scaled(&self, factor: f64) -> Self {
        self * factor
    }

    fn count(&self) -> f64 {
        *self
    }

    fn is_reset(&self, now: &Self) -> bool {
        now < self
    }

    fn nothing(&self) -> Self {
        0.0
    }

    fn as_coarse_as(&self, _: &[Self]) -> Option<Self> {
        Some(*self)
    }
}
