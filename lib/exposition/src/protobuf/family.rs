//! A family and its metrics, one by one as text.

use super::native::NativeFields;
use super::wire::{Fields, Value};
use super::{Histograms, NativeSample, ProtobufError, ProtobufFault, TEXT_BYTES_MAX, Translated};
use crate::escape::{is_bare, push_quoted};
use crate::{Kind, float};

/// A family whose metrics have not been read.
#[derive(Debug, Default)]
pub(super) struct Family<'a> {
    name: &'a str,
    help: &'a str,
    unit: &'a str,
    kind: Kind,
    metrics: Vec<Fields<'a>>,
}

/// A metric whose value has not been read.
#[derive(Debug, Default)]
struct Metric<'a> {
    /// Where in the page it begins.
    at: usize,
    labels: Vec<(&'a str, &'a str)>,
    /// Which of the kinds it has, by the field's number, and the value.
    value: Option<(u32, Fields<'a>)>,
    timestamp_ms: Option<i64>,
}

/// A text with its examples, which are written behind values.
struct Lines<'t, 'a> {
    out: &'t mut Vec<u8>,
    family: &'t str,
    metric: &'t Metric<'a>,
}

/// What stands behind a line's labels besides them: `le` or `quantile`.
type Bound = Option<(&'static str, f64)>;

impl<'a> Family<'a> {
    pub(super) fn read(mut fields: Fields<'a>) -> Result<Self, ProtobufError> {
        let mut family = Self {
            kind: Kind::Counter,
            ..Self::default()
        };
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => family.name = value.text()?,
                2 => family.help = value.text()?,
                3 => family.kind = kind(value.number()?),
                4 => family.metrics.push(value.message()?),
                5 => family.unit = value.text()?,
                _ => {}
            }
        }
        if family.name.is_empty() {
            return Err(ProtobufFault::NameMissing.at(fields.at()));
        }
        Ok(family)
    }

    pub(super) fn translate(
        &self,
        histograms: Histograms,
        into: &mut Translated,
    ) -> Result<(), ProtobufError> {
        self.describe(&mut into.text);
        for metric in &self.metrics {
            let metric = Metric::read(*metric)?;
            let Some((number, value)) = metric.value else {
                continue;
            };
            let mut lines = Lines {
                out: &mut into.text,
                family: self.name,
                metric: &metric,
            };
            match number {
                4 => lines.summary(value)?,
                7 => {
                    let gauge = self.kind == Kind::GaugeHistogram;
                    into.natives
                        .extend(lines.histogram(value, histograms, gauge)?);
                }
                _ => lines.number(value)?,
            }
        }
        Ok(())
    }

    fn describe(&self, out: &mut Vec<u8>) {
        let mut line = |word: &str, text: &str| {
            out.extend_from_slice(word.as_bytes());
            push_name(out, self.name, true);
            out.push(b' ');
            push_quoted(out, text);
            out.push(b'\n');
        };
        if !self.help.is_empty() {
            line("# HELP ", self.help);
        }
        line("# TYPE ", self.kind.as_str());
        let is_suffix = self.name.strip_suffix(self.unit);
        if !self.unit.is_empty() && is_suffix.is_some_and(|name| name.ends_with('_')) {
            line("# UNIT ", self.unit);
        }
    }
}

/// `MetricType`. One that is not known says nothing.
fn kind(number: u64) -> Kind {
    match number {
        0 => Kind::Counter,
        1 => Kind::Gauge,
        2 => Kind::Summary,
        4 => Kind::Histogram,
        5 => Kind::GaugeHistogram,
        _ => Kind::Unknown,
    }
}

impl<'a> Metric<'a> {
    fn read(mut fields: Fields<'a>) -> Result<Self, ProtobufError> {
        let mut metric = Self {
            at: fields.at(),
            ..Self::default()
        };
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => metric.labels.push(pair(value)?),
                2..=5 | 7 => metric.value = Some((number, value.message()?)),
                6 => metric.timestamp_ms = Some(value.number()? as i64).filter(|&ms| ms != 0),
                _ => {}
            }
        }
        Ok(metric)
    }
}

