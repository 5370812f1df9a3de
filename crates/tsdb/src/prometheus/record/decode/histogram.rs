//! Histograms in the log.

use model::Histogram;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, ResetHint, SCHEMA_MAX, SCHEMA_MIN, Span};

use super::super::super::bytes::Cursor;
use super::super::super::error::{Damage, Fault};

/// With integer counts.
pub(super) fn integer(cursor: &mut Cursor<'_>) -> Result<Histogram, Damage> {
    let count = |cursor: &mut Cursor<'_>| Ok(cursor.uvarint()? as f64);
    let buckets = |cursor: &mut Cursor<'_>| {
        let mut count = 0_i64;
        let differences = 0..cursor.uvarint()?;
        differences
            .map(|_| {
                count = count.wrapping_add(cursor.varint()?);
                Ok(count as f64)
            })
            .collect()
    };
    Ok(Histogram {
        integer: true,
        ..histogram(cursor, count, buckets)?
    })
}

/// With float counts.
pub(super) fn float(cursor: &mut Cursor<'_>) -> Result<Histogram, Damage> {
    histogram(cursor, Cursor::float, floats)
}

fn floats(cursor: &mut Cursor<'_>) -> Result<Vec<f64>, Damage> {
    (0..cursor.uvarint()?).map(|_| cursor.float()).collect()
}

fn histogram<'a>(
    cursor: &mut Cursor<'a>,
    count: impl Fn(&mut Cursor<'a>) -> Result<f64, Damage>,
    buckets: impl Fn(&mut Cursor<'a>) -> Result<Vec<f64>, Damage>,
) -> Result<Histogram, Damage> {
    let reset_hint = match cursor.u8()? {
        1 => ResetHint::Reset,
        2 => ResetHint::NotReset,
        3 => ResetHint::Gauge,
        _ => ResetHint::Unknown,
    };
    let place = *cursor;
    let schema = i8::try_from(cursor.varint()?)
        .ok()
        .filter(|schema| {
            (SCHEMA_MIN..=SCHEMA_MAX).contains(schema) || *schema == CUSTOM_BUCKETS_SCHEMA
        })
        .ok_or_else(|| place.damage(Fault::Invalid("unknown histogram schema")))?;
    let mut histogram = Histogram {
        schema,
        reset_hint,
        zero_threshold: cursor.float()?,
        zero_count: count(cursor)?,
        count: count(cursor)?,
        sum: cursor.float()?,
        positive_spans: spans(cursor)?,
        negative_spans: spans(cursor)?,
        positive_buckets: buckets(cursor)?,
        negative_buckets: buckets(cursor)?,
        ..Histogram::default()
    };
    if histogram.has_custom_buckets() {
        histogram.custom_values = floats(cursor)?;
    }
    let agrees = |spans: &[Span], buckets: &[f64]| {
        let told: u64 = spans.iter().map(|span| u64::from(span.length)).sum();
        told == buckets.len() as u64
    };
    if agrees(&histogram.positive_spans, &histogram.positive_buckets)
        && agrees(&histogram.negative_spans, &histogram.negative_buckets)
    {
        Ok(histogram)
    } else {
        Err(place.damage(Fault::Invalid("histogram's spans and buckets disagree")))
    }
}

fn spans(cursor: &mut Cursor<'_>) -> Result<Vec<Span>, Damage> {
    let count = cursor.uvarint()?;
    let span = |_| {
        let place = *cursor;
        let offset = i32::try_from(cursor.varint()?);
        let length = u32::try_from(cursor.uvarint()?);
        match (offset, length) {
            (Ok(offset), Ok(length)) => Ok(Span { offset, length }),
            _ => Err(place.damage(Fault::Invalid("bucket span out of range"))),
        }
    };
    (0..count).map(span).collect()
}
