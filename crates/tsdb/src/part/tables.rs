//! What a part says of its series: two small tables of label sets, and which metrics each group has.

mod encode;
mod holders;
mod room;
mod select;
mod side;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use model::Labels;

use super::pages::{self, PagePlace};
use super::sets::Sets;
use super::starts::StartTable;
use super::strings::Strings;
use super::summary::index::SummaryIndex;
use crate::codec::bytes::Cursor;
use crate::codec::{Damage, squeezed};
use holders::Holders;
use side::Side;

pub(super) use encode::{Tabulated, compress, put_ascending};
pub use room::FamilyRoom;
pub use select::Selected;

/// The most bytes of a section before compression.
const SECTION_BYTES_MAX: usize = 1 << 32;
/// The most rows of a group: a month of scrapes every 40 ms.
const GROUP_ROWS_MAX: usize = 1 << 26;

/// A part's tables. Whoever reads from a part holds them as long as it needs them; the part itself may let go of them, and reads them again.
///
/// Groups and metrics are numbers, from 0 without gaps, and mean the same whenever the tables are read.
#[derive(Debug, Default)]
pub struct Tables {
    strings: Strings,
    metrics: Sets,
    /// Ranges of metric numbers with one name each.
    families: Vec<Range<u32>>,
    layouts: Layouts,
    groups: Vec<Group>,
    pub(super) pages: Vec<PagePlace>,
    pub(super) starts: StartTable,
    /// Where summaries lie, once somebody asked.
    pub(super) summaries: OnceLock<Arc<SummaryIndex>>,
    target_side: OnceLock<Side>,
    metric_side: OnceLock<Side>,
    holders: OnceLock<Holders>,
}

/// Lists of metric numbers, each ascending.
#[derive(Debug, Default)]
struct Layouts {
    ends: Vec<u32>,
    metrics: Vec<u32>,
}

#[derive(Debug)]
struct Group {
    target: Labels,
    layout: u32,
    rows: u32,
    time_page: Range<usize>,
}

/// The sections that the tables lie in, without their checksums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sections<'a> {
    pub(super) strings: &'a [u8],
    pub(super) metrics: &'a [u8],
    pub(super) groups: &'a [u8],
    pub(super) page_index: &'a [u8],
}

impl Tables {
    /// The inverse of [`Tabulated::encode`].
    pub(super) fn decode(sections: Sections<'_>) -> Result<Self, Damage> {
        let mut tables = Self {
            strings: Strings::decode(&decompress(sections.strings, "strings")?)?,
            pages: pages::decode(sections.page_index)?,
            ..Self::default()
        };
        let metrics = decompress(sections.metrics, "metrics")?;
        let mut cursor = Cursor::new(&metrics, "metrics");
        for _ in 0..cursor.size(metrics.len())? {
            tables.metrics.take(&mut cursor, &tables.strings)?;
        }
        cursor.end()?;
        tables.metrics.shrink();
        tables.find_families();
        tables.take_groups(&decompress(sections.groups, "groups")?)?;
        Ok(tables)
    }

    fn find_families(&mut self) {
        let Some(name) = self.strings.find(model::labels::METRIC_NAME) else {
            self.families
                .extend((self.metrics.len() > 0).then(|| 0..self.metrics.len() as u32));
            return;
        };
        let name_of = |metric: u32| {
            let pairs = self.metrics.pairs(metric as usize);
            let found = pairs.binary_search_by_key(&name, |pair| pair.0);
            found.ok().map(|at| pairs[at].1)
        };
        let mut start = 0;
        for metric in 1..=self.metrics.len() as u32 {
            let ends = metric == self.metrics.len() as u32 || name_of(metric) != name_of(start);
            if ends {
                self.families.push(start..metric);
                start = metric;
            }
        }
    }

    fn take_groups(&mut self, plain: &[u8]) -> Result<(), Damage> {
        let mut cursor = Cursor::new(plain, "groups");
        for _ in 0..cursor.size(plain.len())? {
            self.layouts.take(&mut cursor, self.metrics.len())?;
        }
        self.layouts.metrics.shrink_to_fit();
        let count = cursor.size(plain.len())?;
        self.groups.reserve_exact(count);
        let mut targets = Sets::default();
        let mut end = 0;
        for number in 0..count {
            targets.take(&mut cursor, &self.strings)?;
            let same = number > 0 && targets.pairs(number) == targets.pairs(number - 1);
            let target = match self.groups.last() {
                // Groups of one target lie together, and share its labels.
                Some(before) if same => before.target.clone(),
                _ => targets.labels(number, &self.strings),
            };
            let group = take_group(&mut cursor, target, self.layouts.ends.len(), end)?;
            end = group.time_page.end;
            self.groups.push(group);
        }
        cursor.end()
    }

    /// How many groups there are. Groups of one target may be several; no series is in two.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The labels of a group's target.
    #[must_use]
    pub fn target(&self, group: usize) -> &Labels {
        &self.groups[group].target
    }

