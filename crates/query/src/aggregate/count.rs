//! `count`: how many series have a value, a float or a histogram.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column, is_absent};
use crate::operator::Result;

/// A count per step.
pub(crate) struct Count {
    counts: Vec<f64>,
}

impl Count {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            counts: vec![0.0; steps],
        }
    }
}

impl Accumulator for Count {
    fn add(&mut self, column: &Column, _: &Notes<'_>) -> Result<()> {
        for (value, count) in column.floats.iter().zip(&mut self.counts) {
            *count += if is_absent(*value) { 0.0 } else { 1.0 };
        }
        for (histogram, count) in column.histograms.iter().zip(&mut self.counts) {
            *count += if histogram.is_some() { 1.0 } else { 0.0 };
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, _: &Notes<'_>) -> Result<()> {
        out.floats = std::mem::take(&mut self.counts);
        out.histograms.clear();
        for count in &mut out.floats {
            if *count == 0.0 {
                *count = ABSENT;
            }
        }
        Ok(())
    }
}
