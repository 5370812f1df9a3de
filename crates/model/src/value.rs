//! What a sample holds: a float or a native histogram, never both and never neither.

use std::sync::Arc;

use crate::Histogram;

/// The stale marker: the NaN that says that a series ended.
///
/// Its bits are Prometheus' (`0x7ff0000000000002`), so markers survive remote write and import. An
/// ordinary NaN is a value like any other; only these bits mean absence, so compare with [`is_stale`].
pub const STALE_NAN: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether `value` is the stale marker.
#[inline]
#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN.to_bits()
}

/// The value of one sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A float: counters, gauges, and each part of a classic histogram or summary.
    Float(f64),
    /// A native histogram; shared, since it is large and never changes once stored.
    Histogram(Arc<Histogram>),
}

impl Value {
    /// Whether it is a stale marker: as a float, or as a histogram whose sum is one.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        match self {
            Self::Float(value) => is_stale(*value),
            Self::Histogram(histogram) => is_stale(histogram.sum),
        }
    }
}
