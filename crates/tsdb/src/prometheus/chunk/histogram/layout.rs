//! Where the buckets of a chunk's histograms lie.

use model::Histogram;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, SCHEMA_MAX, SCHEMA_MIN, Span};

use super::super::super::bits::{BitReader, BitWriter};
use super::super::super::error::{Damage, Fault};

/// The most custom bounds. A chunk tells them once and every sample gets them, so a damaged count must not be believed.
const CUSTOM_VALUES_MAX: u64 = 1 << 16;
/// Spans that say nothing: this many more than there are buckets are let through. The same reason.
const EMPTY_SPANS_MAX: u64 = 64;

/// Thousandths up to here are written as integers.
const CUSTOM_THOUSANDTHS_MAX: f64 = 33_554_430.0;

/// Exponents of the zero thresholds that are written as one byte: 2^-243 is 1, 2^10 is 254.
const THRESHOLD_EXPONENT_MIN: i32 = -243;
const THRESHOLD_EXPONENT_MAX: i32 = 10;
/// The byte before a threshold that is written in full.
const THRESHOLD_IN_FULL: u64 = 255;

/// What a histogram chunk tells once.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) schema: i8,
    pub(super) zero_threshold: f64,
    pub(super) positive: Vec<Span>,
    pub(super) negative: Vec<Span>,
    pub(super) custom_values: Vec<f64>,
}

impl PartialEq for Layout {
    /// By bits: what is written must be read again.
    fn eq(&self, other: &Self) -> bool {
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        self.schema == other.schema
            && self.zero_threshold.to_bits() == other.zero_threshold.to_bits()
            && self.positive == other.positive
            && self.negative == other.negative
            && bits(&self.custom_values) == bits(&other.custom_values)
    }
}

impl Layout {
    pub(super) fn of(histogram: &Histogram) -> Self {
        Self {
            schema: histogram.schema,
            zero_threshold: histogram.zero_threshold,
            positive: histogram.positive_spans.clone(),
            negative: histogram.negative_spans.clone(),
            custom_values: histogram.custom_values.clone(),
        }
    }

    /// A histogram with this layout and nothing in it.
    pub(super) fn blank(&self, integer: bool) -> Histogram {
        Histogram {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            positive_spans: self.positive.clone(),
            negative_spans: self.negative.clone(),
            custom_values: self.custom_values.clone(),
            integer,
            ..Histogram::default()
        }
    }

    /// How many positive and negative buckets there are.
    pub(super) fn bucket_counts(&self) -> (usize, usize) {
        (length(&self.positive), length(&self.negative))
    }

    pub(super) fn read(reader: &mut BitReader<'_>) -> Result<Self, Damage> {
        let zero_threshold = read_threshold(reader)?;
        let schema = i8::try_from(reader.varbit()?)
            .ok()
            .filter(|schema| {
                (SCHEMA_MIN..=SCHEMA_MAX).contains(schema) || *schema == CUSTOM_BUCKETS_SCHEMA
            })
            .ok_or_else(|| reader.damage(Fault::Invalid("unknown histogram schema")))?;
        let positive = read_spans(reader)?;
        let negative = read_spans(reader)?;
        let custom_values = if schema == CUSTOM_BUCKETS_SCHEMA {
            read_custom_values(reader)?
        } else {
            Vec::new()
        };
        Ok(Self {
            schema,
            zero_threshold,
            positive,
            negative,
            custom_values,
        })
    }

    pub(super) fn write(&self, writer: &mut BitWriter) {
        write_threshold(writer, self.zero_threshold);
        writer.varbit(i64::from(self.schema));
        for spans in [&self.positive, &self.negative] {
            writer.varbit_unsigned(spans.len() as u64);
            for span in spans {
                writer.varbit_unsigned(u64::from(span.length));
                writer.varbit(i64::from(span.offset));
            }
        }
        if self.schema == CUSTOM_BUCKETS_SCHEMA {
            writer.varbit_unsigned(self.custom_values.len() as u64);
            for value in &self.custom_values {
                write_custom_value(writer, *value);
            }
        }
    }
}

fn length(spans: &[Span]) -> usize {
    spans.iter().map(|span| span.length as usize).sum()
}

fn read_spans(reader: &mut BitReader<'_>) -> Result<Vec<Span>, Damage> {
    let count = reader.varbit_unsigned()?;
    let mut spans = Vec::new();
    let mut buckets = 0_u64;
    for _ in 0..count {
        let length = u32::try_from(reader.varbit_unsigned()?);
        let offset = i32::try_from(reader.varbit()?);
        let (Ok(length), Ok(offset)) = (length, offset) else {
            return Err(reader.damage(Fault::Invalid("bucket span out of range")));
        };
        buckets += u64::from(length);
        spans.push(Span { offset, length });
        // Each bucket takes at least a bit per sample.
        if buckets > reader.remaining() as u64 {
            return Err(reader.damage(Fault::Invalid("more buckets than bits")));
        }
        if spans.len() as u64 > 2 * buckets + EMPTY_SPANS_MAX {
            return Err(reader.damage(Fault::Invalid("too many empty bucket spans")));
        }
    }
    Ok(spans)
}

fn read_custom_values(reader: &mut BitReader<'_>) -> Result<Vec<f64>, Damage> {
    let count = reader.varbit_unsigned()?;
    if count > CUSTOM_VALUES_MAX {
        return Err(reader.damage(Fault::Invalid("too many custom bucket bounds")));
    }
    (0..count)
        .map(|_| match reader.varbit_unsigned()? {
            0 => reader.float(),
            thousandths => Ok((thousandths - 1) as f64 / 1000.0),
        })
        .collect()
}

fn write_custom_value(writer: &mut BitWriter, value: f64) {
    let thousandths = value * 1000.0;
    let short = value.is_sign_positive()
        && (0.0..=CUSTOM_THOUSANDTHS_MAX).contains(&thousandths)
        && thousandths.fract() == 0.0
        && (thousandths / 1000.0).to_bits() == value.to_bits();
    if short {
        writer.varbit_unsigned(thousandths as u64 + 1);
    } else {
        writer.bits(0, 1);
        writer.float(value);
    }
}

fn read_threshold(reader: &mut BitReader<'_>) -> Result<f64, Damage> {
    match reader.bits(8)? {
        0 => Ok(0.0),
        THRESHOLD_IN_FULL => reader.float(),
        byte => Ok(2_f64.powi(byte as i32 - 1 + THRESHOLD_EXPONENT_MIN)),
    }
}

fn write_threshold(writer: &mut BitWriter, threshold: f64) {
    const FRACTION_BITS: u32 = 52;
    let bits = threshold.to_bits();
    // The sign would make the exponent huge, so a negative number is never taken for a power.
    let exponent = (bits >> FRACTION_BITS) as i32 - 1023;
    let is_power = bits.trailing_zeros() >= FRACTION_BITS;
    if bits == 0 {
        writer.bits(0, 8);
    } else if is_power && (THRESHOLD_EXPONENT_MIN..=THRESHOLD_EXPONENT_MAX).contains(&exponent) {
        writer.bits((exponent - THRESHOLD_EXPONENT_MIN + 1) as u64, 8);
    } else {
        writer.bits(THRESHOLD_IN_FULL, 8);
        writer.float(threshold);
    }
}
