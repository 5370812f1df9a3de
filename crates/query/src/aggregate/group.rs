//! `group`: 1 where any series has a value, a float or a histogram.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column};
use crate::operator::Result;

/// 1 or nothing per step.
pub(crate) struct Group {
    ones: Vec<f64>,
}

impl Group {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            ones: vec![ABSENT; steps],
        }
    }
}

impl Accumulator for Group {
    fn add(&mut self, column: &Column, _: &Notes<'_>) -> Result<()> {
        for (step, one) in self.ones.iter_mut().enumerate() {
            if column.has(step) {
                *one = 1.0;
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, _: &Notes<'_>) -> Result<()> {
        out.floats = std::mem::take(&mut self.ones);
        out.histograms.clear();
        Ok(())
    }
}
