//! One label set, split in two ways.
//!
//! A pushed series is plain in one part, and in the next one it is a target's, since the target was scraped by then. To readers it is one series, so the
//! merged part must have it once. Both ways are there only if the targets' label names differ, and then only label sets that have all names of the
//! other kind of target can be concerned; mostly nothing is.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::Labels;

use super::nodes::{Node, Nodes};

/// The names of a target's labels.
type Shape = Vec<String>;

/// Gives each series to the target with the most labels that has it in some source.
pub(super) fn settle(nodes: &mut Nodes) {
    let shapes: BTreeSet<Shape> = nodes.by_target.keys().map(shape).collect();
    if shapes.len() < 2 {
        return;
    }
    let mut shapes: Vec<Shape> = shapes.into_iter().collect();
    // Larger ones first; of equally large ones any order will do, as long as it is one.
    shapes.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let targets: Vec<Labels> = nodes.by_target.keys().cloned().collect();
    for target in targets {
        let own = shape(&target);
        let rank = shapes.iter().position(|shape| *shape == own).unwrap_or(0);
        let better = &shapes[..rank];
        let own = nodes.by_target.remove(&target).unwrap_or_default();
        let mut stay = Vec::with_capacity(own.len());
        for node in own {
            stay.extend(move_series(nodes, &target, node, better));
        }
        if !stay.is_empty() {
            nodes.by_target.insert(target, stay);
        }
    }
}

fn shape(target: &Labels) -> Shape {
    target.iter().map(|(name, _)| name.to_owned()).collect()
}

/// Moves those series of a node that another target has; what is left of it.
fn move_series(nodes: &mut Nodes, target: &Labels, node: Node, better: &[Shape]) -> Option<Node> {
    let mut moved: Vec<(usize, Labels, u32)> = Vec::new();
    for (at, metric) in node.metrics.iter().enumerate() {
        let home = better
            .iter()
            .find_map(|shape| home(nodes, target, *metric, shape));
        moved.extend(home.map(|(target, metric)| (at, target, metric)));
    }
    if moved.is_empty() {
        return Some(node);
    }
    let pick = |entries: &mut dyn Iterator<Item = (usize, u32)>| {
        let pairs = entries.map(|(at, metric)| (node.series(at) as u32, metric));
        let (picks, metrics): (Vec<u32>, Vec<u32>) = pairs.unzip();
        Node {
            picks: Some(picks.into()),
            metrics: metrics.into(),
            ..node.clone()
        }
    };
    for (at, target, metric) in &moved {
        let node = pick(&mut std::iter::once((*at, *metric)));
        // Its target was found there.
        nodes
            .by_target
            .entry(target.clone())
            .or_default()
            .push(node);
    }
    let gone: BTreeSet<usize> = moved.iter().map(|(at, ..)| *at).collect();
    let rest = node.metrics.iter().copied().enumerate();
    let rest = pick(&mut rest.filter(|(at, _)| !gone.contains(at)));
    (!rest.metrics.is_empty()).then_some(rest)
}

/// The target of that shape that has the series too, and the series' metric there.
fn home(nodes: &Nodes, target: &Labels, metric: u32, shape: &Shape) -> Option<(Labels, u32)> {
    let own = &nodes.metrics[metric as usize];
    let has = |name: &String| own.get(name).is_some() || target.get(name).is_some();
    if !shape.iter().all(has) {
        return None;
    }
    let whole = target.merged(own);
    let inside = |name: &str| shape.iter().any(|other| other == name);
    let home = whole.filtered(inside);
    let metric = *nodes.numbers.get(&whole.filtered(|name| !inside(name)))?;
    let there = nodes.by_target.get(&home)?;
    let has_it = there
        .iter()
        .any(|node| Arc::as_ref(&node.metrics).contains(&metric));
    has_it.then_some((home, metric))
}
