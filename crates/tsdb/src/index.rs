//! Which series there are, and which of them match.
//!
//! A series' labels come from two places: its target (`job`, `instance`, …) and the line that it was exposed on. Two thousand
//! machines with five hundred metrics each make a million series, but only two thousand and five hundred label sets. So a series is a pair
//! of numbers, and what is searched are the two small sides:
//!
//! ```text
//!              targets                        metrics
//!   values ─► 0 {job=node, instance=a}       0 {__name__=up}               ◄─ values
//!   of each   1 {job=node, instance=b}       1 {__name__=cpu, mode=idle}      of each
//!   label     2 {}                           2 {__name__=x, job=batch}        label
//!                      │                              │
//!                      └────────► presence ◄──────────┘
//!                       0, 1 → {0, 1}     2 → {2}
//! ```
//!
//! A series that doesn't factor (it was pushed, or has labels of its own where its target has them too) is *plain*: its target is the empty set, its
//! whole label set is its metric. For those the index is one from label values to series like any other.
//!
//! Invariants:
//! - A label set is one series, however it is split: [`Index::add`] finds it under every split that there is.
//! - No series has a label from both sides, so a matcher may look at each side by itself.
//! - A target or a metric is there as long as it has series. After that its number may become another's.
//!
//! Measured (`cargo bench -p tsdb --bench index`, one core): a million series of 2,000 targets take half a byte each, and questions that pass
//! 20,000 to 840,000 of them 7 to 90 us; a million plain ones with a value of their own take 144 bytes each, and a literal anywhere in
//! those values 1 ms.
//!
//! Absent: time. Who forgets a series when its samples are gone is the store; a part has its own two tables. And locks: whoever shares an index
//! guards it.

mod ids;
mod presence;
mod select;
mod side;
mod statistics;
#[cfg(test)]
mod tests;
mod values;

use foldhash::fast::RandomState;
use model::Labels;

use presence::Presence;
use side::{SHRINK_SHARE, Side};

pub use select::Group;
pub(crate) use select::{Factor, Rectangle, rectangles};

type Map<K, V> = hashbrown::HashMap<K, V, RandomState>;

/// The number of a target's label set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub u32);

/// The number of a metric's label set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub u32);

/// A series. It has this name until it is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// Whose it is; the empty label set's number for a plain series.
    pub target: TargetId,
    /// Which of the target's.
    pub metric: MetricId,
}

/// The series of a store.
#[derive(Debug, Default)]
pub struct Index {
    targets: Side,
    metrics: Side,
    presence: Presence,
    /// How many targets have a metric.
    holders: Vec<u32>,
    /// How many targets have labels of these names. A label set can only be split at one of them.
    shapes: Map<Vec<u32>, u32>,
    count: u64,
}

impl Index {
    /// An index without series.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds the series with the labels of `target` and `metric`, where `metric`'s stand if both have one, and whether it is new. For a plain
    /// series `target` is empty.
    pub fn add(&mut self, target: &Labels, metric: &Labels) -> (Series, bool) {
        if let Some(series) = self.find_split(target, metric) {
            return (series, false);
        }
        let whole = target.merged(metric);
        if let Some(series) = self.find(&whole) {
            return (series, false);
        }
        let factors = metric.iter().all(|(name, _)| target.get(name).is_none());
        let series = if factors {
            self.insert(target, metric)
        } else {
            self.insert(&Labels::empty(), &whole)
        };
        (series, true)
    }

    fn insert(&mut self, target: &Labels, metric: &Labels) -> Series {
        let target = self.targets.find(target).unwrap_or_else(|| {
            let id = self.targets.add(target);
            *self.shapes.entry(self.targets.shape(id)).or_default() += 1;
            id
        });
        let metric = self.metrics.find(metric).unwrap_or_else(|| {
            let id = self.metrics.add(metric);
            let end = self.holders.len().max(id as usize + 1);
            self.holders.resize(end, 0);
            id
        });
        if self.presence.set(target, metric, true) {
            self.holders[metric as usize] += 1;
            self.count += 1;
        }
        Series {
            target: TargetId(target),
            metric: MetricId(metric),
        }
    }

