//! A page as protobuf: `io.prometheus.client.MetricFamily`, each with its length before it.
//!
//! It is the one format that shows native histograms, and it keeps what text rounds or leaves out: when counting began, and examples. Fields
//! are those of `prometheus/client_model`, by number.

use crate::page::{FamilySink, Sink};
use crate::point::{HistogramPoint, LabelPairs, NativePoint, Point, SummaryPoint};
use crate::{Collector, Description, Escaping, Exemplar, Kind, Page, Selection};

mod wire;

use wire::Message;

/// Appends what `collector` shows and `selection` wants to `out`, as protobuf.
pub fn encode_protobuf(
    collector: &dyn Collector,
    selection: &Selection,
    escaping: Escaping,
    out: &mut Vec<u8>,
) {
    collector.collect(&mut Page::new(&mut Protobuf::new(out, escaping), selection));
}

/// A sink that writes protobuf, for pages that come from elsewhere than a registry.
#[derive(Debug)]
pub struct Protobuf<'o> {
    out: &'o mut Vec<u8>,
    escaping: Escaping,
    /// The family under way: its length comes first.
    family: Vec<u8>,
}

impl<'o> Protobuf<'o> {
    /// Families that are appended to `out`.
    pub fn new(out: &'o mut Vec<u8>, escaping: Escaping) -> Self {
        Self {
            out,
            escaping,
            family: Vec::new(),
        }
    }
}

impl Sink for Protobuf<'_> {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        let suffix = match description.kind {
            Kind::Counter if !description.as_named => "_total",
            Kind::Info => "_info",
            _ => "",
        };
        let name = format!("{}{suffix}", description.name);
        let mut family = Message::new(&mut self.family);
        family.text(1, &self.escaping.name(&name, true));
        family.text(2, description.help);
        family.varint(3, type_of(description.kind));
        if !description.unit.is_empty() {
            family.text(5, description.unit);
        }
        Box::new(Family {
            out: self.out,
            family: &mut self.family,
            escaping: self.escaping,
            name: description.name,
        })
    }
}

/// `MetricType`.
fn type_of(kind: Kind) -> u64 {
    match kind {
        Kind::Counter => 0,
        Kind::Gauge | Kind::Info | Kind::StateSet => 1,
        Kind::Summary => 2,
        Kind::Unknown => 3,
        Kind::Histogram => 4,
        Kind::GaugeHistogram => 5,
    }
}

struct Family<'s> {
    out: &'s mut Vec<u8>,
    family: &'s mut Vec<u8>,
    escaping: Escaping,
    name: &'s str,
}

impl Drop for Family<'_> {
    /// The family is whole: its length, and itself.
    fn drop(&mut self) {
        wire::push_varint(self.out, self.family.len() as u64);
        self.out.append(self.family);
    }
}

impl FamilySink for Family<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        self.metrics(labels, point, None);
    }

    fn point_at(&mut self, labels: LabelPairs<'_>, point: &Point<'_>, timestamp_ms: i64) {
        self.metrics(labels, point, Some(timestamp_ms));
    }
}

impl Family<'_> {
    /// A point is one metric, but for a state set, which is one for each state.
    fn metrics(&mut self, labels: LabelPairs<'_>, point: &Point<'_>, timestamp_ms: Option<i64>) {
        match *point {
            Point::Info(facts) => self.metric(labels, facts.iter(), timestamp_ms, |metric| {
                gauge(metric, 1.0);
            }),
            Point::StateSet(states) => {
                for &(state, holds) in states {
                    let value = f64::from(u8::from(holds));
                    self.metric(labels, [(self.name, state)], timestamp_ms, |metric| {
                        gauge(metric, value);
                    });
                }
            }
            _ => self.metric(labels, [], timestamp_ms, |metric| push_point(metric, point)),
        }
    }

    /// Field 4: a metric with its labels, and some more of them.
    fn metric<'l>(
        &mut self,
        labels: LabelPairs<'_>,
        more: impl IntoIterator<Item = (&'l str, &'l str)>,
        timestamp_ms: Option<i64>,
        value: impl FnOnce(&mut Message<'_>),
    ) {
        let escaping = self.escaping;
        Message::new(self.family).message(4, |metric| {
            for (name, value) in labels.iter() {
                pair(metric, &escaping.name(name, false), value);
            }
            for (name, value) in more {
                pair(metric, &escaping.name(name, false), value);
            }
            value(metric);
            if let Some(timestamp_ms) = timestamp_ms {
                metric.varint(6, timestamp_ms.cast_unsigned());
            }
        });
    }
}

