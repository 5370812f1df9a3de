//! From bytes to records.

mod histogram;

use std::sync::Arc;

use model::{Exemplar, Labels, Metadata, MetricKind, Timestamp, Value};

use super::super::bytes::Cursor;
use super::super::error::{Damage, Fault};
use super::{Deletion, LoggedSample, Record};

/// Reads a record.
///
/// # Errors
///
/// When it isn't what the format says, or of a type that we don't know ([`Fault::Record`]).
pub fn decode(record: &[u8]) -> Result<Record, Damage> {
    let mut cursor = Cursor::new(record);
    let kind = cursor.u8()?;
    match kind {
        1 => all(cursor, |c| Ok((c.u64()?, labels(c)?))).map(Record::Series),
        2 => based(cursor, float).map(Record::Samples),
        3 => all(cursor, deletion).map(Record::Deletions),
        4 => exemplars(cursor).map(Record::Exemplars),
        5 => all(cursor, |c| Ok((c.u64()?, c.u64()?))).map(Record::Mapped),
        6 => all(cursor, metadata).map(Record::Metadata),
        7 | 9 => based(cursor, integer_histogram).map(Record::Samples),
        8 | 10 => based(cursor, float_histogram).map(Record::Samples),
        11 => chained(cursor, float).map(Record::Samples),
        12 => chained(cursor, integer_histogram).map(Record::Samples),
        13 => chained(cursor, float_histogram).map(Record::Samples),
        14 => cursor.i64().map(Record::FirstValid),
        unknown => Err(Damage::at(0, Fault::Record(unknown))),
    }
}

/// Reads entries until the end.
fn all<'a, T>(
    mut cursor: Cursor<'a>,
    mut entry: impl FnMut(&mut Cursor<'a>) -> Result<T, Damage>,
) -> Result<Vec<T>, Damage> {
    let mut entries = Vec::new();
    while !cursor.is_empty() {
        entries.push(entry(&mut cursor)?);
    }
    Ok(entries)
}

fn labels(cursor: &mut Cursor<'_>) -> Result<Labels, Damage> {
    let count = cursor.uvarint()?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        let name = cursor.text()?;
        pairs.push((name, cursor.text()?));
    }
    Ok(Labels::from_pairs(pairs))
}

fn deletion(cursor: &mut Cursor<'_>) -> Result<Deletion, Damage> {
    Ok(Deletion {
        series: cursor.u64()?,
        min_ms: cursor.varint()?,
        max_ms: cursor.varint()?,
    })
}

fn metadata(cursor: &mut Cursor<'_>) -> Result<(u64, Metadata), Damage> {
    let series = cursor.uvarint()?;
    let mut metadata = Metadata {
        kind: match cursor.u8()? {
            1 => MetricKind::Counter,
            2 => MetricKind::Gauge,
            3 => MetricKind::Histogram,
            4 => MetricKind::GaugeHistogram,
            5 => MetricKind::Summary,
            6 => MetricKind::Info,
            7 => MetricKind::StateSet,
            _ => MetricKind::Unknown,
        },
        ..Metadata::default()
    };
    for _ in 0..cursor.uvarint()? {
        let field = cursor.text()?;
        let text = cursor.text()?;
        match field {
            "UNIT" => text.clone_into(&mut metadata.unit),
            "HELP" => text.clone_into(&mut metadata.help),
            // A field that a newer Prometheus has.
            _ => {}
        }
    }
    Ok((series, metadata))
}

/// Series number and time that the entries of a record are told from.
struct Base {
    series: u64,
    timestamp_ms: i64,
}

impl Base {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Damage> {
        Ok(Self {
            series: cursor.u64()?,
            timestamp_ms: cursor.i64()?,
        })
    }

    /// The next entry's.
    fn next(&self, cursor: &mut Cursor<'_>) -> Result<Self, Damage> {
        Ok(Self {
            series: self.series.wrapping_add(cursor.varint()? as u64),
            timestamp_ms: self.timestamp_ms.wrapping_add(cursor.varint()?),
        })
    }
}

fn exemplars(mut cursor: Cursor<'_>) -> Result<Vec<(u64, Exemplar)>, Damage> {
    if cursor.is_empty() {
        return Ok(Vec::new());
    }
    let base = Base::read(&mut cursor)?;
    all(cursor, |cursor| {
        let at = base.next(cursor)?;
        let value = cursor.float()?;
        let exemplar = Exemplar {
            labels: labels(cursor)?,
            value,
            timestamp: Timestamp(at.timestamp_ms),
        };
        Ok((at.series, exemplar))
    })
}

/// How the value of a sample is read.
type ReadValue = fn(&mut Cursor<'_>) -> Result<Value, Damage>;

fn float(cursor: &mut Cursor<'_>) -> Result<Value, Damage> {
    cursor.float().map(Value::Float)
}

fn integer_histogram(cursor: &mut Cursor<'_>) -> Result<Value, Damage> {
    histogram::integer(cursor).map(|histogram| Value::Histogram(Arc::new(histogram)))
}

fn float_histogram(cursor: &mut Cursor<'_>) -> Result<Value, Damage> {
    histogram::float(cursor).map(|histogram| Value::Histogram(Arc::new(histogram)))
}

/// Samples that are told from a base.
fn based(mut cursor: Cursor<'_>, value: ReadValue) -> Result<Vec<LoggedSample>, Damage> {
    if cursor.is_empty() {
        return Ok(Vec::new());
    }
    let base = Base::read(&mut cursor)?;
    all(cursor, |cursor| {
        let at = base.next(cursor)?;
        Ok(LoggedSample {
            series: at.series,
            timestamp_ms: at.timestamp_ms,
            start_ms: None,
            value: value(cursor)?,
        })
    })
}

/// Samples with start times: numbers are told from the sample before, times from the first.
fn chained(cursor: Cursor<'_>, value: ReadValue) -> Result<Vec<LoggedSample>, Damage> {
    /// What start times mean by none.
    const NO_START: i64 = 0;
    let mut first: Option<(i64, i64)> = None;
    let (mut series, mut start) = (0_u64, NO_START);
    all(cursor, |cursor| {
        series = series.wrapping_add(cursor.varint()? as u64);
        let time = cursor.varint()?;
        let timestamp_ms = match first {
            None => {
                start = cursor.varint()?;
                first = Some((time, start));
                time
            }
            Some((first_time, first_start)) => {
                start = match cursor.u8()? {
                    0 => NO_START,
                    1 => start,
                    _ => first_start.wrapping_add(cursor.varint()?),
                };
                first_time.wrapping_add(time)
            }
        };
        Ok(LoggedSample {
            series,
            timestamp_ms,
            start_ms: (start != NO_START).then_some(start),
            value: value(cursor)?,
        })
    })
}
