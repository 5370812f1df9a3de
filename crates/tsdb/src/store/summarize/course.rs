//! In what order cells and samples come, and to which element each belongs: the same for all series of a group.

use std::ops::Range;
use std::sync::Arc;

use model::{TimeRange, Timestamp};
use storage::{Broken, Columns};

use super::super::group::Joined;
use super::super::join::{Piece, join};
use super::super::select::Segment;
use crate::part::{Clock, SeriesCells};

/// Of so many cells one may lie across the ends of elements.
const ACROSS_SHARE: usize = 4;
/// Windows are not told if more than this share of their time, as one over it, has no cells.
const UNTOLD_SHARE: i64 = 2;
/// Narrower windows have no whole cells.
const WINDOW_MIN_MS: i64 = 15 * 60_000 - 1;
/// The most elements: those of the most steps that a query may have.
const ELEMENTS_MAX: usize = 1 << 15;

/// What is to be done for each series.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Ends of elements: element `n` is behind `borders[n]`, up to and with `borders[n + 1]`.
    borders: Vec<i64>,
    /// Whether some window has the element.
    wanted: Vec<bool>,
    /// The elements of each window.
    pub(super) windows: Vec<Range<usize>>,
    pub(super) sources: Vec<Source>,
    pub(super) raws: Vec<Raw>,
    /// By time.
    pub(super) steps: Vec<Step>,
}

/// A segment whose cells are used.
#[derive(Debug)]
pub(super) struct Source {
    /// Which of the group's segments it is.
    pub(super) segment: usize,
    pub(super) clock: Arc<Clock>,
    /// For each column its cells.
    pub(super) series: Vec<SeriesCells>,
    members: Members,
}

/// Samples that were read for all series.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) columns: Columns,
    members: Members,
}

/// Something to add to an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Cell {
        source: usize,
        cell: usize,
        element: usize,
    },
    Rows {
        raw: usize,
        first: usize,
        last: usize,
        element: usize,
    },
}

/// Which column each of the group's series is, if any.
#[derive(Clone, Debug)]
struct Members(Option<Vec<Option<usize>>>);

impl Members {
    fn of(segment: &Segment, width: usize) -> Self {
        Self(segment.members.as_ref().map(|members| {
            let mut columns = vec![None; width];
            for (column, member) in members.iter().enumerate() {
                columns[*member as usize] = Some(column);
            }
            columns
        }))
    }

    fn column(&self, series: usize) -> Option<usize> {
        match &self.0 {
            None => Some(series),
            Some(columns) => columns[series],
        }
    }
}

impl Source {
    pub(super) fn column(&self, series: usize) -> Option<usize> {
        self.members.column(series)
    }
}

impl Raw {
    pub(super) fn column(&self, series: usize) -> Option<usize> {
        self.members.column(series)
    }
}

impl Course {
    /// For these windows; `None` if it is better to read the samples.
    pub(super) fn of(group: &Joined<'_>, windows: &[TimeRange]) -> Result<Option<Self>, Broken> {
        let widest = windows
            .iter()
            .map(|one| one.end.0.saturating_sub(one.start.0));
        if widest.max().unwrap_or(0) < WINDOW_MIN_MS {
            return Ok(None);
        }
        let has_cells = |segment: &Segment| group.layer(segment).has_cells();
        if windows.is_empty() || !group.segments.iter().any(has_cells) {
            return Ok(None);
        }
        let Some(mut course) = Self::between(windows) else {
            return Ok(None);
        };
        let whole = course.range();
        let overlapping = |one: TimeRange| one.start <= whole.end && whole.start <= one.end;
        let inside: Vec<usize> = (0..group.segments.len())
            .filter(|at| overlapping(group.layer(&group.segments[*at]).range()))
            .collect();
        let mut rest = Vec::new();
        let mut told: Vec<TimeRange> = Vec::new();
        for at in &inside {
            let segment = &group.segments[*at];
            let own = group.layer(segment).range();
            let others = inside.iter().filter(|other| *other != at);
            let mut others = others.map(|other| group.layer(&group.segments[*other]).range());
            let is_apart = others.all(|other| other.end < own.start || own.end < other.start);
            match is_apart && course.take_clock(group, *at)? {
                true => told.push(own),
                false => rest.push(*at),
            }
        }
        let untold = rest
            .iter()
            .map(|at| group.layer(&group.segments[*at]).range());
        let untold: i64 = untold.map(|own| course.wanted_ms(own)).sum();
        let all = course.wanted_ms(whole);
        if told.is_empty() || untold > all / UNTOLD_SHARE {
            return Ok(None);
        }
        let Some(mut steps) = course.cell_steps(group)? else {
            return Ok(None);
        };
        for source in &mut course.sources {
            let segment = &group.segments[source.segment];
            let layer = group.layer(segment);
            source.series = layer.cells(segment.place, &segment.columns, &source.clock)?;
        }
        course.rest_steps(group, &rest, &told, &mut steps)?;
        steps.sort_by_key(|(time_ms, _)| *time_ms);
        course.steps = steps.into_iter().map(|(_, step)| step).collect();
        Ok(Some(course))
    }