fn pair<'a>(value: Value<'a>) -> Result<(&'a str, &'a str), ProtobufError> {
    let (mut fields, mut pair) = (value.message()?, ("", ""));
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => pair.0 = value.text()?,
            2 => pair.1 = value.text()?,
            _ => {}
        }
    }
    if pair.0.is_empty() {
        return Err(ProtobufFault::NameMissing.at(fields.at()));
    }
    Ok(pair)
}

impl Lines<'_, '_> {
    /// A counter, a gauge, or what nobody knows what it is.
    fn number(&mut self, mut fields: Fields<'_>) -> Result<(), ProtobufError> {
        let (mut number, mut exemplar) = (0.0, None);
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => number = value.double()?,
                // Only counters have it.
                2 => exemplar = Some(value.message()?),
                _ => {}
            }
        }
        self.line("", None, number, exemplar)
    }

    fn summary(&mut self, mut fields: Fields<'_>) -> Result<(), ProtobufError> {
        let (mut count, mut sum) = (0, 0.0);
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => count = value.number()?,
                2 => sum = value.double()?,
                3 => {
                    let (quantile, value) = quantile(value.message()?)?;
                    self.line("", Some(("quantile", quantile)), value, None)?;
                }
                _ => {}
            }
        }
        self.line("_sum", None, sum, None)?;
        self.line("_count", None, count as f64, None)
    }

    /// Writes the classic form if it is wanted, and answers with the native one if that is.
    fn histogram(
        &mut self,
        mut fields: Fields<'_>,
        wanted: Histograms,
        gauge: bool,
    ) -> Result<Option<NativeSample>, ProtobufError> {
        let (mut count, mut count_float, mut sum) = (0, 0.0, 0.0);
        let (mut buckets, mut native) = (Vec::new(), NativeFields::default());
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => count = value.number()?,
                2 => sum = value.double()?,
                3 => buckets.push(Bucket::read(value.message()?)?),
                4 => count_float = value.double()?,
                _ => native.take(field, value)?,
            }
        }
        let is_native = wanted != Histograms::Classic && native.are_there();
        if !is_native || (wanted == Histograms::Both && !buckets.is_empty()) {
            let count = if count > 0 { count as f64 } else { count_float };
            self.buckets(&buckets, count)?;
            self.line("_sum", None, sum, None)?;
            self.line("_count", None, count, None)?;
        }
        if !is_native {
            return Ok(None);
        }
        let mut series = Vec::new();
        push_series(&mut series, self.family, &self.metric.labels, None);
        let histogram = native.into_histogram(count, count_float, sum, gauge);
        if !histogram.is_sound() {
            return Err(ProtobufFault::Histogram.at(self.metric.at));
        }
        Ok(Some(NativeSample {
            // Only text is ever pushed.
            series: String::from_utf8(series).unwrap_or_default(),
            histogram,
            timestamp_ms: self.metric.timestamp_ms,
        }))
    }

    /// The last bucket has no bound, and may be left to the count.
    fn buckets(&mut self, buckets: &[Bucket<'_>], count: f64) -> Result<(), ProtobufError> {
        for bucket in buckets {
            let bound = Some(("le", bucket.upper_bound));
            self.line("_bucket", bound, bucket.count, bucket.exemplar)?;
        }
        if buckets
            .iter()
            .all(|bucket| bucket.upper_bound != f64::INFINITY)
        {
            self.line("_bucket", Some(("le", f64::INFINITY)), count, None)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        suffix: &str,
        bound: Bound,
        value: f64,
        exemplar: Option<Fields<'_>>,
    ) -> Result<(), ProtobufError> {
        let name = [self.family, suffix].concat();
        push_series(self.out, &name, &self.metric.labels, bound);
        self.out.push(b' ');
        float::push_float(self.out, value);
        if let Some(ms) = self.metric.timestamp_ms {
            self.out.push(b' ');
            push_seconds(self.out, ms);
        }
        if let Some(exemplar) = exemplar {
            push_exemplar(self.out, exemplar)?;
        }
        self.out.push(b'\n');
        if self.out.len() > TEXT_BYTES_MAX {
            return Err(ProtobufFault::TooLong.at(self.metric.at));
        }
        Ok(())
    }
}

/// A classic bucket.
#[derive(Default)]
struct Bucket<'a> {
    upper_bound: f64,
    /// Of it and all below it.
    count: f64,
    exemplar: Option<Fields<'a>>,
}

