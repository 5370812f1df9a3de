//! A generation of the head as a layer.
//!
//! Which series there are is the registry's, which all generations share; which of them have samples here is looked up in the heads, target by target, so that a series that
//! is not yet committed, or has its samples elsewhere, doesn't appear.

use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashSet;
use model::{Exemplar, Labels, Matcher, TimeRange, Timestamp};
use storage::{Broken, Columns};

use super::{Layer, Place, Stretch, Wanted};
use crate::head::{Finding, Head};
use crate::index::MetricId;
use crate::log::TargetId;
use crate::store::generation::Generation;
use crate::store::registry::{self, Found};
use crate::store::{Map, Store};

/// Columns that are looked into at once, to find out whether a target has anything: mostly the first one has.
const FIND_AT_ONCE: usize = 8;

/// Targets whose rows are brought into the processor's cache together: small enough that all stay there until they were looked at.
const WARM_TARGETS: usize = 512;

/// Of the series of these many targets changes are brought into the cache together; a cache has no room for more.
const WARM_CELLS_TARGETS: usize = 4096;

/// A target of which more series are wanted brings theirs by itself, when it is read.
const WARM_COLUMNS: usize = 4;

/// One generation, as one querier sees it.
pub(crate) struct HeadLayer<'s> {
    store: &'s Store,
    generation: Arc<Generation>,
}

impl<'s> HeadLayer<'s> {
    pub(crate) fn new(store: &'s Store, generation: Arc<Generation>) -> Self {
        Self { store, generation }
    }
}

/// Lists that like targets share, by the addresses of what they were made from.
#[derive(Default)]
struct Lists {
    labels: Map<MetricId, Labels>,
    whole: Map<usize, Arc<[Labels]>>,
    /// Some of the series only: which ones, byte by byte.
    partial: Map<(usize, usize, Vec<u8>), Lines>,
}

/// Labels and columns of the same series.
type Lines = (Arc<[Labels]>, Arc<[u32]>);

impl Lists {
    fn whole(&mut self, found: &Found, name: impl Fn(MetricId) -> Labels) -> Arc<[Labels]> {
        let list = self.whole.entry(found.metrics.as_ptr().addr());
        let labels = &mut self.labels;
        let mut one = |metric: &MetricId| {
            let own = labels.entry(*metric).or_insert_with(|| name(*metric));
            own.clone()
        };
        Arc::clone(list.or_insert_with(|| found.metrics.iter().map(&mut one).collect()))
    }

    /// Those that were found in rows.
    fn partial(&mut self, found: &Found, findings: &[Finding], whole: &[Labels]) -> Lines {
        let is_in_rows = |finding: &Finding| u8::from(*finding == Finding::InRows);
        let key = (
            found.metrics.as_ptr().addr(),
            found.columns.as_ptr().addr(),
            findings.iter().map(is_in_rows).collect(),
        );
        let lines = self.partial.entry(key).or_insert_with(|| {
            let all = whole.iter().zip(found.columns.iter()).zip(findings);
            let (labels, columns): (Vec<Labels>, Vec<u32>) = all
                .filter(|(_, finding)| **finding == Finding::InRows)
                .map(|((labels, column), _)| (labels.clone(), *column))
                .unzip();
            (labels.into(), columns.into())
        });
        lines.clone()
    }

    /// The stretches of a target's series that were found.
    fn push_stretches(
        &mut self,
        found: Found,
        metrics: Arc<[Labels]>,
        findings: &[Finding],
        out: &mut Vec<Stretch>,
    ) {
        let place = |alone| Place {
            number: found.number.0,
            alone,
        };
        if findings.iter().all(|one| *one == Finding::InRows) {
            out.push(Stretch {
                place: place(false),
                target: found.target,
                metrics,
                columns: found.columns,
            });
            return;
        }
        let stretch = |metrics, columns, alone| Stretch {
            place: place(alone),
            target: found.target.clone(),
            metrics,
            columns,
        };
        let (own, columns) = self.partial(&found, findings, &metrics);
        if !own.is_empty() {
            out.push(stretch(own, columns, false));
        }
        let series = metrics.iter().zip(found.columns.iter()).zip(findings);
        for ((labels, column), finding) in series {
            if *finding == Finding::Alone {
                let own = (Arc::from([labels.clone()]), Arc::from([*column]));
                out.push(stretch(own.0, own.1, true));
            }
        }
    }
}

/// As many of a target's columns as are worth to be brought into the cache with others'.
fn few(columns: &[u32]) -> &[u32] {
    &columns[..columns.len().min(WARM_COLUMNS)]
}

