//! Which parts are dropped because they are old, or because there is no room for them.
//!
//! A pure function of what there is. Parts are dropped whole: one that has samples inside the retention stays, so a little more is kept than was
//! asked for, never less.

#[cfg(test)]
mod tests;

use model::Timestamp;

use crate::merge::plan::Span;

/// What is kept. Either, both or none may be set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Samples older than this, in milliseconds, may go.
    pub time_ms: Option<i64>,
    /// When parts and log take more than so many bytes, the oldest parts go.
    pub size_bytes: Option<u64>,
}

/// The numbers of the parts to drop, oldest first. `log_bytes` is what the store takes besides parts; it counts, but can't be dropped.
#[must_use]
pub fn to_drop(spans: &[Span], retention: Retention, now: Timestamp, log_bytes: u64) -> Vec<u64> {
    let mut spans: Vec<&Span> = spans.iter().collect();
    spans.sort_by_key(|span| (span.range.end, span.number));
    let oldest_ms = retention
        .time_ms
        .map(|time_ms| now.0.saturating_sub(time_ms));
    let size_bytes: u64 = spans.iter().map(|span| span.size_bytes).sum();
    let mut size_bytes = size_bytes + log_bytes;
    let mut dropped = Vec::new();
    for span in spans {
        let too_old = oldest_ms.is_some_and(|oldest_ms| span.range.end.0 < oldest_ms);
        let too_much = retention.size_bytes.is_some_and(|max| size_bytes > max);
        if !(too_old || too_much) {
            break;
        }
        size_bytes -= span.size_bytes;
        dropped.push(span.number);
    }
    dropped
}
