//! Families that Python made. Text shows their samples line by line; here the lines of one series have to be found together again:
//! buckets, sum, count and the time of birth are one histogram.
//!
//! What fits no family of its type is shown by itself, as a value of unknown type: a custom collector may yield anything, and text would
//! show it too.

use ferula::{
    Description, Escaping, HistogramPoint, Kind, LabelPairs, NativePoint, Point, Protobuf, Sink,
    SummaryPoint,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::super::object::{self, Field};
use super::super::{Style, blame};
use super::with_examples;
use crate::exemplar::Exemplar;

type Labels = Vec<(String, String)>;

/// Writes all families that `families` yields.
pub(in crate::encode) fn families(
    out: &mut Vec<u8>,
    families: &Bound<'_, PyAny>,
    style: Style,
) -> PyResult<()> {
    for family in families.try_iter()? {
        let family = family?;
        self::family(out, &family, style).map_err(|error| blame(family.py(), error, &family))?;
    }
    Ok(())
}

fn family(out: &mut Vec<u8>, family: &Bound<'_, PyAny>, style: Style) -> PyResult<()> {
    let py = family.py();
    let text = |name: &Bound<'_, PyString>| -> PyResult<String> { family.getattr(name)?.extract() };
    let name = text(intern!(py, "name"))?;
    let mut grouped = Grouped {
        kind: kind(&text(intern!(py, "type"))?),
        name: &name,
        created: style.created,
        series: Groups::default(),
        strays: Vec::new(),
    };
    for sample in family.getattr(intern!(py, "samples"))?.try_iter()? {
        grouped.sample(&sample?)?;
    }
    let (help, unit) = (
        text(intern!(py, "documentation"))?,
        text(intern!(py, "unit"))?,
    );
    grouped.write(out, &help, &unit, style.escaping);
    Ok(())
}

fn kind(word: &str) -> Kind {
    match word {
        "counter" => Kind::Counter,
        "gauge" => Kind::Gauge,
        "summary" => Kind::Summary,
        "histogram" => Kind::Histogram,
        "gaugehistogram" => Kind::GaugeHistogram,
        "info" => Kind::Info,
        "stateset" => Kind::StateSet,
        _ => Kind::Unknown,
    }
}

/// The samples of a family, by series.
struct Grouped<'n> {
    name: &'n str,
    kind: Kind,
    /// Whether it is shown when counting began.
    created: bool,
    series: Groups,
    /// What has another name than the family's samples: name, and a series of its own.
    strays: Vec<(String, Groups)>,
}

/// Series in the order in which they came.
#[derive(Default)]
struct Groups {
    groups: Vec<Group>,
    by_labels: HashMap<Labels, usize, RandomState>,
}

impl Groups {
    fn of(&mut self, labels: Labels) -> &mut Group {
        let place = *self
            .by_labels
            .entry_ref(&labels)
            .or_insert(self.groups.len());
        if place == self.groups.len() {
            self.groups.push(Group {
                labels,
                ..Group::default()
            });
        }
        &mut self.groups[place]
    }
}

/// What the samples of one series say.
#[derive(Default)]
struct Group {
    labels: Labels,
    timestamp_ms: Option<i64>,
    value: Option<f64>,
    exemplar: Option<Exemplar>,
    count: Option<u64>,
    sum: Option<f64>,
    created_seconds: Option<f64>,
    quantiles: Vec<(f64, f64)>,
    /// Bound, observations up to there, and an example.
    buckets: Vec<(f64, u64, Option<Exemplar>)>,
    native: Option<Native>,
}

/// What a sample says of its series.
enum Part {
    Value,
    Count,
    Sum,
    Created,
    Bucket,
    Quantile,
}

