//! The order of metric label sets: families together, and in a family the buckets of one histogram, ascending.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::Labels;

/// Labels whose values are numbers that tell series of one distribution apart.
const NUMERIC: [&str; 2] = ["le", "quantile"];

/// Sorts label sets. First by name, since most of what is compared differs in it, and names are few.
pub(super) fn sort(sets: &mut Vec<Labels>) {
    let mut families: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (index, set) in (0..).zip(sets.iter()) {
        families.entry(set.metric_name()).or_default().push(index);
    }
    let order = families.into_values().flat_map(|mut family| {
        family.sort_by(|a, b| compare(&sets[*a as usize], &sets[*b as usize]));
        family
    });
    *sets = order.map(|index| sets[index as usize].clone()).collect();
}

/// Compares by metric name, the labels that are no numbers, the numbers, and at last everything.
fn compare(a: &Labels, b: &Labels) -> Ordering {
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
