//! Functions of range vectors.

use std::sync::Arc;

use model::Labels;

use crate::column::Column;
use crate::context::Context;
use crate::function::counter::{note_if_gauge, warn_of_overlap};
use crate::function::told;
use crate::function::{Check, MixedCall, PerSecond, WindowCall, WindowFunction};
use crate::kernel::rate::{self, Gap, Gaps};
use crate::operator::exchange::{Run, Shareable};
use crate::operator::pieces;
use crate::operator::range_select::RangeSelectOperator;
use crate::operator::{InstantOperator, RangeOperator, RangeSeries, Result, ScalarOperator};
use crate::plan::WindowNode;
use crate::series::{Series, SeriesSet};

/// Calls a function of range vectors, window by window.
pub(crate) struct WindowOperator<'s, 'q, R> {
    context: &'q Context<'q>,
    node: &'q WindowNode,
    input: R,
    scalars: Vec<Box<dyn ScalarOperator + 's>>,
    parameters: Vec<Vec<f64>>,
    /// What is extrapolated in each window, and for which group that holds.
    gaps: Vec<Gap>,
    /// See [`rate::gaps`].
    stride: Option<usize>,
    gaps_of: Option<usize>,
    /// Of each series labels that tell its name.
    labels: Arc<[Labels]>,
    /// The number of the next series.
    next: usize,
}

impl<'s, 'q, R> WindowOperator<'s, 'q, R> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q WindowNode,
        input: R,
        scalars: Vec<Box<dyn ScalarOperator + 's>>,
    ) -> Self {
        Self {
            context,
            node,
            input,
            scalars,
            parameters: Vec::new(),
            gaps: Vec::new(),
            stride: None,
            gaps_of: None,
            labels: Arc::default(),
            next: 0,
        }
    }

    fn function(&self) -> &'static WindowFunction {
        self.node.function
    }
}

impl<R: RangeOperator> InstantOperator for WindowOperator<'_, '_, R> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(self.series_set()?.whole())
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let values = self.scalars.iter_mut().map(|scalar| scalar.values());
        self.parameters = values.collect::<Result<_>>()?;
        let series = self.input.series_set()?;
        self.labels = series.names().cloned().collect();
        if self.function().keeps_name {
            return Ok(series);
        }
        Ok(series.unnamed(self.context.delays_names()))
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        let function = self.function();
        let frame = self.input.frame();
        let labels = &self.labels[self.next];
        self.next += 1;
        let input = self.input.next()?;
        out.clear(frame.steps.count);
        if let Some(check) = function.check {
            check_parameters(check, self.context, self.node, &self.parameters, &input)?;
        }
        if let Some(windows) = input.told {
            told::call(function, windows, frame, &mut out.floats);
            if function.is_for_counters {
                note_if_gauge(self.context, self.node, labels, out);
            }
            return Ok(());
        }
        if input.histograms.values.is_empty() {
            if let Some(PerSecond(per_second)) = function.extrapolates
                && (input.group.is_none() || input.group != self.gaps_of)
            {
                let (times, windows) = (input.floats.times, input.floats.windows);
                self.stride = rate::gaps(times, windows, frame, per_second, &mut self.gaps);
                self.gaps_of = input.group;
            }
            let call = WindowCall {
                samples: input.floats,
                constant: input.constant,
                frame,
                gaps: Gaps::new(&self.gaps, self.stride),
                parameters: &self.parameters,
            };
            pieces::call(self.context, function.floats, &call, &mut out.floats)?;
            if function.is_for_counters {
                note_if_gauge(self.context, self.node, labels, out);
            }
            if function.is_for_counters && !input.floats.starts.is_empty() {
                warn_of_overlap(self.context, self.node, labels, input.floats);
            }
            return Ok(());
        }
        if function.is_for_counters {
            warn_of_overlap(self.context, self.node, labels, input.floats);
            warn_of_overlap(self.context, self.node, labels, input.histograms);
        }
        let call = MixedCall {
            context: self.context,
            node: self.node,
            labels,
            input,
            frame,
            parameters: &self.parameters,
        };
        call.run(out)?;
        if function.is_for_counters {
            note_if_gauge(self.context, self.node, labels, out);
        }
        Ok(())
    }
}

impl<'q> Shareable for WindowOperator<'_, 'q, RangeSelectOperator<'q>> {
    type Twin = WindowOperator<'q, 'q, RangeSelectOperator<'q>>;

    fn widths(&self) -> Vec<usize> {
        self.input.widths()
    }

    fn twin(&self) -> Self::Twin {
        WindowOperator {
            context: self.context,
            node: self.node,
            input: self.input.twin(),
            scalars: Vec::new(),
            parameters: self.parameters.clone(),
            gaps: Vec::new(),
            stride: None,
            gaps_of: None,
            labels: Arc::clone(&self.labels),
            next: 0,
        }
    }

    fn seek(&mut self, run: &Run) {
        self.input.seek(run);
        self.next = run.series.start;
    }
}

/// Looks at the parameters of each step whose window holds samples.
fn check_parameters(
    check: Check,
    context: &Context<'_>,
    node: &WindowNode,
    parameters: &[Vec<f64>],
    input: &RangeSeries<'_>,
) -> Result<()> {
    let steps = parameters.first().map_or(0, Vec::len);
    let mut now = Vec::with_capacity(parameters.len());
    for step in 0..steps {
        let has_floats = !input.floats.window(step).0.is_empty();
        let has_histograms = !input.histograms.window(step).0.is_empty();
        if has_floats || (has_histograms && !check.floats_only) {
            now.clear();
            now.extend(parameters.iter().map(|values| values[step]));
            (check.run)(context, node, &now)?;
        }
    }
    Ok(())
}