    fn between(windows: &[TimeRange]) -> Option<Self> {
        let before = |window: &TimeRange| window.start.0.saturating_sub(1);
        let ends = windows
            .iter()
            .flat_map(|window| [before(window), window.end.0]);
        let mut borders: Vec<i64> = ends.collect();
        borders.sort_unstable();
        borders.dedup();
        if borders.len() < 2 || borders.len() > ELEMENTS_MAX {
            return None;
        }
        let place = |border: i64| borders.partition_point(|own| *own < border);
        let ranges = windows
            .iter()
            .map(|window| place(before(window))..place(window.end.0).max(place(before(window))));
        let ranges: Vec<Range<usize>> = ranges.collect();
        let ascend = |a: &Range<usize>, b: &Range<usize>| a.start <= b.start && a.end <= b.end;
        if !ranges.is_sorted_by(ascend) {
            return None;
        }
        let mut wanted = vec![false; borders.len() - 1];
        let mut done = 0;
        for range in &ranges {
            let from = range.start.max(done).min(range.end);
            wanted[from..range.end].fill(true);
            done = done.max(range.end);
        }
        Some(Self {
            borders,
            wanted,
            windows: ranges,
            ..Self::default()
        })
    }

    /// How many elements there are.
    pub(super) fn elements(&self) -> usize {
        self.wanted.len()
    }

    fn range(&self) -> TimeRange {
        let last = self.borders[self.borders.len() - 1];
        TimeRange::new(
            Timestamp(self.borders[0].saturating_add(1)),
            Timestamp(last),
        )
    }

    /// Milliseconds of wanted elements in a range.
    fn wanted_ms(&self, range: TimeRange) -> i64 {
        let elements = self.borders.windows(2).zip(&self.wanted);
        let wanted = elements.filter(|(_, wanted)| **wanted).map(|(ends, _)| {
            let start = ends[0].max(range.start.0.saturating_sub(1));
            ends[1].min(range.end.0).saturating_sub(start).max(0)
        });
        wanted.sum()
    }

    /// The number of the element that a time is in, plus one: 0 is before all.
    fn place(&self, time_ms: i64) -> usize {
        self.borders.partition_point(|border| *border < time_ms)
    }

    /// The wanted element of that [`place`](Self::place).
    fn wanted_at(&self, place: usize) -> Option<usize> {
        let element = place.checked_sub(1)?;
        self.wanted.get(element)?.then_some(element)
    }

    fn take_clock(&mut self, group: &Joined<'_>, at: usize) -> Result<bool, Broken> {
        let segment = &group.segments[at];
        let layer = group.layer(segment);
        let Some(clock) = layer.clock(segment.place, &segment.columns)? else {
            return Ok(false);
        };
        self.sources.push(Source {
            segment: at,
            clock,
            series: Vec::new(),
            members: Members::of(segment, group.labels.len()),
        });
        Ok(true)
    }

    /// A step for each cell, and for those across the ends of elements the samples; `None` if there are too many of these.
    fn cell_steps(&mut self, group: &Joined<'_>) -> Result<Option<Vec<(i64, Step)>>, Broken> {
        let mut steps = Vec::new();
        let mut across = Vec::new();
        for (source, own) in self.sources.iter().enumerate() {
            for (cell, rows) in own.clock.cells.iter().enumerate() {
                if rows.rows == 0 {
                    continue;
                }
                let (first, last) = (self.place(rows.first_ms), self.place(rows.last_ms));
                if first == last {
                    let step = |element| Step::Cell {
                        source,
                        cell,
                        element,
                    };
                    let element = self.wanted_at(first);
                    steps.extend(element.map(|element| (rows.first_ms, step(element))));
                } else if (first..=last).any(|place| self.wanted_at(place).is_some()) {
                    across.push((source, rows.first_ms, rows.last_ms));
                }
            }
        }
        if across.len() * ACROSS_SHARE > steps.len() + across.len() {
            return Ok(None);
        }
        let whole = self.range();
        for (source, first_ms, last_ms) in across {
            let source = &self.sources[source];
            let range = TimeRange::new(
                Timestamp(first_ms).max(whole.start),
                Timestamp(last_ms).min(whole.end),
            );
            let mut columns = Columns::default();
            group.read_segment(&group.segments[source.segment], range, &mut columns)?;
            let raw = Raw {
                columns,
                members: source.members.clone(),
            };
            self.raw_steps(raw, &[], &mut steps);
        }
        Ok(Some(steps))
    }

    /// Steps for what has no cells. `told` are the times of what has: steps do not go across them.
    fn rest_steps(
        &mut self,
        group: &Joined<'_>,
        rest: &[usize],
        told: &[TimeRange],
        steps: &mut Vec<(i64, Step)>,
    ) -> Result<(), Broken> {
        let mut pieces = Vec::with_capacity(rest.len());
        for at in rest {
            let segment = &group.segments[*at];
            let mut piece = Piece {
                columns: group.scratch.take(),
                members: segment.members.as_deref(),
            };
            group.read_segment(segment, self.range(), &mut piece.columns)?;
            pieces.push(piece);
        }
        let mut columns = Columns::default();
        join(&mut pieces, group.labels.len(), &mut columns);
        group
            .scratch
            .give(pieces.into_iter().map(|piece| piece.columns).collect());
        let raw = Raw {
            columns,
            members: Members(None),
        };
        self.raw_steps(raw, told, steps);
        Ok(())
    }

    fn raw_steps(&mut self, raw: Raw, told: &[TimeRange], steps: &mut Vec<(i64, Step)>) {
        let number = self.raws.len();
        let key = |time_ms: &i64| {
            let passed = told.iter().filter(|own| own.start.0 <= *time_ms).count();
            (self.place(*time_ms), passed)
        };
        let mut first = 0;
        for run in raw.columns.timestamps.chunk_by(|a, b| key(a) == key(b)) {
            let last = first + run.len();
            if let Some(element) = self.wanted_at(self.place(run[0])) {
                let step = Step::Rows {
                    raw: number,
                    first,
                    last,
                    element,
                };
                steps.push((run[0], step));
            }
            first = last;
        }
        self.raws.push(raw);
    }
}
