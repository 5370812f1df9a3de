//! Instant selectors: the newest sample of each series at each step.

use std::ops::Range;
use std::sync::Arc;

use model::{Histogram, TimeRange, Timestamp, is_stale};
use storage::{
    Column as Stored, Columns, Group, Hints, Measure, Querier, Selection, Starts, Summaries,
    Summary, Values,
};

use crate::column::{ABSENT, Column, is_absent};
use crate::context::{Context, Room};
use crate::kernel;
use crate::kernel::newest::{self, NO_ROW};
use crate::kernel::starts;
use crate::kernel::window::Frame;
use crate::memory::{FACTORED_BYTES, SERIES_BYTES, histogram_bytes};
use crate::operator::exchange::{Run, Shareable};
use crate::operator::{InstantOperator, Result, execution};
use crate::plan::{Select, Yield};
use crate::series::{Factored, Series, SeriesSet};
use crate::steps::Steps;

/// Reads group after group; at any time one group's samples are in memory.
pub(crate) struct SelectOperator<'q> {
    context: &'q Context<'q>,
    querier: &'q dyn Querier,
    select: &'q Select,
    moments: Steps,
    yields: Yield,
    reader: GroupReader<'q>,
    /// For each step the row of the newest sample, the same for all series of the group.
    rows: Vec<u32>,
    /// The same for a series that ended before its group did.
    own_rows: Vec<u32>,
    dense: Dense,
    scratch: Vec<f64>,
}

/// A series that has gaps, with times of its own.
#[derive(Default)]
struct Dense {
    times: Vec<i64>,
    column: Stored,
}

impl Dense {
    /// A stale marker in a gap means nothing: the last sample before it lives on.
    fn fill(&mut self, column: &Stored, times: &[i64]) -> &Self {
        self.times.clear();
        self.column = Stored::default();
        let mut gaps = column.gaps.iter().peekable();
        for index in 0..column.values.len() {
            let row = column.first_row + index;
            while gaps.next_if(|gap| gap.end <= row).is_some() {}
            if gaps.peek().is_some_and(|gap| gap.contains(&row)) {
                continue;
            }
            self.times.push(times[row]);
            if let Some(value) = column.values.get(index) {
                self.column.values.push(value);
            }
        }
        self
    }
}

impl<'q> SelectOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        querier: &'q dyn Querier,
        select: &'q Select,
        steps: Steps,
        yields: Yield,
    ) -> Self {
        Self {
            context,
            querier,
            select,
            moments: select.moments(steps),
            yields,
            reader: GroupReader::new(context),
            rows: Vec::new(),
            own_rows: Vec::new(),
            dense: Dense::default(),
            scratch: Vec::new(),
        }
    }

    fn range(&self) -> TimeRange {
        let after = self
            .moments
            .start
            .saturating_sub(self.context.lookback_ms());
        TimeRange::new(
            Timestamp(after.saturating_add(1)),
            Timestamp(self.moments.last()),
        )
    }
}

impl InstantOperator for SelectOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(self.series_set()?.whole())
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        if self.yields == Yield::Start && !self.context.reads_starts() {
            return Err(execution(
                "start_timestamp() is not enabled; hint: --enable-feature=use-start-timestamps",
            ));
        }
        let hints = Hints {
            step_ms: self.moments.step_ms,
            newest_only: self.moments.step_ms == 0 || self.moments.count == 1,
            presence_only: self.select.presence_only,
            ..Hints::default()
        };
        self.reader
            .select(self.querier, self.select, self.range(), hints)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        if self.reader.advance()? {
            let times = &self.reader.columns.timestamps;
            let lookback_ms = self.context.lookback_ms();
            newest::rows(times, self.moments, lookback_ms, &mut self.rows);
        }
        out.clear(self.moments.count);
        let times = &self.reader.columns.timestamps;
        let column = self.reader.column();
        if !column.gaps.is_empty() {
            let lookback_ms = self.context.lookback_ms();
            let own = self.dense.fill(column, times);
            newest::rows(&own.times, self.moments, lookback_ms, &mut self.own_rows);
            pick(&own.column, &self.own_rows, &mut self.scratch, out);
            replace(self.yields, &own.times, &self.own_rows, &column.starts, out);
            return Ok(());
        }
        let end = column.first_row + column.values.len();
        let rows = if end == times.len() {
            &self.rows
        } else {
            // The series ended without a stale marker, so its last sample lives on until it is too old.
            let lookback_ms = self.context.lookback_ms();
            newest::rows(&times[..end], self.moments, lookback_ms, &mut self.own_rows);
            &self.own_rows
        };
        pick(column, rows, &mut self.scratch, out);
        replace(self.yields, times, rows, &column.starts, out);
        Ok(())
    }
}

