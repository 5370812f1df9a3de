//! Which stretches of time become one part each.

use std::collections::BTreeSet;

use model::{TimeRange, Timestamp};
use xxhash_rust::xxh3::Xxh3Default;

use crate::part::Level;
use crate::prometheus::data::Head;
use crate::prometheus::{Block, Error};

const HOUR_MS: i64 = 60 * 60 * 1000;
/// Of new samples.
const NARROW_MS: i64 = 2 * HOUR_MS;
/// Of samples that are older than one such window.
const WIDE_MS: i64 = 24 * HOUR_MS;
/// No block of Prometheus or Thanos is longer than weeks.
const BLOCK_RANGE_MS_MAX: i64 = 10 * 366 * 24 * HOUR_MS;

/// A stretch of time that becomes one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first and its last millisecond.
    pub range: TimeRange,
    /// How hard it is worth compressing.
    pub level: Level,
    /// Tells whether a window of another run was made from the same blocks and log.
    pub fingerprint: u64,
}

/// All windows that may have samples, by time.
///
/// # Errors
///
/// When a block claims a range of time that none has.
pub(super) fn plan(blocks: &[Block<'_>], head: &Head) -> Result<Vec<Window>, Error> {
    let mut spans: Vec<(TimeRange, String)> = Vec::new();
    for block in blocks {
        let meta = block.meta();
        let last = Timestamp(meta.end_ms.saturating_sub(1));
        let range = TimeRange::new(Timestamp(meta.min_ms), last);
        if range.end.0.saturating_sub(range.start.0) > BLOCK_RANGE_MS_MAX {
            return Err(Error::Meta {
                path: format!("{}/meta.json", meta.id),
                reason: format!(
                    "block claims too long a range: {} ms to {last} s",
                    meta.min_ms
                ),
            });
        }
        spans.push((range, meta.id.to_string()));
    }
    let log = format!("log of {} records", head.end.records);
    let of_head: Vec<TimeRange> = head.series().map(|(_, _, range)| range).collect();
    let ranges = || spans.iter().map(|(range, _)| range).chain(&of_head);
    let newest_ms = ranges().map(|range| range.end.0).max();
    let wide_until_ms = aligned(newest_ms.unwrap_or(0).saturating_sub(WIDE_MS), WIDE_MS);

    let mut starts = BTreeSet::new();
    for range in ranges() {
        let mut at = range.start.0;
        while at <= range.end.0 {
            let width = width(at, wide_until_ms);
            starts.insert(aligned(at, width));
            at = aligned(at, width).saturating_add(width);
        }
    }
    let window = |start: i64| {
        let width = width(start, wide_until_ms);
        let range = TimeRange::new(Timestamp(start), Timestamp(start + width - 1));
        let mut fingerprint = Xxh3Default::new();
        for (_, identity) in spans.iter().filter(|(span, _)| span.overlaps(range)) {
            fingerprint.update(identity.as_bytes());
        }
        if of_head.iter().any(|span| span.overlaps(range)) {
            fingerprint.update(log.as_bytes());
        }
        let level = match width {
            WIDE_MS => Level::Cold,
            _ => Level::Hot,
        };
        Window {
            range,
            level,
            fingerprint: fingerprint.digest(),
        }
    };
    Ok(starts.into_iter().map(window).collect())
}

fn width(at_ms: i64, wide_until_ms: i64) -> i64 {
    if at_ms < wide_until_ms {
        WIDE_MS
    } else {
        NARROW_MS
    }
}

/// The last multiple of `width` that is not after `at`.
fn aligned(at: i64, width: i64) -> i64 {
    at.div_euclid(width) * width
}
