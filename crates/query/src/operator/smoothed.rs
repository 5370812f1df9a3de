//! Smoothed instant selectors: at each step the value between the samples before and after it.

use std::sync::Arc;

use model::{TimeRange, Timestamp, Value};
use promql::Span;
use storage::{Hints, Querier};

use crate::column::Column;
use crate::context::Context;
use crate::function::histogram::{interpolated, warn_of_layouts};
use crate::kernel::extended::share;
use crate::kernel::window::Frame;
use crate::operator::range_select::Split;
use crate::operator::select::GroupReader;
use crate::operator::{InstantOperator, RangeSeries, Result};
use crate::plan::Select;
use crate::series::Series;
use crate::steps::Steps;

/// Interpolates between samples at most one lookback away; behind the last sample that one stands.
pub(crate) struct SmoothedOperator<'q> {
    context: &'q Context<'q>,
    querier: &'q dyn Querier,
    select: &'q Select,
    moments: Steps,
    /// Windows of one lookback to either side.
    frame: Frame,
    reader: GroupReader<'q>,
    own: Split,
    labels: std::vec::IntoIter<model::Labels>,
}

impl<'q> SmoothedOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        querier: &'q dyn Querier,
        select: &'q Select,
        steps: Steps,
    ) -> Self {
        let moments = select.moments(steps);
        let lookback_ms = context.lookback_ms();
        Self {
            context,
            querier,
            select,
            moments,
            frame: Frame {
                steps,
                ends: moments.earlier(-lookback_ms),
                range_ms: lookback_ms.saturating_mul(2),
            },
            reader: GroupReader::new(context),
            own: Split::default(),
            labels: Vec::new().into_iter(),
        }
    }
}

impl InstantOperator for SmoothedOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let after = self.frame.ends.start.saturating_sub(self.frame.range_ms);
        let range = TimeRange::new(
            Timestamp(after.saturating_add(1)),
            Timestamp(self.frame.ends.last()),
        );
        let (querier, select) = (self.querier, self.select);
        let series = self
            .reader
            .select(querier, select, range, Hints::default())?
            .whole();
        let labels: Vec<model::Labels> = series.iter().map(|one| one.labels.clone()).collect();
        self.labels = labels.into_iter();
        Ok(series)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.reader.advance()?;
        self.own.clear();
        let column = self.reader.column();
        for (time, value) in column.samples(&self.reader.columns.timestamps) {
            self.own.push(time, value);
        }
        self.own.find_windows(self.frame);
        let labels = self.labels.next().unwrap_or_default();
        out.clear(self.moments.count);
        let series = self.own.series();
        for (step, at) in self.moments.iter().enumerate() {
            let value = value_at(self.context, self.select.span, &labels, &series, step, at);
            out.set(step, value);
        }
        Ok(())
    }
}

fn value_at(
    context: &Context<'_>,
    span: Span,
    labels: &model::Labels,
    series: &RangeSeries<'_>,
    step: usize,
    at: i64,
) -> Option<Value> {
    let (float_times, floats) = series.floats.window(step);
    let (histogram_times, histograms) = series.histograms.window(step);
    let name = labels.metric_name();
    match (floats.is_empty(), histograms.is_empty()) {
        (true, true) => None,
        (false, false) => {
            let text =
                format!("encountered a mix of histograms and floats for metric name {name:?}");
            context.warn(span, &text);
            None
        }
        (false, true) => {
            let place = Place::find(float_times, at)?;
            Some(Value::Float(match place {
                Place::At(index) => floats[index],
                Place::Behind(index) => {
                    let (from, to) = (floats[index], floats[index + 1]);
                    from + (to - from) * share(float_times, index, at)
                }
            }))
        }
        (true, false) => match Place::find(histogram_times, at)? {
            Place::At(index) => Some(Value::Histogram(histograms[index].clone())),
            Place::Behind(index) => {
                let (from, to) = (&histograms[index], &histograms[index + 1]);
                let share = share(histogram_times, index, at);
                let Some(value) = interpolated(from, to, share, false) else {
                    warn_of_layouts(context, span, name);
                    return None;
                };
                Some(Value::Histogram(Arc::new(value.to_histogram())))
            }
        },
    }
}

/// Where a moment lies among samples.
enum Place {
    /// At a sample, or behind the last one.
    At(usize),
    /// Between this sample and the next.
    Behind(usize),
}

impl Place {
    /// `None` before the first sample.
    fn find(times: &[i64], at: i64) -> Option<Self> {
        let index = times.partition_point(|time| *time <= at).checked_sub(1)?;
        if times[index] == at || index + 1 == times.len() {
            Some(Self::At(index))
        } else {
            Some(Self::Behind(index))
        }
    }
}
