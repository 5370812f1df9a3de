//! One observation kept as an example.

use crate::{Labels, Timestamp};

/// The most characters that an exemplar's label names and values may have together.
///
/// Source: OpenMetrics 1.0, "Exemplars".
pub const LABEL_CHARACTERS_MAX: usize = 128;

/// An observed value with labels (usually a trace id) that lead to the event behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Labels of the event, not of the series.
    pub labels: Labels,
    /// The observed value.
    pub value: f64,
    /// When it was observed.
    pub timestamp: Timestamp,
}