    /// How many timestamps a group has.
    #[must_use]
    pub fn rows(&self, group: usize) -> usize {
        self.groups[group].rows as usize
    }

    /// The numbers of the metrics that a group has, ascending.
    #[must_use]
    pub fn series(&self, group: usize) -> &[u32] {
        self.layouts.get(self.groups[group].layout)
    }

    /// The number of the list that [`series`](Self::series) gives: groups with the same one have the same metrics.
    #[must_use]
    pub fn layout(&self, group: usize) -> u32 {
        self.groups[group].layout
    }

    /// How many metric label sets there are: families together, buckets ascending.
    #[must_use]
    pub fn metrics(&self) -> usize {
        self.metrics.len()
    }

    /// The own labels of a metric; all labels, for series that don't factor.
    #[must_use]
    pub fn metric(&self, metric: u32) -> Labels {
        self.metrics.labels(metric as usize, &self.strings)
    }

    /// How many series there are.
    #[must_use]
    pub fn series_count(&self) -> u64 {
        let groups = 0..self.groups.len();
        groups.map(|group| self.series(group).len() as u64).sum()
    }

    pub(super) fn time_page(&self, group: usize) -> &Range<usize> {
        &self.groups[group].time_page
    }

    /// The metric numbers of the metric's family.
    pub(crate) fn family_of(&self, metric: u32) -> Option<&Range<u32>> {
        let family = self.families.partition_point(|family| family.end <= metric);
        self.families.get(family)
    }

    /// The families from the one that begins with metric `from`, and the groups that have each.
    pub(super) fn families_from(
        &self,
        from: u32,
    ) -> impl Iterator<Item = (&Range<u32>, &[u32])> + '_ {
        let groups = || (0..self.groups.len()).map(|group| self.series(group));
        let holders = self
            .holders
            .get_or_init(|| Holders::of(&self.families, groups()));
        let first = self.families.partition_point(|family| family.start < from);
        let families = self.families.iter().enumerate().skip(first);
        families.map(|(number, family)| (family, holders.of_family(number)))
    }

    /// The part of a group's series that belongs to a range of metrics.
    pub(super) fn series_in(&self, group: usize, metrics: &Range<u32>) -> &[u32] {
        let all = self.series(group);
        let start = all.partition_point(|metric| *metric < metrics.start);
        let end = all.partition_point(|metric| *metric < metrics.end);
        &all[start..end]
    }

    /// Bytes on the heap, roughly.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let sides = [&self.target_side, &self.metric_side].map(OnceLock::get);
        self.strings.heap_bytes()
            + self.metrics.heap_bytes()
            + self.families.capacity() * size_of::<Range<u32>>()
            + (self.layouts.ends.capacity() + self.layouts.metrics.capacity()) * size_of::<u32>()
            + self.groups.capacity() * size_of::<Group>()
            + self.pages.capacity() * size_of::<PagePlace>()
            + self.starts.heap_bytes()
            + self.summaries.get().map_or(0, |index| index.heap_bytes())
            + self.holders.get().map_or(0, Holders::heap_bytes)
            + sides
                .into_iter()
                .flatten()
                .map(Side::heap_bytes)
                .sum::<usize>()
    }
}

impl Layouts {
    fn get(&self, layout: u32) -> &[u32] {
        let layout = layout as usize;
        let start = layout.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.metrics[start as usize..self.ends[layout] as usize]
    }

    fn take(&mut self, cursor: &mut Cursor<'_>, metrics: usize) -> Result<(), Damage> {
        let count = cursor.size(metrics)?;
        let mut next = 0;
        for _ in 0..count {
            let damage = cursor.damage();
            let metric = next + cursor.size(metrics)?;
            next = metric + 1;
            if metric >= metrics {
                return Err(damage);
            }
            self.metrics.push(metric as u32);
        }
        let end = u32::try_from(self.metrics.len()).map_err(|_| cursor.damage())?;
        self.ends.push(end);
        Ok(())
    }
}

fn take_group(
    cursor: &mut Cursor<'_>,
    target: Labels,
    layouts: usize,
    end: usize,
) -> Result<Group, Damage> {
    let damage = cursor.damage();
    let layout = cursor.size(layouts)?;
    let rows = cursor.size(GROUP_ROWS_MAX)?;
    let start = (end as i64)
        .checked_add(cursor.signed()?)
        .and_then(|start| usize::try_from(start).ok())
        .ok_or(damage)?;
    let length = cursor.size(u32::MAX as usize)?;
    if layout >= layouts {
        return Err(damage);
    }
    Ok(Group {
        target,
        layout: layout as u32,
        rows: rows as u32,
        time_page: start..start + length,
    })
}

/// The inverse of [`encode::compress`].
pub(super) fn decompress(bytes: &[u8], what: &'static str) -> Result<Vec<u8>, Damage> {
    let mut cursor = Cursor::new(bytes, what);
    let length = cursor.size(SECTION_BYTES_MAX)?;
    squeezed::decompress(cursor.rest(), length)
}
