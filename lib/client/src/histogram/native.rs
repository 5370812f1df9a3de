//! Native buckets: exponential, found by the value alone, and only there where something was observed.
//!
//! ```text
//!  value --> octave (power of two), part of the octave
//!
//!  cells: | zero | NaN | 64 octaves: which | 64 x 2^schema counts |
//! ```
//!
//! Values of one sign and one power of two share an *octave* of cells, which is claimed with the first of them by one
//! compare-and-swap and never moves: an observation is atomic instructions and nothing else, in memory that processes share too. 64 octaves
//! are from a nanosecond to five hundred years; what would need more is counted at the edge of the nearest octave.
//!
//! A page that would show more buckets than [`BUCKETS_MAX`] shows them at half the resolution, and again, until they fit. Storage never
//! loses resolution.

use std::sync::atomic::Ordering::Relaxed;

use crate::cell::{AtomicU64, add_count, count};
use crate::{Error, NativePoint};

/// How fine native buckets are: each power of two has `2^schema` of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Native {
    schema: u8,
    /// Upper bounds of an octave's buckets, but the last: from 0.5 on, below 1.
    bounds: Box<[f64]>,
}

/// The finest resolution that is kept. Prometheus knows up to 8.
pub(crate) const SCHEMA_MAX: u8 = 5;
/// Values up to this size count as zero; Prometheus' clients' own default, 2^-128.
pub(crate) const ZERO_THRESHOLD: f64 = 1.0 / (1_u128 << 127) as f64 / 2.0;
/// Buckets that a page shows of one histogram; Prometheus' clients' own recommendation.
pub(crate) const BUCKETS_MAX: usize = 160;

const OCTAVES: usize = 64;
const ZERO: usize = 0;
const NAN: usize = 1;
const WHICH: usize = 2;
const COUNTS: usize = WHICH + OCTAVES;

/// Every octave that a float has is above this.
const OCTAVE_BIAS: i32 = 2048;
/// The octave of what is above all finite floats.
const OCTAVE_INFINITE: i32 = 1024;

