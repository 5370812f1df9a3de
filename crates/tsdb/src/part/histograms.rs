//! Histograms in a chunk: each written out, and zstd left to see that neighbours are alike.

use std::sync::Arc;

use model::histogram::{ResetHint, Span};
use model::{Histogram, Value};

use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

const FLOAT: u8 = 0;
const HISTOGRAM: u8 = 1;
/// The most spans or buckets: far more than a histogram of any schema has.
const LIST_MAX: usize = 1 << 20;

const HINTS: [ResetHint; 4] = [
    ResetHint::Unknown,
    ResetHint::Reset,
    ResetHint::NotReset,
    ResetHint::Gauge,
];

/// Appends `value` to `out`.
pub(super) fn encode(value: &Value, out: &mut Vec<u8>) {
    let histogram = match value {
        Value::Float(float) => {
            out.push(FLOAT);
            return put_float(out, *float);
        }
        Value::Histogram(histogram) => histogram,
    };
    out.push(HISTOGRAM);
    put_signed(out, i64::from(histogram.schema));
    for float in [
        histogram.zero_threshold,
        histogram.zero_count,
        histogram.count,
        histogram.sum,
    ] {
        put_float(out, float);
    }
    let hint = HINTS.iter().position(|hint| *hint == histogram.reset_hint);
    out.push(hint.unwrap_or(0) as u8);
    out.push(u8::from(histogram.integer));
    put_spans(out, &histogram.positive_spans);
    put_spans(out, &histogram.negative_spans);
    put_floats(out, &histogram.positive_buckets);
    put_floats(out, &histogram.negative_buckets);
    put_floats(out, &histogram.custom_values);
}

fn put_float(out: &mut Vec<u8>, float: f64) {
    out.extend_from_slice(&float.to_bits().to_le_bytes());
}

fn put_floats(out: &mut Vec<u8>, floats: &[f64]) {
    put_varint(out, floats.len() as u64);
    for float in floats {
        put_float(out, *float);
    }
}

fn put_spans(out: &mut Vec<u8>, spans: &[Span]) {
    put_varint(out, spans.len() as u64);
    for span in spans {
        put_signed(out, i64::from(span.offset));
        put_varint(out, u64::from(span.length));
    }
}

/// The next value.
pub(super) fn decode(cursor: &mut Cursor<'_>) -> Result<Value, Damage> {
    match cursor.byte()? {
        FLOAT => Ok(Value::Float(float(cursor)?)),
        HISTOGRAM => Ok(Value::Histogram(Arc::new(histogram(cursor)?))),
        _ => Err(cursor.damage()),
    }
}

fn histogram(cursor: &mut Cursor<'_>) -> Result<Histogram, Damage> {
    let damage = cursor.damage();
    Ok(Histogram {
        schema: i8::try_from(cursor.signed()?).map_err(|_| damage)?,
        zero_threshold: float(cursor)?,
        zero_count: float(cursor)?,
        count: float(cursor)?,
        sum: float(cursor)?,
        reset_hint: *HINTS.get(usize::from(cursor.byte()?)).ok_or(damage)?,
        integer: cursor.byte()? != 0,
        positive_spans: spans(cursor)?,
        negative_spans: spans(cursor)?,
        positive_buckets: floats(cursor)?,
        negative_buckets: floats(cursor)?,
        custom_values: floats(cursor)?,
    })
}

fn float(cursor: &mut Cursor<'_>) -> Result<f64, Damage> {
    cursor.u64().map(f64::from_bits)
}

fn floats(cursor: &mut Cursor<'_>) -> Result<Vec<f64>, Damage> {
    let count = cursor.size(LIST_MAX)?;
    (0..count).map(|_| float(cursor)).collect()
}

fn spans(cursor: &mut Cursor<'_>) -> Result<Vec<Span>, Damage> {
    let count = cursor.size(LIST_MAX)?;
    (0..count)
        .map(|_| {
            let damage = cursor.damage();
            Ok(Span {
                offset: i32::try_from(cursor.signed()?).map_err(|_| damage)?,
                length: u32::try_from(cursor.varint()?).map_err(|_| damage)?,
            })
        })
        .collect()
}
