//! Sums of native histograms per step, for `sum` and `avg`.

use promql::Span;

use crate::answer::QueryError;
use crate::column::Column;
use crate::context::Context;
use crate::operator::Result;

/// The sums so far.
#[derive(Default)]
pub(crate) struct HistogramSums {}

impl HistogramSums {
    pub(crate) fn add(&mut self, column: &Column, _: &Context<'_>, _: Span) -> Result<()> {
        if column.histograms.iter().any(Option::is_some) {
            return Err(QueryError::Unsupported(
                "aggregation of native histograms".to_owned(),
            ));
        }
        Ok(())
    }

    /// Writes the sums into `out`; true when a step had floats too, and then has nothing.
    pub(crate) fn finish(&mut self, _: &mut Column) -> bool {
        false
    }

    pub(crate) fn finish_mean(&mut self, _: &mut Column) -> bool {
        false
    }
}
