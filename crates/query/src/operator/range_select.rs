//! Range selectors: the samples of each series, and which of them lie in which window.

use std::sync::Arc;

use model::{Histogram, TimeRange, Timestamp, Value};
use promql::Extension;
use storage::{Column as Stored, Hints, Measure, Querier, Starts, Values};

use crate::context::Context;
use crate::function::{WindowFunction, told};
use crate::kernel::starts;
use crate::kernel::window::{self, Frame, Samples, Window};
use crate::operator::exchange::Run;
use crate::operator::select::{GroupReader, constant};
use crate::operator::{RangeOperator, RangeSeries, Result};
use crate::plan::Select;
use crate::series::{Series, SeriesSet};
use crate::steps::Steps;

/// Yields the samples of stored series.
pub(crate) struct RangeSelectOperator<'q> {
    querier: &'q dyn Querier,
    select: &'q Select,
    function: Option<&'static WindowFunction>,
    reads_starts: bool,
    frame: Frame,
    /// Which samples are handed out for a window: those within, or also those around its edges.
    reach: Frame,
    reader: GroupReader<'q>,
    /// The windows of a series that has a sample in each row of its group.
    windows: Vec<Window>,
    own: Split,
}

/// The samples of a series whose column can't be handed out as it lies there.
#[derive(Default)]
pub(crate) struct Split {
    pub(crate) float_times: Vec<i64>,
    pub(crate) floats: Vec<f64>,
    float_starts: Vec<i64>,
    pub(crate) float_windows: Vec<Window>,
    histogram_times: Vec<i64>,
    histograms: Vec<Arc<Histogram>>,
    histogram_starts: Vec<i64>,
    histogram_windows: Vec<Window>,
}

impl Split {
    pub(crate) fn clear(&mut self) {
        self.float_times.clear();
        self.floats.clear();
        self.float_starts.clear();
        self.float_windows.clear();
        self.histogram_times.clear();
        self.histograms.clear();
        self.histogram_starts.clear();
        self.histogram_windows.clear();
    }

    pub(crate) fn push(&mut self, time: i64, value: Value) {
        match value {
            Value::Float(value) => {
                self.float_times.push(time);
                self.floats.push(value);
            }
            Value::Histogram(histogram) => {
                self.histogram_times.push(time);
                self.histograms.push(histogram);
            }
        }
    }

    /// Looks up when the counters behind the samples began, when all of them are there.
    fn find_starts(&mut self, starts: &Starts) {
        if starts.is_empty() {
            return;
        }
        look_up(starts, &self.float_times, &mut self.float_starts);
        look_up(starts, &self.histogram_times, &mut self.histogram_starts);
    }

    /// Finds the windows, when all samples are there.
    pub(crate) fn find_windows(&mut self, frame: Frame) {
        let (ends, range_ms) = (frame.ends, frame.range_ms);
        window::borders(&self.float_times, ends, range_ms, &mut self.float_windows);
        if !self.histograms.is_empty() {
            let windows = &mut self.histogram_windows;
            window::borders(&self.histogram_times, ends, range_ms, windows);
        }
    }

    pub(crate) fn series(&self) -> RangeSeries<'_> {
        RangeSeries {
            floats: Samples {
                times: &self.float_times,
                values: &self.floats,
                starts: &self.float_starts,
                windows: &self.float_windows,
            },
            histograms: Samples {
                times: &self.histogram_times,
                values: &self.histograms,
                starts: &self.histogram_starts,
                windows: &self.histogram_windows,
            },
            constant: None,
            told: None,
            group: None,
        }
    }
}

impl<'q> RangeSelectOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        querier: &'q dyn Querier,
        select: &'q Select,
        range_ms: i64,
        steps: Steps,
        function: Option<&'static WindowFunction>,
    ) -> Self {
        let frame = Frame {
            steps,
            ends: select.moments(steps),
            range_ms,
        };
        Self {
            querier,
            select,
            function,
            reads_starts: context.reads_starts() && function.is_some_and(|one| one.reads_starts),
            frame,
            reach: reach(frame, select.extension, context.lookback_ms()),
            reader: GroupReader::new(context),
            windows: Vec::new(),
            own: Split::default(),
        }
    }

    /// How many series each group has.
    pub(crate) fn widths(&self) -> Vec<usize> {
        self.reader.widths()
    }

    /// See [`Shareable::twin`](crate::operator::exchange::Shareable::twin).
    pub(crate) fn twin(&self) -> Self {
        Self {
            querier: self.querier,
            select: self.select,
            function: self.function,
            reads_starts: self.reads_starts,
            frame: self.frame,
            reach: self.reach,
            reader: self.reader.twin(),
            windows: Vec::new(),
            own: Split::default(),
        }
    }

    /// See [`Shareable::seek`](crate::operator::exchange::Shareable::seek).
    pub(crate) fn seek(&mut self, run: &Run) {
        self.reader.seek(run.groups.clone());
    }

    /// What the store may tell of windows instead of handing out samples.
    fn measure(&self) -> Option<Measure> {
        let is_plain = self.select.extension.is_none() && !self.reads_starts;
        self.function.filter(|_| is_plain).and_then(told::measure)
    }
}

