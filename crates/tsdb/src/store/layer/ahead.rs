//! Reading several groups of a part at once.
//!
//! A part has its values family by family, and a query reads group by group. With a few families that is the same order. With many, each group needs a page of each family,
//! and the page is gone from the cache when the next group needs it again. So groups that follow each other are read together, family by family, and wait here until they are asked for:
//! by several threads perhaps, each of which takes a few of them, and so not quite in their order.

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
/// The most groups that wait: those that were read at once, and what is left of those before.
const WAITING_MAX: usize = GROUPS_MAX + 32;
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
    cache: PageCache,
}

fn address(list: &[u32]) -> usize {
    list.as_ptr().addr()
}

impl Ahead {
    /// Nothing planned, and nothing read but what `cache` has.
    pub(super) fn new(cache: PageCache) -> Self {
        Self {
            cache,
            ..Self::default()
        }
    }

    /// Whether so many series of a group may be read together with those of others.
    pub(super) fn is_for(list: &[u32]) -> bool {
        list.len() >= SERIES_MIN
    }

    /// Notes that a group was selected; groups come by ascending number.
    pub(super) fn plan(&mut self, list: &Arc<[u32]>, group: u32) {
        if Self::is_for(list) {
            let plan = self.plans.entry(address(list));
            let (_, groups) = plan.or_insert_with(|| (Arc::clone(list), Vec::new()));
            if groups.last() != Some(&group) {
                groups.push(group);
            }
        }
    }

    /// The columns of a group, if they are here.
    fn take(&mut self, list: &[u32], range: TimeRange, group: u32) -> Option<Columns> {
        if self.of != Some((address(list), range)) {
            self.waiting.clear();
            return None;
        }
        let place = self.waiting.iter().position(|(own, _)| *own == group)?;
        self.waiting.remove(place).map(|(_, columns)| columns)
    }

    /// The columns of a group, read together with those of groups that will be asked for next, unless they wait here already; `None` if it is better read by
    /// itself.
    pub(super) fn read<M: Medium>(
        &mut self,
        part: &Part<M>,
        tables: &Tables,
        list: &[u32],
        range: TimeRange,
        group: u32,
    ) -> Result<Option<Columns>, PartError> {
        if let Some(waiting) = self.take(list, range, group) {
            return Ok(Some(waiting));
        }
        let read = self.read_more(part, tables, list, range, group);
        if read.inspect_err(|_| self.waiting.clear())? {
            Ok(self.take(list, range, group))
        } else {
            Ok(None)
        }
    }

    /// Reads the group and some behind it; `false` if nothing was planned.
    fn read_more<M: Medium>(
        &mut self,
        part: &Part<M>,
        tables: &Tables,
        list: &[u32],
        range: TimeRange,
        group: u32,
    ) -> Result<bool, PartError> {
        let Some((_, groups)) = self.plans.get(&address(list)) else {
            return Ok(false);
        };
        let from = groups.partition_point(|own| *own < group);
        self.of = Some((address(list), range));
        let waits = |group: &u32| self.waiting.iter().any(|(own, _)| own == group);
        let missing = groups[from..].iter().take_while(|own| !waits(own));
        let (mut read, mut rows) = (Vec::new(), Vec::new());
        let mut values = 0;
        for own in missing.take(GROUPS_MAX) {
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
            read.push((*own, columns));
            rows.push(start..end);
        }
        let same_family = |a: &u32, b: &u32| tables.family_of(*a) == tables.family_of(*b);
        for family in list.chunk_by(same_family) {
            for ((own, columns), rows) in read.iter_mut().zip(&rows) {
                for metric in family {
                    let mut column = Column::default();
                    let (own, rows) = (*own as usize, rows.clone());
                    part.column(own, *metric, rows, &mut self.cache, &mut column)?;
                    columns.columns.push(column);
                }
            }
        }
        self.waiting.extend(read);
        let surplus = self.waiting.len().saturating_sub(WAITING_MAX);
        self.waiting.drain(..surplus);
        Ok(true)
    }
}
