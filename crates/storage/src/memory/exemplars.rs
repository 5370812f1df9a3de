//! The newest exemplars of all series.

use std::collections::VecDeque;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Exemplar, Labels, Matcher, TimeRange, Timestamp};

/// A ring: when it is full, the oldest goes.
#[derive(Debug)]
pub(super) struct Exemplars {
    count_max: usize,
    ring: VecDeque<(Labels, Exemplar)>,
    /// Time of each series' newest.
    newest: HashMap<Labels, Timestamp, RandomState>,
}

impl Exemplars {
    pub(super) fn new(count_max: usize) -> Self {
        Self {
            count_max,
            ring: VecDeque::new(),
            newest: HashMap::default(),
        }
    }

    /// Adds one, unless the series has it already or a newer one.
    pub(super) fn add(&mut self, labels: Labels, exemplar: Exemplar) {
        let known = self
            .newest
            .get(&labels)
            .is_some_and(|newest| *newest >= exemplar.timestamp);
        if known || self.count_max == 0 {
            return;
        }
        if self.ring.len() >= self.count_max
            && let Some((labels, oldest)) = self.ring.pop_front()
            && self.newest.get(&labels) == Some(&oldest.timestamp)
        {
            self.newest.remove(&labels);
        }
        self.newest.insert(labels.clone(), exemplar.timestamp);
        self.ring.push_back((labels, exemplar));
    }

    /// Those of matching series in `range`, by series.
    pub(super) fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Vec<(Labels, Vec<Exemplar>)> {
        let matching = self.ring.iter().filter(|(labels, exemplar)| {
            range.contains(exemplar.timestamp) && matchers.iter().all(|m| m.matches_labels(labels))
        });
        let mut found: Vec<(Labels, Exemplar)> = matching.cloned().collect();
        found.sort_by(|(a, x), (b, y)| a.cmp(b).then(x.timestamp.cmp(&y.timestamp)));
        let by_series = found.chunk_by(|(a, _), (b, _)| a == b);
        by_series
            .map(|all| {
                (
                    all[0].0.clone(),
                    all.iter().map(|(_, exemplar)| exemplar.clone()).collect(),
                )
            })
            .collect()
    }
}
