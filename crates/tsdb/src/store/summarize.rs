//! What long windows come to, from the summaries of parts.
//!
//! ```text
//!   windows    ├───────────────┤
//!                   ├───────────────┤
//!                        ├───────────────┤
//!   elements   ├────┼────┼────┼────┼────┤        between the windows' ends: each is summed up once, however many windows have it
//!   cells      ┌─┬─┬─┬─┬─┬─┬─┬─┐                 of parts; one that lies across an element's end is read
//!   samples                     · · · · ·        of what has no summaries: new parts, and the head
//! ```
//!
//! Whatever is told is to the bit what the samples would have told, so where summaries can't say, samples are asked: for a cell that is unknown, across the
//! ends of elements, and for the newest days. Where it would be most of them, nothing is told, and the caller reads all.
//!
//! A part that overlaps others in time is read, since a late sample may lie between those that were summed up.

mod course;
mod element;
mod windows;

use model::{TimeRange, Timestamp};
use storage::{Broken, Columns, Measure, Summaries};

use super::group::Joined;
use crate::part::{Cell, SeriesCells, State};
use course::{Course, Step};
use element::Element;

/// Of so many cells one may be unknown to summaries.
const ASKED_SHARE: usize = 8;
/// And so many besides.
const ASKED_FREE: usize = 4;

/// Tells what the windows come to for each series of the group; `false` if the samples should be read instead.
pub(super) fn summarize(
    group: &Joined<'_>,
    windows: &[TimeRange],
    measure: Measure,
    out: &mut Summaries,
) -> Result<bool, Broken> {
    out.windows.clear();
    let Some(course) = Course::of(group, windows)? else {
        return Ok(false);
    };
    let mut asking = Asking::default();
    let mut elements = Vec::new();
    for series in 0..group.labels.len() {
        elements.clear();
        elements.resize_with(course.elements(), Element::default);
        for step in &course.steps {
            if !take(
                group,
                &course,
                *step,
                series,
                measure,
                &mut asking,
                &mut elements,
            )? {
                return Ok(false);
            }
        }
        if !windows::tell(&elements, &course.windows, measure, &mut out.windows) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Samples that are asked because a cell is unknown.
#[derive(Default)]
struct Asking {
    cells: usize,
    asked: usize,
    columns: Columns,
}

/// Adds what a series has in a step; `false` if it can't be told.
fn take(
    group: &Joined<'_>,
    course: &Course,
    step: Step,
    series: usize,
    measure: Measure,
    asking: &mut Asking,
    elements: &mut [Element],
) -> Result<bool, Broken> {
    match step {
        Step::Rows {
            raw,
            first,
            last,
            element,
        } => {
            let raw = &course.raws[raw];
            let Some(column) = raw.column(series) else {
                return Ok(true);
            };
            let columns = &raw.columns;
            Ok(elements[element].push_rows(
                &columns.columns[column],
                &columns.timestamps,
                first..last,
                measure,
            ))
        }
        Step::Cell {
            source,
            cell,
            element,
        } => {
            let source = &course.sources[source];
            let Some(column) = source.column(series) else {
                return Ok(true);
            };
            let rows = &source.clock.cells[cell];
            asking.cells += 1;
            let element = &mut elements[element];
            let own = match &source.series[column] {
                SeriesCells::Absent => return Ok(true),
                SeriesCells::Unknown => return Ok(false),
                SeriesCells::Constant(value) => Cell::constant(*value, rows.rows),
                SeriesCells::Cells(cells) => cells[cell],
            };
            if own.state == State::Empty {
                return Ok(true);
            }
            if element.push_cell(rows, &own, measure) {
                return Ok(true);
            }
            asking.asked += 1;
            if asking.asked > ASKED_FREE + asking.cells / ASKED_SHARE {
                return Ok(false);
            }
            let range = TimeRange::new(Timestamp(rows.first_ms), Timestamp(rows.last_ms));
            let columns = &mut asking.columns;
            group.read_one(source.segment, column, range, columns)?;
            let all = 0..columns.timestamps.len();
            Ok(element.push_rows(&columns.columns[0], &columns.timestamps, all, measure))
        }
    }
}
