//! What a row has besides floats, as bytes. Nothing here depends on what came before: details are few.

use model::histogram::{ResetHint, Span};
use model::{Exemplar, Histogram, Timestamp};

use super::bytes::{Malformed, Reader, put_labels, put_number, put_signed, put_varint};
use super::record::{Detail, DetailKind};

const HISTOGRAM: u8 = 0;
const FLOAT_AT: u8 = 1;
const HISTOGRAM_AT: u8 = 2;
const START: u8 = 3;
const EXEMPLAR: u8 = 4;
const NO_START: u8 = 5;

/// Beside the reset hint in a histogram's flags.
const INTEGER: u8 = 4;

/// Writes the details but for starts, and of these only what changed.
pub(super) fn put_details(
    out: &mut Vec<u8>,
    time: Timestamp,
    details: &[Detail],
    starts: &[(u32, Option<i64>)],
) {
    let others = || details.iter().filter(|detail| !detail.kind.is_start());
    put_varint(out, (others().count() + starts.len()) as u64);
    for detail in others() {
        put_varint(out, u64::from(detail.column));
        put_detail(out, time, &detail.kind);
    }
    for (column, start_ms) in starts {
        put_varint(out, u64::from(*column));
        match start_ms {
            Some(start_ms) => put_detail(out, time, &DetailKind::Start(Timestamp(*start_ms))),
            None => out.push(NO_START),
        }
    }
}

fn put_detail(out: &mut Vec<u8>, time: Timestamp, kind: &DetailKind) {
    match kind {
        DetailKind::Histogram(histogram) => {
            out.push(HISTOGRAM);
            put_histogram(out, histogram);
        }
        DetailKind::FloatAt(at, value) => {
            out.push(FLOAT_AT);
            put_time(out, time, *at);
            put_number(out, *value);
        }
        DetailKind::HistogramAt(at, histogram) => {
            out.push(HISTOGRAM_AT);
            put_time(out, time, *at);
            put_histogram(out, histogram);
        }
        DetailKind::Start(at) => {
            out.push(START);
            put_time(out, time, *at);
        }
        DetailKind::Exemplar(exemplar) => {
            out.push(EXEMPLAR);
            put_time(out, time, exemplar.timestamp);
            put_number(out, exemplar.value);
            put_labels(out, &exemplar.labels);
        }
    }
}

/// Reads details into `details`, and those starts that are said into `starts`. The columns are below `columns`.
pub(super) fn get_details(
    reader: &mut Reader<'_>,
    time: Timestamp,
    columns: usize,
    details: &mut Vec<Detail>,
    starts: &mut Vec<(u32, Option<i64>)>,
) -> Result<(), Malformed> {
    for _ in 0..reader.length()? {
        let column = reader.u32()?;
        if column as usize >= columns {
            return Err(reader.malformed("unknown column"));
        }
        let kind = match reader.byte()? {
            START => {
                starts.push((column, Some(get_time(reader, time)?.0)));
                continue;
            }
            NO_START => {
                starts.push((column, None));
                continue;
            }
            kind => get_detail(reader, time, kind)?,
        };
        details.push(Detail { column, kind });
    }
    Ok(())
}

fn get_detail(reader: &mut Reader<'_>, time: Timestamp, kind: u8) -> Result<DetailKind, Malformed> {
    Ok(match kind {
        HISTOGRAM => DetailKind::Histogram(get_histogram(reader)?),
        FLOAT_AT => DetailKind::FloatAt(get_time(reader, time)?, reader.number()?),
        HISTOGRAM_AT => DetailKind::HistogramAt(get_time(reader, time)?, get_histogram(reader)?),
        EXEMPLAR => DetailKind::Exemplar(Exemplar {
            timestamp: get_time(reader, time)?,
            value: reader.number()?,
            labels: reader.labels()?,
        }),
        _ => return Err(reader.malformed("unknown detail")),
    })
}

/// Wraps round: any two times have a difference.
pub(super) fn put_time(out: &mut Vec<u8>, base: Timestamp, at: Timestamp) {
    put_signed(out, at.0.wrapping_sub(base.0));
}

pub(super) fn get_time(reader: &mut Reader<'_>, base: Timestamp) -> Result<Timestamp, Malformed> {
    Ok(Timestamp(base.0.wrapping_add(reader.signed()?)))
}

fn put_histogram(out: &mut Vec<u8>, histogram: &Histogram) {
    let hint = match histogram.reset_hint {
        ResetHint::Unknown => 0,
        ResetHint::Reset => 1,
        ResetHint::NotReset => 2,
        ResetHint::Gauge => 3,
    };
    out.push(hint | if histogram.integer { INTEGER } else { 0 });
    out.push(histogram.schema.cast_unsigned());
    out.extend_from_slice(&histogram.zero_threshold.to_le_bytes());
    out.extend_from_slice(&histogram.sum.to_le_bytes());
    put_number(out, histogram.count);
    put_number(out, histogram.zero_count);
    for spans in [&histogram.positive_spans, &histogram.negative_spans] {
        put_varint(out, spans.len() as u64);
        for span in spans {
            put_signed(out, i64::from(span.offset));
            put_varint(out, u64::from(span.length));
        }
    }
    let lists = [
        &histogram.positive_buckets,
        &histogram.negative_buckets,
        &histogram.custom_values,
    ];
    for numbers in lists {
        put_varint(out, numbers.len() as u64);
        for number in numbers {
            put_number(out, *number);
        }
    }
}

fn get_histogram(reader: &mut Reader<'_>) -> Result<Histogram, Malformed> {
    let flags = reader.byte()?;
    let reset_hint = match flags & 3 {
        0 => ResetHint::Unknown,
        1 => ResetHint::Reset,
        2 => ResetHint::NotReset,
        _ => ResetHint::Gauge,
    };
    Ok(Histogram {
        reset_hint,
        integer: flags & INTEGER != 0,
        schema: reader.byte()?.cast_signed(),
        zero_threshold: reader.float()?,
        sum: reader.float()?,
        count: reader.number()?,
        zero_count: reader.number()?,
        positive_spans: get_spans(reader)?,
        negative_spans: get_spans(reader)?,
        positive_buckets: get_numbers(reader)?,
        negative_buckets: get_numbers(reader)?,
        custom_values: get_numbers(reader)?,
    })
}

fn get_spans(reader: &mut Reader<'_>) -> Result<Vec<Span>, Malformed> {
    let mut spans = Vec::new();
    for _ in 0..reader.length()? {
        let offset = reader.signed()?;
        let offset = i32::try_from(offset).map_err(|_| reader.malformed("offset too large"))?;
        let length = reader.u32()?;
        spans.push(Span { offset, length });
    }
    Ok(spans)
}

fn get_numbers(reader: &mut Reader<'_>) -> Result<Vec<f64>, Malformed> {
    let mut numbers = Vec::new();
    for _ in 0..reader.length()? {
        numbers.push(reader.number()?);
    }
    Ok(numbers)
}
