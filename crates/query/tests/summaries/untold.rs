//! A store that hides what another tells of windows, or counts it.

use std::sync::atomic::{AtomicUsize, Ordering};

use model::{Exemplar, Labels, Matcher, TimeRange};
use storage::{
    Appender, Broken, Columns, Deleted, FamilyMetadata, Group, GroupLabels, Measure, Querier,
    Selection, Statistics, Store, Summaries,
};

/// The other store, as one that tells of windows or not, and of how many groups it did.
pub(crate) struct Watched<'s> {
    pub(crate) store: &'s dyn Store,
    pub(crate) tells: bool,
    pub(crate) told: AtomicUsize,
}

impl<'s> Watched<'s> {
    pub(crate) fn new(store: &'s dyn Store, tells: bool) -> Self {
        Self {
            store,
            tells,
            told: AtomicUsize::new(0),
        }
    }
}

struct WatchedQuerier<'s> {
    inner: Box<dyn Querier + 's>,
    watched: &'s Watched<'s>,
}

struct WatchedGroup<'q> {
    inner: Box<dyn Group + 'q>,
    watched: &'q Watched<'q>,
}

impl Store for Watched<'_> {
    fn appender(&self) -> Box<dyn Appender + '_> {
        self.store.appender()
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        Ok(Box::new(WatchedQuerier {
            inner: self.store.querier(range)?,
            watched: self,
        }))
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.store.metadata(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        self.store.delete(matchers, range)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        self.store.statistics(limit)
    }
}

impl Querier for WatchedQuerier<'_> {
    fn select<'q>(&'q self, selection: &Selection<'_>) -> Result<Vec<Box<dyn Group + 'q>>, Broken> {
        let groups = self.inner.select(selection)?.into_iter();
        let watched = |inner| {
            let watched = self.watched;
            Box::new(WatchedGroup { inner, watched }) as Box<dyn Group + 'q>
        };
        Ok(groups.map(watched).collect())
    }

    fn series(&self, matchers: &[Matcher]) -> Result<Vec<Labels>, Broken> {
        self.inner.series(matchers)
    }

    fn label_names(&self, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        self.inner.label_names(matchers)
    }

    fn label_values(&self, name: &str, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        self.inner.label_values(name, matchers)
    }

    fn exemplars(&self, matchers: &[Matcher]) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        self.inner.exemplars(matchers)
    }
}

impl Group for WatchedGroup<'_> {
    fn labels(&self) -> &GroupLabels {
        self.inner.labels()
    }

    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken> {
        self.inner.read(range, out)
    }

    fn summarize(
        &self,
        windows: &[TimeRange],
        measure: Measure,
        out: &mut Summaries,
    ) -> Result<bool, Broken> {
        let told = self.watched.tells && self.inner.summarize(windows, measure, out)?;
        self.watched
            .told
            .fetch_add(usize::from(told), Ordering::Relaxed);
        Ok(told)
    }
}
