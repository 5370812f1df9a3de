//! The words that both formats share: which format, what kind of family, which part of it.

use std::fmt;

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The Prometheus text format, versions 0.0.4 and 1.0.0 (which differ in whether names may be quoted).
    Text,
    /// OpenMetrics text, version 1.0.0 (and its draft 0.0.1).
    OpenMetrics,
}

/// The kind of a metric family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
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

impl Kind {
    /// The word of OpenMetrics, which is also the one of Prometheus' API.
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

    /// The word of the Prometheus text format, which knows five kinds: the others are shown as the nearest of them.
    #[must_use]
    pub fn as_text_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge | Self::Info | Self::StateSet => "gauge",
            Self::Histogram | Self::GaugeHistogram => "histogram",
            Self::Summary => "summary",
            Self::Unknown => "untyped",
        }
    }

    /// The kind that `word` stands for on a TYPE line of `format`.
    #[must_use]
    pub fn from_word(word: &str, format: Format) -> Option<Self> {
        Some(match (word, format) {
            ("counter", _) => Self::Counter,
            ("gauge", _) => Self::Gauge,
            ("histogram", _) => Self::Histogram,
            ("summary", _) => Self::Summary,
            ("untyped", Format::Text) => Self::Unknown,
            ("gaugehistogram", Format::OpenMetrics) => Self::GaugeHistogram,
            ("info", Format::OpenMetrics) => Self::Info,
            ("stateset", Format::OpenMetrics) => Self::StateSet,
            ("unknown", Format::OpenMetrics) => Self::Unknown,
            _ => return None,
        })
    }

    /// The suffixes that sample names of such a family may have.
    ///
    /// Source: OpenMetrics 1.0, "Suffixes".
    #[must_use]
    pub fn suffixes(self) -> &'static [Suffix] {
        match self {
            Self::Counter => &[Suffix::Total, Suffix::Created],
            Self::Summary => &[Suffix::None, Suffix::Count, Suffix::Sum, Suffix::Created],
            Self::Histogram => &[Suffix::Bucket, Suffix::Count, Suffix::Sum, Suffix::Created],
            Self::GaugeHistogram => &[Suffix::Bucket, Suffix::GaugeCount, Suffix::GaugeSum],
            Self::Info => &[Suffix::Info],
            Self::Gauge | Self::StateSet | Self::Unknown => &[Suffix::None],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a family that a sample is: what its name has after the family's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Suffix {
    /// The value itself, or a quantile, or a state.
    None,
    /// A counter's value.
    Total,
    /// The moment in which a counter, a histogram or a summary began to count.
    Created,
    /// How many observations.
    Count,
    /// Their sum.
    Sum,
    /// How many of them were at most the bound.
    Bucket,
    /// How many observations a gauge histogram has.
    GaugeCount,
    /// Their sum.
    GaugeSum,
    /// The 1 of an info.
    Info,
}

impl Suffix {
    /// The suffix with its underscore.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Total => "_total",
            Self::Created => "_created",
            Self::Count => "_count",
            Self::Sum => "_sum",
            Self::Bucket => "_bucket",
            Self::GaugeCount => "_gcount",
            Self::GaugeSum => "_gsum",
            Self::Info => "_info",
        }
    }
}
