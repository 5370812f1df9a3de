//! Sums that keep what rounding would lose (Kahan's method with Neumaier's improvement).
//!
//! Prometheus sums this way, so that huge and tiny terms can stand side by side and a sum does not depend on their order.

use crate::column::is_absent;

/// A running sum and what its rounding has lost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    /// The sum as plain addition gives it.
    pub sum: f64,
    /// What must be added to it. 0 once the sum is infinite.
    pub lost: f64,
}

impl Sum {
    /// Starts from a value.
    #[inline]
    pub(crate) fn of(value: f64) -> Self {
        Self {
            sum: value,
            lost: 0.0,
        }
    }

    /// Adds a value.
    #[inline]
    #[must_use]
    pub(crate) fn plus(self, value: f64) -> Self {
        let sum = self.sum + value;
        let lost = if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        Self {
            sum,
            lost: if sum.is_infinite() {
                0.0
            } else {
                self.lost + lost
            },
        }
    }

    /// The sum.
    #[inline]
    pub(crate) fn total(self) -> f64 {
        self.sum + self.lost
    }
}

/// What rounding loses in `sum = a + b`, exactly, as long as the sum is finite (Knuth's way, without a branch).
///
/// That is the same number that [`Sum::plus`] finds after asking which of the two is larger.
#[inline]
pub(crate) fn exact_loss(a: f64, b: f64, sum: f64) -> f64 {
    let from_b = sum - a;
    let from_a = sum - from_b;
    (a - from_a) + (b - from_b)
}

/// Steps that are looked at together: if all have a value, nobody asks of each.
const BLOCK: usize = 64;

/// Adds a column to running sums, step by step. `seen` gets all bits set where there was any value.
///
/// What an infinite sum has lost means nothing: [`total`] leaves it out.
///
/// All lanes are eight bytes wide and nothing branches, so that the compiler can make vector code of it.
pub(crate) fn add_column(values: &[f64], sums: &mut [f64], lost: &mut [f64], seen: &mut [u64]) {
    let blocks = values.chunks(BLOCK).zip(sums.chunks_mut(BLOCK));
    let blocks = blocks
        .zip(lost.chunks_mut(BLOCK))
        .zip(seen.chunks_mut(BLOCK));
    for (((values, sums), lost), seen) in blocks {
        // What is absent is NaN, as few values are.
        if values.iter().fold(false, |any, value| any | value.is_nan()) {
            add_some(values, sums, lost, seen);
        } else {
            add_all(values, sums, lost);
            seen.fill(u64::MAX);
        }
    }
}

fn add_all(values: &[f64], sums: &mut [f64], lost: &mut [f64]) {
    for ((value, sum), lost) in values.iter().zip(sums).zip(lost) {
        let after = *sum + value;
        *lost += exact_loss(*sum, *value, after);
        *sum = after;
    }
}

fn add_some(values: &[f64], sums: &mut [f64], lost: &mut [f64], seen: &mut [u64]) {
    let state = sums.iter_mut().zip(lost).zip(seen);
    for (value, ((sum, lost), seen)) in values.iter().zip(state) {
        let is_there = !is_absent(*value);
        // Adding 0 changes neither a sum nor what it has lost.
        let value = if is_there { *value } else { 0.0 };
        let after = *sum + value;
        *lost += exact_loss(*sum, value, after);
        *sum = after;
        *seen |= if is_there { u64::MAX } else { 0 };
    }
}

/// The sum that [`add_column`] has come to.
pub(crate) fn total(sum: f64, lost: f64) -> f64 {
    if sum.is_infinite() { sum } else { sum + lost }
}

/// The sum of all values.
pub(crate) fn sum(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(Sum::default(), |sum, value| sum.plus(*value))
        .total()
}

/// A running mean: a sum as long as that does not overflow, from then on a mean that is moved by each value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Mean {
    /// The sum of the values, or their mean once `moving`.
    state: Sum,
    /// How many values.
    count: f64,
    /// Whether the sum overflowed.
    moving: bool,
}

impl Mean {
    /// Takes in a value.
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.state = Sum::of(value);
            return;
        }
        if !self.moving {
            let sum = self.state.plus(value);
            if !sum.sum.is_infinite() {
                self.state = sum;
                return;
            }
            self.moving = true;
            self.state.sum /= self.count - 1.0;
            self.state.lost /= self.count - 1.0;
        }
        let share = (self.count - 1.0) / self.count;
        self.state = Sum {
            sum: share * self.state.sum,
            lost: share * self.state.lost,
        }
        .plus(value / self.count);
    }

    /// The mean, if there were any values.
    pub(crate) fn mean(self) -> Option<f64> {
        if self.count == 0.0 {
            None
        } else if self.moving {
            Some(self.state.total())
        } else {
            Some(self.state.sum / self.count + self.state.lost / self.count)
        }
    }
}

/// The mean of all values; NaN without any.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let mut mean = Mean::default();
    for value in values {
        mean.add(*value);
    }
    mean.mean().unwrap_or(f64::NAN)
}

/// The population variance of all values, of which there must be one (Welford's method, compensated).
pub(crate) fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (Sum::default(), Sum::default());
    for (index, value) in values.iter().enumerate() {
        let delta = value - mean.total();
        mean = mean.plus(delta / (index + 1) as f64);
        squares = squares.plus(delta * (value - mean.total()));
    }
    squares.total() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_between_large_ones() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn infinities_are_not_spoilt_by_the_correction() {
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn columns_are_summed_as_values_are() {
        let terms = [1.0, 1e100, f64::INFINITY, 1.0, -1e100];
        for count in 0..=terms.len() {
            let (mut sums, mut lost, mut seen) = ([0.0], [0.0], [0]);
            for term in &terms[..count] {
                add_column(&[*term], &mut sums, &mut lost, &mut seen);
                add_column(&[crate::column::ABSENT], &mut sums, &mut lost, &mut seen);
            }
            assert_eq!(total(sums[0], lost[0]), sum(&terms[..count]));
            assert_eq!(seen[0] != 0, count > 0);
        }
    }

    #[test]
    fn a_mean_does_not_overflow() {
        assert_eq!(mean(&[f64::MAX, f64::MAX]), f64::MAX);
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
        assert_eq!(mean(&[5.0]), 5.0);
    }

    #[test]
    fn equal_values_do_not_vary() {
        assert_eq!(variance(&[1.33; 7]), 0.0);
        assert_eq!(variance(&[1.0, 3.0]), 1.0);
    }
}
