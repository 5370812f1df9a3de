//! The values of a series.

use std::iter::repeat_n;
use std::sync::Arc;

use model::{Histogram, STALE_NAN, Value};

use crate::series_notation::SeriesValue;
use crate::series_notation::cursor::{Cursor, Read};
use crate::series_notation::histogram::{self, Described};
use crate::series_notation::repetition;

type Values = Vec<Option<SeriesValue>>;

pub(super) fn read(mut cursor: Cursor<'_>) -> Read<Values> {
    let mut values = Vec::new();
    while cursor.next_item()? {
        item(&mut cursor, &mut values)?;
        repetition::check_length(&cursor, values.len())?;
    }
    Ok(values)
}

fn item(cursor: &mut Cursor<'_>, values: &mut Values) -> Read<()> {
    if cursor.take("_") {
        let count = repetition::read(cursor)?.unwrap_or(1);
        values.extend(repeat_n(None, count));
        return Ok(());
    }
    if cursor.rest().starts_with("{{") {
        return histograms(cursor, values);
    }
    floats(cursor, values)
}

/// `5`, `5x3`, `5+2x3`
fn floats(cursor: &mut Cursor<'_>, values: &mut Values) -> Read<()> {
    let mut value = if cursor.take("stale") {
        STALE_NAN
    } else {
        cursor.signed_number()?
    };
    let (step, times) = match cursor.peek() {
        Some('+' | '-') => (cursor.signed_number()?, repetition::required(cursor)?),
        _ => (0.0, repetition::read(cursor)?.unwrap_or(0)),
    };
    values.push(Some(float(value)));
    for _ in 0..times {
        if step != 0.0 {
            value += step;
        }
        values.push(Some(float(value)));
    }
    Ok(())
}

fn float(value: f64) -> SeriesValue {
    SeriesValue {
        value: Value::Float(value),
        reset_hint_written: false,
    }
}

/// `{{...}}`, `{{...}}x3`, `{{...}}+{{...}}x3`
fn histograms(cursor: &mut Cursor<'_>, values: &mut Values) -> Read<()> {
    let start = cursor.at();
    let Described {
        histogram: mut value,
        reset_hint_written,
    } = histogram::read(cursor)?;
    let negative = cursor.rest().starts_with('-');
    if !negative && !cursor.rest().starts_with('+') {
        let count = 1 + repetition::read(cursor)?.unwrap_or(0);
        let value = shared(value, reset_hint_written);
        values.extend(repeat_n(Some(value), count));
        return Ok(());
    }
    cursor.take(if negative { "-" } else { "+" });
    // The hint of the second histogram decides for the whole item.
    let step = histogram::read(cursor)?;
    let times = repetition::required(cursor)?;
    for _ in 0..times {
        let next = combined(&value, &step.histogram, negative)
            .map_err(|message| cursor.error_from(start, message))?;
        let previous = std::mem::replace(&mut value, next);
        values.push(Some(shared(previous, step.reset_hint_written)));
    }
    values.push(Some(shared(value, step.reset_hint_written)));
    Ok(())
}

fn combined(value: &Histogram, step: &Histogram, negative: bool) -> Result<Histogram, String> {
    if value.schema > step.schema {
        let (from, to) = (step.schema, value.schema);
        return Err(format!(
            "error combining histograms: cannot merge from schema {from} to {to}"
        ));
    }
    let result = if negative {
        value.minus(step)
    } else {
        value.plus(step)
    };
    result
        .map(|combined| combined.histogram)
        .map_err(|error| error.to_string())
}

fn shared(histogram: Histogram, reset_hint_written: bool) -> SeriesValue {
    SeriesValue {
        value: Value::Histogram(Arc::new(histogram)),
        reset_hint_written,
    }
}
