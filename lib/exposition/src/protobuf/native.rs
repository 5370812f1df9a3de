//! Native histograms.

use std::ops::RangeInclusive;

use super::ProtobufError;
use super::wire::{Fields, Value};

/// A native histogram and its series.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeSample {
    /// Name and labels, as a page of OpenMetrics would have them: [`Series`](crate::read::Series) reads it.
    pub series: String,
    /// The histogram.
    pub histogram: NativeHistogram,
    /// Its own time, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
}

/// How fine the buckets may be.
const SCHEMAS: RangeInclusive<i32> = -4..=8;

/// Where buckets may lie: those of the finest schema end far before.
const INDICES: RangeInclusive<i64> = -(1 << 24)..=1 << 24;

/// A run of neighbouring buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Empty buckets before it, from the end of the previous span (or from index 0).
    pub offset: i32,
    /// How many buckets it has.
    pub length: u32,
}

/// Buckets whose bounds follow from the schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NativeHistogram {
    /// Bounds grow by 2^(2^-schema); from -4 to 8.
    pub schema: i32,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Observations in it.
    pub zero_count: f64,
    /// All observations.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// Where the positive buckets lie.
    pub positive_spans: Vec<Span>,
    /// Their counts, absolute.
    pub positive_buckets: Vec<f64>,
    /// Where the negative buckets lie.
    pub negative_spans: Vec<Span>,
    /// Their counts, absolute.
    pub negative_buckets: Vec<f64>,
    /// Whether the counts were integers on the wire.
    pub integer: bool,
    /// Whether it may go down.
    pub gauge: bool,
}

impl NativeHistogram {
    /// Whether every bucket has a place and a count, and all counts together are that of all. As Prometheus checks it.
    pub(super) fn is_sound(&self) -> bool {
        let all = [&self.positive_buckets, &self.negative_buckets];
        let counts = || all.into_iter().flatten().chain([&self.zero_count]);
        let sum: f64 = counts().sum();
        // What is not a number was counted, and is in no bucket.
        let is_all = !self.integer || sum == self.count || (self.sum.is_nan() && sum < self.count);
        SCHEMAS.contains(&self.schema)
            && self.zero_threshold >= 0.0
            && self.count >= 0.0
            && counts().all(|&count| count >= 0.0)
            && is_all
            && have_places(&self.positive_spans, &self.positive_buckets)
            && have_places(&self.negative_spans, &self.negative_buckets)
    }
}

/// Whether the spans are those of so many buckets, one behind the other, at indices that are numbers.
fn have_places(spans: &[Span], buckets: &[f64]) -> bool {
    let mut index = 0_i64;
    let mut length = 0;
    for (place, span) in spans.iter().enumerate() {
        index += i64::from(span.offset) + i64::from(span.length);
        length += u64::from(span.length);
        let goes_on = place == 0 || span.offset >= 0;
        if !goes_on || !INDICES.contains(&index) {
            return false;
        }
    }
    length == buckets.len() as u64
}

/// The fields of a histogram that native ones have, as they come.
#[derive(Debug, Default)]
pub(super) struct NativeFields {
    schema: i32,
    zero_threshold: f64,
    zero_count: u64,
    zero_count_float: f64,
    positive: Side,
    negative: Side,
}

/// The buckets on one side of zero.
#[derive(Debug, Default)]
struct Side {
    spans: Vec<Span>,
    /// Each count as what it has more than the one before.
    deltas: Vec<i64>,
    /// Counts that are floats.
    counts: Vec<f64>,
}

impl NativeFields {
    /// Takes the field if it is one of these.
    pub(super) fn take(&mut self, number: u32, value: Value<'_>) -> Result<(), ProtobufError> {
        match number {
            5 => self.schema = value.signed()? as i32,
            6 => self.zero_threshold = value.double()?,
            7 => self.zero_count = value.number()?,
            8 => self.zero_count_float = value.double()?,
            9 => self.negative.spans.push(span(value.message()?)?),
            10 => value.each_signed(&mut self.negative.deltas)?,
            11 => value.each_double(&mut self.negative.counts)?,
            12 => self.positive.spans.push(span(value.message()?)?),
            13 => value.each_signed(&mut self.positive.deltas)?,
            14 => value.each_double(&mut self.positive.counts)?,
            _ => {}
        }
        Ok(())
    }

    /// Whether there is a native histogram. One without observations has an empty span to say so.
    pub(super) fn are_there(&self) -> bool {
        !self.positive.spans.is_empty()
            || !self.negative.spans.is_empty()
            || self.zero_threshold > 0.0
            || self.zero_count > 0
            || self.zero_count_float > 0.0
    }

    /// The histogram. Its counts are floats if that of all is.
    pub(super) fn into_histogram(
        self,
        count: u64,
        count_float: f64,
        sum: f64,
        gauge: bool,
    ) -> NativeHistogram {
        let integer = count_float == 0.0 && self.zero_count_float == 0.0;
        let buckets = |side: &Side| {
            if integer {
                absolute(&side.deltas)
            } else {
                side.counts.clone()
            }
        };
        NativeHistogram {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            zero_count: if integer {
                self.zero_count as f64
            } else {
                self.zero_count_float
            },
            count: if integer { count as f64 } else { count_float },
            sum,
            positive_buckets: buckets(&self.positive),
            positive_spans: self.positive.spans,
            negative_buckets: buckets(&self.negative),
            negative_spans: self.negative.spans,
            integer,
            gauge,
        }
    }
}

fn absolute(deltas: &[i64]) -> Vec<f64> {
    let counts = deltas.iter().scan(0_i64, |count, delta| {
        *count = count.wrapping_add(*delta);
        Some(*count as f64)
    });
    counts.collect()
}

fn span(mut fields: Fields<'_>) -> Result<Span, ProtobufError> {
    let mut span = Span::default();
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => span.offset = value.signed()? as i32,
            2 => span.length = value.number()? as u32,
            _ => {}
        }
    }
    Ok(span)
}
