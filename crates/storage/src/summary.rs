//! What the samples of a window come to, for whoever can do without the samples.
//!
//! A summary is not another answer: whatever it tells is what the samples would have told, to the bit. So sums are told only of whole numbers,
//! which add up to the same in any order; of others the samples are asked.

#[cfg(test)]
mod tests;

use model::is_stale;

/// Whole numbers whose absolute values come to less than this are added without any rounding.
pub const EXACT_SUM_MAX: f64 = (1_u64 << 53) as f64;

/// What is wanted of windows, besides how many samples they have, and the first and the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Nothing.
    Ends,
    /// The smallest and the largest value.
    Extremes,
    /// The sum.
    Sum,
    /// How often the value changed.
    Changes,
    /// How often the value fell.
    Falls,
    /// What was lost whenever the value fell.
    Lost,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ends,
        Self::Extremes,
        Self::Sum,
        Self::Changes,
        Self::Falls,
        Self::Lost,
    ];
}

/// Summaries of a group.
#[derive(Clone, Debug, Default)]
pub struct Summaries {
    /// Series after series, each with as many entries as there are windows.
    pub windows: Vec<Summary>,
}

/// What the samples of a window come to; stale markers are none. Without samples, `count` is 0 and the rest means nothing; nor does what was not wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many there are.
    pub count: u64,
    /// Time of the first, in milliseconds.
    pub first_ms: i64,
    /// Time of the last.
    pub last_ms: i64,
    /// Value of the first.
    pub first: f64,
    /// Value of the last.
    pub last: f64,
    /// The smallest that is a number, of equal ones the last; NaN if none is.
    pub min: f64,
    /// The largest, likewise.
    pub max: f64,
    /// The sum, if no rounding is in it.
    pub sum: f64,
    /// Pairs of neighbours that differ; NaN does not differ from NaN.
    pub changes: u64,
    /// Pairs of neighbours of which the later is less.
    pub falls: u64,
    /// What was there before each fall, added up in order.
    pub lost: f64,
}

impl Summary {
    /// What samples come to; `None` if their sum is wanted and can't be told.
    #[must_use]
    pub fn of(times: &[i64], values: &[f64], measure: Measure) -> Option<Self> {
        let samples = times.iter().zip(values);
        let samples: Vec<(i64, f64)> = samples
            .filter(|(_, value)| !is_stale(**value))
            .map(|(time, value)| (*time, *value))
            .collect();
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
            return Some(Self::default());
        };
        let mut summary = Self {
            count: samples.len() as u64,
            first_ms: first.0,
            last_ms: last.0,
            first: first.1,
            last: last.1,
            ..Self::default()
        };
        let numbers = || samples.iter().map(|(_, value)| *value);
        let pairs = || numbers().zip(numbers().skip(1));
        let fallen = || pairs().filter(|(before, after)| after < before);
        match measure {
            Measure::Ends => {}
            Measure::Extremes => {
                let best = |beats: fn(f64, f64) -> bool| {
                    let better =
                        |best: f64, own: f64| best.is_nan() || (!own.is_nan() && !beats(best, own));
                    let fold = |best, own| if better(best, own) { own } else { best };
                    numbers().fold(f64::NAN, fold)
                };
                summary.min = best(|a, b| a < b);
                summary.max = best(|a, b| a > b);
            }
            Measure::Sum => {
                let absolute: f64 = numbers().map(f64::abs).sum();
                let minus_zero = (-0.0_f64).to_bits();
                let is_whole = |value: f64| value.trunc() == value && value.to_bits() != minus_zero;
                if !numbers().all(is_whole) || absolute.is_nan() || absolute >= EXACT_SUM_MAX {
                    return None;
                }
                summary.sum = numbers().fold(0.0, |sum, value| sum + value);
            }
            Measure::Changes => {
                let differ = |(a, b): &(f64, f64)| a != b && !(a.is_nan() && b.is_nan());
                summary.changes = pairs().filter(differ).count() as u64;
            }
            Measure::Falls => summary.falls = fallen().count() as u64,
            Measure::Lost => {
                summary.falls = fallen().count() as u64;
                summary.lost = fallen().fold(0.0, |sum, (before, _)| sum + before);
            }
        }
        Some(summary)
    }
}
