//! Histograms: `{{schema:1 sum:5.5 count:4 z_bucket:1 z_bucket_w:0.01 offset:-1 buckets:[1 2]}}`.
//!
//! Keys come in any order, each at most once; what is not written is zero.

use model::Histogram;
use model::histogram::{ResetHint, Span};

use crate::quote::{GoQuoted, GoQuotedChar};
use crate::series_notation::cursor::{Cursor, Read};

/// The most buckets that one list may have.
const BUCKETS_MAX: usize = 10_000;

/// A histogram as it was written.
pub(super) struct Described {
    pub(super) histogram: Histogram,
    pub(super) reset_hint_written: bool,
}

/// What was read so far. Offsets and buckets become spans in the end, since either may come first.
#[derive(Default)]
struct Draft {
    histogram: Histogram,
    offset: i32,
    negative_offset: i32,
    keys: Vec<String>,
}

/// Reads a histogram that is known to begin here.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Read<Described> {
    let start = cursor.at();
    if !cursor.take("{{") {
        return Err(cursor.error("unexpected character in series sequence, expected \"{{\""));
    }
    let mut draft = Draft::default();
    loop {
        cursor.skip_spaces();
        if cursor.take("}}") {
            break;
        }
        entry(cursor, &mut draft)?;
    }
    let Draft {
        mut histogram,
        offset,
        negative_offset,
        keys,
    } = draft;
    histogram.positive_spans = spans(offset, &histogram.positive_buckets);
    histogram.negative_spans = spans(negative_offset, &histogram.negative_buckets);
    if histogram.schema > model::histogram::SCHEMA_MAX {
        let message = format!("histogram schema is too fine: {}", histogram.schema);
        return Err(cursor.error_from(start, message));
    }
    Ok(Described {
        histogram,
        reset_hint_written: keys.iter().any(|key| key == "counter_reset_hint"),
    })
}

fn entry(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Read<()> {
    let start = cursor.at();
    let word = cursor.take_while(|c| c.is_ascii_alphabetic() || c == '_');
    if word.is_empty() {
        let c = GoQuotedChar(cursor.peek());
        return Err(cursor.error(format!("histogram description incomplete unexpected: {c}")));
    }
    let key = word.to_ascii_lowercase();
    if !cursor.take(":") {
        return Err(cursor.error_from(start, "missing `:` for histogram descriptor"));
    }
    let histogram = &mut draft.histogram;
    match key.as_str() {
        "schema" => histogram.schema = schema(cursor)?,
        "sum" => histogram.sum = cursor.signed_number()?,
        "count" => histogram.count = cursor.signed_number()?,
        "z_bucket" => histogram.zero_count = cursor.signed_number()?,
        "z_bucket_w" => histogram.zero_threshold = cursor.signed_number()?,
        "custom_values" => histogram.custom_values = list(cursor)?,
        "buckets" => histogram.positive_buckets = list(cursor)?,
        "n_buckets" => histogram.negative_buckets = list(cursor)?,
        "offset" => draft.offset = cursor.integer()?,
        "n_offset" => draft.negative_offset = cursor.integer()?,
        "counter_reset_hint" => histogram.reset_hint = reset_hint(cursor)?,
        _ => {
            let message = format!("bad histogram descriptor found: {}", GoQuoted(word));
            return Err(cursor.error_from(start, message));
        }
    }
    if draft.keys.contains(&key) {
        let message = format!("duplicate key \"{key}\" in histogram");
        return Err(cursor.error_from(start, message));
    }
    draft.keys.push(key);
    Ok(())
}

fn schema(cursor: &mut Cursor<'_>) -> Read<i8> {
    let start = cursor.at();
    let schema = cursor.integer()?;
    i8::try_from(schema)
        .map_err(|_| cursor.error_from(start, format!("no histogram schema: {schema}")))
}

/// `[1 2.5 -3]`
fn list(cursor: &mut Cursor<'_>) -> Read<Vec<f64>> {
    let start = cursor.at();
    if !cursor.take("[") {
        return Err(cursor.error("unexpected character in buckets description, expected \"[\""));
    }
    let mut numbers = Vec::new();
    loop {
        cursor.skip_spaces();
        if cursor.take("]") {
            return Ok(numbers);
        }
        if numbers.len() == BUCKETS_MAX {
            return Err(cursor.error_from(start, format!("more than {BUCKETS_MAX} buckets")));
        }
        numbers.push(cursor.signed_number()?);
    }
}

fn reset_hint(cursor: &mut Cursor<'_>) -> Read<ResetHint> {
    let start = cursor.at();
    let word = cursor.take_while(|c| c.is_ascii_alphabetic() || c == '_');
    match word.to_ascii_lowercase().as_str() {
        "unknown" => Ok(ResetHint::Unknown),
        "reset" => Ok(ResetHint::Reset),
        "not_reset" => Ok(ResetHint::NotReset),
        "gauge" => Ok(ResetHint::Gauge),
        _ => {
            let message = format!("bad histogram descriptor found: {}", GoQuoted(word));
            Err(cursor.error_from(start, message))
        }
    }
}

/// Buckets that are written lie side by side.
fn spans(offset: i32, buckets: &[f64]) -> Vec<Span> {
    match u32::try_from(buckets.len()) {
        Ok(0) | Err(_) => Vec::new(),
        Ok(length) => vec![Span { offset, length }],
    }
}