    /// The series with these labels.
    #[must_use]
    pub fn find(&self, labels: &Labels) -> Option<Series> {
        self.shapes.keys().find_map(|shape| {
            let texts = || shape.iter().map(|name| self.targets.name_text(*name));
            if !texts().all(|name| labels.get(name).is_some()) {
                return None;
            }
            let target = labels.filtered(|name| texts().any(|text| text == name));
            let metric = labels.filtered(|name| texts().all(|text| text != name));
            self.find_split(&target, &metric)
        })
    }

    /// The series with the labels of both, where `metric`'s stand if both have one. Quick if it is split just so.
    #[must_use]
    pub fn find_parts(&self, target: &Labels, metric: &Labels) -> Option<Series> {
        self.find_split(target, metric)
            .or_else(|| self.find(&target.merged(metric)))
    }

    /// Whether there are series of this target.
    #[must_use]
    pub fn has_target(&self, target: TargetId) -> bool {
        !self.presence.metrics_of(target.0).is_empty()
    }

    /// The series that is split just so.
    fn find_split(&self, target: &Labels, metric: &Labels) -> Option<Series> {
        let target = self.targets.find(target)?;
        let metric = self.metrics.find(metric)?;
        let series = Series {
            target: TargetId(target),
            metric: MetricId(metric),
        };
        self.contains(series).then_some(series)
    }

    /// Whether there is such a series.
    #[must_use]
    pub fn contains(&self, series: Series) -> bool {
        self.presence.contains(series.target.0, series.metric.0)
    }

    /// The labels of a series that is there.
    #[must_use]
    pub fn labels(&self, series: Series) -> Labels {
        let target = self.targets.pairs(series.target.0);
        target.chain(self.metrics.pairs(series.metric.0)).collect()
    }

    /// Forgets a series; whether it was there.
    pub fn forget(&mut self, series: Series) -> bool {
        let (target, metric) = (series.target.0, series.metric.0);
        if !self.presence.set(target, metric, false) {
            return false;
        }
        self.count -= 1;
        self.holders[metric as usize] -= 1;
        if self.holders[metric as usize] == 0 {
            self.metrics.remove(metric);
            let end = self.metrics.alive().max().map_or(0, |last| last + 1);
            self.holders.truncate(end as usize);
            if self.holders.len() < self.holders.capacity() / SHRINK_SHARE {
                self.holders.shrink_to_fit();
            }
        }
        if self.presence.metrics_of(target).is_empty() {
            self.forget_shape(target);
            self.targets.remove(target);
        }
        true
    }

    fn forget_shape(&mut self, target: u32) {
        let shape = self.targets.shape(target);
        if let Some(count) = self.shapes.get_mut(&shape) {
            *count -= 1;
            if *count == 0 {
                self.shapes.remove(&shape);
            }
        }
    }

    /// Forgets all series of a target; how many there were.
    pub fn forget_target(&mut self, target: TargetId) -> u64 {
        let metrics = self.presence.metrics_of(target.0).clone();
        let forget = |metric: u32| {
            self.forget(Series {
                target,
                metric: MetricId(metric),
            })
        };
        metrics.iter().map(forget).filter(|done| *done).count() as u64
    }

    /// The number of a target with series.
    #[must_use]
    pub fn find_target(&self, labels: &Labels) -> Option<TargetId> {
        self.targets.find(labels).map(TargetId)
    }

    /// The labels of a target that is there.
    #[must_use]
    pub fn target_labels(&self, target: TargetId) -> Labels {
        self.targets.pairs(target.0).collect()
    }

    /// The own labels of a metric that is there; all labels, if the series is plain.
    #[must_use]
    pub fn metric_labels(&self, metric: MetricId) -> Labels {
        self.metrics.pairs(metric.0).collect()
    }

    /// Bytes on the heap: exact for lists and tables; sets of numbers by what they take when written.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let shapes: usize = self.shapes.keys().map(|shape| size_of_val(&**shape)).sum();
        self.targets.heap_bytes()
            + self.metrics.heap_bytes()
            + self.presence.heap_bytes()
            + self.holders.capacity() * size_of::<u32>()
            + self.shapes.allocation_size()
            + shapes
    }
}
