//! One family: its metadata, and its samples grouped into metrics and points.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::openmetrics::{SeriesRead, sorted_and_unique};
use super::point::{Point, Reading};
use super::{Breach, Rule};
use crate::read::Sample;
use crate::{Kind, Suffix, float};

/// The most characters that the names and values of an exemplar's labels have together.
///
/// Source: OpenMetrics 1.0, "Exemplars".
const EXEMPLAR_CHARS_MAX: usize = 128;

/// What tells one metric of a family from another.
type MetricLabels<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// The family under way.
pub(super) struct Family<'a> {
    name: Cow<'a, str>,
    /// Where its first line is.
    at: usize,
    helped: bool,
    kind: Option<Kind>,
    unit: Option<&'a str>,
    sampled: bool,
    metric: Option<Metric<'a>>,
    /// Metrics that have ended.
    ended: BTreeSet<MetricLabels<'a>>,
}

/// The metric under way.
struct Metric<'a> {
    labels: MetricLabels<'a>,
    time: Option<&'a str>,
    point: Point,
}

impl<'a> Family<'a> {
    pub(super) fn new(at: usize, name: Cow<'a, str>) -> Self {
        Self {
            name,
            at,
            helped: false,
            kind: None,
            unit: None,
            sampled: false,
            metric: None,
            ended: BTreeSet::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn kind_or_unknown(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    pub(super) fn help(&mut self, at: usize) -> Result<(), Breach> {
        self.metadata(at, "HELP", self.helped)?;
        self.helped = true;
        Ok(())
    }

    pub(super) fn kind(&mut self, at: usize, kind: Kind) -> Result<(), Breach> {
        self.metadata(at, "TYPE", self.kind.is_some())?;
        self.kind = Some(kind);
        self.unit_fits(at)
    }

    pub(super) fn unit(&mut self, at: usize, unit: &'a str) -> Result<(), Breach> {
        self.metadata(at, "UNIT", self.unit.is_some())?;
        self.unit = Some(unit);
        self.unit_fits(at)
    }

    fn metadata(&self, at: usize, line: &'static str, repeated: bool) -> Result<(), Breach> {
        let name = || self.name.to_string();
        if self.sampled {
            return Err(Breach::Rule(at, Rule::LateMetadata(line, name())));
        }
        if repeated {
            return Err(Breach::Rule(at, Rule::RepeatedMetadata(line, name())));
        }
        Ok(())
    }

    fn unit_fits(&self, at: usize) -> Result<(), Breach> {
        match (self.kind, self.unit) {
            (Some(kind @ (Kind::Info | Kind::StateSet)), Some(unit)) if !unit.is_empty() => {
                Err(Breach::Rule(at, Rule::UnitOfKind(kind, unit.to_owned())))
            }
            _ => Ok(()),
        }
    }

    /// Which part of the family a sample called `name` is, if it can be one.
    pub(super) fn part(&self, name: &str) -> Option<Suffix> {
        let end = name.strip_prefix(&*self.name)?;
        let suffixes = self.kind_or_unknown().suffixes();
        suffixes
            .iter()
            .copied()
            .find(|suffix| suffix.as_str() == end)
    }

    pub(super) fn sample(
        &mut self,
        at: usize,
        suffix: Suffix,
        series: SeriesRead<'a>,
        sample: &Sample<'a>,
    ) -> Result<(), Breach> {
        self.sampled = true;
        let kind = self.kind_or_unknown();
        let name = series.name;
        let mut labels = series.labels;
        let own = own_label(kind, suffix, &self.name);
        let bound = match own {
            None => None,
            Some(own) => {
                let Some(index) = labels.iter().position(|(name, _)| name == own) else {
                    let missing = Rule::MissingLabel(name.into_owned(), own.to_owned());
                    return Err(Breach::Rule(at, missing));
                };
                Some(labels.remove(index).1)
            }
        };
        if let Some(foreign) = foreign_label(kind, suffix)
            && labels.iter().any(|(name, _)| name == foreign)
        {
            return Err(Breach::Rule(
                at,
                Rule::ForeignLabel(name.into_owned(), foreign),
            ));
        }
        let reading = Reading {
            kind,
            suffix,
            name: &name,
            bound: bound.as_deref(),
            value: sample.value,
        };
        reading.check().map_err(|rule| Breach::Rule(at, rule))?;
        exemplar(at, &reading, sample)?;
        self.group(at, labels, series.time, &reading)?;
        let Some(metric) = &mut self.metric else {
            return Ok(());
        };
        let added = metric.point.add(&reading);
        added.map_err(|rule| Breach::Rule(at, rule))
    }

    /// Ends the family: its last metric must be whole.
    pub(super) fn end(&mut self) -> Result<(), Breach> {
        match self.metric.take() {
            Some(metric) => self.end_point(&metric.point),
            None => Ok(()),
        }
    }

    /// Turns to the metric and the point that `reading` with `labels` at `time` belongs to.
    fn group(
        &mut self,
        at: usize,
        labels: MetricLabels<'a>,
        time: Option<&'a str>,
        reading: &Reading<'_>,
    ) -> Result<(), Breach> {
        let rule = |rule: fn(String) -> Rule| Breach::Rule(at, rule(self.name.to_string()));
        let Some(metric) = self
            .metric
            .as_mut()
            .filter(|metric| metric.labels == labels)
        else {
            if self.ended.contains(&labels) {
                return Err(rule(Rule::InterruptedMetric));
            }
            if let Some(before) = self.metric.take() {
                self.end_point(&before.point)?;
                self.ended.insert(before.labels);
            }
            let point = Point::new(at);
            self.metric = Some(Metric {
                labels,
                time,
                point,
            });
            return Ok(());
        };
        let later = match (metric.time, time) {
            (None, None) => false,
            (Some(before), Some(now)) => {
                let seconds = |text| float::parse(text).unwrap_or_default();
                if seconds(now) < seconds(before) {
                    return Err(rule(Rule::BackwardTimestamps));
                }
                // Times may differ by less than a float can tell. Then a sample that is there already begins the next point.
                seconds(now) > seconds(before) || (now != before && metric.point.has(reading))
            }
            _ => return Err(rule(Rule::MixedTimestamps)),
        };
        if later {
            metric.time = time;
            let before = std::mem::replace(&mut metric.point, Point::new(at));
            return self.end_point(&before);
        }
        Ok(())
    }

    fn end_point(&self, point: &Point) -> Result<(), Breach> {
        point
            .end(&self.name, self.kind_or_unknown())
            .map_err(|rule| Breach::Rule(point.at(), rule))
    }
}

/// The label that tells samples of one point apart, so that it isn't one of the metric's.
fn own_label(kind: Kind, suffix: Suffix, family: &str) -> Option<&str> {
    match (kind, suffix) {
        (_, Suffix::Bucket) => Some("le"),
        (Kind::Summary, Suffix::None) => Some("quantile"),
        (Kind::StateSet, _) => Some(family),
        _ => None,
    }
}

/// The label that the metric may not have, since other samples of the point have it.
fn foreign_label(kind: Kind, suffix: Suffix) -> Option<&'static str> {
    match (kind, suffix) {
        (_, Suffix::Bucket) | (Kind::Summary, Suffix::None) => None,
        (Kind::Histogram | Kind::GaugeHistogram, _) => Some("le"),
        (Kind::Summary, _) => Some("quantile"),
        _ => None,
    }
}

fn exemplar(at: usize, reading: &Reading<'_>, sample: &Sample<'_>) -> Result<(), Breach> {
    let Some(exemplar) = sample.exemplar() else {
        return Ok(());
    };
    let rule = |rule| Err(Breach::Rule(at, rule));
    if !matches!(reading.suffix, Suffix::Total | Suffix::Bucket) {
        return rule(Rule::ExemplarPlace(reading.name.to_owned(), reading.kind));
    }
    let mut labels = Vec::new();
    let mut chars = 0;
    for label in exemplar.labels {
        let label = label?;
        chars += label.name.chars().count() + label.value.chars().count();
        labels.push((label.name, label.value));
    }
    sorted_and_unique(at, &mut labels)?;
    if chars > EXEMPLAR_CHARS_MAX {
        return rule(Rule::ExemplarLength(chars, EXEMPLAR_CHARS_MAX));
    }
    match reading.bound.map(float::parse) {
        Some(Ok(bound)) if exemplar.value > bound => {
            let bound = reading.bound.unwrap_or_default().to_owned();
            rule(Rule::ExemplarValue(exemplar.value.to_string(), bound))
        }
        _ => Ok(()),
    }
}
