//! From matchers to series.
//!
//! A matcher looks at one label, which a series has from its target, or from its metric, or not at all; never from both. So
//!
//! - a matcher that an absent label passes takes away the targets that fail, and the metrics that fail;
//! - one that an absent label fails keeps a series when its target passes *or* its metric does.
//!
//! The first kind cuts a rectangle out of targets and metrics. The second splits each rectangle into the targets that pass, with all
//! metrics, and the other targets, with the metrics that pass. Since a label mostly has one origin, one of the halves is mostly empty and goes;
//! and since the halves have no target in common, there are never more rectangles than targets.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Labels, Matcher};
use roaring::RoaringBitmap;

use super::{Index, MetricId, Series, TargetId};

/// The series of one target that were selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The target.
    pub target: TargetId,
    /// Its metrics, ascending; at least one. Targets with the same metrics share the list.
    pub metrics: Arc<[MetricId]>,
}

impl Group {
    /// Its series.
    pub fn series(&self) -> impl Iterator<Item = Series> {
        let target = self.target;
        let series = move |metric: &MetricId| Series {
            target,
            metric: *metric,
        };
        self.metrics.iter().map(series)
    }
}

/// Targets and metrics all of whose series match.
pub(crate) struct Rectangle {
    pub(crate) targets: RoaringBitmap,
    pub(crate) metrics: RoaringBitmap,
}

/// One of the two sides: label sets by number. The index has its own, and each part has two.
pub(crate) trait Factor {
    /// The sets that are there.
    fn all(&self) -> &RoaringBitmap;

    /// Whether it is plain without a look at the sets that none has the matcher's label with a value that passes.
    fn lacks(&self, matcher: &Matcher) -> bool;

    /// The sets that have the matcher's label, and with a value that passes (`pass`), or that does not.
    fn having(&self, matcher: &Matcher, pass: bool) -> RoaringBitmap;
}

/// Where the series lie that match all of `matchers`, if there are any; no target is in two rectangles.
pub(crate) fn rectangles<F: Factor>(
    targets: &F,
    metrics: &F,
    matchers: &[Matcher],
) -> Vec<Rectangle> {
    let (take, keep): (Vec<&Matcher>, Vec<&Matcher>) =
        matchers.iter().partition(|matcher| matcher.matches_empty());
    // Alerts ask for what should not be there: that takes a look-up, whatever else they name.
    if keep
        .iter()
        .any(|matcher| targets.lacks(matcher) && metrics.lacks(matcher))
    {
        return Vec::new();
    }
    let mut all = Rectangle {
        targets: targets.all().clone(),
        metrics: metrics.all().clone(),
    };
    for matcher in take {
        all.targets -= targets.having(matcher, false);
        all.metrics -= metrics.having(matcher, false);
    }
    let mut rectangles = vec![all];
    for matcher in keep {
        let targets = targets.having(matcher, true);
        let metrics = metrics.having(matcher, true);
        rectangles = rectangles
            .into_iter()
            .flat_map(|old| split(old, &targets, &metrics))
            .filter(|new| !new.targets.is_empty() && !new.metrics.is_empty())
            .collect();
    }
    rectangles
}

impl Index {
    /// The series that match all of `matchers`, by target; no target comes twice.
    #[must_use]
    pub fn select(&self, matchers: &[Matcher]) -> Vec<Group> {
        let mut groups = Vec::new();
        for rectangle in self.rectangles(matchers) {
            self.join(&rectangle, &mut groups);
        }
        groups.sort_unstable_by_key(|group| group.target);
        groups
    }

    fn rectangles(&self, matchers: &[Matcher]) -> Vec<Rectangle> {
        rectangles(&self.targets, &self.metrics, matchers)
    }

    /// The series that there are in a rectangle. Computed once for all targets that have the same metrics.
    fn join(&self, rectangle: &Rectangle, groups: &mut Vec<Group>) {
        let mut by_layout: Vec<Option<Arc<[MetricId]>>> = vec![None; self.presence.layouts()];
        for target in &rectangle.targets {
            let layout = self.presence.layout_of(target);
            let metrics = by_layout[layout as usize].get_or_insert_with(|| {
                let both = self.presence.metrics(layout) & &rectangle.metrics;
                both.iter().map(MetricId).collect()
            });
            if !metrics.is_empty() {
                groups.push(Group {
                    target: TargetId(target),
                    metrics: Arc::clone(metrics),
                });
            }
        }
    }

    /// The label sets of the series that match all of `matchers`, in order.
    #[must_use]
    pub fn series(&self, matchers: &[Matcher]) -> Vec<Labels> {
        let groups = self.select(matchers);
        let series = groups.iter().flat_map(Group::series);
        let mut labels: Vec<Labels> = series.map(|series| self.labels(series)).collect();
        labels.sort_unstable();
        labels
    }

    /// The names of labels, in order, that series which match all of `matchers` have.
    #[must_use]
    pub fn label_names(&self, matchers: &[Matcher]) -> Vec<String> {
        let (targets, metrics) = self.touched(matchers);
        let mut names = BTreeSet::new();
        for (side, sets) in [(&self.targets, &targets), (&self.metrics, &metrics)] {
            for (text, name) in side.names() {
                if !name.present.is_disjoint(sets) {
                    names.insert(text);
                }
            }
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// The values of label `name`, in order, that series which match all of `matchers` have.
    #[must_use]
    pub fn label_values(&self, name: &str, matchers: &[Matcher]) -> Vec<String> {
        let (targets, metrics) = self.touched(matchers);
        let mut values = Vec::new();
        for (side, sets) in [(&self.targets, &targets), (&self.metrics, &metrics)] {
            if let Some(name) = side.name(name) {
                values.extend(name.values_of(sets));
            }
        }
        values.sort_unstable();
        values.dedup();
        values.into_iter().map(str::to_owned).collect()
    }

    /// The targets and the metrics of the series that match.
    fn touched(&self, matchers: &[Matcher]) -> (RoaringBitmap, RoaringBitmap) {
        if matchers.is_empty() {
            // Each is there because of some series.
            return (self.targets.alive().clone(), self.metrics.alive().clone());
        }
        let mut targets = RoaringBitmap::new();
        let mut metrics = RoaringBitmap::new();
        for rectangle in self.rectangles(matchers) {
            let mut seen = RoaringBitmap::new();
            for target in &rectangle.targets {
                let layout = self.presence.layout_of(target);
                let here = self.presence.metrics(layout);
                if here.is_disjoint(&rectangle.metrics) {
                    continue;
                }
                targets.insert(target);
                if seen.insert(layout) {
                    metrics |= here & &rectangle.metrics;
                }
            }
        }
        (targets, metrics)
    }
}

/// The two parts of a rectangle whose series pass, if these targets or these metrics have to be there.
fn split(old: Rectangle, targets: &RoaringBitmap, metrics: &RoaringBitmap) -> [Rectangle; 2] {
    let others = Rectangle {
        targets: &old.targets - targets,
        metrics: &old.metrics & metrics,
    };
    let passing = Rectangle {
        targets: old.targets & targets,
        metrics: old.metrics,
    };
    [passing, others]
}
