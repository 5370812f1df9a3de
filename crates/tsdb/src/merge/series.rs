//! Which series a merged group has, and where its sources have them.

use std::sync::Arc;

use model::Labels;

use super::nodes::Node;

/// No series.
pub(super) const NONE: u32 = u32::MAX;

/// The series of groups that are alike.
#[derive(Debug)]
pub(super) struct SeriesList {
    pub(super) labels: Vec<Labels>,
    pub(super) metrics: Vec<u32>,
    /// For each series and each node which of the node's group's series it is, or [`NONE`].
    places: Vec<u32>,
    nodes: usize,
}

impl SeriesList {
    /// The series of nodes, less those that are apart.
    pub(super) fn of(nodes: &[Node], apart: &[u32], metrics: &[Labels]) -> Self {
        let mut all: Vec<u32> = Vec::new();
        let mut before: Option<&Arc<[u32]>> = None;
        for node in nodes {
            if before.is_none_or(|before| !Arc::ptr_eq(before, &node.metrics)) {
                all.extend_from_slice(&node.metrics);
            }
            before = Some(&node.metrics);
        }
        all.sort_unstable();
        all.dedup();
        all.retain(|metric| apart.binary_search(metric).is_err());
        let mut places = vec![NONE; all.len() * nodes.len()];
        for (number, node) in nodes.iter().enumerate() {
            for (at, metric) in node.metrics.iter().enumerate() {
                if let Ok(series) = all.binary_search(metric) {
                    places[series * nodes.len() + number] = node.series(at) as u32;
                }
            }
        }
        Self {
            labels: all
                .iter()
                .map(|metric| metrics[*metric as usize].clone())
                .collect(),
            metrics: all,
            places,
            nodes: nodes.len(),
        }
    }

    /// One series without nodes.
    pub(super) fn alone(metric: u32, metrics: &[Labels]) -> Self {
        Self {
            labels: vec![metrics[metric as usize].clone()],
            metrics: vec![metric],
            places: Vec::new(),
            nodes: 0,
        }
    }

    /// Where a series is in each node.
    pub(super) fn places(&self, series: usize) -> &[u32] {
        &self.places[series * self.nodes..(series + 1) * self.nodes]
    }
}
