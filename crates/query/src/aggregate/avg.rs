//! `avg`: a compensated sum divided at the end, or a moving mean when the sum would overflow.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{Column, is_absent};
use crate::kernel::compensated::Mean;
use crate::kernel::histogram::compensated::Wanted;
use crate::kernel::histogram::sums::HistogramSums;
use crate::operator::Result;

/// A mean per step.
pub(crate) struct Avg {
    means: Vec<Mean>,
    histograms: HistogramSums,
}

impl Avg {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            means: vec![Mean::default(); steps],
            histograms: HistogramSums::new(Wanted::Mean),
        }
    }
}

impl Accumulator for Avg {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        for (value, mean) in column.floats.iter().zip(&mut self.means) {
            if !is_absent(*value) {
                mean.add(*value);
            }
        }
        notes.tell(self.histograms.add(column));
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, notes: &Notes<'_>) -> Result<()> {
        out.clear(self.means.len());
        for (mean, slot) in self.means.iter().zip(&mut out.floats) {
            if let Some(mean) = mean.mean() {
                *slot = mean;
            }
        }
        if self.histograms.finish(out) {
            notes.warn_of_mix();
        }
        Ok(())
    }
}
