//! From matchers to the columns that a querier reads.

use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use model::{Labels, Matcher};

use super::{Book, NOWHERE, Registry, slot_of};
use crate::index::{Group, MetricId, Series};
use crate::log::TargetId;

/// Series of one target whose samples lie in the rows of one number.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) number: TargetId,
    /// The labels of the target; none for plain series.
    pub(crate) target: Labels,
    /// The series. Like targets share the list, and then they share the columns too.
    pub(crate) metrics: Arc<[MetricId]>,
    /// For each series its column.
    pub(crate) columns: Arc<[u32]>,
}

/// The columns of series, by the addresses of the lists of both.
type Shared = HashMap<(usize, usize), Arc<[u32]>, RandomState>;

impl Registry {
    /// The series that match all of `matchers`. One whose book has retired comes once for each number that may have samples of it.
    pub(crate) fn select(&self, matchers: &[Matcher]) -> Vec<Found> {
        let groups = self.index.select(matchers);
        let mut shared = Shared::default();
        let mut found = Vec::with_capacity(groups.len());
        let retired = self.retired.iter();
        let retired: HashSet<_, RandomState> = retired
            .filter_map(|slot| self.books[*slot as usize].as_ref()?.factor)
            .collect();
        for group in groups {
            // Plain series have homes of all kinds.
            let is_odd = self.plain == Some(group.target) || retired.contains(&group.target);
            let home = (!is_odd).then(|| self.home(&group, &mut shared)).flatten();
            match home {
                Some((book, columns)) => found.push(Found {
                    number: book.number,
                    target: book.labels.clone(),
                    metrics: group.metrics,
                    columns,
                }),
                None => self.find_all(&group, &mut found),
            }
        }
        found
    }

    /// The fast path: all series in the columns of one book that has nothing odd.
    fn home(&self, group: &Group, shared: &mut Shared) -> Option<(&Book, Arc<[u32]>)> {
        let slot = *self.by_factor.get(group.target.0 as usize)?;
        if slot == NOWHERE {
            return None;
        }
        let book = self.books[slot as usize].as_deref()?;
        let list = book.shared_columns()?;
        let key = (list, group.metrics.as_ptr().addr());
        if let Some(columns) = shared.get(&key) {
            return Some((book, Arc::clone(columns)));
        }
        let columns = group.metrics.iter().map(|metric| {
            let series = Series {
                target: group.target,
                metric: *metric,
            };
            book.find(self.slot_and_code(series).1)
        });
        let columns = columns.collect::<Option<Arc<[u32]>>>()?;
        shared.insert(key, Arc::clone(&columns));
        Some((book, columns))
    }

    /// The slow path: series by series, wherever samples of it may be.
    fn find_all(&self, group: &Group, found: &mut Vec<Found>) {
        let mut numbers: Vec<TargetId> = Vec::new();
        let mut by_number: HashMap<TargetId, (Vec<MetricId>, Vec<u32>), RandomState> =
            HashMap::default();
        for series in group.series() {
            for place in self.places(series) {
                let (metrics, columns) = by_number.entry(place.target).or_insert_with(|| {
                    numbers.push(place.target);
                    (Vec::new(), Vec::new())
                });
                metrics.push(series.metric);
                columns.push(place.column);
            }
        }
        let target = self.index.target_labels(group.target);
        for number in numbers {
            if let Some((metrics, columns)) = by_number.remove(&number) {
                found.push(Found {
                    number,
                    target: target.clone(),
                    metrics: metrics.into(),
                    columns: columns.into(),
                });
            }
        }
    }

    /// The slot's labels, for those who have a number.
    pub(crate) fn labels_of(&self, number: TargetId) -> &Labels {
        &self.book_at(slot_of(number)).labels
    }
}
