//! `max`: the largest value; NaN only when there is nothing else.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column, is_absent};
use crate::kernel::order;
use crate::operator::Result;

/// The largest value per step.
pub(crate) struct Max {
    best: Vec<f64>,
}

impl Max {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            best: vec![ABSENT; steps],
        }
    }
}

impl Accumulator for Max {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        // Absence is a NaN, so the first value replaces it like any NaN.
        for (value, best) in column.floats.iter().zip(&mut self.best) {
            let better = order::larger(*best, *value);
            *best = if is_absent(*value) { *best } else { better };
        }
        notes.ignore_histograms(column);
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, _: &Notes<'_>) -> Result<()> {
        out.floats = std::mem::take(&mut self.best);
        out.histograms.clear();
        Ok(())
    }
}
