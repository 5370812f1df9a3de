//! A store that writes down what it is told, word for word, and can be told to misbehave.

use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Matcher, Metadata, TimeRange, Timestamp, is_stale};
use storage::{
    Appender, Broken, Committed, Deleted, FamilyMetadata, Querier, Refusal, Sample, SampleValue,
    SeriesKey, SeriesRef, Statistics, Store,
};

/// The store.
#[derive(Default)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    series: HashMap<Labels, SeriesRef, RandomState>,
    next: u64,
    lines: Vec<String>,
    refusals: HashMap<String, Refusal, RandomState>,
    is_broken: bool,
    panics: bool,
    /// Samples that came by reference.
    by_reference: usize,
}

impl Ledger {
    /// The lines that were committed since the last call: `<seconds> <series> <value>`, with `whole` before series that
    /// were named by all of their labels.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().lines)
    }

    /// Refuses all samples of a metric.
    pub(crate) fn refuse(&self, metric: &str, refusal: Refusal) {
        self.inner().refusals.insert(metric.to_owned(), refusal);
    }

    /// Forgets all references.
    pub(crate) fn forget_references(&self) {
        self.inner().series.clear();
    }

    /// Fails all commits from now on, or no longer.
    pub(crate) fn set_broken(&self, is_broken: bool) {
        self.inner().is_broken = is_broken;
    }

    /// Panics at the next commit.
    pub(crate) fn panic_once(&self) {
        self.inner().panics = true;
    }

    /// How many samples came by reference since the last call.
    pub(crate) fn take_by_reference(&self) -> usize {
        std::mem::take(&mut self.inner().by_reference)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Ledger {
    fn appender(&self) -> Box<dyn Appender + '_> {
        Box::new(Page {
            ledger: self,
            target: Labels::empty(),
            time: Timestamp(0),
            lines: Vec::new(),
            created: Vec::new(),
            is_committed: false,
        })
    }

    fn querier(&self, _: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        let reason = "a ledger is not queried".to_owned();
        Err(Broken { reason })
    }

    fn metadata(&self, _: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        Vec::new()
    }

    fn delete(&self, _: &[Matcher], _: TimeRange) -> Result<Deleted, Broken> {
        Ok(Deleted::default())
    }

    fn statistics(&self, _: usize) -> Statistics {
        Statistics::default()
    }
}

struct Page<'l> {
    ledger: &'l Ledger,
    target: Labels,
    time: Timestamp,
    lines: Vec<String>,
    created: Vec<Labels>,
    is_committed: bool,
}

impl Page<'_> {
    fn series(&mut self, key: SeriesKey<'_>) -> Result<(Labels, SeriesRef), Refusal> {
        let mut inner = self.ledger.inner();
        let labels = match key {
            SeriesKey::Known(reference) => {
                let mut all = inner.series.iter();
                let found = all.find(|(_, own)| **own == reference);
                let (labels, _) = found.ok_or(Refusal::UnknownReference)?;
                let labels = labels.clone();
                inner.by_reference += 1;
                return Ok((labels, reference));
            }
            SeriesKey::InTarget(own) => {
                assert!(own.iter().all(|(name, _)| self.target.get(name).is_none()));
                own.merged(&self.target)
            }
            SeriesKey::Whole(labels) => labels.clone(),
        };
        if let Some(reference) = inner.series.get(&labels) {
            return Ok((labels, *reference));
        }
        inner.next += 1;
        let reference = SeriesRef(inner.next);
        inner.series.insert(labels.clone(), reference);
        drop(inner);
        self.created.push(labels.clone());
        Ok((labels, reference))
    }
}

impl Appender for Page<'_> {
    fn row(&mut self, target: &Labels, time: Timestamp) {
        self.target = target.clone();
        self.time = time;
    }

    fn append(&mut self, key: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        let (labels, reference) = self.series(key)?;
        if let Some(refusal) = self.ledger.inner().refusals.get(labels.metric_name()) {
            return Err(*refusal);
        }
        let whole = if matches!(key, SeriesKey::Whole(_)) {
            "whole "
        } else {
            ""
        };
        let value = match sample.value {
            SampleValue::Float(value) if is_stale(value) => "stale".to_owned(),
            SampleValue::Float(value) => value.to_string(),
            SampleValue::Histogram(_) => "histogram".to_owned(),
        };
        let time = sample.timestamp.unwrap_or(self.time);
        let mut line = format!("{time} {whole}{labels} {value}");
        for exemplar in sample.exemplars {
            line += &format!(
                " # {} {} {}",
                exemplar.labels, exemplar.value, exemplar.timestamp
            );
        }
        self.lines.push(line);
        Ok(reference)
    }

    fn metadata(&mut self, family: &str, metadata: &Metadata) {
        let Metadata { kind, help, unit } = metadata;
        self.lines.push(format!(
            "{} family {family} {kind} {help:?} {unit:?}",
            self.time
        ));
    }

    fn commit(mut self: Box<Self>) -> Result<Committed, Broken> {
        let mut inner = self.ledger.inner();
        if std::mem::take(&mut inner.panics) {
            drop(inner);
            panic!("the test says so");
        }
        if inner.is_broken {
            let reason = "the test says so".to_owned();
            return Err(Broken { reason });
        }
        inner.lines.append(&mut self.lines);
        drop(inner);
        self.is_committed = true;
        Ok(Committed::default())
    }
}

impl Drop for Page<'_> {
    /// What was not committed has not been: the references it gave mean nothing.
    fn drop(&mut self) {
        if !self.is_committed {
            let mut inner = self.ledger.inner();
            for labels in &self.created {
                inner.series.remove(labels);
            }
        }
    }
}
