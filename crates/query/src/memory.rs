//! Memory of queries, as a budget: per query, and for all that run at once.
//!
//! What is counted is what grows with data: samples in columns, histograms, label sets. The count is an estimate, meant to stop a query long
//! before the kernel stops the process. A query takes room in leases of [`LEASE_BYTES`], so queries on all cores don't fight over one counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Histogram;
use model::histogram::Span;

/// Bytes that a query takes from the pool at once.
const LEASE_BYTES: u64 = 1 << 20;

/// Bytes of a sample: its value, and its time or a place in a second column.
pub(crate) const SAMPLE_BYTES: u64 = 16;

/// Bytes of a series besides its samples: labels and bookkeeping.
pub(crate) const SERIES_BYTES: u64 = 256;

/// The memory that all queries share.
#[derive(Debug)]
pub struct MemoryPool {
    bytes_max: u64,
    leased: AtomicU64,
}

impl MemoryPool {
    /// Room for `bytes_max` bytes.
    #[must_use]
    pub fn new(bytes_max: u64) -> Arc<Self> {
        Arc::new(Self {
            bytes_max,
            leased: AtomicU64::new(0),
        })
    }

    /// Bytes that queries have taken and not yet given back.
    #[must_use]
    pub fn leased_bytes(&self) -> u64 {
        self.leased.load(Ordering::Relaxed)
    }

    /// The most bytes that may be taken at once.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }
}

/// A part of the pool, given back when it is dropped.
#[derive(Debug)]
pub struct Lease {
    pool: Arc<MemoryPool>,
    bytes: u64,
}

impl Lease {
    /// Nothing yet.
    #[must_use]
    pub fn none(pool: &Arc<MemoryPool>) -> Self {
        Self {
            pool: Arc::clone(pool),
            bytes: 0,
        }
    }

    /// Grows to hold `bytes`; false when the pool has no room for that.
    pub(crate) fn grow(&mut self, bytes: u64) -> bool {
        let Some(missing) = bytes.checked_sub(self.bytes).filter(|missing| *missing > 0) else {
            return true;
        };
        let wanted = missing.next_multiple_of(LEASE_BYTES);
        let leased = self.pool.leased.fetch_add(wanted, Ordering::Relaxed);
        if leased.saturating_add(wanted) > self.pool.bytes_max {
            self.pool.leased.fetch_sub(wanted, Ordering::Relaxed);
            return false;
        }
        self.bytes += wanted;
        true
    }

    /// Gives back what is not needed to hold `bytes`.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        let needed = bytes.next_multiple_of(LEASE_BYTES);
        if let Some(spare) = self.bytes.checked_sub(needed) {
            self.pool.leased.fetch_sub(spare, Ordering::Relaxed);
            self.bytes = needed;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.leased.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The same of a series whose labels stay in two factors.
pub(crate) const FACTORED_BYTES: u64 = 32;

/// Bytes of a histogram.
pub(crate) fn histogram_bytes(histogram: &Histogram) -> u64 {
    let spans = histogram.positive_spans.len() + histogram.negative_spans.len();
    let floats = histogram.positive_buckets.len()
        + histogram.negative_buckets.len()
        + histogram.custom_values.len();
    (size_of::<Histogram>() + spans * size_of::<Span>() + floats * size_of::<f64>()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_gets_back_what_it_gave() {
        let pool = MemoryPool::new(3 * LEASE_BYTES);
        let mut first = Lease::none(&pool);
        let mut second = Lease::none(&pool);
        assert!(first.grow(1) && first.grow(LEASE_BYTES));
        assert_eq!(pool.leased_bytes(), LEASE_BYTES);
        assert!(second.grow(2 * LEASE_BYTES));
        assert!(!first.grow(LEASE_BYTES + 1), "the pool is empty");
        assert_eq!(pool.leased_bytes(), 3 * LEASE_BYTES);
        second.shrink(1);
        assert!(first.grow(LEASE_BYTES + 1));
        drop(second);
        drop(first);
        assert_eq!(pool.leased_bytes(), 0);
    }
}