impl Shareable for SelectOperator<'_> {
    type Twin = Self;

    fn widths(&self) -> Vec<usize> {
        self.reader.widths()
    }

    fn twin(&self) -> Self {
        Self {
            context: self.context,
            querier: self.querier,
            select: self.select,
            moments: self.moments,
            yields: self.yields,
            reader: self.reader.twin(),
            rows: Vec::new(),
            own_rows: Vec::new(),
            dense: Dense::default(),
            scratch: Vec::new(),
        }
    }

    fn seek(&mut self, run: &Run) {
        self.reader.seek(run.groups.clone());
    }
}

fn pick(column: &Stored, rows: &[u32], scratch: &mut Vec<f64>, out: &mut Column) {
    if let Values::Constant(value, length) = column.values {
        newest::pick_constant(value, column.first_row, length, rows, &mut out.floats);
        return;
    }
    if let Some(values) = column.floats(scratch) {
        if column.first_row == 0 {
            newest::pick_full(values, rows, &mut out.floats);
        } else {
            newest::pick_from(values, column.first_row, rows, &mut out.floats);
        }
        return;
    }
    for (step, row) in rows.iter().enumerate() {
        let index = (*row as usize).checked_sub(column.first_row);
        let value = index
            .filter(|_| *row != NO_ROW)
            .and_then(|index| column.values.get(index))
            .filter(|value| !value.is_stale());
        if value.is_some() {
            out.set(step, value);
        }
    }
}

/// Replaces the samples' values, if something else is wanted of them.
fn replace(yields: Yield, times: &[i64], rows: &[u32], starts: &Starts, out: &mut Column) {
    match yields {
        Yield::Value => {}
        Yield::Time => replace_by_times(rows, out, |row| times[row]),
        Yield::Start => replace_by_times(rows, out, |row| {
            starts.at(times[row]).unwrap_or(starts::UNKNOWN)
        }),
    }
}

fn replace_by_times(rows: &[u32], out: &mut Column, time_ms: impl Fn(usize) -> i64) {
    for (step, row) in rows.iter().enumerate() {
        if out.has(step) {
            out.floats[step] = time_ms(*row as usize) as f64 / 1000.0;
        }
    }
    out.drop_histograms();
    debug_assert!(
        out.floats
            .iter()
            .zip(rows)
            .all(|(value, row)| is_absent(*value) || *row != NO_ROW),
        "a value without a row: {ABSENT}"
    );
}

/// What the store is asked instead of samples.
struct Asked {
    measure: Measure,
    windows: Vec<TimeRange>,
    told: Summaries,
}

/// Goes through the groups of a selection, and through the series of each.
pub(crate) struct GroupReader<'q> {
    context: &'q Context<'q>,
    /// All of the selection, which the readers of other threads have too.
    groups: Arc<[Box<dyn Group + 'q>]>,
    /// The numbers of those that are still to be read.
    rest: Range<usize>,
    range: TimeRange,
    /// See [`Select::counts_only`].
    counts_only: bool,
    /// The samples of the current group.
    pub columns: Columns,
    /// What is asked of windows before samples are read, if anything.
    asked: Option<Asked>,
    /// Whether the store told of the current group's windows, so that its samples were not read.
    is_told: bool,
    /// How many series the current group has.
    width: usize,
    /// The number of the current series within its group, plus one.
    next_column: usize,
    /// The number of the current group.
    group: usize,
    /// What the current group takes.
    held: Room,
    /// What the series' labels take.
    labels: Room,
}

