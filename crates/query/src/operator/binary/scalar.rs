//! Operators between an instant vector and a scalar.

use crate::column::{ABSENT, Column};
use crate::context::Context;
use crate::function::histogram::combine_values;
use crate::kernel::arithmetic;
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::plan::VectorScalar;
use crate::series::Series;

/// Combines each column with the scalar.
pub(crate) struct VectorScalarOperator<'q> {
    context: &'q Context<'q>,
    node: &'q VectorScalar,
    vector: Box<dyn InstantOperator + 'q>,
    scalar: Box<dyn ScalarOperator + 'q>,
    values: Vec<f64>,
}

impl<'q> VectorScalarOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q VectorScalar,
        vector: Box<dyn InstantOperator + 'q>,
        scalar: Box<dyn ScalarOperator + 'q>,
    ) -> Self {
        Self {
            context,
            node,
            vector,
            scalar,
            values: Vec::new(),
        }
    }

    fn combine_mixed(&self, column: &mut Column) -> Result<()> {
        for step in 0..column.floats.len() {
            let Some(value) = column.value(step) else {
                continue;
            };
            let number = model::Value::Float(self.values[step]);
            let (lhs, rhs) = if self.node.scalar_first {
                (&number, &value)
            } else {
                (&value, &number)
            };
            let node = self.node;
            let combined =
                combine_values(self.context, node.op, node.return_bool, node.span, lhs, rhs)?;
            // A comparison that holds lets the vector's value through, on whichever side it stands.
            let is_filter = node.op.is_comparison() && !node.return_bool;
            let result = match combined {
                Some(_) if is_filter => Some(value),
                other => other,
            };
            column.set(step, result);
        }
        Ok(())
    }
}

impl InstantOperator for VectorScalarOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        self.values = self.scalar.values()?;
        let series = self.vector.series()?;
        if !self.node.op.drops_name() && !self.node.return_bool {
            return Ok(series);
        }
        let delayed = self.context.delays_names();
        Ok(series.into_iter().map(|one| one.unnamed(delayed)).collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.vector.next(out)?;
        if !out.histograms.is_empty() || self.node.op.is_trim() {
            return self.combine_mixed(out);
        }
        let (op, scalar) = (self.node.op, &self.values);
        let floats = &mut out.floats;
        match (op.is_comparison(), self.node.scalar_first) {
            (false, false) => arithmetic::compute(op, floats, scalar),
            (false, true) => {
                let compute = arithmetic::scalar(op);
                arithmetic::combine(floats, scalar, |value, number| compute(number, value));
            }
            (true, scalar_first) => {
                let compare = arithmetic::scalar(op);
                let holds = |value, number| {
                    if scalar_first {
                        compare(number, value)
                    } else {
                        compare(value, number)
                    }
                };
                if self.node.return_bool {
                    arithmetic::combine(floats, scalar, holds);
                } else {
                    arithmetic::combine(floats, scalar, |value, number| {
                        if holds(value, number) == 0.0 {
                            ABSENT
                        } else {
                            value
                        }
                    });
                }
            }
        }
        Ok(())
    }
}
