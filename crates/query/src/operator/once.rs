//! What is the same at each step: evaluated at one, repeated for all.

use crate::column::{ABSENT, Column};
use crate::operator::{InstantOperator, Result};
use crate::series::Series;

/// Repeats the single value of each series.
pub(crate) struct OnceOperator<'q> {
    /// Built for one step.
    input: Box<dyn InstantOperator + 'q>,
    steps: usize,
    one: Column,
}

impl<'q> OnceOperator<'q> {
    pub(crate) fn new(input: Box<dyn InstantOperator + 'q>, steps: usize) -> Self {
        Self {
            input,
            steps,
            one: Column::default(),
        }
    }
}

impl InstantOperator for OnceOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        self.input.series()
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.input.next(&mut self.one)?;
        out.floats.clear();
        let value = self.one.floats.first().copied().unwrap_or(ABSENT);
        out.floats.resize(self.steps, value);
        out.histograms.clear();
        if let Some(histogram) = self.one.histogram(0) {
            out.histograms.resize(self.steps, Some(histogram.clone()));
        }
        Ok(())
    }
}
