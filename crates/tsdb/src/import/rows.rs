//! Finds series that share their timestamps, and lays a series' samples on those.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{Histogram, STALE_NAN, Value};
use storage::{Column, Values};

use crate::prometheus::Sample;

/// The timestamps of a group: milliseconds after its window's first. A window is far shorter than 49 days.
pub(super) type Rows = Vec<u32>;

/// The rows of these samples, whose times ascend.
pub(super) fn of(samples: &[Sample], start_ms: i64) -> Rows {
    samples.iter().map(|sample| row(sample, start_ms)).collect()
}

fn row(sample: &Sample, start_ms: i64) -> u32 {
    (sample.timestamp_ms - start_ms) as u32
}

/// Whether each of the samples has a row, and each row between them a sample; but after a stale marker rows may be without.
pub(super) fn fit(rows: &[u32], samples: &[Sample], start_ms: i64) -> bool {
    let Some(first) = samples.first() else {
        return true;
    };
    let mut at = rows.partition_point(|own| *own < row(first, start_ms));
    let mut pausing = true;
    for sample in samples {
        let wanted = row(sample, start_ms);
        if pausing {
            at += rows[at..].partition_point(|own| *own < wanted);
        }
        if rows.get(at) != Some(&wanted) {
            return false;
        }
        at += 1;
        pausing = sample.value.is_stale();
    }
    true
}

/// Replaces `out` by the column of samples that [`fit`].
pub(super) fn lay(rows: &[u32], samples: &[Sample], start_ms: i64, out: &mut Column) {
    *out = Column::default();
    let Some(first) = samples.first() else {
        return;
    };
    out.first_row = rows.partition_point(|own| *own < row(first, start_ms));
    let is_float = |sample: &Sample| matches!(sample.value, Value::Float(_));
    let laid = rows[out.first_row..].iter().scan(samples, |rest, own| {
        let (next, after) = rest.split_first()?;
        if row(next, start_ms) == *own {
            *rest = after;
            Some(Some(&next.value))
        } else {
            Some(None)
        }
    });
    out.values = if samples.iter().all(is_float) {
        Values::Floats(laid.map(float).collect())
    } else if samples.iter().any(is_float) {
        let marker = Value::Float(STALE_NAN);
        let value = |value: Option<&Value>| value.unwrap_or(&marker).clone();
        Values::Mixed(laid.map(value).collect())
    } else {
        let marker = Arc::new(Histogram {
            sum: STALE_NAN,
            ..Histogram::default()
        });
        Values::Histograms(laid.map(|value| histogram(value, &marker)).collect())
    };
    out.find_stale();
}

fn float(value: Option<&Value>) -> f64 {
    match value {
        Some(Value::Float(value)) => *value,
        _ => STALE_NAN,
    }
}

fn histogram(value: Option<&Value>, marker: &Arc<Histogram>) -> Arc<Histogram> {
    match value {
        Some(Value::Histogram(histogram)) => Arc::clone(histogram),
        _ => Arc::clone(marker),
    }
}
