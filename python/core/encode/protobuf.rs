//! The page as protobuf. Families are handed to the core, which writes the bytes: our own from here, Python's from [`grouped`].

use std::sync::atomic::Ordering::Relaxed;

use ferula::{
    Description, HistogramPoint, LabelPairs, Page, Point, Points, Protobuf, Selection, SummaryPoint,
};
use pyo3::prelude::*;

use super::Style;
use crate::exemplar::Exemplar;
use crate::family::{Family, Kind};
use crate::metric::Metric;
use crate::segment;
use crate::series::Series;
use crate::shared::{OVERFLOWS, OVERFLOWS_HELP};

mod grouped;

pub(super) use grouped::families;

/// Writes one of our own families. Nothing here touches the interpreter.
pub(super) fn family(out: &mut Vec<u8>, family: &Family, leaves: &[Py<Metric>], style: Style) {
    let (mut sink, all) = (Protobuf::new(out, style.escaping), Selection::all());
    let mut page = Page::new(&mut sink, &all);
    let description = Description::new(kind(family.kind), &family.name, &family.documentation);
    let mut points = page.family(description.with_unit(&family.unit));
    for series in leaves.iter().filter_map(|leaf| leaf.get().series()) {
        let values = family.labels.values(&series.labels);
        let labels: Vec<(&str, &str)> = family
            .labels
            .iter()
            .zip(values.iter().map(String::as_str))
            .collect();
        let created = style.created.then(|| series.created());
        show(&mut points, labels[..].into(), family, series, created);
    }
}

fn kind(kind: Kind) -> ferula::Kind {
    match kind {
        Kind::Counter => ferula::Kind::Counter,
        Kind::Gauge => ferula::Kind::Gauge,
        Kind::Summary => ferula::Kind::Summary,
        Kind::Histogram => ferula::Kind::Histogram,
        Kind::Info => ferula::Kind::Info,
        Kind::StateSet => ferula::Kind::StateSet,
        Kind::Other => ferula::Kind::Unknown,
    }
}

fn show(
    points: &mut Points<'_>,
    labels: LabelPairs<'_>,
    family: &Family,
    series: &Series,
    created_seconds: Option<f64>,
) {
    match family.kind {
        Kind::Counter => {
            let exemplar = series.exemplar(0, Clone::clone);
            let pairs = exemplar.as_ref().map(Exemplar::pairs).unwrap_or_default();
            let point = Point::Counter {
                total: series.value(),
                created_seconds,
                exemplar: exemplar.as_ref().map(|it| it.of_core(&pairs)),
            };
            points.point(labels, &point);
        }
        Kind::Summary => {
            let summary = SummaryPoint {
                quantiles: &[],
                count: series.count(0),
                sum: series.value(),
                created_seconds,
            };
            points.point(labels, &Point::Summary(summary));
        }
        Kind::Histogram => histogram(points, labels, family, series, created_seconds),
        _ => points.point(labels, &Point::Gauge(series.value())),
    }
}

fn histogram(
    points: &mut Points<'_>,
    labels: LabelPairs<'_>,
    family: &Family,
    series: &Series,
    created_seconds: Option<f64>,
) {
    let buckets = 0..family.bounds.len();
    let counts: Vec<u64> = buckets.clone().map(|index| series.count(index)).collect();
    let examples: Vec<Option<Exemplar>> = buckets
        .map(|index| series.exemplar(index, Clone::clone))
        .collect();
    with_examples(&examples, |exemplars| {
        let (_, bounds) = family.bounds.split_last().unwrap_or((&0.0, &[]));
        let histogram = HistogramPoint {
            bounds,
            counts: &counts,
            sum: Some(series.value()),
            created_seconds,
            exemplars,
            native: None,
        };
        points.point(labels, &Point::Histogram(histogram));
    });
}

/// Lets `show` have examples as the core has them.
fn with_examples(
    examples: &[Option<Exemplar>],
    show: impl FnOnce(&[Option<ferula::Exemplar<'_>>]),
) {
    if examples.iter().all(Option::is_none) {
        return show(&[]);
    }
    let pairs: Vec<_> = examples
        .iter()
        .map(|example| example.as_ref().map(Exemplar::pairs).unwrap_or_default())
        .collect();
    let examples: Vec<_> = examples
        .iter()
        .zip(&pairs)
        .map(|(example, pairs)| Some(example.as_ref()?.of_core(pairs)))
        .collect();
    show(&examples);
}

/// Writes a family that the core keeps.
pub(super) fn of_core(out: &mut Vec<u8>, family: &Family, style: Style) {
    let all = Selection::all();
    if let Some(shared) = &family.shared {
        let mut sink = Protobuf::new(out, style.escaping);
        shared.show(&mut Page::new(&mut sink, &all));
    }
}

/// Writes all families of a segment, and with `processes` what each of its processes costs.
pub(super) fn segment(out: &mut Vec<u8>, segment: &ferula::Segment, processes: bool, style: Style) {
    segment::show(segment, &mut Protobuf::new(out, style.escaping), processes);
}

/// The families that were full when somebody asked for a new child.
pub(super) fn overflows(out: &mut Vec<u8>, families: &[&Family], style: Style) {
    let (mut sink, all) = (Protobuf::new(out, style.escaping), Selection::all());
    let mut page = Page::new(&mut sink, &all);
    let mut points = page.family(Description::counter(OVERFLOWS, OVERFLOWS_HELP));
    for family in families {
        let label = [("family", family.name.as_str())];
        let total = family.overflows.load(Relaxed) as f64;
        points.point(LabelPairs::from(&label), &Point::counter(total));
    }
}
