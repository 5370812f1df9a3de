//! What a running query has done so far, for those who watch it from another thread.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one query. Each only says something by itself: together they are no consistent picture.
#[derive(Debug, Default)]
pub struct Progress {
    series: AtomicU64,
    samples_read: AtomicU64,
    bytes_held: AtomicU64,
    bytes_peak: AtomicU64,
}

impl Progress {
    /// Series that were selected.
    #[must_use]
    pub fn series(&self) -> u64 {
        self.series.load(Ordering::Relaxed)
    }

    /// Samples that were read from the store.
    #[must_use]
    pub fn samples_read(&self) -> u64 {
        self.samples_read.load(Ordering::Relaxed)
    }

    /// Bytes that it holds now.
    #[must_use]
    pub fn bytes_held(&self) -> u64 {
        self.bytes_held.load(Ordering::Relaxed)
    }

    /// The most bytes that it held at once.
    #[must_use]
    pub fn bytes_peak(&self) -> u64 {
        self.bytes_peak.load(Ordering::Relaxed)
    }

    /// Whoever writes has the query's account locked, so nothing is lost between a load and a store.
    pub(crate) fn set(&self, series: u64, samples_read: u64) {
        self.series.store(series, Ordering::Relaxed);
        self.samples_read.store(samples_read, Ordering::Relaxed);
    }

    pub(crate) fn set_bytes(&self, held: u64, peak: u64) {
        self.bytes_held.store(held, Ordering::Relaxed);
        self.bytes_peak.store(peak, Ordering::Relaxed);
    }
}