impl Layer for HeadLayer<'_> {
    fn range(&self) -> TimeRange {
        let nothing = TimeRange::new(Timestamp::MAX, Timestamp::MIN);
        self.generation.range().unwrap_or(nothing)
    }

    fn select(&self, matchers: &[Matcher], range: TimeRange) -> Result<Vec<Stretch>, Broken> {
        let registry = self.store.registry();
        let mut soon = registry.select(matchers).into_iter();
        let mut lists = Lists::default();
        let mut stretches = Vec::with_capacity(soon.len());
        let mut findings = Vec::new();
        while !soon.as_slice().is_empty() {
            let together = soon.as_slice().iter().take(WARM_TARGETS);
            let together = together.map(|found| (found.number, few(&found.columns)));
            self.generation.warm(together, Head::warm);
            for found in soon.by_ref().take(WARM_TARGETS) {
                let guard = self.generation.head(found.number);
                let (head, target) = guard.parts();
                head.find(target, &found.columns, range, &mut findings);
                drop(guard);
                if findings.iter().all(|one| *one == Finding::Nothing) {
                    continue;
                }
                let metrics = lists.whole(&found, |metric| registry.index().metric_labels(metric));
                lists.push_stretches(found, metrics, &findings, &mut stretches);
            }
        }
        Ok(stretches)
    }

    fn read(
        &self,
        place: Place,
        columns: &[u32],
        wanted: Wanted,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        let number = TargetId(place.number);
        let guard = self.generation.head(number);
        let (head, target) = guard.parts();
        if place.alone {
            head.read_alone(target, columns[0], wanted.range, out);
        } else if wanted.presence_only {
            head.read_presence(target, columns, wanted.range, wanted.newest_only, out);
        } else if wanted.newest_only {
            head.read_newest(target, columns, wanted.range, out);
        } else {
            head.read(target, columns, wanted.range, out);
        }
        drop(guard);
        self.generation
            .read_starts(number, columns, &mut out.columns);
        Ok(())
    }

    fn warm(&self, wanted: &mut dyn Iterator<Item = (Place, &[u32])>) {
        let few = wanted.filter(|(_, columns)| columns.len() <= WARM_COLUMNS);
        let few = few.map(|(place, columns)| (TargetId(place.number), columns));
        self.generation
            .warm(few.take(WARM_CELLS_TARGETS), Head::warm_cells);
    }

    /// What a list of metrics has is told once: of targets that share it and have anything at all only their own labels are news.
    fn label_sets(&self, range: TimeRange, visit: &mut dyn FnMut(&Labels)) -> Result<(), Broken> {
        let registry = self.store.registry();
        let mut told: HashSet<MetricId, RandomState> = HashSet::default();
        let mut told_whole: HashSet<usize, RandomState> = HashSet::default();
        let mut findings = Vec::new();
        for found in &registry.select(&[]) {
            let guard = self.generation.head(found.number);
            let (head, target) = guard.parts();
            let list = found.metrics.as_ptr().addr();
            if told_whole.contains(&list) {
                let has_any = found.columns.chunks(FIND_AT_ONCE).any(|columns| {
                    head.find(target, columns, range, &mut findings);
                    findings.iter().any(|one| *one != Finding::Nothing)
                });
                if has_any {
                    visit(&found.target);
                }
                continue;
            }
            head.find(target, &found.columns, range, &mut findings);
            drop(guard);
            let series = found.metrics.iter().zip(&findings);
            let there = series.filter(|(_, finding)| **finding != Finding::Nothing);
            let mut count = 0;
            for (metric, _) in there {
                count += 1;
                if told.insert(*metric) {
                    visit(&registry.index().metric_labels(*metric));
                }
            }
            if count > 0 {
                visit(&found.target);
            }
            if count == found.metrics.len() {
                told_whole.insert(list);
            }
        }
        Ok(())
    }

    fn exemplars(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        let by_series = self.generation.all_exemplars(range);
        if by_series.is_empty() {
            return Ok(Vec::new());
        }
        let registry = self.store.registry();
        let labels = |place: registry::Place| {
            let labels = registry.index().labels(registry.series(place)?);
            let passes = matchers
                .iter()
                .all(|matcher| matcher.matches_labels(&labels));
            passes.then_some(labels)
        };
        let found = by_series.into_iter();
        Ok(found
            .filter_map(|(place, exemplars)| Some((labels(place)?, exemplars)))
            .collect())
    }
}
