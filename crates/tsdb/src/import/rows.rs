//! Finds series that share their timestamps, and lays a series' samples on those.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{Histogram, STALE_NAN, Value};
use storage::{Column, Values};

use crate::prometheus::Sample;

/// The timestamps of a group: milliseconds after its window's first. A window is far shorter than 49 days.
pub(super) type Rows = Vec<u32>;

/// A series with more gaps than one in so many samples is better off with timestamps of its own.
const ROWS_PER_GAP_MIN: usize = 8;

/// The rows of these samples, whose times ascend.
pub(super) fn of(samples: &[Sample], start_ms: i64) -> Rows {
    samples.iter().map(|sample| row(sample, start_ms)).collect()
}

fn row(sample: &Sample, start_ms: i64) -> u32 {
    (sample.timestamp_ms - start_ms) as u32
}

/// Whether the rows may be shared: each of the samples has one, and few of those between have none. After a stale marker
/// any number may be without.
pub(super) fn fit(rows: &[u32], samples: &[Sample], start_ms: i64) -> bool {
    let Some(first) = samples.first() else {
        return true;
    };
    let mut at = rows.partition_point(|own| *own < row(first, start_ms));
    let mut pausing = true;
    let mut missing = 0;
    for sample in samples {
        let wanted = row(sample, start_ms);
        let skipped = rows[at..].iter().take_while(|own| **own < wanted).count();
        at += skipped;
        if rows.get(at) != Some(&wanted) {
            return false;
        }
        if !pausing {
            missing += skipped;
        }
        at += 1;
        pausing = sample.value.is_stale();
    }
    missing * ROWS_PER_GAP_MIN <= samples.len()
}

/// Replaces `out` by the column of samples that [`fit`].
pub(super) fn lay(rows: &[u32], samples: &[Sample], start_ms: i64, out: &mut Column) {
    *out = Column::default();
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return;
    };
    out.first_row = rows.partition_point(|own| *own < row(first, start_ms));
    let end = rows.partition_point(|own| *own <= row(last, start_ms));
    let mut rest = samples.iter().peekable();
    let mut pausing = false;
    let mut laid: Vec<Option<&Value>> = Vec::with_capacity(end - out.first_row);
    for (at, own) in (out.first_row..end).zip(&rows[out.first_row..end]) {
        let sample = rest.next_if(|sample| row(sample, start_ms) == *own);
        match sample {
            Some(sample) => pausing = sample.value.is_stale(),
            None if pausing => {}
            None => match out.gaps.last_mut() {
                Some(gap) if gap.end == at => gap.end += 1,
                _ => out.gaps.push(at..at + 1),
            },
        }
        laid.push(sample.map(|sample| &sample.value));
    }
    let is_float = |sample: &Sample| matches!(sample.value, Value::Float(_));
    out.values = if samples.iter().all(is_float) {
        Values::Floats(laid.into_iter().map(float).collect())
    } else if samples.iter().any(is_float) {
        let marker = Value::Float(STALE_NAN);
        let value = |value: Option<&Value>| value.unwrap_or(&marker).clone();
        Values::Mixed(laid.into_iter().map(value).collect())
    } else {
        let marker = Arc::new(Histogram {
            sum: STALE_NAN,
            ..Histogram::default()
        });
        let value = |value| histogram(value, &marker);
        Values::Histograms(laid.into_iter().map(value).collect())
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
