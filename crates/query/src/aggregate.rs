//! Aggregates: how the columns of a group become one. One small type each.
//!
//! `topk` and its kin choose among series; they are in [`extremes`] and [`choose`]. `count_values`, which invents series, is an operator of its own, in
//! [`count_values`].

mod avg;
pub(crate) mod choose;
mod count;
pub(crate) mod count_values;
pub(crate) mod extremes;
mod group;
mod max;
mod min;
mod quantile;
mod sum;
mod variance;

use model::Labels;
use promql::{AggregateOp, Span};

use crate::answer::QueryError;
use crate::column::Column;
use crate::context::Context;
use crate::function::histogram::{inform_of_bounds, warn_of_layouts};
use crate::kernel::histogram::sums::Findings;
use crate::operator::Result;

/// Collects the columns of a group, as they pass by.
pub(crate) trait Accumulator: Send {
    /// Takes in the column of one series.
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()>;

    /// Writes the group's column. Called once, at the end.
    fn finish(&mut self, out: &mut Column, notes: &Notes<'_>) -> Result<()>;
}

/// Where an aggregate says what should be said.
pub(crate) struct Notes<'a> {
    /// Shared by the query.
    pub context: &'a Context<'a>,
    /// The aggregation.
    pub op: AggregateOp,
    /// Where its vector stands.
    pub span: Span,
    /// Labels of the series that is taken in, its name among them if it has one.
    pub labels: &'a Labels,
}

impl Notes<'_> {
    /// Says that histograms were left out, if the column has any.
    pub(crate) fn ignore_histograms(&self, column: &Column) {
        if column.histograms.iter().any(Option::is_some) {
            let text = format!("ignored histogram in {} aggregation", self.op.as_str());
            self.context.inform(self.span, &text);
        }
    }

    /// Says what came of adding histograms.
    pub(crate) fn tell(&self, findings: Findings) {
        if findings.incompatible {
            warn_of_layouts(self.context, self.span, self.labels.metric_name());
        }
        if findings.conflicting_resets {
            let text = "conflicting counter resets during histogram aggregation";
            self.context.warn(self.span, text);
        }
        if findings.reconciled_bounds {
            inform_of_bounds(self.context, self.span, "aggregation");
        }
    }

    /// Says that a group held floats and histograms at the same time.
    pub(crate) fn warn_of_mix(&self) {
        let text = "encountered a mix of histograms and floats for aggregation";
        self.context.warn(self.span, text);
    }
}

/// An empty accumulator for one group. `parameter` has a number per step, for aggregations that take one.
pub(crate) fn accumulator(
    op: AggregateOp,
    steps: usize,
    parameter: &[f64],
) -> Result<Box<dyn Accumulator>> {
    Ok(match op {
        AggregateOp::Sum => Box::new(sum::SumOf::new(steps)),
        AggregateOp::Avg => Box::new(avg::Avg::new(steps)),
        AggregateOp::Min => Box::new(min::Min::new(steps)),
        AggregateOp::Max => Box::new(max::Max::new(steps)),
        AggregateOp::Count => Box::new(count::Count::new(steps)),
        AggregateOp::Group => Box::new(group::Group::new(steps)),
        AggregateOp::Stddev => Box::new(variance::Variance::new(steps, f64::sqrt)),
        AggregateOp::Stdvar => Box::new(variance::Variance::new(steps, |variance| variance)),
        AggregateOp::Quantile => Box::new(quantile::Quantile::new(steps, parameter)),
        AggregateOp::Topk
        | AggregateOp::Bottomk
        | AggregateOp::Limitk
        | AggregateOp::LimitRatio
        | AggregateOp::CountValues => {
            return Err(QueryError::Unsupported(format!(
                "{} as an accumulator",
                op.as_str()
            )));
        }
    })
}
