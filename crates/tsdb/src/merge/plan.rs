//! Which parts to merge next.
//!
//! Takes what is known of all parts and answers with a [`Choice`]; [`merge`](super::merge) carries it out. Nothing here opens a file, so a policy is tested
//! with a table.
//!
//! Time is cut into windows of several widths, each a multiple of the next smaller one and aligned to it. A part belongs to the smallest window
//! that it lies in whole. When a window is closed, what lies in it becomes one part of its level.
//!
//! Invariants:
//! - no part is chosen again for a window that it fills alone at the right level, so merging comes to an end;
//! - narrow windows go before wide ones, and old ones before new ones;
//! - parts of different resolutions are never merged.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::{TimeRange, Timestamp};

use crate::catalog::OpenPart;
use crate::part::Level;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The narrowest windows. Whatever the retention, these are merged.
const NARROW_MS: i64 = 2 * HOUR_MS;

/// So many parts in a window are merged before it is closed: each is one more to look into for every query.
const OPEN_WINDOW_PARTS_MAX: usize = 12;

/// A window as wide as this share of the retention, or wider, isn't merged into: parts are dropped whole, so its first samples would stay far too long.
const RETENTION_SHARE: i64 = 4;

/// What a plan knows of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its number.
    pub number: u64,
    /// From its first to its last sample.
    pub range: TimeRange,
    /// How hard it is compressed.
    pub level: Level,
    /// Bytes on the disk.
    pub size_bytes: u64,
    /// Whether something was deleted from it.
    pub has_tombstones: bool,
    /// Distance of its samples, in milliseconds; 0 for samples as they came.
    pub resolution_ms: u64,
}

impl Span {
    /// That of a part.
    #[must_use]
    pub fn of(part: &OpenPart) -> Self {
        Self {
            number: part.number(),
            range: part.range(),
            level: part.part().level(),
            size_bytes: part.size_bytes(),
            has_tombstones: !part.tombstones().is_empty(),
            resolution_ms: part.part().facts().resolution_ms,
        }
    }
}

/// Windows of one width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// How wide.
    pub width_ms: i64,
    /// What its parts become.
    pub level: Level,
    /// How long after its end a window is closed.
    pub settle_ms: i64,
}

/// The windows: 2 h hot, then 1 d and 8 d cold; those that are narrow enough for what is kept so long (`None`: for ever). Samples come up to
/// `late_ms` late, and stay hot for a day, since it is new ones that are asked for most.
#[must_use]
pub fn widths(retention_ms: Option<i64>, late_ms: i64) -> Vec<Width> {
    let all = [
        (NARROW_MS, Level::Hot, 0),
        (DAY_MS, Level::Cold, DAY_MS),
        (8 * DAY_MS, Level::Cold, DAY_MS),
    ];
    let fits = |width_ms: i64| {
        let share = retention_ms.map(|retention_ms| retention_ms / RETENTION_SHARE);
        width_ms == NARROW_MS || share.is_none_or(|share| width_ms <= share)
    };
    all.into_iter()
        .filter(|(width_ms, ..)| fits(*width_ms))
        .map(|(width_ms, level, after_ms)| Width {
            width_ms,
            level,
            settle_ms: late_ms + after_ms,
        })
        .collect()
}

/// The windows for whoever wants all that there is as small as it gets, new samples too: the cold ones among `widths`, or the narrowest if none is, each closed
/// at its end.
#[must_use]
pub fn cold(widths: &[Width]) -> Vec<Width> {
    let cold = |width: &&Width| width.level == Level::Cold;
    let mut chosen: Vec<Width> = widths.iter().filter(cold).copied().collect();
    if chosen.is_empty() {
        chosen.extend(widths.first());
    }
    for width in &mut chosen {
        width.level = Level::Cold;
        width.settle_ms = 0;
    }
    chosen
}

/// Parts to merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Their numbers, ascending.
    pub numbers: Vec<u64>,
    /// How hard to compress.
    pub level: Level,
}

/// The next merge, if there is one to do. `now` is the newest time that there may be samples of, `room_bytes` what the disk has left: the merged part
/// lies beside those it replaces for a while.
///
/// # Panics
///
/// When the widths don't ascend.
#[must_use]
pub fn plan(spans: &[Span], widths: &[Width], now: Timestamp, room_bytes: u64) -> Option<Choice> {
    assert!(widths.is_sorted_by_key(|width| width.width_ms));
    widths.iter().find_map(|width| {
        let mut windows: BTreeMap<(i64, u64), Vec<&Span>> = BTreeMap::new();
        for span in spans {
            if let Some(window) = window_of(span, width.width_ms) {
                let key = (window, span.resolution_ms);
                windows.entry(key).or_default().push(span);
            }
        }
        windows.into_iter().find_map(|((window, _), spans)| {
            let end = (window + 1).saturating_mul(width.width_ms);
            let closed = end.saturating_add(width.settle_ms) <= now.0;
            choose(&spans, width.level, closed, room_bytes)
        })
    })
}

/// The window that the part lies in whole.
fn window_of(span: &Span, width_ms: i64) -> Option<i64> {
    let window = span.range.start.0.div_euclid(width_ms);
    let there = !span.range.is_empty() && window == span.range.end.0.div_euclid(width_ms);
    there.then_some(window)
}

/// What to do with the parts of a window.
fn choose(spans: &[&Span], level: Level, closed: bool, room_bytes: u64) -> Option<Choice> {
    let done = match spans {
        [alone] => alone.level >= level,
        _ => false,
    };
    let many = spans.len() > OPEN_WINDOW_PARTS_MAX;
    let size_bytes: u64 = spans.iter().map(|span| span.size_bytes).sum();
    if done || !(closed || many) || size_bytes > room_bytes {
        return None;
    }
    // What is compressed hard stays so.
    let levels = spans.iter().map(|span| span.level);
    let level = levels.max().map_or(level, |own| own.max(level));
    let level = if closed { level } else { Level::Hot };
    let mut numbers: Vec<u64> = spans.iter().map(|span| span.number).collect();
    numbers.sort_unstable();
    Some(Choice { numbers, level })
}

/// The parts from which something was deleted, each to be written anew by itself.
#[must_use]
pub fn to_clean(spans: &[Span]) -> Vec<Choice> {
    let spans = spans.iter().filter(|span| span.has_tombstones);
    let choice = |span: &Span| Choice {
        numbers: vec![span.number],
        level: span.level,
    };
    spans.map(choice).collect()
}