impl<'a> Bucket<'a> {
    fn read(mut fields: Fields<'a>) -> Result<Self, ProtobufError> {
        let mut bucket = Self::default();
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => bucket.count = value.number()? as f64,
                2 => bucket.upper_bound = value.double()?,
                3 => bucket.exemplar = Some(value.message()?),
                4 => bucket.count = value.double()?,
                _ => {}
            }
        }
        Ok(bucket)
    }
}

fn quantile(mut fields: Fields<'_>) -> Result<(f64, f64), ProtobufError> {
    let (mut quantile, mut amount) = (0.0, 0.0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => quantile = value.double()?,
            2 => amount = value.double()?,
            _ => {}
        }
    }
    Ok((quantile, amount))
}

fn push_exemplar(out: &mut Vec<u8>, mut fields: Fields<'_>) -> Result<(), ProtobufError> {
    let (mut labels, mut amount, mut time) = (Vec::new(), 0.0, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => labels.push(pair(value)?),
            2 => amount = value.double()?,
            3 => time = Some(milliseconds(value.message()?)?),
            _ => {}
        }
    }
    out.extend_from_slice(b" # {");
    push_labels(out, &labels, true);
    out.extend_from_slice(b"} ");
    float::push_float(out, amount);
    if let Some(ms) = time {
        out.push(b' ');
        push_seconds(out, ms);
    }
    Ok(())
}

/// `google.protobuf.Timestamp`; what is finer is cut off.
fn milliseconds(mut fields: Fields<'_>) -> Result<i64, ProtobufError> {
    let (mut seconds, mut nanoseconds) = (0_i64, 0_i64);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => seconds = value.number()? as i64,
            2 => nanoseconds = value.number()? as i64,
            _ => {}
        }
    }
    Ok(seconds
        .saturating_mul(1000)
        .saturating_add(nanoseconds / 1_000_000))
}

fn push_seconds(out: &mut Vec<u8>, ms: i64) {
    if ms < 0 {
        out.push(b'-');
    }
    let ms = ms.unsigned_abs();
    out.extend_from_slice(format!("{}.{:03}", ms / 1000, ms % 1000).as_bytes());
}

fn push_series(out: &mut Vec<u8>, name: &str, labels: &[(&str, &str)], bound: Bound) {
    let bare = is_bare(name, true);
    if bare {
        out.extend_from_slice(name.as_bytes());
        if labels.is_empty() && bound.is_none() {
            return;
        }
        out.push(b'{');
    } else {
        out.push(b'{');
        push_name(out, name, true);
    }
    push_labels(out, labels, bare);
    if let Some((name, value)) = bound {
        if !(bare && labels.is_empty()) {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"=\"");
        float::push_float(out, value);
        out.push(b'"');
    }
    out.push(b'}');
}

/// `first` says that nothing stands before them.
fn push_labels(out: &mut Vec<u8>, labels: &[(&str, &str)], mut first: bool) {
    for (name, value) in labels {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        push_name(out, name, false);
        out.extend_from_slice(b"=\"");
        push_quoted(out, value);
        out.push(b'"');
    }
}

/// A name, in quotes if it needs them. A colon is at home only in those of metrics.
fn push_name(out: &mut Vec<u8>, name: &str, colons: bool) {
    if is_bare(name, colons) {
        return out.extend_from_slice(name.as_bytes());
    }
    out.push(b'"');
    push_quoted(out, name);
    out.push(b'"');
}
