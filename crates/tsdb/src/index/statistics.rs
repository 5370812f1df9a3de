//! Counts by label.

use std::collections::BTreeSet;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::labels::METRIC_NAME;
use storage::{Count, Statistics};

use super::Index;
use super::ids::Ids;

impl Index {
    /// What the index alone knows: counts of series and labels, and the bytes that it takes itself. The lists have the `limit`
    /// largest each, largest first, equal ones by name.
    #[must_use]
    pub fn statistics(&self, limit: usize) -> Statistics {
        let mut statistics = Statistics {
            series: self.count,
            bytes: self.heap_bytes() as u64,
            ..Statistics::default()
        };
        let sides = [&self.targets, &self.metrics];
        let names: BTreeSet<&str> = sides
            .iter()
            .flat_map(|side| side.names().map(|(text, _)| text))
            .collect();
        let mut pairs = Vec::new();
        let mut values = Vec::new();
        let mut bytes = Vec::new();
        for name in names {
            let counted = self.count_values(name);
            statistics.label_pairs += counted.len() as u64;
            // Most callers want totals.
            if limit == 0 {
                continue;
            }
            values.push((counted.len() as u64, (name, "")));
            let taken = counted
                .iter()
                .map(|(value, n)| value.len() as u64 * n)
                .sum();
            bytes.push((taken, (name, "")));
            if name == METRIC_NAME {
                let metrics = counted.iter().map(|(value, n)| (*n, (*value, "")));
                let mut metrics = metrics.collect();
                statistics.series_by_metric = top(&mut metrics, limit, name_only);
            }
            pairs.extend(counted.into_iter().map(|(value, n)| (n, (name, value))));
            // All pairs of all labels are never kept together.
            keep_largest(&mut pairs, limit);
        }
        statistics.values_by_label = top(&mut values, limit, name_only);
        statistics.bytes_by_label = top(&mut bytes, limit, name_only);
        statistics.series_by_pair =
            top(&mut pairs, limit, |(name, value)| format!("{name}={value}"));
        statistics
    }

    /// The values of a label, each with the number of series that have it.
    fn count_values(&self, name: &str) -> Vec<(&str, u64)> {
        let targets = self.targets.name(name).into_iter();
        let targets = targets.flat_map(|name| name.entries()).map(|(value, ids)| {
            let series = |target| self.presence.metrics_of(target).len();
            (value, sum(ids, series))
        });
        let metrics = self.metrics.name(name).into_iter();
        let metrics = metrics.flat_map(|name| name.entries()).map(|(value, ids)| {
            let series = |metric: u32| u64::from(self.holders[metric as usize]);
            (value, sum(ids, series))
        });
        // Only a value that both sides have could come twice.
        let both = self.targets.name(name).is_some() && self.metrics.name(name).is_some();
        if !both {
            return targets.chain(metrics).collect();
        }
        let mut counted: HashMap<&str, u64, RandomState> = HashMap::default();
        for (value, series) in targets.chain(metrics) {
            *counted.entry(value).or_default() += series;
        }
        counted.into_iter().collect()
    }
}

fn sum(ids: &Ids, series: impl Fn(u32) -> u64) -> u64 {
    let mut all = 0;
    ids.for_each(|id| all += series(id));
    all
}

fn name_only((name, _): (&str, &str)) -> String {
    name.to_owned()
}

type Counted<'a> = (u64, (&'a str, &'a str));

fn keep_largest(counted: &mut Vec<Counted<'_>>, limit: usize) {
    if counted.len() > limit {
        counted.select_nth_unstable_by(limit, larger_first);
        counted.truncate(limit);
    }
}

fn larger_first(a: &Counted<'_>, b: &Counted<'_>) -> std::cmp::Ordering {
    b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

fn top<'a>(
    counted: &mut Vec<Counted<'a>>,
    limit: usize,
    text: impl Fn((&'a str, &'a str)) -> String,
) -> Vec<Count> {
    keep_largest(counted, limit);
    counted.sort_unstable_by(larger_first);
    let line = |(count, name): &Counted<'a>| Count {
        name: text(*name),
        count: *count,
    };
    counted.iter().map(line).collect()
}
