//! Subqueries: the results of an expression as a range vector.

use std::sync::Arc;

use model::Value;
use model::histogram::ResetHint;

use crate::column::{Column, is_absent};
use crate::context::{Context, Room};
use crate::kernel::window::{self, Frame, Samples, Window};
use crate::operator::range_select::Split;
use crate::operator::{InstantOperator, RangeOperator, RangeSeries, Result};
use crate::plan::SubqueryNode;
use crate::series::Series;
use crate::steps::Steps;

/// Evaluates its expression on a grid of its own, which covers all windows.
pub(crate) struct SubqueryOperator<'q> {
    context: &'q Context<'q>,
    input: Box<dyn InstantOperator + 'q>,
    frame: Frame,
    grid: Steps,
    /// All moments of the grid.
    times: Vec<i64>,
    /// The windows of a series that has a value at each of them.
    windows: Vec<Window>,
    column: Column,
    own: Split,
}

impl<'q> SubqueryOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q SubqueryNode,
        steps: Steps,
        input: Box<dyn InstantOperator + 'q>,
    ) -> Self {
        Self {
            context,
            input,
            frame: Frame {
                steps,
                ends: node.ends(steps),
                range_ms: node.range_ms,
            },
            grid: node.grid(steps),
            times: Vec::new(),
            windows: Vec::new(),
            column: Column::default(),
            own: Split::default(),
        }
    }
}

impl RangeOperator for SubqueryOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        // The grid may be much longer than the query's own steps.
        self.context.hold(Room::floats(self.grid.count))?;
        self.times = self.grid.iter().collect();
        self.context.check()?;
        let frame = self.frame;
        window::borders(&self.times, frame.ends, frame.range_ms, &mut self.windows);
        self.context.check()?;
        self.input.series()
    }

    fn next(&mut self) -> Result<RangeSeries<'_>> {
        self.input.next(&mut self.column)?;
        self.context.check()?;
        let has_gaps = self.column.floats.iter().any(|value| is_absent(*value));
        if !has_gaps {
            return Ok(RangeSeries {
                floats: Samples {
                    times: &self.times,
                    values: &self.column.floats,
                    starts: &[],
                    windows: &self.windows,
                },
                histograms: Samples::NONE,
                constant: None,
                told: None,
                group: Some(0),
            });
        }
        self.own.clear();
        for (step, time) in self.times.iter().enumerate() {
            if let Some(value) = self.column.value(step) {
                self.own.push(*time, without_hint(value));
            }
        }
        self.own.find_windows(self.frame);
        Ok(self.own.series())
    }

    fn frame(&self) -> Frame {
        self.frame
    }
}

/// What a histogram knows of resets was said of the sample before it, which need not be the one before it here.
fn without_hint(value: Value) -> Value {
    match value {
        Value::Histogram(histogram)
            if matches!(histogram.reset_hint, ResetHint::Reset | ResetHint::NotReset) =>
        {
            let mut histogram = (*histogram).clone();
            histogram.reset_hint = ResetHint::Unknown;
            Value::Histogram(Arc::new(histogram))
        }
        other => other,
    }
}
