//! Runs a query from its tree to its answer.

use std::sync::Arc;

use model::{Histogram, Labels, Timestamp};

use crate::answer::{Annotation, Answer, MatrixSeries, QueryError, Severity, Value, VectorSample};
use crate::column::{Column, is_absent};
use crate::context::Context;
use crate::explain::Trace;
use crate::operator::buffer::{Computed, Vector};
use crate::operator::build::{Builder, Place};
use crate::operator::unique::{UniqueOperator, merge};
use crate::operator::{InstantOperator, RangeOperator, RangeSeries, Result, execution};
use crate::plan::{self, InstantNode, Node, Times};
use crate::request::{CancelToken, Request, Window};
use crate::rewrite;
use crate::series::{Series, SeriesSet, without_metric_labels};
use crate::steps::Steps;

/// Answers `request` from `store`. Returns when the answer is complete, or soon after `cancel` was set.
///
/// # Errors
///
/// See [`QueryError`](crate::QueryError); parts of the language that are missing are named.
pub fn execute(
    store: &dyn storage::Store,
    request: &Request,
    cancel: &CancelToken,
) -> Result<Answer> {
    let steps = steps(request.window);
    // One series alone must fit, or nothing will.
    if steps.count as u64 > request.limits.samples_max {
        return Err(QueryError::TooManySamples);
    }
    let context = Context::new(request, cancel, steps);
    context.check()?;
    let times = Times::new(request.window, request.default_step_ms);
    let node = plan::lower(&request.expr, &times)?;
    let node = rewrite::counts_only::mark(rewrite::invariant::wrap(node));
    let range = node.time_range(steps, request.lookback_ms);
    let querier = store.querier(range)?;
    let cores = &request.limits.threads.cores;
    let _core = cores.occupy();
    let value = cores.scope(|scope| {
        let builder = Builder {
            context: &context,
            scope,
            querier: &*querier,
            place: Place::default(),
        };
        run(builder, &node, request.window, steps)
    })?;
    let mut annotations = context.take_notes();
    let warnings = querier.warnings().into_iter();
    annotations.extend(warnings.map(|text| Annotation {
        severity: Severity::Warning,
        text,
    }));
    Ok(Answer {
        annotations,
        statistics: context.statistics(),
        samples_per_step: context.samples_per_step(steps),
        explanation: context.trace().and_then(Trace::finish),
        lease: context.into_lease(value.size_bytes()),
        value,
    })
}

fn steps(window: Window) -> Steps {
    match window {
        Window::Instant(at) => Steps::once(at.0),
        Window::Range {
            start,
            end,
            step_ms,
        } => Steps::between(start.0, end.0, step_ms),
    }
}

fn run<'q>(
    builder: Builder<'_, 'q>,
    node: &'q Node,
    window: Window,
    steps: Steps,
) -> Result<Value> {
    let at = Timestamp(steps.start);
    match (node, window) {
        (Node::Instant(node), Window::Instant(_)) => instant(builder, node, steps),
        (Node::Instant(node), Window::Range { .. }) => range(builder, node, steps),
        (Node::Range(node), Window::Instant(_)) => {
            let operator = builder.range(node, steps, None);
            samples(builder.context, operator)
        }
        (Node::Scalar(node), Window::Instant(_)) => {
            let values = builder.scalar(node, steps).values()?;
            Ok(Value::Scalar(at, values[0]))
        }
        (Node::Scalar(node), Window::Range { .. }) => {
            let values = builder.scalar(node, steps).values()?;
            let mut column = Column {
                floats: values,
                histograms: Vec::new(),
            };
            let series = Matrix::new(steps).series(Labels::empty(), &mut column);
            Ok(Value::Matrix(series.into_iter().collect()))
        }
        (Node::String(text), Window::Instant(_)) => Ok(Value::String(at, text.clone())),
        (Node::Range(_) | Node::String(_), Window::Range { .. }) => {
            let kind = match node {
                Node::Range(_) => "range vector",
                _ => "string",
            };
            Err(execution(format!(
                "invalid expression type {kind:?} for range query, must be Scalar or instant Vector"
            )))
        }
    }
}

/// What comes of series, in the order of their labels.
struct Sorted<T> {
    places: std::vec::IntoIter<u32>,
    found: Vec<Option<T>>,
}

impl<T> Sorted<T> {
    fn new(series: &SeriesSet) -> Self {
        let mut found = Vec::new();
        found.resize_with(series.len(), || None);
        Self {
            places: series.places().into_iter(),
            found,
        }
    }

    /// Takes what came of the next series, if anything.
    fn push(&mut self, one: Option<T>) {
        if let Some(place) = self.places.next() {
            self.found[place as usize] = one;
        }
    }

    fn finish(self) -> Vec<T> {
        self.found.into_iter().flatten().collect()
    }
}