/// The field of the point's kind. Infos and state sets are gauges, and not written here.
fn push_point(metric: &mut Message<'_>, point: &Point<'_>) {
    match *point {
        Point::Counter {
            total,
            created_seconds,
            exemplar,
        } => metric.message(3, |counter| {
            counter.double(1, total);
            if let Some(exemplar) = &exemplar {
                counter.message(2, |message| push_exemplar(message, exemplar));
            }
            timestamp(counter, 3, created_seconds);
        }),
        Point::Gauge(value) => gauge(metric, value),
        Point::Unknown(value) => metric.message(5, |untyped| untyped.double(1, value)),
        Point::Summary(ref point) => metric.message(4, |message| summary(message, point)),
        Point::Histogram(ref point) => metric.message(7, |message| histogram(message, point)),
        Point::Info(_) | Point::StateSet(_) => {}
    }
}

/// `LabelPair`, of a metric as of an exemplar.
fn pair(message: &mut Message<'_>, name: &str, value: &str) {
    message.message(1, |pair| {
        pair.text(1, name);
        pair.text(2, value);
    });
}

fn gauge(metric: &mut Message<'_>, value: f64) {
    metric.message(2, |gauge| gauge.double(1, value));
}

fn push_exemplar(message: &mut Message<'_>, exemplar: &Exemplar<'_>) {
    for &(name, value) in exemplar.labels {
        pair(message, name, value);
    }
    message.double(2, exemplar.value);
    timestamp(message, 3, exemplar.timestamp_ms.map(|ms| ms as f64 / 1e3));
}

/// `google.protobuf.Timestamp`, if there is one.
fn timestamp(message: &mut Message<'_>, field: u32, seconds: Option<f64>) {
    let Some(seconds) = seconds else { return };
    message.message(field, |timestamp| {
        let whole = seconds.floor();
        timestamp.varint(1, whole as i64 as u64);
        // A float of today's seconds has no more than microseconds.
        let micros = ((seconds - whole) * 1e6).round() as u64;
        timestamp.varint(2, micros.min(999_999) * 1000);
    });
}

fn summary(message: &mut Message<'_>, point: &SummaryPoint<'_>) {
    message.varint(1, point.count);
    message.double(2, point.sum);
    for &(quantile, value) in point.quantiles {
        message.message(3, |message| {
            message.double(1, quantile);
            message.double(2, value);
        });
    }
    timestamp(message, 4, point.created_seconds);
}

fn histogram(message: &mut Message<'_>, point: &HistogramPoint<'_>) {
    // Where native buckets are shown, the count has to be theirs, though an observation may be on its way.
    let count = point
        .native
        .map_or_else(|| point.count(), |native| native.count());
    message.varint(1, count);
    message.double(2, point.sum.unwrap_or(f64::NAN));
    for (index, (&bound, cumulative)) in point.bounds.iter().zip(point.cumulative()).enumerate() {
        let exemplar = point.exemplars.get(index).and_then(Option::as_ref);
        bucket(message, cumulative.min(count), bound, exemplar);
    }
    let last = point.exemplars.get(point.bounds.len());
    let last = last.and_then(Option::as_ref);
    // `+Inf` is the count; it is only said where it has something more to say.
    if last.is_some() {
        bucket(message, count, f64::INFINITY, last);
    }
    if let Some(native) = &point.native {
        push_native(message, native);
    }
    timestamp(message, 15, point.created_seconds);
}

fn bucket(message: &mut Message<'_>, cumulative: u64, bound: f64, exemplar: Option<&Exemplar<'_>>) {
    message.message(3, |bucket| {
        bucket.varint(1, cumulative);
        bucket.double(2, bound);
        if let Some(exemplar) = exemplar {
            bucket.message(3, |message| push_exemplar(message, exemplar));
        }
    });
}

fn push_native(message: &mut Message<'_>, native: &NativePoint<'_>) {
    message.zigzag(5, native.schema.into());
    message.double(6, native.zero_threshold);
    message.varint(7, native.zero_count);
    side(message, (9, 10), native.negative);
    side(message, (12, 13), native.positive);
    if native.negative.is_empty() && native.positive.is_empty() {
        // A span of nothing says that it is a native histogram all the same.
        message.message(12, |span| {
            span.zigzag(1, 0);
            span.varint(2, 0);
        });
    }
}

/// Spans of buckets that follow each other, and each bucket's difference from the one before.
fn side(message: &mut Message<'_>, (spans, deltas): (u32, u32), buckets: &[(i32, u64)]) {
    let mut next = 0;
    for run in buckets.chunk_by(|(index, _), (after, _)| index + 1 == *after) {
        let start = run[0].0;
        message.message(spans, |span| {
            span.zigzag(1, i64::from(start - next));
            span.varint(2, run.len() as u64);
        });
        next = start + run.len() as i32;
    }
    let mut before = 0;
    message.packed_zigzag(
        deltas,
        buckets.iter().map(|&(_, own)| {
            let delta = own.wrapping_sub(before) as i64;
            before = own;
            delta
        }),
    );
}

#[cfg(test)]
mod tests;