impl Native {
    /// Resolution by schema: 3 has buckets 9 % wide, 5 2.2 %, 0 whole powers of two.
    ///
    /// # Errors
    /// [`Error::Schema`] when it is above 5.
    pub fn schema(schema: u8) -> Result<Self, Error> {
        if schema > SCHEMA_MAX {
            let max = SCHEMA_MAX;
            return Err(Error::Schema { schema, max });
        }
        let parts = 1_u32 << schema;
        let bound = |part: u32| 0.5 * (f64::from(part) / f64::from(parts)).exp2();
        Ok(Self {
            schema,
            bounds: (0..parts).map(bound).collect(),
        })
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn get(&self) -> u8 {
        self.schema
    }

    /// How many cells a histogram has for them.
    pub(crate) fn cells(&self) -> usize {
        COUNTS + OCTAVES * self.bounds.len()
    }

    #[inline]
    pub(crate) fn observe(&self, cells: &[AtomicU64], value: f64) {
        if value.is_nan() {
            return add_count(&cells[NAN], 1);
        }
        if value.abs() <= ZERO_THRESHOLD {
            return add_count(&cells[ZERO], 1);
        }
        let (octave, part) = self.place(value.abs());
        let (slot, part) = self.claim(cells, octave, part, value < 0.0);
        add_count(&cells[COUNTS + slot * self.bounds.len() + part], 1);
    }

    /// The octave and the part of it. A bucket includes its upper bound; the first part ends where the octave begins.
    fn place(&self, size: f64) -> (i32, usize) {
        if size.is_infinite() {
            // Above the bucket that ends at 2^1024; at schema 0 that is the next octave.
            let parts = self.bounds.len();
            return (OCTAVE_INFINITE + 1 / parts as i32, 1 % parts);
        }
        const EXPONENT_BITS: u64 = 0x7ff << 52;
        const HALF: u64 = 1022;
        let bits = size.to_bits();
        let exponent = (bits >> 52) as i32 - HALF as i32;
        let fraction = f64::from_bits(bits & !EXPONENT_BITS | HALF << 52);
        let part = self.bounds.partition_point(|&bound| bound < fraction);
        if part == self.bounds.len() {
            (exponent, 0)
        } else {
            (exponent - 1, part)
        }
    }

    /// The slot of an octave, which becomes its with the first value; with the part, which is another one if the slot is.
    fn claim(
        &self,
        cells: &[AtomicU64],
        octave: i32,
        part: usize,
        negative: bool,
    ) -> (usize, usize) {
        let wanted = name(octave, negative);
        let which = &cells[WHICH..COUNTS];
        for probe in 0..OCTAVES {
            let slot = (octave as usize)
                .wrapping_add(probe + if negative { OCTAVES / 2 } else { 0 })
                % OCTAVES;
            let found = match which[slot].load(Relaxed) {
                0 => which[slot]
                    .compare_exchange(0, wanted, Relaxed, Relaxed)
                    .map_or_else(|theirs| theirs, |_| wanted),
                theirs => theirs,
            };
            if found == wanted {
                return (slot, part);
            }
        }
        self.nearest(which, octave, negative)
    }

    /// The edge that is nearest to an octave for which there is no slot.
    #[cold]
    fn nearest(&self, which: &[AtomicU64], octave: i32, negative: bool) -> (usize, usize) {
        let named = which.iter().map(|cell| named(cell.load(Relaxed)));
        let alike = named
            .enumerate()
            .filter_map(|(slot, named)| Some((slot, named?)))
            .filter(|(_, (_, theirs))| *theirs == negative);
        match alike.min_by_key(|(_, (theirs, _))| theirs.abs_diff(octave)) {
            Some((slot, (theirs, _))) if theirs < octave => (slot, self.bounds.len() - 1),
            Some((slot, _)) => (slot, 0),
            // All octaves are of the other sign.
            None => (0, 0),
        }
    }

    /// The middle and the count of each bucket that has something in it.
    pub(crate) fn middles(&self, cells: &[AtomicU64]) -> Vec<(f64, u64)> {
        let parts = self.bounds.len() as f64;
        let middle = |index: i32| ((f64::from(index) - 0.5) / parts).exp2();
        let shown = self.all(cells);
        let positive = shown
            .positive
            .iter()
            .map(|&(index, own)| (middle(index), own));
        let negative = shown
            .negative
            .iter()
            .map(|&(index, own)| (-middle(index), own));
        let zero = Some((0.0, shown.zero)).filter(|&(_, own)| own > 0);
        positive.chain(negative).chain(zero).collect()
    }

    /// What a page shows.
    pub(crate) fn point(&self, cells: &[AtomicU64]) -> Buckets {
        let mut shown = self.all(cells);
        while shown.positive.len() + shown.negative.len() > BUCKETS_MAX && shown.schema > SCHEMA_MIN
        {
            shown.halve();
        }
        shown
    }

    /// All there is.
    fn all(&self, cells: &[AtomicU64]) -> Buckets {
        let mut shown = Buckets {
            schema: i32::from(self.schema),
            zero: count(&cells[ZERO]),
            nan: count(&cells[NAN]),
            positive: Vec::new(),
            negative: Vec::new(),
        };
        let parts = self.bounds.len();
        let octaves = cells[COUNTS..].chunks_exact(parts);
        for (which, counts) in cells[WHICH..COUNTS].iter().zip(octaves) {
            let Some((octave, negative)) = named(which.load(Relaxed)) else {
                continue;
            };
            let first = octave * parts as i32;
            let buckets = counts.iter().map(count).enumerate();
            let buckets = buckets.map(|(part, own)| (first + part as i32, own));
            let side = if negative {
                &mut shown.negative
            } else {
                &mut shown.positive
            };
            side.extend(buckets.filter(|&(_, own)| own > 0));
        }
        shown.positive.sort_unstable();
        shown.negative.sort_unstable();
        shown
    }
}

/// The coarsest resolution there is.
const SCHEMA_MIN: i32 = -4;

fn name(octave: i32, negative: bool) -> u64 {
    u64::from((octave + OCTAVE_BIAS).unsigned_abs()) << 1 | u64::from(negative)
}

fn named(word: u64) -> Option<(i32, bool)> {
    let octave = i32::try_from(word >> 1).ok().filter(|&octave| octave > 0)?;
    let octave = octave - OCTAVE_BIAS;
    (-OCTAVE_BIAS..=OCTAVE_BIAS)
        .contains(&octave)
        .then_some((octave, word & 1 == 1))
}

/// Buckets with something in them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Buckets {
    schema: i32,
    zero: u64,
    nan: u64,
    positive: Vec<(i32, u64)>,
    negative: Vec<(i32, u64)>,
}

impl Buckets {
    pub(crate) fn point(&self) -> NativePoint<'_> {
        NativePoint {
            schema: self.schema,
            zero_threshold: ZERO_THRESHOLD,
            zero_count: self.zero,
            nan_count: self.nan,
            positive: &self.positive,
            negative: &self.negative,
        }
    }

    /// Puts two buckets together each.
    fn halve(&mut self) {
        self.schema -= 1;
        for side in [&mut self.positive, &mut self.negative] {
            let mut halved: Vec<(i32, u64)> = Vec::with_capacity(side.len());
            for &(index, own) in &*side {
                let index = (index + 1).div_euclid(2);
                match halved.last_mut() {
                    Some((last, total)) if *last == index => *total = total.saturating_add(own),
                    _ => halved.push((index, own)),
                }
            }
            *side = halved;
        }
    }
}

#[cfg(test)]
mod tests;
