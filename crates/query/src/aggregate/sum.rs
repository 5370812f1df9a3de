//! `sum`: compensated, so that the order of series does not matter.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{ABSENT, Column, is_absent};
use crate::kernel::compensated::Sum;
use crate::kernel::histogram::compensated::Wanted;
use crate::kernel::histogram::sums::HistogramSums;
use crate::operator::Result;

/// A sum per step.
pub(crate) struct SumOf {
    sums: Vec<f64>,
    lost: Vec<f64>,
    /// Whether there was any float at a step.
    seen: Vec<bool>,
    histograms: HistogramSums,
}

impl SumOf {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            sums: vec![0.0; steps],
            lost: vec![0.0; steps],
            seen: vec![false; steps],
            histograms: HistogramSums::new(Wanted::Sum),
        }
    }
}

impl Accumulator for SumOf {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        let state = self.sums.iter_mut().zip(&mut self.lost).zip(&mut self.seen);
        for (value, ((sum, lost), seen)) in column.floats.iter().zip(state) {
            let is_there = !is_absent(*value);
            let before = Sum {
                sum: *sum,
                lost: *lost,
            };
            let after = before.plus(*value);
            *sum = if is_there { after.sum } else { before.sum };
            *lost = if is_there { after.lost } else { before.lost };
            *seen |= is_there;
        }
        notes.tell(self.histograms.add(column));
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, notes: &Notes<'_>) -> Result<()> {
        out.clear(self.sums.len());
        for (step, slot) in out.floats.iter_mut().enumerate() {
            *slot = if self.seen[step] {
                self.sums[step] + self.lost[step]
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
