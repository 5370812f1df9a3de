//! Operators that look on: they hand through what another one yields, and measure it. Built only for queries that ask for it.
//!
//! - the `Traced` ones read the clock around each call, for [`explain`](crate::explain);
//! - the `Counted` ones count how many samples each step looks at.

use crate::column::Column;
use crate::context::Context;
use crate::explain::{Call, Trace};
use crate::kernel::window::{Frame, Window};
use crate::memory::SAMPLE_BYTES;
use crate::memory::histogram_bytes;
use crate::operator::{InstantOperator, RangeOperator, RangeSeries, Result};
use crate::series::{Series, SeriesSet};

/// A node of the plan that is measured.
#[derive(Clone, Copy)]
pub(crate) struct Site<'q> {
    pub context: &'q Context<'q>,
    pub trace: &'q Trace,
    pub node: usize,
}

impl Site<'_> {
    fn enter(&self) -> Call {
        let context = self.context;
        self.trace
            .enter(context.samples_read(), context.bytes_held())
    }

    fn leave(&self, call: Call, series: usize, values: usize) {
        let after = (self.context.samples_read(), self.context.bytes_held());
        let yielded = (series as u64, values as u64);
        self.trace.leave(self.node, call, after, yielded);
    }
}

/// Measures what yields an instant vector.
pub(crate) struct TracedInstant<'q> {
    pub site: Site<'q>,
    pub inner: Box<dyn InstantOperator + 'q>,
}

impl InstantOperator for TracedInstant<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let call = self.site.enter();
        let series = self.inner.series();
        let count = series.as_ref().map_or(0, Vec::len);
        self.site.leave(call, count, 0);
        series
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let call = self.site.enter();
        let series = self.inner.series_set();
        let count = series.as_ref().map_or(0, SeriesSet::len);
        self.site.leave(call, count, 0);
        series
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        let call = self.site.enter();
        let done = self.inner.next(out);
        let values = (0..out.floats.len()).filter(|step| out.has(*step)).count();
        self.site.leave(call, 0, values);
        done
    }
}

/// Measures what yields a range vector.
pub(crate) struct TracedRange<'q> {
    pub site: Site<'q>,
    pub inner: Box<dyn RangeOperator + 'q>,
}

impl RangeOperator for TracedRange<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let call = self.site.enter();
        let series = self.inner.series();
        let count = series.as_ref().map_or(0, Vec::len);
        self.site.leave(call, count, 0);
        series
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let call = self.site.enter();
        let series = self.inner.series_set();
        let count = series.as_ref().map_or(0, SeriesSet::len);
        self.site.leave(call, count, 0);
        series
    }

    fn next(&mut self) -> Result<RangeSeries<'_>> {
        let call = self.site.enter();
        let series = self.inner.next();
        let values = series.as_ref().map_or(0, |series| {
            let told = series.told.map_or(0, <[_]>::len);
            series.floats.values.len() + series.histograms.values.len() + told
        });
        self.site.leave(call, 0, values);
        series
    }

    fn frame(&self) -> Frame {
        self.inner.frame()
    }
}

/// Counts the samples of a selector: one per series and step that has a value, several for a histogram, by its size.
pub(crate) struct CountedInstant<'q> {
    pub context: &'q Context<'q>,
    pub inner: Box<dyn InstantOperator + 'q>,
}

impl InstantOperator for CountedInstant<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        self.inner.series()
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        self.inner.series_set()
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.inner.next(out)?;
        let count = |step: usize| match out.histogram(step) {
            Some(histogram) => histogram_bytes(histogram) / SAMPLE_BYTES,
            None => u64::from(out.has(step)),
        };
        self.context.count_steps((0..out.floats.len()).map(count));
        Ok(())
    }
}

/// Counts the samples in windows.
pub(crate) struct CountedRange<'q> {
    pub context: &'q Context<'q>,
    pub inner: Box<dyn RangeOperator + 'q>,
}

impl RangeOperator for CountedRange<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        self.inner.series()
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        self.inner.series_set()
    }

    fn next(&mut self) -> Result<RangeSeries<'_>> {
        let frame = self.inner.frame();
        let series = self.inner.next()?;
        let length = |windows: &[Window], step: usize| {
            let window = windows.get(step).copied().unwrap_or_default();
            u64::from(window.end - window.start)
        };
        let count = |step: usize| {
            let (_, histograms) = series.histograms.window(step);
            let histograms = histograms.iter().map(|one| histogram_bytes(one));
            let told = series.told.and_then(|windows| windows.get(step));
            told.map_or(0, |window| window.count)
                + length(series.floats.windows, step)
                + histograms.sum::<u64>() / SAMPLE_BYTES
        };
        self.context.count_steps((0..frame.steps.count).map(count));
        Ok(series)
    }

    fn frame(&self) -> Frame {
        self.inner.frame()
    }
}