impl RangeOperator for RangeSelectOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(self.series_set()?.whole())
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let frame = self.reach;
        let after = frame.ends.start.saturating_sub(frame.range_ms);
        let range = TimeRange::new(
            Timestamp(after.saturating_add(1)),
            Timestamp(frame.ends.last()),
        );
        let hints = Hints {
            step_ms: frame.ends.step_ms,
            window_ms: frame.range_ms,
            function: self.function.map(|function| function.name),
            newest_only: false,
            presence_only: false,
            resolution_ms: 0,
        };
        if let Some(measure) = self.measure() {
            self.reader.ask(measure, self.frame);
        }
        self.reader.select(self.querier, self.select, range, hints)
    }

    fn next(&mut self) -> Result<RangeSeries<'_>> {
        let frame = self.reach;
        let is_next = self.reader.advance()?;
        if self.reader.told().is_some() {
            return Ok(RangeSeries {
                told: self.reader.told(),
                ..RangeSeries::NONE
            });
        }
        if is_next {
            let times = &self.reader.columns.timestamps;
            window::borders(times, frame.ends, frame.range_ms, &mut self.windows);
        }
        self.own.clear();
        let column = self.reader.column();
        let times = &self.reader.columns.timestamps;
        if column.has_stale || matches!(column.values, Values::Histograms(_) | Values::Mixed(_)) {
            for (time, value) in column.samples(times) {
                self.own.push(time, value);
            }
            self.own.find_windows(frame);
            if self.reads_starts {
                self.own.find_starts(&column.starts);
            }
            return Ok(self.own.series());
        }
        let group = self.reader.group();
        if self.reads_starts && !column.starts.is_empty() {
            let rows = column.first_row..column.first_row + column.values.len();
            look_up(&column.starts, &times[rows], &mut self.own.float_starts);
        }
        Ok(floats_only(
            column,
            times,
            &self.windows,
            group,
            &mut self.own,
        ))
    }

    fn frame(&self) -> Frame {
        self.frame
    }
}

/// Anchored edges look one lookback further to the left, smoothed ones to both sides.
fn reach(frame: Frame, extension: Option<Extension>, lookback_ms: i64) -> Frame {
    let (left_ms, right_ms) = match extension {
        None => (0, 0),
        Some(Extension::Anchored) => (lookback_ms, 0),
        Some(Extension::Smoothed) => (lookback_ms, lookback_ms),
    };
    Frame {
        steps: frame.steps,
        ends: frame.ends.earlier(-right_ms),
        range_ms: frame
            .range_ms
            .saturating_add(left_ms)
            .saturating_add(right_ms),
    }
}

/// A column of floats without stale markers: its values and times are handed out as they lie there.
fn floats_only<'a>(
    column: &'a Stored,
    times: &'a [i64],
    windows: &'a [Window],
    group: usize,
    own: &'a mut Split,
) -> RangeSeries<'a> {
    let length = column.values.len();
    let is_full = column.first_row == 0 && length == times.len();
    if !is_full {
        window::shift(windows, column.first_row, length, &mut own.float_windows);
    }
    let values = column.floats(&mut own.floats).unwrap_or_default();
    RangeSeries {
        floats: Samples {
            times: &times[column.first_row..column.first_row + length],
            values,
            starts: &own.float_starts,
            windows: if is_full { windows } else { &own.float_windows },
        },
        histograms: Samples::NONE,
        constant: constant(column),
        told: None,
        group: is_full.then_some(group),
    }
}

/// Writes the start of the counter behind each sample.
fn look_up(known: &Starts, times: &[i64], out: &mut Vec<i64>) {
    out.clear();
    out.extend(
        times
            .iter()
            .map(|time| known.at(*time).unwrap_or(starts::UNKNOWN)),
    );
}