impl Grouped<'_> {
    fn sample(&mut self, sample: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = object::field(sample, Field::Name)?;
        let name = name.cast::<PyString>()?.to_str()?;
        let mut labels = object::labels(&object::field(sample, Field::Labels)?)?;
        let value = object::number(&object::field(sample, Field::Value)?)?;
        let timestamp_ms = object::milliseconds(&object::field(sample, Field::Timestamp)?)?;
        let part = name
            .strip_prefix(self.name)
            .and_then(|suffix| self.part(suffix));
        let own_label = match part {
            Some(Part::Bucket) => taken(&mut labels, "le"),
            Some(Part::Quantile) => taken(&mut labels, "quantile"),
            _ => Some(f64::NAN),
        };
        let (Some(part), Some(own_label)) = (part, own_label) else {
            self.stray(name).of(labels).set(value, timestamp_ms);
            return Ok(());
        };
        let group = self.series.of(labels);
        group.timestamp_ms = group.timestamp_ms.max(timestamp_ms);
        match part {
            Part::Value => {
                group.value = Some(value);
                group.exemplar = exemplar(&object::field(sample, Field::Exemplar)?)?;
                group.native = native(&object::field(sample, Field::NativeHistogram)?)?;
            }
            // Counts are whole numbers here, and floats where they come from.
            Part::Count => group.count = Some(value as u64),
            Part::Sum => group.sum = Some(value),
            Part::Created => group.created_seconds = self.created.then_some(value),
            Part::Bucket => {
                let exemplar = exemplar(&object::field(sample, Field::Exemplar)?)?;
                group.buckets.push((own_label, value as u64, exemplar));
            }
            Part::Quantile => group.quantiles.push((own_label, value)),
        }
        Ok(())
    }

    /// What a sample is whose name has this after the family's.
    fn part(&self, suffix: &str) -> Option<Part> {
        Some(match (self.kind, suffix) {
            (Kind::Counter, "_total") | (Kind::Info, "_info") => Part::Value,
            (Kind::Counter | Kind::Summary | Kind::Histogram, "_created") => Part::Created,
            (Kind::Summary, "") => Part::Quantile,
            (Kind::Summary | Kind::Histogram, "_count") => Part::Count,
            (Kind::Summary | Kind::Histogram, "_sum") => Part::Sum,
            (Kind::GaugeHistogram, "_gcount") => Part::Count,
            (Kind::GaugeHistogram, "_gsum") => Part::Sum,
            (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => Part::Bucket,
            (Kind::Counter | Kind::Info, "") => return None,
            (_, "") => Part::Value,
            _ => return None,
        })
    }

    fn stray(&mut self, name: &str) -> &mut Groups {
        let place = self.strays.iter().position(|(known, _)| known == name);
        let place = place.unwrap_or_else(|| {
            self.strays.push((name.to_owned(), Groups::default()));
            self.strays.len() - 1
        });
        &mut self.strays[place].1
    }

    fn write(self, out: &mut Vec<u8>, help: &str, unit: &str, escaping: Escaping) {
        let mut sink = Protobuf::new(out, escaping);
        let description = Description::new(self.kind, self.name, help).with_unit(unit);
        write(&mut sink, &description, &self.series.groups);
        for (name, series) in &self.strays {
            let description = Description::new(Kind::Unknown, name, help);
            write(&mut sink, &description, &series.groups);
        }
    }
}

fn write(sink: &mut Protobuf<'_>, description: &Description<'_>, groups: &[Group]) {
    if groups.is_empty() {
        return;
    }
    let mut family = sink.family(description);
    for group in groups {
        let labels: Vec<(&str, &str)> = group
            .labels
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let labels = LabelPairs::from(&labels[..]);
        group.with_point(description.kind, |point| match group.timestamp_ms {
            Some(timestamp_ms) => family.point_at(labels, point, timestamp_ms),
            None => family.point(labels, point),
        });
    }
}

impl Group {
    fn set(&mut self, value: f64, timestamp_ms: Option<i64>) {
        self.value = Some(value);
        self.timestamp_ms = timestamp_ms;
    }

