//! What a metric family says of itself: kind, help and unit.

use std::fmt;

/// The kind of a metric family, as expositions declare it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MetricKind {
    /// Only goes up, but for resets.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Buckets, count and sum of observations.
    Histogram,
    /// A histogram of current state: its buckets may go down.
    GaugeHistogram,
    /// Quantiles, count and sum.
    Summary,
    /// Text that does not change while the process runs.
    Info,
    /// One series per state, of which some are 1.
    StateSet,
    /// Not declared, or not known.
    #[default]
    Unknown,
}

impl MetricKind {
    /// The word that Prometheus' API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of a metric family apart from its samples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Metadata {
    /// What kind of metric it is.
    pub kind: MetricKind,
    /// The sentence that explains it.
    pub help: String,
    /// The unit, in plural and lower case ("seconds"), or empty.
    pub unit: String,
}
