//! A segment on a page.

use std::sync::Arc;

use super::declared::Shape;
use super::directory::{Known, Series};
use super::mapping::Mapping;
use super::pid_labels::PidLabels;
use super::slots::{self, Claimed};
use super::{Segment, facts, gauge, record};
use crate::exemplar::SLOT_WORDS;
use crate::info::{Facts, Taken};
use crate::node::{HEAD_WORDS, LINK, Sealed, Seen};
use crate::point::LabelPairs;
use crate::{
    Collector, Counter, Description, Histogram, Info, Page, Point, Points, StateSet, Summary,
};

/// How many examples a series may have, by its number of cells.
fn exemplars_of(shape: &Shape) -> usize {
    match shape {
        Shape::Counter => 1,
        Shape::Histogram(buckets) => buckets.bounds().len() + 1,
        _ => 0,
    }
}

/// The families of all processes, in the order in which they came.
impl Collector for Segment {
    fn collect(&self, page: &mut Page<'_>) {
        self.show_families(page, &|_| true);
    }
}

impl Segment {
    /// Shows the families that `is` picks by their names. Families of one name and kind, which differ in shape, are one family of
    /// the page.
    pub(crate) fn show_families(&self, page: &mut Page<'_>, is: &dyn Fn(&str) -> bool) {
        let (families, claimed) = self.look();
        let mut shown: Vec<&str> = Vec::new();
        for known in &families {
            let name = &*known.declared.name;
            if shown.contains(&name) || !is(name) {
                continue;
            }
            shown.push(name);
            let kind = known.declared.shape.kind();
            let alike = families
                .iter()
                .filter(|other| other.declared.name == name && other.declared.shape.kind() == kind);
            let mut points = page.family(description(known));
            for family in alike {
                self.show_series(family, &claimed, &mut points);
            }
        }
    }

    /// Shows the series of one family of ours, with those of others that bear its name.
    pub(crate) fn show(&self, family: usize, points: &mut Points<'_>) {
        let (families, claimed) = self.look();
        let Some(own) = families.get(family) else {
            return;
        };
        let is = |other: &&Known| {
            other.declared.name == own.declared.name
                && other.declared.shape.kind() == own.declared.shape.kind()
        };
        for known in families.iter().filter(is) {
            self.show_series(known, &claimed, points);
        }
    }

    /// All there is, after what processes that are gone have left was folded.
    fn look(&self) -> (Vec<Known>, Vec<Claimed>) {
        let mapping = self.mapping();
        let claimed = {
            let _gate = crate::fork::pass();
            slots::claimed(mapping, mapping.fd())
        };
        if claimed.iter().any(|slot| !slot.lives) {
            self.reap();
        }
        let families = self.with_directory(|directory| {
            directory.catch_up(mapping);
            directory.families.clone()
        });
        (families, claimed)
    }

    fn show_series(&self, known: &Known, claimed: &[Claimed], points: &mut Points<'_>) {
        let living = known.series.iter().filter(|series| !series.is_removed());
        let mapping = self.mapping();
        if let Shape::Gauge(merge) = known.declared.shape {
            let mut values = Vec::new();
            for series in living {
                let cells = mapping.place(series.words.get()) + HEAD_WORDS;
                gauge::show(mapping, cells, merge, claimed, &mut values);
                show_gauge(known, series, &values, points);
            }
            return;
        }
        for series in living {
            show(mapping, known, series, points);
        }
    }
}

fn description(known: &Known) -> Description<'_> {
    Description {
        name: &known.declared.name,
        help: &known.declared.help,
        unit: &known.declared.unit,
        kind: known.declared.shape.kind(),
        as_named: false,
    }
}

fn show(mapping: &Arc<Mapping>, known: &Known, series: &Series, points: &mut Points<'_>) {
    let words = series.words.get();
    let labels = LabelPairs::rendered(&known.names, &series.labels);
    let count = exemplars_of(&known.declared.shape) * SLOT_WORDS;
    let block = crate::cell::count(&words[LINK]);
    let exemplars = record::block(mapping, block, count).filter(|_| count > 0);
    let exemplars = exemplars.and_then(|at| mapping.words(at, count));
    match &known.declared.shape {
        Shape::Counter => Counter::show(&Seen::new(&(), words, exemplars, None), labels, points),
        Shape::Summary(quantiles) => {
            Summary::show(&Seen::new(quantiles, words, None, None), labels, points);
        }
        Shape::Histogram(buckets) => {
            Histogram::show(&Seen::new(buckets, words, exemplars, None), labels, points);
        }
        Shape::StateSet(states) => {
            StateSet::show(&Seen::new(states, words, None, None), labels, points);
        }
        Shape::Info => {
            let facts = Facts::new(facts::kept(mapping, &words[LINK]));
            let taken = Taken::default();
            let seen = Seen::new(&taken, words, None, Some(&facts));
            Info::show(&seen, labels, points);
        }
        Shape::Gauge(_) => {}
    }
}

fn show_gauge(
    known: &Known,
    series: &Series,
    values: &[(Option<u32>, f64)],
    points: &mut Points<'_>,
) {
    let labels = LabelPairs::rendered(&known.names, &series.labels);
    let mut of_pids = None;
    for &(pid, value) in values {
        let Some(pid) = pid else {
            points.point(labels, &Point::Gauge(value));
            continue;
        };
        let of_pids = of_pids.get_or_insert_with(|| PidLabels::new(labels, &known.names));
        points.point(of_pids.with(pid), &Point::Gauge(value));
    }
}
