//! Scalars: a number per step, and their way to and from instant vectors.

use crate::column::{Column, is_absent};
use crate::kernel::{arithmetic, order};
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::series::Series;
use crate::steps::Steps;

/// The same number at each step.
pub(crate) struct ConstantOperator {
    pub(crate) value: f64,
    pub(crate) steps: usize,
}

impl ScalarOperator for ConstantOperator {
    fn values(&mut self) -> Result<Vec<f64>> {
        Ok(vec![self.value; self.steps])
    }
}

/// `time()`: the evaluation time in seconds.
pub(crate) struct TimeOperator(pub(crate) Steps);

impl ScalarOperator for TimeOperator {
    fn values(&mut self) -> Result<Vec<f64>> {
        Ok(self.0.iter().map(|at| at as f64 / 1000.0).collect())
    }
}

/// `-s`
pub(crate) struct NegateOperator<'q>(pub(crate) Box<dyn ScalarOperator + 'q>);

impl ScalarOperator for NegateOperator<'_> {
    fn values(&mut self) -> Result<Vec<f64>> {
        let mut values = self.0.values()?;
        for value in &mut values {
            *value = -*value;
        }
        Ok(values)
    }
}

/// An operator between scalars.
pub(crate) struct BinaryScalarsOperator<'q> {
    pub(crate) op: promql::BinaryOp,
    pub(crate) lhs: Box<dyn ScalarOperator + 'q>,
    pub(crate) rhs: Box<dyn ScalarOperator + 'q>,
}

impl ScalarOperator for BinaryScalarsOperator<'_> {
    fn values(&mut self) -> Result<Vec<f64>> {
        let compute = arithmetic::scalar(self.op);
        let (lhs, rhs) = (self.lhs.values()?, self.rhs.values()?);
        Ok(lhs.iter().zip(&rhs).map(|(a, b)| compute(*a, *b)).collect())
    }
}

/// `min_of`, `max_of`
pub(crate) struct ExtremeOperator<'q> {
    pub(crate) largest: bool,
    pub(crate) lhs: Box<dyn ScalarOperator + 'q>,
    pub(crate) rhs: Box<dyn ScalarOperator + 'q>,
}

impl ScalarOperator for ExtremeOperator<'_> {
    fn values(&mut self) -> Result<Vec<f64>> {
        let (lhs, rhs) = (self.lhs.values()?, self.rhs.values()?);
        let pairs = lhs.iter().zip(&rhs);
        Ok(pairs
            .map(|(a, b)| order::extreme(self.largest, *a, *b))
            .collect())
    }
}

/// `scalar(v)`: the value of the only series with a float; NaN when there is none or more than one.
pub(crate) struct FromInstantOperator<'q> {
    pub(crate) input: Box<dyn InstantOperator + 'q>,
    pub(crate) steps: usize,
}

impl ScalarOperator for FromInstantOperator<'_> {
    fn values(&mut self) -> Result<Vec<f64>> {
        let mut values = vec![f64::NAN; self.steps];
        let mut counts = vec![0_u32; self.steps];
        let mut column = Column::default();
        for _ in self.input.series()? {
            self.input.next(&mut column)?;
            for (step, value) in column.floats.iter().enumerate() {
                if !is_absent(*value) {
                    counts[step] += 1;
                    values[step] = *value;
                }
            }
        }
        for (value, count) in values.iter_mut().zip(counts) {
            if count != 1 {
                *value = f64::NAN;
            }
        }
        Ok(values)
    }
}

/// `vector(s)`: a series without labels.
pub(crate) struct FromScalarOperator<'q> {
    pub(crate) scalar: Box<dyn ScalarOperator + 'q>,
}

impl InstantOperator for FromScalarOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(vec![Series::new(model::Labels::empty())])
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        out.floats = self.scalar.values()?;
        out.histograms.clear();
        Ok(())
    }
}
