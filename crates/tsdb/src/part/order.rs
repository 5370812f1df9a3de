//! The order of metric label sets: families together, and in a family the buckets of one histogram, ascending.

use std::cmp::Ordering;

use model::Labels;

/// Labels whose values are numbers that tell series of one distribution apart.
const NUMERIC: [&str; 2] = ["le", "quantile"];

/// Compares by metric name, the labels that are no numbers, the numbers, and at last everything.
pub(super) fn compare(a: &Labels, b: &Labels) -> Ordering {
    a.metric_name()
        .cmp(b.metric_name())
        .then_with(|| words(a).cmp(words(b)))
        .then_with(|| number(a).total_cmp(&number(b)))
        .then_with(|| a.iter().cmp(b.iter()))
}

fn words(labels: &Labels) -> impl Iterator<Item = (&str, &str)> {
    labels.iter().filter(|(name, _)| !NUMERIC.contains(name))
}

fn number(labels: &Labels) -> f64 {
    NUMERIC
        .iter()
        .find_map(|name| labels.get(name))
        .and_then(|value| value.parse().ok())
        .unwrap_or(f64::NEG_INFINITY)
}
