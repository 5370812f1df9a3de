//! `absent` and `absent_over_time`: 1 where nothing is.

use model::Labels;

use crate::column::{ABSENT, Column};
use crate::operator::{InstantOperator, RangeOperator, Result};
use crate::series::Series;

/// `absent(v)`
pub(crate) struct AbsentOperator<'q> {
    pub(crate) input: Box<dyn InstantOperator + 'q>,
    pub(crate) labels: Labels,
    pub(crate) steps: usize,
}

impl InstantOperator for AbsentOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(vec![Series::new(self.labels.clone())])
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        let mut values = vec![1.0; self.steps];
        for _ in self.input.series()? {
            self.input.next(out)?;
            for (step, value) in values.iter_mut().enumerate() {
                if out.has(step) {
                    *value = ABSENT;
                }
            }
        }
        out.floats = values;
        out.histograms.clear();
        Ok(())
    }
}

/// `absent_over_time(r)`
pub(crate) struct AbsentOverTimeOperator<'q> {
    pub(crate) input: Box<dyn RangeOperator + 'q>,
    pub(crate) labels: Labels,
    pub(crate) steps: usize,
}

impl InstantOperator for AbsentOverTimeOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(vec![Series::new(self.labels.clone())])
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        out.clear(self.steps);
        out.floats.fill(1.0);
        for _ in self.input.series()? {
            let series = self.input.next()?;
            for (step, value) in out.floats.iter_mut().enumerate() {
                let floats = series.floats.window(step).0;
                let histograms = series.histograms.window(step).0;
                if !floats.is_empty() || !histograms.is_empty() {
                    *value = ABSENT;
                }
            }
        }
        Ok(())
    }
}
