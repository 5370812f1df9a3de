//! The numbers under the handles: one 64-bit word each, updated by one thread among many.
//!
//! Everything is `Relaxed`. A page is a look at moving numbers; no cell's value says anything about
//! another's, so there is nothing for a stronger ordering to protect.

#[cfg(not(ferula_loom))]
pub(crate) use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

#[cfg(ferula_loom)]
pub(crate) use loom::sync::atomic::AtomicU64;

/// The float that `cell` holds.
#[inline]
pub(crate) fn float(cell: &AtomicU64) -> f64 {
    f64::from_bits(cell.load(Relaxed))
}

/// Puts a float into `cell`.
#[inline]
pub(crate) fn set_float(cell: &AtomicU64, value: f64) {
    cell.store(value.to_bits(), Relaxed);
}

/// Adds to the float that `cell` holds; no other thread's addition is lost.
#[inline]
pub(crate) fn add_float(cell: &AtomicU64, amount: f64) {
    let mut seen = cell.load(Relaxed);
    loop {
        let wanted = (f64::from_bits(seen) + amount).to_bits();
        match cell.compare_exchange_weak(seen, wanted, Relaxed, Relaxed) {
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

/// The whole number that `cell` holds.
#[inline]
pub(crate) fn count(cell: &AtomicU64) -> u64 {
    cell.load(Relaxed)
}

/// The sum of counts; no more than the greatest number, which only a segment that was damaged reaches.
#[inline]
pub(crate) fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// Adds to the whole number that `cell` holds.
#[inline]
pub(crate) fn add_count(cell: &AtomicU64, amount: u64) {
    cell.fetch_add(amount, Relaxed);
}
