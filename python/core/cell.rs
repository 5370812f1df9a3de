//! The numbers under the metrics: one 64-bit word each.
//!
//! Everything is `Relaxed`: a page is a look at moving numbers, and no cell's value says anything about another's.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A float in an atomic word.
#[derive(Debug, Default)]
pub(crate) struct Float(AtomicU64);

impl Float {
    #[inline]
    pub(crate) fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }

    #[inline]
    pub(crate) fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }

    #[inline]
    pub(crate) fn add(&self, amount: f64) {
        let mut seen = self.0.load(Relaxed);
        loop {
            let wanted = (f64::from_bits(seen) + amount).to_bits();
            match self.0.compare_exchange_weak(seen, wanted, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
    }
}

/// A whole number.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    #[inline]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }

    #[inline]
    pub(crate) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Relaxed);
    }
}