    /// Lets `show` have the series as a point of its kind.
    fn with_point(&self, kind: Kind, show: impl FnOnce(&Point<'_>)) {
        let value = self.value.unwrap_or(f64::NAN);
        match kind {
            Kind::Counter => {
                let pairs = self.exemplar.as_ref().map(Exemplar::pairs);
                let pairs = pairs.unwrap_or_default();
                show(&Point::Counter {
                    total: value,
                    created_seconds: self.created_seconds,
                    exemplar: self.exemplar.as_ref().map(|it| it.of_core(&pairs)),
                });
            }
            Kind::Summary => show(&Point::Summary(SummaryPoint {
                quantiles: &self.quantiles,
                count: self.count.unwrap_or(0),
                sum: self.sum.unwrap_or(f64::NAN),
                created_seconds: self.created_seconds,
            })),
            Kind::Histogram | Kind::GaugeHistogram => self.histogram(show),
            Kind::Unknown => show(&Point::Unknown(value)),
            // A state has come as a label of its sample already.
            Kind::Gauge | Kind::StateSet => show(&Point::Gauge(value)),
            Kind::Info => show(&Point::Info(LabelPairs::NONE)),
        }
    }

    fn histogram(&self, show: impl FnOnce(&Point<'_>)) {
        let mut buckets = self.buckets.clone();
        buckets.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        if buckets
            .last()
            .is_none_or(|(bound, ..)| *bound != f64::INFINITY)
        {
            let seen = buckets.last().map_or(0, |(_, count, _)| *count);
            buckets.push((f64::INFINITY, self.count.unwrap_or(seen).max(seen), None));
        }
        let bounds: Vec<f64> = buckets.iter().map(|(bound, ..)| *bound).collect();
        let mut before = 0;
        let counts: Vec<u64> = buckets
            .iter()
            .map(|(_, count, _)| {
                let own = count.saturating_sub(before);
                before = *count;
                own
            })
            .collect();
        let examples: Vec<Option<Exemplar>> =
            buckets.into_iter().map(|(_, _, example)| example).collect();
        let native = self.native.as_ref();
        with_examples(&examples, |exemplars| {
            show(&Point::Histogram(HistogramPoint {
                bounds: &bounds[..bounds.len() - 1],
                counts: &counts,
                sum: self.sum.or(native.map(|native| native.sum)),
                created_seconds: self.created_seconds,
                exemplars,
                native: native.map(Native::point),
            }));
        });
    }
}

/// Takes a label that is the sample's own, and a number, from the others.
fn taken(labels: &mut Labels, name: &str) -> Option<f64> {
    let place = labels.iter().position(|(own, _)| own == name)?;
    // Words as Python and the formats have them: `+Inf`, `inf`, `1e-05`.
    let number = labels[place].1.parse().ok()?;
    labels.remove(place);
    Some(number)
}

fn exemplar(exemplar: &Bound<'_, PyAny>) -> PyResult<Option<Exemplar>> {
    if !exemplar.is_truthy()? {
        return Ok(None);
    }
    let py = exemplar.py();
    let seconds = exemplar.getattr(intern!(py, "timestamp"))?;
    Ok(Some(Exemplar {
        labels: object::labels(&exemplar.getattr(intern!(py, "labels"))?)?,
        value: object::number(&exemplar.getattr(intern!(py, "value"))?)?,
        seconds: if seconds.is_none() {
            None
        } else {
            Some(object::number(&seconds)?)
        },
    }))
}

/// A histogram with native buckets.
struct Native {
    count: u64,
    sum: f64,
    schema: i32,
    zero_threshold: f64,
    zero_count: u64,
    positive: Vec<(i32, u64)>,
    negative: Vec<(i32, u64)>,
}

impl Native {
    fn point(&self) -> NativePoint<'_> {
        let mut point = NativePoint {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            zero_count: self.zero_count,
            nan_count: 0,
            positive: &self.positive,
            negative: &self.negative,
        };
        point.nan_count = self.count.saturating_sub(point.count());
        point
    }
}

fn native(native: &Bound<'_, PyAny>) -> PyResult<Option<Native>> {
    if native.is_none() {
        return Ok(None);
    }
    let number = |name: &str| object::number(&native.getattr(name)?);
    Ok(Some(Native {
        count: number("count_value")? as u64,
        sum: number("sum_value")?,
        schema: native.getattr("schema")?.extract()?,
        zero_threshold: number("zero_threshold")?,
        zero_count: number("zero_count")? as u64,
        positive: side(native, "pos_spans", "pos_deltas")?,
        negative: side(native, "neg_spans", "neg_deltas")?,
    }))
}

/// Index and count of each bucket of a side.
fn side(native: &Bound<'_, PyAny>, spans: &str, deltas: &str) -> PyResult<Vec<(i32, u64)>> {
    let spans: Option<Vec<(i32, u32)>> = native.getattr(spans)?.extract()?;
    let deltas: Option<Vec<i64>> = native.getattr(deltas)?.extract()?;
    let mut deltas = deltas.unwrap_or_default().into_iter();
    let (mut buckets, mut next, mut count) = (Vec::new(), 0_i32, 0_i64);
    for (offset, length) in spans.unwrap_or_default() {
        next = next.saturating_add(offset);
        // Who says that a span is longer than there are deltas gets what there is.
        for delta in deltas.by_ref().take(length as usize) {
            count = count.saturating_add(delta);
            buckets.push((next, u64::try_from(count).unwrap_or(0)));
            next = next.saturating_add(1);
        }
    }
    Ok(buckets)
}
