//! Reading several groups of a part at once.
//!
//! A part has its values family by family, and a query reads group by group. With a few families that is the same order. With many, each group needs a page of each family,
//! and the page is gone from the cache when the next group needs it again. So groups that follow each other are read together, family by family, and wait here until they are asked for.

use std::collections::VecDeque;
use std::sync::Arc;

use model::TimeRange;
use storage::{Column, Columns};

use crate::part::{Medium, PageCache, Part, PartError, Tables};
use crate::store::Map;

/// A selection of fewer series of a group needs few pages, and is read group by group.
const SERIES_MIN: usize = 32;
/// The most groups that are read at once.
const GROUPS_MAX: usize = 256;
/// The most values that wait: 16 MiB, for each part of a query.
const VALUES_MAX: usize = 2 << 20;

/// What was read and not asked for yet.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// For each list of metrics, by its address, the groups it was selected in, ascending; and the list, so that no other gets the address.
    plans: Map<usize, (Arc<[u32]>, Vec<u32>)>,
    /// Whose columns wait: the list, and the range.
    of: Option<(usize, TimeRange)>,
    waiting: VecDeque<(u32, Columns)>,
}

fn address(list: &[u32]) -> usize {
    list.as_ptr().addr()
}

impl Ahead {
    /// Notes that a group was selected; groups come by ascending number.
    pub(super) fn plan(&mut self, list: &Arc<[u32]>, group: u32) {
        if list.len() >= SERIES_MIN {
            let plan = self.plans.entry(address(list));
            let (_, groups) = plan.or_insert_with(|| (Arc::clone(list), Vec::new()));
            if groups.last() != Some(&group) {
                groups.push(group);
            }
        }
    }

    /// The columns of a group, if they are here; others before it are forgotten.
    pub(super) fn take(&mut self, list: &[u32], range: TimeRange, group: u32) -> Option<Columns> {
        if self.of != Some((address(list), range)) {
            return None;
        }
        while let Some((own, columns)) = self.waiting.pop_front() {
            if own == group {
                return Some(columns);
            }
        }
        None
    }

    /// Reads the group and those that will be asked for next; `false` if they are better read one by one.
    pub(super) fn read<M: Medium>(
        &mut self,
        part: &Part<M>,
        tables: &Tables,
        list: &[u32],
        range: TimeRange,
        group: u32,
        cache: &mut PageCache,
    ) -> Result<bool, PartError> {
        let Some((_, groups)) = self.plans.get(&address(list)) else {
            return Ok(false);
        };
        let from = groups.partition_point(|own| *own < group);
        let mut rows = Vec::new();
        self.of = Some((address(list), range));
        self.waiting.clear();
        let mut values = 0;
        for own in groups[from..].iter().take(GROUPS_MAX) {
            let mut times = Vec::new();
            part.timestamps(*own as usize, &mut times)?;
            let start = times.partition_point(|at| *at < range.start.0);
            let end = times.partition_point(|at| *at <= range.end.0).max(start);
            values += (end - start) * list.len();
            if values > VALUES_MAX && !rows.is_empty() {
                break;
            }
            times.truncate(end);
            times.drain(..start);
            times.shrink_to_fit();
            let columns = Columns {
                timestamps: times,
                columns: Vec::with_capacity(list.len()),
            };
            self.waiting.push_back((*own, columns));
            rows.push(start..end);
        }
        let same_family = |a: &u32, b: &u32| tables.family_of(*a) == tables.family_of(*b);
        for family in list.chunk_by(same_family) {
            for ((own, columns), rows) in self.waiting.iter_mut().zip(&rows) {
                for metric in family {
                    let mut column = Column::default();
                    part.column(*own as usize, *metric, rows.clone(), cache, &mut column)?;
                    columns.columns.push(column);
                }
            }
        }
        Ok(true)
    }
}
