//! When a target is scraped.
//!
//! Each target has a place in the interval, from a hash, so that the load is even and stays so over
//! restarts. Places are a beat apart, so that a few targets come together: they wake the machine once, and their rows share a sync of the disk. Scrapes stand on a grid of the wall clock: `time mod interval = offset`. A scrape that wakes up almost on
//! time is given the grid's time, since equal distances need next to no space in the store.

#[cfg(test)]
mod tests;

/// A scrape that is no more than this away from its place on the grid gets the grid's time, in milliseconds.
const TOLERANCE_MS: i64 = 2;

/// The longest beat, in milliseconds: what comes together must not be much, however many targets there are.
const BEAT_MS_MAX: i64 = 100;

/// So many beats are in an interval at least.
const BEATS_MIN: i64 = 16;

/// The moments at which a target is to be scraped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// More than 0.
    interval_ms: i64,
    /// At least 0, less than the interval.
    offset_ms: i64,
}

impl Grid {
    /// The grid of the target with this hash. `seed` tells servers apart that scrape the same targets.
    #[must_use]
    pub fn new(interval_ms: i64, target_hash: u64, seed: u64) -> Self {
        assert!(interval_ms > 0);
        let offset = (target_hash ^ seed) % interval_ms.unsigned_abs();
        let offset_ms = i64::try_from(offset).unwrap_or(0);
        let beat_ms = (interval_ms / BEATS_MIN).clamp(1, BEAT_MS_MAX);
        Self {
            interval_ms,
            offset_ms: offset_ms - offset_ms % beat_ms,
        }
    }

    /// The first moment that is later than `now_ms`.
    #[must_use]
    pub fn after(self, now_ms: i64) -> i64 {
        let into = (now_ms - self.offset_ms).rem_euclid(self.interval_ms);
        now_ms - into + self.interval_ms
    }

    /// The moment after `last_ms`. If it is over, but by less than an interval, it is made up for; older ones are left out.
    #[must_use]
    pub fn next(self, last_ms: i64, now_ms: i64) -> i64 {
        let next = last_ms + self.interval_ms;
        let is_near = (next - now_ms).abs() <= self.interval_ms;
        if is_near { next } else { self.after(now_ms) }
    }

    /// The time to write down for a scrape that was planned for `planned_ms` and begins at `now_ms`.
    #[must_use]
    pub fn aligned(self, planned_ms: i64, now_ms: i64) -> i64 {
        let tolerance_ms = TOLERANCE_MS.min(self.interval_ms / 100);
        if (now_ms - planned_ms).abs() <= tolerance_ms {
            planned_ms
        } else {
            now_ms
        }
    }

    /// Whether `now_ms` is early enough to wait on for `planned_ms`.
    #[must_use]
    pub fn is_early(self, planned_ms: i64, now_ms: i64) -> bool {
        now_ms < planned_ms - TOLERANCE_MS.min(self.interval_ms / 100)
    }
}
