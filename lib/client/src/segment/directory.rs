//! What this process knows of the records of all: read once, and then only what has been appended since.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashTable};

use super::append::Changing;
use super::declared::{Declared, Shape};
use super::layout::{AT_RECORDS, FAMILY, RECORD_ALIGN, SERIES, SERIES_HEAD};
use super::mapping::Mapping;
use super::record::{Draft, Record};
use crate::cell::AtomicU64;
use crate::gauge::Merge;
use crate::labels::{LabelNames, LabelText};
use crate::node::{HEAD_WORDS, now_seconds};
use crate::words::Words;

/// Families and series in the order in which they were appended.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Up to here all is known.
    seen: usize,
    /// Places where there should have been a record.
    pub(super) damaged: u64,
    pub(super) families: Vec<Known>,
    /// By the place of the record.
    by_place: HashMap<usize, usize, RandomState>,
    /// Family and series, by the values.
    by_values: HashTable<(usize, usize)>,
    hasher: RandomState,
}

/// A family and its series.
#[derive(Clone, Debug)]
pub(super) struct Known {
    at: usize,
    pub(super) declared: Arc<Declared>,
    pub(super) names: Arc<LabelNames>,
    /// Shared with pages that are being written; copied when it changes meanwhile.
    pub(super) series: Arc<Vec<Arc<Series>>>,
}

/// One series.
#[derive(Debug)]
pub(super) struct Series {
    hash: u64,
    pub(super) labels: LabelText,
    pub(super) words: Words,
}

impl Series {
    pub(super) fn is_removed(&self) -> bool {
        crate::node::is_removed(self.words.get())
    }
}

impl Directory {
    /// Learns of what was appended.
    pub(super) fn catch_up(&mut self, mapping: &Arc<Mapping>) {
        let end = mapping.used();
        let mut at = self.seen.max(AT_RECORDS);
        let mut lost = false;
        while at < end && mapping.words(at, RECORD_ALIGN).is_some() {
            let record = Record::read(mapping, at, end);
            let length = record
                .as_ref()
                .map_or(RECORD_ALIGN, |record| record.words.len());
            let learned = record.is_some_and(|record| self.learn(mapping, &record).is_some());
            // Counted once for each gap, however long.
            self.damaged += u64::from(!learned && !lost);
            lost = !learned;
            at += length;
        }
        self.seen = at;
    }

    /// `None` when a record that is whole makes no sense.
    fn learn(&mut self, mapping: &Arc<Mapping>, record: &Record) -> Option<()> {
        match record.kind {
            FAMILY => {
                let declared = Declared::read(record)?;
                self.by_place.insert(record.at, self.families.len());
                self.families.push(Known {
                    at: record.at,
                    names: Arc::new(declared.label_names()),
                    declared: Arc::new(declared),
                    series: Arc::default(),
                });
            }
            SERIES => self.learn_series(mapping, record)?,
            _ => {}
        }
        Some(())
    }

    fn learn_series(&mut self, mapping: &Arc<Mapping>, record: &Record) -> Option<()> {
        let family = *self.by_place.get(&usize::try_from(record.words[2]).ok()?)?;
        let known = self.families.get_mut(family)?;
        let (cells, texts) = (record.words[3] as u32 as usize, record.words[3] >> 32);
        let is_whole =
            cells == known.declared.shape.cells() && texts == known.declared.labels.len() as u64;
        if !is_whole {
            return None;
        }
        let start = SERIES_HEAD + HEAD_WORDS + cells;
        let values = record.texts(start, known.declared.labels.len())?;
        let values = values.iter().map(String::as_str).collect::<Vec<_>>();
        let labels = LabelText::new(&known.names, &values);
        let words = Words::of_segment(mapping, record.at + SERIES_HEAD, HEAD_WORDS + cells)?;
        let hash = self.hasher.hash_one((family, values.as_slice()));
        let number = known.series.len();
        let series = Series {
            hash,
            labels,
            words,
        };
        Arc::make_mut(&mut known.series).push(Arc::new(series));
        let families = &self.families;
        let rehash = |&(family, series): &(usize, usize)| families[family].series[series].hash;
        self.by_values.insert_unique(hash, (family, number), rehash);
        Some(())
    }

    /// The family, which is declared if nobody has declared one like it. `None` when there is no room.
    pub(super) fn family(
        &mut self,
        mapping: &Arc<Mapping>,
        changing: &Changing<'_>,
        declared: &Declared,
    ) -> Option<usize> {
        self.catch_up(mapping);
        let is = |known: &Known| known.declared.is(declared);
        if let Some(found) = self.families.iter().position(is) {
            return Some(found);
        }
        changing.append(&declared.draft())?;
        self.catch_up(mapping);
        self.families.iter().position(is)
    }

    /// The words of a series, which is born if there is none. `None` when there is no room.
    pub(super) fn series(
        &mut self,
        mapping: &Arc<Mapping>,
        changing: &Changing<'_>,
        family: usize,
        values: &[&str],
        begin: &dyn Fn(&[AtomicU64]),
    ) -> Option<Words> {
        self.catch_up(mapping);
        if let Some(found) = self.find(family, values) {
            return Some(found);
        }
        changing.append(&self.families.get(family)?.draft(values, begin))?;
        self.catch_up(mapping);
        self.find(family, values)
    }

    fn find(&self, family: usize, values: &[&str]) -> Option<Words> {
        let hash = self.hasher.hash_one((family, values));
        let series = |&(family, series): &(usize, usize)| &self.families[family].series[series];
        let is = |place: &(usize, usize)| {
            place.0 == family && series(place).labels.is(values) && !series(place).is_removed()
        };
        let place = self.by_values.find(hash, is)?;
        let words = &series(place).words;
        let mapping = words.segment()?;
        Words::of_segment(mapping, mapping.place(words.get()), words.get().len())
    }

    /// Where the cells of all gauges are, with their modes.
    pub(super) fn gauges(&self, mapping: &Mapping) -> Vec<(usize, Merge)> {
        let gauges = self
            .families
            .iter()
            .filter_map(|known| match known.declared.shape {
                Shape::Gauge(merge) => Some((known, merge)),
                _ => None,
            });
        gauges
            .flat_map(|(known, merge)| {
                let series = known.series.iter();
                series.map(move |series| (mapping.place(series.words.get()) + HEAD_WORDS, merge))
            })
            .collect()
    }
}

impl Known {
    /// A new series' record.
    fn draft(&self, values: &[&str], begin: &dyn Fn(&[AtomicU64])) -> Draft {
        let cells = self.declared.shape.cells();
        let words = Words::heap(HEAD_WORDS + cells);
        crate::node::set_created(words.get(), now_seconds());
        begin(&words.get()[HEAD_WORDS..]);
        let words = words.get().iter().map(crate::cell::count);
        let mut draft = Draft::new(SERIES);
        draft.push(self.at as u64);
        draft.push((values.len() as u64) << 32 | cells as u64);
        draft.push(0);
        draft.push_mutable(&words.collect::<Vec<_>>());
        draft.push_texts(values.iter().map(|value| crate::labels::cut(value)));
        draft.finish()
    }
}
