//! What a store is told.

use std::num::NonZeroU64;

/// A store's settings. All of them may be other ones at the next start.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// How much older than its series' newest sample a late one may be, in milliseconds; 0 refuses late samples.
    pub late_window_ms: i64,
    /// When rows leave memory.
    pub flush: FlushOptions,
    /// What is kept.
    pub retention: Retention,
    /// Bytes after which a log segment gets no more.
    pub segment_bytes: u64,
    /// Exemplars that one generation keeps; further ones push out the oldest.
    pub exemplars_max: usize,
}

/// When rows leave memory for a part.
#[derive(Clone, Copy, Debug)]
pub struct FlushOptions {
    /// After so many milliseconds.
    pub interval_ms: i64,
    /// Or when they take so many bytes.
    pub head_bytes: u64,
}

/// What is kept: a part goes as soon as one of the two asks for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Samples that are so many milliseconds older than now go; without it they stay.
    pub time_ms: Option<i64>,
    /// The oldest parts go while log and parts have more bytes; without it there is no limit.
    pub size_bytes: Option<NonZeroU64>,
}

/// Late samples are taken for so long when nobody says otherwise: half an hour.
pub const LATE_WINDOW_MS_DEFAULT: i64 = 30 * 60 * 1000;
/// Rows leave memory after a quarter of an hour: parts of more rows are smaller, but a series takes more memory until then, 71 bytes after sixty rows and
/// 105 after twice as many.
pub const FLUSH_INTERVAL_MS_DEFAULT: i64 = 15 * 60 * 1000;
/// Rows leave memory earlier when they take a gigabyte.
pub const HEAD_BYTES_DEFAULT: u64 = 1 << 30;
/// A segment is read as one piece at start.
pub const SEGMENT_BYTES_DEFAULT: u64 = 64 << 20;
/// A hundred thousand, as Prometheus.
pub const EXEMPLARS_MAX_DEFAULT: usize = 100_000;
/// Fifteen days, as Prometheus.
pub const RETENTION_MS_DEFAULT: i64 = 15 * 24 * 60 * 60 * 1000;

impl StoreOptions {
    /// What is right for most.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            late_window_ms: LATE_WINDOW_MS_DEFAULT,
            flush: FlushOptions {
                interval_ms: FLUSH_INTERVAL_MS_DEFAULT,
                head_bytes: HEAD_BYTES_DEFAULT,
            },
            retention: Retention {
                time_ms: Some(RETENTION_MS_DEFAULT),
                size_bytes: None,
            },
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            exemplars_max: EXEMPLARS_MAX_DEFAULT,
        }
    }
}
