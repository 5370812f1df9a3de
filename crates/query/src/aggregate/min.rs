//! `min`: the smallest value; NaN only when there is nothing else.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column, is_absent};
use crate::kernel::order;
use crate::operator::Result;

/// The smallest value per step.
pub(crate) struct Min {
    best: Vec<f64>,
}

impl Min {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            best: vec![ABSENT; steps],
        }
    }
}

impl Accumulator for Min {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        // Absence is a NaN, so the first value replaces it like any NaN.
        for (value, best) in column.floats.iter().zip(&mut self.best) {
            let better = order::smaller(*best, *value);
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
