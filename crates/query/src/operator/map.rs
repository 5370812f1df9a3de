//! Functions that look at one sample at a time, and those that change labels alone.

use crate::column::Column;
use crate::context::Context;
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::plan::{MapNode, Yield};
use crate::series::Series;
use crate::steps::Steps;

/// Calls a function of single samples on each column.
pub(crate) struct MapOperator<'q> {
    context: &'q Context<'q>,
    node: &'q MapNode,
    input: Box<dyn InstantOperator + 'q>,
    scalars: Vec<Box<dyn ScalarOperator + 'q>>,
    parameters: Vec<Vec<f64>>,
}

impl<'q> MapOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q MapNode,
        input: Box<dyn InstantOperator + 'q>,
        scalars: Vec<Box<dyn ScalarOperator + 'q>>,
    ) -> Self {
        Self {
            context,
            node,
            input,
            scalars,
            parameters: Vec::new(),
        }
    }
}

impl InstantOperator for MapOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let values = self.scalars.iter_mut().map(|scalar| scalar.values());
        self.parameters = values.collect::<Result<_>>()?;
        let delayed = self.context.delays_names();
        let series = self.input.series()?;
        Ok(series.into_iter().map(|one| one.unnamed(delayed)).collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.input.next(out)?;
        match self.node.function.histograms {
            Some(map) => {
                for slot in &mut out.histograms {
                    *slot = slot.take().map(|histogram| map(&histogram));
                }
            }
            None => out.drop_histograms(),
        }
        (self.node.function.floats)(&mut out.floats, &self.parameters);
        Ok(())
    }
}

/// `timestamp` and `start_timestamp` of anything but a selector: that has no samples of its own.
pub(crate) struct EvaluationTimeOperator<'q> {
    context: &'q Context<'q>,
    input: Box<dyn InstantOperator + 'q>,
    steps: Steps,
    yields: Yield,
}

impl<'q> EvaluationTimeOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        input: Box<dyn InstantOperator + 'q>,
        steps: Steps,
        yields: Yield,
    ) -> Self {
        Self {
            context,
            input,
            steps,
            yields,
        }
    }
}

impl InstantOperator for EvaluationTimeOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let delayed = self.context.delays_names();
        let series = self.input.series()?;
        Ok(series.into_iter().map(|one| one.unnamed(delayed)).collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.input.next(out)?;
        for (step, at) in self.steps.iter().enumerate() {
            if out.has(step) {
                out.floats[step] = match self.yields {
                    Yield::Start => 0.0,
                    Yield::Time | Yield::Value => at as f64 / 1000.0,
                };
            }
        }
        out.drop_histograms();
        Ok(())
    }
}

/// Takes the metric's labels off, and nothing else: what `timestamp(selector)` yields has no name.
pub(crate) struct UnnamedOperator<'q> {
    context: &'q Context<'q>,
    input: Box<dyn InstantOperator + 'q>,
}

impl<'q> UnnamedOperator<'q> {
    pub(crate) fn new(context: &'q Context<'q>, input: Box<dyn InstantOperator + 'q>) -> Self {
        Self { context, input }
    }
}

impl InstantOperator for UnnamedOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let delayed = self.context.delays_names();
        let series = self.input.series()?;
        Ok(series.into_iter().map(|one| one.unnamed(delayed)).collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.input.next(out)
    }
}