impl<'q> GroupReader<'q> {
    pub(crate) fn new(context: &'q Context<'q>) -> Self {
        Self {
            context,
            groups: Arc::default(),
            rest: 0..0,
            range: TimeRange::ALL,
            counts_only: false,
            columns: Columns::default(),
            asked: None,
            is_told: false,
            width: 0,
            next_column: 0,
            group: 0,
            held: Room::default(),
            labels: Room::default(),
        }
    }

    /// Finds the series. Groups without any are left out.
    pub(crate) fn select(
        &mut self,
        querier: &'q dyn Querier,
        select: &Select,
        range: TimeRange,
        hints: Hints<'_>,
    ) -> Result<SeriesSet> {
        if range.is_empty() {
            return Ok(SeriesSet::Whole(Vec::new()));
        }
        let selection = Selection {
            matchers: &select.matchers,
            range,
            hints,
        };
        let mut groups = querier.select(&selection)?;
        groups.retain(|group| !group.labels().is_empty());
        let factors = groups.iter().map(|group| group.labels().clone());
        let series = match Factored::selected(factors.collect()) {
            Some(factored) => SeriesSet::Factored(factored),
            None => {
                let labels = groups.iter().flat_map(|group| group.labels().iter());
                SeriesSet::Whole(labels.map(Series::new).collect())
            }
        };
        let bytes_each = match series {
            SeriesSet::Whole(_) => SERIES_BYTES,
            SeriesSet::Factored(_) => FACTORED_BYTES,
        };
        self.labels = Room::default().and_bytes(series.len() as u64 * bytes_each);
        self.context.hold(self.labels)?;
        self.rest = 0..groups.len();
        self.groups = groups.into();
        self.range = range;
        self.counts_only = select.counts_only;
        Ok(series)
    }

    /// How many series each group has.
    pub(crate) fn widths(&self) -> Vec<usize> {
        let groups = self.groups.iter();
        groups.map(|group| group.labels().len()).collect()
    }

    /// A reader of the same groups with scratch space of its own, before it was told where to go.
    pub(crate) fn twin(&self) -> Self {
        let asked = self.asked.as_ref().map(|asked| Asked {
            measure: asked.measure,
            windows: asked.windows.clone(),
            told: Summaries::default(),
        });
        let mut twin = Self::new(self.context);
        twin.groups = Arc::clone(&self.groups);
        twin.range = self.range;
        twin.counts_only = self.counts_only;
        twin.asked = asked;
        twin
    }

    /// Goes to some of the groups: the next series is the first one of those.
    pub(crate) fn seek(&mut self, groups: Range<usize>) {
        self.rest = groups;
        self.width = 0;
        self.next_column = 0;
    }

