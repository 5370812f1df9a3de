//! `sum`: compensated, so that the order of series does not matter.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column};
use crate::kernel::compensated::{add_column, total};
use crate::kernel::histogram::compensated::Wanted;
use crate::kernel::histogram::sums::HistogramSums;
use crate::operator::Result;

/// A sum per step.
pub(crate) struct SumOf {
    sums: Vec<f64>,
    lost: Vec<f64>,
    /// All bits set where there was any float.
    seen: Vec<u64>,
    histograms: HistogramSums,
}

impl SumOf {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            sums: vec![0.0; steps],
            lost: vec![0.0; steps],
            seen: vec![0; steps],
            histograms: HistogramSums::new(Wanted::Sum),
        }
    }
}

impl Accumulator for SumOf {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        let (sums, lost) = (&mut self.sums, &mut self.lost);
        add_column(&column.floats, sums, lost, &mut self.seen);
        notes.tell(self.histograms.add(column));
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, notes: &Notes<'_>) -> Result<()> {
        out.clear(self.sums.len());
        for (step, slot) in out.floats.iter_mut().enumerate() {
            *slot = if self.seen[step] != 0 {
                total(self.sums[step], self.lost[step])
            } else {
                ABSENT
            };
        }
        if self.histograms.finish(out) {
            notes.warn_of_mix();
        }
        Ok(())
    }
}
