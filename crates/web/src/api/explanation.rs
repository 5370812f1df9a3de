//! Where a query's time went, as JSON: the tree of its plan.

use query::Explained;
use serde::Serialize;

/// A node.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExplanationNode {
    name: String,
    detail: String,
    /// Where it stands in the query, in bytes: begin and end.
    span: Option<(usize, usize)>,
    steps: u64,
    series: u64,
    values: u64,
    samples_read: u64,
    /// Its inputs' included.
    total_seconds: f64,
    own_seconds: f64,
    peak_bytes: u64,
    inputs: Vec<ExplanationNode>,
}

impl From<Explained> for ExplanationNode {
    fn from(node: Explained) -> Self {
        Self {
            name: node.name,
            detail: node.detail,
            span: node.span,
            steps: node.steps,
            series: node.series,
            values: node.values,
            samples_read: node.samples_read,
            total_seconds: node.total_ns as f64 / 1e9,
            own_seconds: node.own_ns as f64 / 1e9,
            peak_bytes: node.bytes_peak,
            inputs: node.inputs.into_iter().map(Self::from).collect(),
        }
    }
}
