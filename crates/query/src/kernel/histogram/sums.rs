//! Sums of native histograms per step, for `sum` and `avg`.

use std::sync::Arc;

use model::Histogram;
use model::histogram::ResetHint;

use crate::column::{ABSENT, Column, is_absent};
use crate::kernel::histogram::{Expanded, divided};

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

/// The sums so far; empty until there is a histogram.
#[derive(Default)]
pub(crate) struct HistogramSums {
    steps: Vec<Step>,
}

#[derive(Clone, Default)]
struct Step {
    sum: Option<Expanded>,
    count: f64,
    /// It met one that it can't be added to, so there is no sum.
    is_spoilt: bool,
    has_reset: bool,
    has_not_reset: bool,
}

impl HistogramSums {
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
                step.add(histogram, &mut findings);
            }
        }
        findings
    }

    /// Writes the sums into `out`, where the floats are. True when a step had both; it is left with neither.
    pub(crate) fn finish(&mut self, out: &mut Column) -> bool {
        self.write(out, |sum, _| sum.to_histogram())
    }

    /// As [`finish`](Self::finish), with means.
    pub(crate) fn finish_mean(&mut self, out: &mut Column) -> bool {
        self.write(out, |sum, count| divided(&sum.to_histogram(), count))
    }

    fn write(&mut self, out: &mut Column, make: impl Fn(&Expanded, f64) -> Histogram) -> bool {
        let mut is_mixed = false;
        for (index, step) in self.steps.iter().enumerate() {
            if step.count == 0.0 {
                continue;
            }
            if !is_absent(out.floats[index]) {
                is_mixed = true;
                out.floats[index] = ABSENT;
            } else if let Some(sum) = step.sum.as_ref().filter(|_| !step.is_spoilt) {
                out.set_histogram(index, Arc::new(make(sum, step.count)));
            }
        }
        is_mixed
    }
}

impl Step {
    fn add(&mut self, histogram: &Histogram, findings: &mut Findings) {
        self.count += 1.0;
        self.has_reset |= histogram.reset_hint == ResetHint::Reset;
        self.has_not_reset |= histogram.reset_hint == ResetHint::NotReset;
        findings.conflicting_resets |= self.has_reset && self.has_not_reset;
        let other = Expanded::new(histogram);
        let Some(sum) = &mut self.sum else {
            self.sum = Some(other);
            return;
        };
        match sum.add(&other, 1.0) {
            Ok(remarks) => findings.reconciled_bounds |= remarks.reconciled_bounds,
            Err(_) => {
                self.is_spoilt = true;
                findings.incompatible = true;
            }
        }
    }
}
