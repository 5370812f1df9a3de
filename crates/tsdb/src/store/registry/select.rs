//! From matchers to the columns that a querier reads.

use std::sync::Arc;

use model::{Labels, Matcher};

use super::{Registry, slot_of};
use crate::index::{MetricId, Series};
use crate::log::TargetId;

/// Series with the same target labels, and where their samples lie.
#[derive(Debug)]
pub(crate) struct Found {
    /// The labels of the target; none for plain series.
    pub(crate) target: Labels,
    /// The series.
    pub(crate) metrics: Arc<[MetricId]>,
    /// The columns, target by target: a series may have several if its book has retired.
    pub(crate) columns: Vec<FoundColumns>,
}

/// Columns of one number.
#[derive(Debug)]
pub(crate) struct FoundColumns {
    pub(crate) number: TargetId,
    /// By ascending column: the column, and whose it is in [`Found::metrics`].
    pub(crate) columns: Vec<(u32, u32)>,
}

impl Registry {
    /// The series that match all of `matchers`.
    pub(crate) fn select(&self, matchers: &[Matcher]) -> Vec<Found> {
        let groups = self.index.select(matchers);
        groups
            .iter()
            .map(|group| {
                let series = group.metrics.iter().map(|metric| Series {
                    target: group.target,
                    metric: *metric,
                });
                let mut columns: Vec<FoundColumns> = Vec::new();
                for (at, series) in series.enumerate() {
                    for place in self.places(series) {
                        let known = columns.iter_mut().find(|own| own.number == place.target);
                        let entry = (place.column, at as u32);
                        match known {
                            Some(known) => known.columns.push(entry),
                            None => columns.push(FoundColumns {
                                number: place.target,
                                columns: vec![entry],
                            }),
                        }
                    }
                }
                for own in &mut columns {
                    own.columns.sort_unstable();
                }
                Found {
                    target: self.index.target_labels(group.target),
                    metrics: Arc::clone(&group.metrics),
                    columns,
                }
            })
            .collect()
    }

    /// The slot's labels, for those who have a number.
    pub(crate) fn labels_of(&self, number: TargetId) -> &Labels {
        &self.book_at(slot_of(number)).labels
    }
}
