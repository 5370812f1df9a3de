//! Counts by label.

use super::Index;
use crate::{Count, Statistics};

impl Index {
    /// What the index alone knows: counts of series and labels.
    pub(in crate::memory) fn statistics(&self, limit: usize) -> Statistics {
        let mut statistics = Statistics {
            series: self.by_labels.len() as u64,
            ..Statistics::default()
        };
        for (name, values) in self.postings.names() {
            statistics.label_pairs += values.len() as u64;
            // Most callers want totals; the lists mean a string for each pair.
            if limit == 0 {
                continue;
            }
            let bytes: usize = values
                .iter()
                .map(|(value, list)| value.len() * list.len())
                .sum();
            statistics
                .values_by_label
                .push(count(name.to_owned(), values.len()));
            statistics
                .bytes_by_label
                .push(count(name.to_owned(), bytes));
            for (value, list) in values {
                if name == model::labels::METRIC_NAME {
                    statistics
                        .series_by_metric
                        .push(count((**value).to_owned(), list.len()));
                }
                statistics
                    .series_by_pair
                    .push(count(format!("{name}={value}"), list.len()));
            }
        }
        top(&mut statistics.values_by_label, limit);
        top(&mut statistics.bytes_by_label, limit);
        top(&mut statistics.series_by_metric, limit);
        top(&mut statistics.series_by_pair, limit);
        statistics
    }
}

fn count(name: String, count: usize) -> Count {
    Count {
        name,
        count: count as u64,
    }
}

/// The `limit` largest, largest first.
fn top(counts: &mut Vec<Count>, limit: usize) {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    counts.truncate(limit);
}
