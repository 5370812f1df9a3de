//! `stddev` and `stdvar`: of the whole group, not of a sample of it (Welford's method).

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column, is_absent};
use crate::operator::Result;

/// Count, mean and sum of squared distances per step.
pub(crate) struct Variance {
    counts: Vec<f64>,
    means: Vec<f64>,
    squares: Vec<f64>,
    /// What is made of the variance at the end.
    finish: fn(f64) -> f64,
}

impl Variance {
    pub(crate) fn new(steps: usize, finish: fn(f64) -> f64) -> Self {
        Self {
            counts: vec![0.0; steps],
            means: vec![0.0; steps],
            squares: vec![0.0; steps],
            finish,
        }
    }
}

impl Accumulator for Variance {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        for (step, value) in column.floats.iter().enumerate() {
            if is_absent(*value) {
                continue;
            }
            self.counts[step] += 1.0;
            // With an infinity the distance from the mean is NaN or infinite, even of a group of one.
            let delta = if value.is_infinite() {
                f64::NAN
            } else {
                value - self.means[step]
            };
            self.means[step] += delta / self.counts[step];
            self.squares[step] += delta * (value - self.means[step]);
        }
        notes.ignore_histograms(column);
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, _: &Notes<'_>) -> Result<()> {
        out.clear(self.counts.len());
        for (step, slot) in out.floats.iter_mut().enumerate() {
            let count = self.counts[step];
            *slot = if count == 0.0 {
                ABSENT
            } else {
                (self.finish)(self.squares[step] / count)
            };
        }
        Ok(())
    }
}
