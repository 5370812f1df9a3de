//! Quantiles of the last few minutes.
//!
//! ```text
//!  now --> | slice of time, its buckets | slice | slice |      a ring; what is older is forgotten slice by slice
//! ```
//!
//! Observations are counted in native buckets, which are 4.4 % wide: a quantile is off by at most half of that. An
//! observation in a new slice of time wipes the oldest slice first; those of other threads that fall into the wiping may be
//! forgotten, which moves an estimate by nothing that shows. In a segment the slices are those of all processes: one that is killed while
//! it wipes leaves some of what is old, which is forgotten with the slice.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::Error;
use crate::cell::{AtomicU64, count, total};
use crate::histogram::Native;

/// Which quantiles a summary shows, and of how much time.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    wanted: Box<[f64]>,
    slice_seconds: f64,
    native: Native,
}

/// Slices of the window, one of which is being filled.
const SLICES: usize = 3;
/// 16 buckets for each power of two.
const SCHEMA: u8 = 4;
/// The most quantiles of one summary.
const QUANTILES_MAX: usize = 32;
/// A slice begins with the number of its slice of time.
const SLICE_HEAD: usize = 1;

impl Quantiles {
    /// Quantiles between 0 and 1, of the observations of the last `window`.
    ///
    /// # Errors
    /// [`Error::Quantiles`] when one is not between 0 and 1, there are none or too many, or the window is empty.
    pub fn new(wanted: &[f64], window: Duration) -> Result<Self, Error> {
        let fit = wanted.iter().all(|quantile| (0.0..=1.0).contains(quantile));
        if !fit || wanted.is_empty() || wanted.len() > QUANTILES_MAX || window.is_zero() {
            let quantiles = format!("{wanted:?}");
            return Err(Error::Quantiles { quantiles });
        }
        Ok(Self {
            wanted: wanted.into(),
            slice_seconds: window.as_secs_f64() / SLICES as f64,
            native: Native::schema(SCHEMA)?,
        })
    }

    /// As words, and back: how long a slice is, and the quantiles.
    #[cfg(target_os = "linux")]
    pub(crate) fn words(&self) -> Vec<u64> {
        let slice = std::iter::once(&self.slice_seconds);
        let numbers = slice.chain(&self.wanted);
        numbers.map(|number| number.to_bits()).collect()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn of_words(words: &[u64]) -> Option<Self> {
        let (&slice, wanted) = words.split_first()?;
        let slice_seconds = f64::from_bits(slice);
        let is_time = slice_seconds.is_finite() && slice_seconds > 0.0;
        let wanted = wanted.iter().map(|&word| f64::from_bits(word));
        let wanted = wanted.collect::<Vec<_>>();
        // Which window it is, is the slice's to say.
        let quantiles = Self::new(&wanted, Duration::MAX).ok().filter(|_| is_time)?;
        Some(Self {
            slice_seconds,
            ..quantiles
        })
    }

    pub(super) fn cells(&self) -> usize {
        SLICES * self.slice_cells()
    }

    fn slice_cells(&self) -> usize {
        SLICE_HEAD + self.native.cells()
    }

    /// Slices of time are numbered from 1, so that an empty slice is of none.
    fn time(&self, now_seconds: f64) -> u64 {
        ((now_seconds / self.slice_seconds) as u64).saturating_add(1)
    }

    pub(super) fn observe(&self, cells: &[AtomicU64], value: f64, now_seconds: f64) {
        let time = self.time(now_seconds);
        let ring = time as usize % SLICES;
        let slice = &cells[ring * self.slice_cells()..][..self.slice_cells()];
        let seen = slice[0].load(Relaxed);
        // A clock that goes back a little counts into the slice that is there.
        let is_old = seen < time || seen - time > SLICES as u64;
        let is_new = is_old
            && slice[0]
                .compare_exchange(seen, time, Relaxed, Relaxed)
                .is_ok();
        if is_new {
            for cell in &slice[SLICE_HEAD..] {
                cell.store(0, Relaxed);
            }
        }
        self.native.observe(&slice[SLICE_HEAD..], value);
    }

    /// Each quantile with its value; no number where nothing was observed.
    pub(super) fn look(&self, cells: &[AtomicU64], now_seconds: f64) -> Vec<(f64, f64)> {
        let time = self.time(now_seconds);
        let mut buckets = Vec::new();
        for slice in cells.chunks_exact(self.slice_cells()) {
            if count(&slice[0]).abs_diff(time) < SLICES as u64 {
                buckets.extend(self.native.middles(&slice[SLICE_HEAD..]));
            }
        }
        buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let total = total(buckets.iter().map(|&(_, own)| own));
        let value = |quantile: f64| {
            let rank = (quantile * total as f64).ceil().max(1.0) as u64;
            let mut passed = 0;
            let found = buckets.iter().find(|&&(_, own)| {
                passed = own.saturating_add(passed);
                passed >= rank
            });
            found.map_or(f64::NAN, |&(value, _)| value)
        };
        let wanted = self.wanted.iter();
        wanted
            .map(|&quantile| (quantile, value(quantile)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
