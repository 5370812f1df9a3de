//! Native histograms: the layout of the buckets once, then every number against the sample before.
//!
//! ```text
//!  count u16 | reset header u8 | layout | sample 0 | sample 1 ...
//!                                          time, count, zero count, sum, buckets
//!  integer    differences of differences; a bucket is itself a difference from its neighbour
//!  float      each number XORed with the one before
//! ```
//!
//! A stale marker has no buckets and is the last of its chunk, unless more markers follow.

mod float;
mod integer;
mod layout;

pub(super) use float::decode as decode_float;
pub(super) use integer::decode as decode_integer;

use std::sync::Arc;

use model::histogram::ResetHint;
use model::{Histogram, Value, is_stale};

use self::float::FloatColumns;
use self::integer::IntegerColumns;
use self::layout::Layout;
use super::super::bits::{BitReader, BitWriter};
use super::super::error::Damage;
use super::{Encoding, Sample};

/// Above this, floats no longer tell neighbouring integers apart.
const EXACT_INTEGER_MAX: f64 = 9_007_199_254_740_992.0;

/// What a chunk says of resets before its first sample. The byte's other bits are unused.
const HEADER_UNKNOWN: u8 = 0b0000_0000;
const HEADER_NOT_RESET: u8 = 0b0100_0000;
const HEADER_RESET: u8 = 0b1000_0000;
const HEADER_GAUGE: u8 = 0b1100_0000;

/// What is known of resets before a sample.
fn hint(header: u8, index: u64) -> ResetHint {
    match (header & HEADER_GAUGE, index) {
        (HEADER_GAUGE, _) => ResetHint::Gauge,
        (HEADER_RESET, 0) => ResetHint::Reset,
        (HEADER_UNKNOWN, 0) => ResetHint::Unknown,
        _ => ResetHint::NotReset,
    }
}

/// What both kinds of chunk begin with.
struct Opening<'a> {
    reader: BitReader<'a>,
    samples: u64,
    header: u8,
    layout: Layout,
}

/// Reads it; none for a chunk without samples.
fn open(data: &[u8]) -> Result<Option<Opening<'_>>, Damage> {
    let mut reader = BitReader::new(data);
    let samples = reader.bits(16)?;
    if samples == 0 {
        return Ok(None);
    }
    let header = reader.bits(8)? as u8;
    let layout = Layout::read(&mut reader)?;
    Ok(Some(Opening {
        reader,
        samples,
        header,
        layout,
    }))
}

/// The stale marker of one of the two kinds.
fn stale(timestamp_ms: i64, integer: bool, sum: f64) -> Sample {
    let histogram = Histogram {
        sum,
        integer,
        ..Histogram::default()
    };
    Sample {
        timestamp_ms,
        value: Value::Histogram(Arc::new(histogram)),
    }
}

/// Compresses histograms of one layout.
#[derive(Clone, Debug)]
pub(super) struct HistogramBuilder {
    writer: BitWriter,
    layout: Layout,
    gauge: bool,
    time: i64,
    step: i64,
    columns: Columns,
    /// The last sample that is no marker; none after a marker.
    last: Option<Histogram>,
}

#[derive(Clone, Debug)]
enum Columns {
    Integer(IntegerColumns),
    Float(FloatColumns),
}

impl HistogramBuilder {
    /// With its first sample; `reset` when the caller knows that there was a reset before it. The count is left to be
    /// filled in.
    pub(super) fn new(time: i64, first: &Histogram, reset: bool) -> Self {
        let emptied = without_buckets(first);
        let histogram = emptied.as_ref().unwrap_or(first);
        let header = match histogram.reset_hint {
            ResetHint::Gauge => HEADER_GAUGE,
            ResetHint::Reset => HEADER_RESET,
            _ if reset => HEADER_RESET,
            ResetHint::NotReset => HEADER_NOT_RESET,
            ResetHint::Unknown => HEADER_UNKNOWN,
        };
        let mut writer = BitWriter::after(vec![0, 0, header]);
        let layout = Layout::of(histogram);
        layout.write(&mut writer);
        writer.varbit(time);
        let columns = if is_integer(histogram) {
            Columns::Integer(IntegerColumns::starting_with(histogram, &mut writer))
        } else {
            Columns::Float(FloatColumns::starting_with(histogram, &mut writer))
        };
        Self {
            writer,
            layout,
            gauge: histogram.reset_hint == ResetHint::Gauge,
            time,
            step: 0,
            columns,
            last: emptied.is_none().then(|| first.clone()),
        }
    }