    /// Goes to the next series; true when it is the first one of another group, which has been read then.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        if self.next_column < self.width {
            self.next_column += 1;
            return Ok(false);
        }
        self.context.check()?;
        self.context.release(std::mem::take(&mut self.held));
        let number = self.rest.next();
        self.group = number.unwrap_or_else(|| unreachable!("more columns than series"));
        let groups = Arc::clone(&self.groups);
        let group = &groups[self.group];
        self.width = group.labels().len();
        self.next_column = 1;
        if self.ask_for(&**group)? {
            return Ok(true);
        }
        group.read(self.range, &mut self.columns)?;
        if self.counts_only {
            for column in &mut self.columns.columns {
                strip(&mut column.values);
            }
        }
        assert_eq!(
            self.columns.columns.len(),
            self.width,
            "a group has one column per series"
        );
        let samples = self.columns.columns.iter().map(|c| c.values.len()).sum();
        let histograms = self
            .columns
            .columns
            .iter()
            .map(|c| histograms_bytes(&c.values));
        let room = Room::floats(samples).and_bytes(histograms.sum());
        self.context.hold(room)?;
        self.held = room;
        self.context.count_read(self.columns.columns.len(), samples);
        Ok(true)
    }

    /// Asks for windows instead of samples, wherever the store can tell. Called before anything is selected.
    pub(crate) fn ask(&mut self, measure: Measure, frame: Frame) {
        let window = |end: i64| {
            let after = end.saturating_sub(frame.range_ms);
            TimeRange::new(Timestamp(after.saturating_add(1)), Timestamp(end))
        };
        self.asked = Some(Asked {
            measure,
            windows: frame.ends.iter().map(window).collect(),
            told: Summaries::default(),
        });
    }

    /// Asks the store what the group's windows come to; whether it told.
    fn ask_for(&mut self, group: &dyn Group) -> Result<bool> {
        let Some(asked) = &mut self.asked else {
            return Ok(false);
        };
        self.is_told = group.summarize(&asked.windows, asked.measure, &mut asked.told)?;
        if self.is_told {
            let windows = asked.told.windows.as_slice();
            let expected = self.width * asked.windows.len();
            assert_eq!(windows.len(), expected, "each series has its windows");
            let room = Room::default().and_bytes(size_of_val(windows) as u64);
            self.context.hold(room)?;
            self.held = room;
            self.context.count_read(self.width, 0);
        }
        Ok(self.is_told)
    }

    /// What the store told of the current series' windows; `None` if the samples are there.
    pub(crate) fn told(&self) -> Option<&[Summary]> {
        let asked = self.asked.as_ref().filter(|_| self.is_told)?;
        let each = asked.windows.len();
        let start = (self.next_column - 1) * each;
        asked.told.windows.get(start..start + each)
    }

    /// The number of the current group.
    pub(crate) fn group(&self) -> usize {
        self.group
    }

    /// The current series.
    pub(crate) fn column(&self) -> &Stored {
        &self.columns.columns[self.next_column - 1]
    }
}

impl Drop for GroupReader<'_> {
    fn drop(&mut self) {
        self.context.release(self.held.plus(self.labels));
    }
}

/// Bytes of the histograms among values.
fn histograms_bytes(values: &Values) -> u64 {
    match values {
        Values::Histograms(all) => all.iter().map(|one| histogram_bytes(one)).sum(),
        Values::Mixed(all) => all
            .iter()
            .map(|value| match value {
                model::Value::Histogram(histogram) => histogram_bytes(histogram),
                model::Value::Float(_) => 0,
            })
            .sum(),
        Values::Constant(..) | Values::Stride { .. } | Values::Floats(_) => 0,
    }
}

/// Takes the buckets away from all histograms.
fn strip(values: &mut Values) {
    let mut before: Option<Arc<Histogram>> = None;
    let mut strip = |histogram: &mut Arc<Histogram>| {
        if is_stale(histogram.sum) {
            return;
        }
        let stripped = kernel::histogram::without_buckets(histogram, before.as_deref());
        before = Some(std::mem::replace(histogram, Arc::new(stripped)));
    };
    match values {
        Values::Histograms(all) => all.iter_mut().for_each(strip),
        Values::Mixed(all) => all.iter_mut().for_each(|value| match value {
            model::Value::Histogram(histogram) => strip(histogram),
            model::Value::Float(_) => {}
        }),
        Values::Constant(..) | Values::Stride { .. } | Values::Floats(_) => {}
    }
}

/// The one value of a column that never changes.
pub(crate) fn constant(column: &Stored) -> Option<f64> {
    match column.values {
        Values::Constant(value, _) => Some(value),
        _ => None,
    }
}