/// All series, with the names taken off that were to be taken off at the end.
fn collect<'s, 'q: 's>(
    builder: Builder<'s, 'q>,
    node: &'q InstantNode,
    steps: Steps,
) -> Result<(SeriesSet, Box<dyn InstantOperator + 's>)> {
    let context = builder.context;
    let mut operator = builder.instant(node, steps);
    if context.delays_names() {
        operator = Box::new(Computed::new(move || {
            let mut vector = Vector::collect(context, &mut *operator)?;
            for series in &mut vector.series {
                if series.drop_name {
                    *series = Series::new(without_metric_labels(series.labels.clone()));
                }
            }
            merge(context, vector)
        }));
    } else if !node.is_ordered() {
        operator = Box::new(UniqueOperator::new(context, operator));
    }
    let series = operator.series_set()?;
    Ok((series, operator))
}

fn instant<'q>(builder: Builder<'_, 'q>, node: &'q InstantNode, steps: Steps) -> Result<Value> {
    let (series, mut operator) = collect(builder, node, steps)?;
    let mut column = Column::default();
    let mut next = |labels| -> Result<Option<VectorSample>> {
        operator.next(&mut column)?;
        let value = column.value(0);
        Ok(value.map(|value| VectorSample { labels, value }))
    };
    let samples = if node.is_ordered() {
        let samples = series.labels().map(|labels| next(labels).transpose());
        samples.flatten().collect::<Result<_>>()?
    } else {
        let mut sorted = Sorted::new(&series);
        for labels in series.labels() {
            sorted.push(next(labels)?);
        }
        sorted.finish()
    };
    Ok(Value::Vector(Timestamp(steps.start), samples))
}

fn range<'q>(builder: Builder<'_, 'q>, node: &'q InstantNode, steps: Steps) -> Result<Value> {
    let (series, mut operator) = collect(builder, node, steps)?;
    let mut column = Column::default();
    let matrix_of = Matrix::new(steps);
    let mut matrix = Sorted::new(&series);
    for labels in series.labels() {
        // The answer takes columns as they are, so they should be no larger than what they hold.
        column.floats.clear();
        column.floats.reserve_exact(steps.count);
        operator.next(&mut column)?;
        let one = matrix_of.series(labels, &mut column);
        if let Some(one) = &one {
            builder.context.hold(one.room())?;
        }
        matrix.push(one);
    }
    Ok(Value::Matrix(matrix.finish()))
}

/// Makes series of columns.
struct Matrix {
    /// Of all steps.
    times: Arc<[i64]>,
}

impl Matrix {
    fn new(steps: Steps) -> Self {
        Self {
            times: steps.iter().collect(),
        }
    }

    /// The values of a column with their times; `None` when there are none. The column may be left empty.
    fn series(&self, labels: Labels, column: &mut Column) -> Option<MatrixSeries> {
        let mut out = MatrixSeries {
            labels,
            ..MatrixSeries::default()
        };
        let is_there = |value: &f64| !is_absent(*value);
        let count = column.floats.iter().filter(|value| is_there(value)).count();
        if count == column.floats.len() {
            out.floats = std::mem::take(&mut column.floats);
            out.float_times = Arc::clone(&self.times);
        } else if count > 0 {
            let values = column.floats.iter().copied();
            out.floats.reserve_exact(count);
            out.floats.extend(values.filter(is_there));
            let all = self.times.iter().zip(&column.floats);
            let there = all.filter(|(_, value)| is_there(value));
            out.float_times = there.map(|(at, _)| *at).collect();
        }
        for (histogram, at) in column.histograms.iter_mut().zip(&*self.times) {
            if let Some(histogram) = histogram.take() {
                out.histogram_times.push(*at);
                out.histograms.push(histogram);
            }
        }
        let is_empty = out.floats.is_empty() && out.histograms.is_empty();
        (!is_empty).then_some(out)
    }
}

/// The samples of a range vector as they are: an instant query may ask for that.
fn samples<'q>(
    context: &'q Context<'q>,
    mut operator: Box<dyn RangeOperator + 'q>,
) -> Result<Value> {
    let mut matrix = Vec::new();
    for series in operator.series()? {
        let RangeSeries {
            floats, histograms, ..
        } = operator.next()?;
        let (float_times, floats) = floats.window(0);
        let (histogram_times, histograms): (&[i64], &[Arc<Histogram>]) = histograms.window(0);
        if floats.is_empty() && histograms.is_empty() {
            continue;
        }
        let labels = if series.drop_name {
            without_metric_labels(series.labels)
        } else {
            series.labels
        };
        let one = MatrixSeries {
            labels,
            float_times: float_times.into(),
            floats: floats.to_vec(),
            histogram_times: histogram_times.to_vec(),
            histograms: histograms.to_vec(),
        };
        context.hold(one.room())?;
        matrix.push(one);
    }
    matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
    Ok(Value::Matrix(matrix))
}
