//! Sums of native histograms per step, for `sum` and `avg`.

use std::sync::Arc;

use model::Histogram;
use model::histogram::ResetHint;

use crate::column::{ABSENT, Column, is_absent};
use crate::kernel::histogram::compensated::{Accumulated, Wanted};

/// What should be said about the sums of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// One with exponential buckets met one with custom ones.
    pub incompatible: bool,
    /// Some say that the counter was reset, others that it was not.
    pub conflicting_resets: bool,
    /// Custom bounds differed.
    pub reconciled_bounds: bool,
}

/// The sums or means so far; empty until there is a histogram.
pub(crate) struct HistogramSums {
    wanted: Wanted,
    steps: Vec<Step>,
}

#[derive(Clone, Default)]
struct Step {
    sum: Option<Accumulated>,
    /// It met one that it can't be added to, so there is no sum.
    is_spoilt: bool,
    has_reset: bool,
    has_not_reset: bool,
}

impl HistogramSums {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            steps: Vec::new(),
        }
    }

    /// Adds the histograms of a series.
    pub(crate) fn add(&mut self, column: &Column) -> Findings {
        let mut findings = Findings::default();
        if column.histograms.is_empty() {
            return findings;
        }
        if self.steps.is_empty() {
            self.steps.resize(column.histograms.len(), Step::default());
        }
        for (step, histogram) in self.steps.iter_mut().zip(&column.histograms) {
            if let Some(histogram) = histogram {
                step.add(histogram, self.wanted, &mut findings);
            }
        }
        findings
    }

    /// Writes them into `out`, where the floats are. True when a step had both; it is left with neither.
    pub(crate) fn finish(&mut self, out: &mut Column) -> bool {
        let mut is_mixed = false;
        for (index, step) in self.steps.iter().enumerate() {
            let Some(sum) = &step.sum else {
                continue;
            };
            if !is_absent(out.floats[index]) {
                is_mixed = true;
                out.floats[index] = ABSENT;
            } else if !step.is_spoilt {
                out.set_histogram(index, Arc::new(sum.finish()));
            }
        }
        is_mixed
    }
}

impl Step {
    fn add(&mut self, histogram: &Histogram, wanted: Wanted, findings: &mut Findings) {
        self.has_reset |= histogram.reset_hint == ResetHint::Reset;
        self.has_not_reset |= histogram.reset_hint == ResetHint::NotReset;
        findings.conflicting_resets |= self.has_reset && self.has_not_reset;
        let Some(sum) = &mut self.sum else {
            self.sum = Some(Accumulated::new(histogram, wanted));
            return;
        };
        match sum.add(histogram) {
            Ok(remarks) => findings.reconciled_bounds |= remarks.reconciled_bounds,
            Err(_) => {
                self.is_spoilt = true;
                findings.incompatible = true;
            }
        }
    }
}