    /// Whether counts fell from the last sample to `next`, whose buckets lie where the last one's do.
    pub(super) fn was_reset(&self, next: &Histogram) -> bool {
        let Some(last) = &self.last else { return false };
        next.reset_hint == ResetHint::Unknown
            && !is_stale(next.sum)
            && !self.gauge
            && self.layout == Layout::of(next)
            && fell(last, next)
    }

    /// Takes `next`, or says that it can't be in this chunk.
    pub(super) fn push(&mut self, time: i64, next: &Histogram) -> bool {
        let emptied = without_buckets(next);
        let fits = match &emptied {
            Some(marker) => self.is_of_kind(marker),
            None => self.is_of_kind(next) && self.continues(next),
        };
        if !fits {
            return false;
        }
        let step = time.wrapping_sub(self.time);
        self.writer.varbit(step.wrapping_sub(self.step));
        self.time = time;
        self.step = step;
        let histogram = emptied.as_ref().unwrap_or(next);
        match &mut self.columns {
            Columns::Integer(columns) => columns.push(histogram, &mut self.writer),
            Columns::Float(columns) => columns.push(histogram, &mut self.writer),
        }
        self.last = emptied.is_none().then(|| next.clone());
        true
    }

    fn is_of_kind(&self, next: &Histogram) -> bool {
        matches!(self.columns, Columns::Integer(_)) == is_integer(next)
    }

    /// Whether the chunk can say of `next` what is to be said.
    fn continues(&self, next: &Histogram) -> bool {
        let Some(last) = &self.last else { return false };
        let hint_fits = match next.reset_hint {
            ResetHint::Gauge => self.gauge,
            ResetHint::Reset => false,
            ResetHint::NotReset => !self.gauge,
            ResetHint::Unknown => !self.gauge && !fell(last, next),
        };
        hint_fits && self.layout == Layout::of(next)
    }

    /// The chunk's encoding and data.
    pub(super) fn finish(self) -> (Encoding, Vec<u8>) {
        let encoding = match self.columns {
            Columns::Integer(_) => Encoding::IntegerHistogram,
            Columns::Float(_) => Encoding::FloatHistogram,
        };
        (encoding, self.writer.finish())
    }
}

/// A stale marker without what doesn't matter in it; none when `histogram` is no marker.
fn without_buckets(histogram: &Histogram) -> Option<Histogram> {
    is_stale(histogram.sum).then(|| Histogram {
        sum: histogram.sum,
        integer: histogram.integer,
        ..Histogram::default()
    })
}

/// Whether it says that its counts are integers, and they are.
fn is_integer(histogram: &Histogram) -> bool {
    let exact = |count: &f64| (0.0..=EXACT_INTEGER_MAX).contains(count) && count.fract() == 0.0;
    histogram.integer
        && exact(&histogram.count)
        && exact(&histogram.zero_count)
        && histogram.positive_buckets.iter().all(exact)
        && histogram.negative_buckets.iter().all(exact)
}

/// Whether some count of `next` is below that of `last`. Their layouts are equal.
fn fell(last: &Histogram, next: &Histogram) -> bool {
    let any = |last: &[f64], next: &[f64]| last.iter().zip(next).any(|(last, next)| next < last);
    next.count < last.count
        || next.zero_count < last.zero_count
        || any(&last.positive_buckets, &next.positive_buckets)
        || any(&last.negative_buckets, &next.negative_buckets)
}
