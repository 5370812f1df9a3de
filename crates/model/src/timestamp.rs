//! Moments and spans of time, in milliseconds since the Unix epoch.
//!
//! Prometheus keeps milliseconds everywhere, so do we: a finer clock would be rounded at the first border.

use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Columns of samples hold bare `i64` milliseconds; this type is for single moments in signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Before every sample.
    pub const MIN: Self = Self(i64::MIN);
    /// After every sample.
    pub const MAX: Self = Self(i64::MAX);

    /// From seconds as the HTTP API and the `@` modifier write them, rounded to the nearest millisecond.
    ///
    /// `None` when `seconds` is NaN or outside of what fits.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let ms = (seconds * 1000.0).round();
        // 2^63 is exact as a float, and the first value that no longer fits.
        let fits = (i64::MIN as f64..i64::MAX as f64).contains(&ms);
        fits.then_some(Self(ms as i64))
    }

    /// Seconds, as PromQL's `time()` and `timestamp()` give them.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Later (or, for a negative `ms`, earlier) by `ms`; stops at the ends of the scale.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Timestamp {
    /// Seconds with at most three decimals, as the HTTP API prints times: `1`, `1.500`, `-0.001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match ms % 1000 {
            0 => write!(f, "{}", ms / 1000),
            rest => write!(f, "{}.{rest:03}", ms / 1000),
        }
    }
}

/// A closed range: both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// The first moment.
    pub start: Timestamp,
    /// The last moment.
    pub end: Timestamp,
}

impl TimeRange {
    /// All of time.
    pub const ALL: Self = Self {
        start: Timestamp::MIN,
        end: Timestamp::MAX,
    };

    /// From `start` to `end`, both included.
    #[must_use]
    pub fn new(start: Timestamp, end: Timestamp) -> Self {
        Self { start, end }
    }

    /// Whether no moment belongs to it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start > self.end
    }

    /// Whether `at` belongs to it.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.start <= at && at <= self.end
    }

    /// Whether some moment belongs to both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ms: i64, text: &str) {
        assert_eq!(Timestamp(ms).to_string(), text);
    }

    #[test]
    fn prints_as_the_http_api_does() {
        check(0, "0");
        check(1_000, "1");
        check(1_435_781_430_781, "1435781430.781");
        check(100, "0.100");
        check(-1, "-0.001");
        check(-1_500, "-1.500");
    }

    #[test]
    fn rounds_to_the_nearest_millisecond() {
        assert_eq!(Timestamp::from_seconds(1.0006), Some(Timestamp(1001)));
        assert_eq!(Timestamp::from_seconds(f64::NAN), None);
        assert_eq!(Timestamp::from_seconds(1e300), None);
    }

    #[test]
    fn both_ends_belong_to_a_range() {
        let range = TimeRange::new(Timestamp(1), Timestamp(3));
        assert!(range.contains(Timestamp(1)) && range.contains(Timestamp(3)));
        assert!(!range.contains(Timestamp(0)) && !range.contains(Timestamp(4)));
        assert!(range.overlaps(TimeRange::new(Timestamp(3), Timestamp(9))));
        assert!(!range.overlaps(TimeRange::new(Timestamp(4), Timestamp(9))));
    }
}
