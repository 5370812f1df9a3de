//! What several layers have of the same series, put together to one.
//!
//! Mostly one layer ends before the next begins, and columns are put one behind the other. Where layers overlap, times are merged, and a time that two have is
//! the older layer's.

use model::Value;
use storage::{Column, Columns};

use crate::part;

/// What one layer has.
#[derive(Debug, Default)]
pub(super) struct Piece<'a> {
    pub columns: Columns,
    /// For each column which one it is in the group; without a list they are in order, and all are there.
    pub members: Option<&'a [u32]>,
}

impl Piece<'_> {
    /// Whether all of its times come after all that is there.
    pub(super) fn begins_after(&self, out: &Columns) -> bool {
        let first = self.columns.timestamps.first();
        first.is_none_or(|first| out.timestamps.last() < Some(first))
    }

    /// Which of the piece's columns is the group's column `member`.
    fn column(&self, member: u32) -> Option<&Column> {
        let at = match self.members {
            None => member as usize,
            Some(members) => members.iter().position(|own| *own == member)?,
        };
        self.columns.columns.get(at)
    }
}

/// Joins the pieces of a group of `width` series, oldest layer first, and leaves their vectors empty or with what isn't needed.
pub(super) fn join(pieces: &mut Vec<Piece<'_>>, width: usize, out: &mut Columns) {
    pieces.retain(|piece| !piece.columns.timestamps.is_empty());
    if let [only] = &mut pieces[..]
        && only.members.is_none()
    {
        std::mem::swap(&mut only.columns, out);
        return;
    }
    reset(out, width);
    let mut in_time: Vec<&mut Piece<'_>> = pieces.iter_mut().collect();
    in_time.sort_by_key(|piece| piece.columns.timestamps[0]);
    let ends_before =
        |a: &Piece<'_>, b: &Piece<'_>| a.columns.timestamps.last() < b.columns.timestamps.first();
    if in_time.is_sorted_by(|a, b| ends_before(a, b)) {
        for piece in in_time {
            append(piece, out);
        }
        return;
    }
    merge(pieces, out);
}

/// Empties the columns of a group of `width` series; their vectors stay.
pub(super) fn reset(out: &mut Columns, width: usize) {
    out.timestamps.clear();
    out.columns.truncate(width);
    out.columns.iter_mut().for_each(Column::clear);
    out.columns.resize_with(width, Column::default);
}

/// Appends a piece that begins after all that is there.
pub(super) fn append(piece: &mut Piece<'_>, out: &mut Columns) {
    let rows_before = out.timestamps.len();
    let Some(first_ms) = piece.columns.timestamps.first().copied() else {
        return;
    };
    out.timestamps.extend_from_slice(&piece.columns.timestamps);
    for (index, column) in piece.columns.columns.iter_mut().enumerate() {
        let member = piece
            .members
            .map_or(index, |members| members[index] as usize);
        if column.values.is_empty() {
            continue;
        }
        column.first_row += rows_before;
        for gap in &mut column.gaps {
            *gap = gap.start + rows_before..gap.end + rows_before;
        }
        let into = &mut out.columns[member];
        if into.values.is_empty() {
            std::mem::swap(into, column);
        } else {
            into.starts.go_on(first_ms, &column.starts);
            part::append(into, column);
        }
    }
}

/// The slow path of [`join`]: some times lie in several pieces, or between those of others.
fn merge(pieces: &[Piece<'_>], out: &mut Columns) {
    let times = pieces.iter().flat_map(|piece| &piece.columns.timestamps);
    out.timestamps.extend(times);
    out.timestamps.sort_unstable();
    out.timestamps.dedup();
    for (member, column) in (0..).zip(&mut out.columns) {
        merge_column(pieces, member, &out.timestamps, column);
    }
}

fn merge_column(pieces: &[Piece<'_>], member: u32, times: &[i64], out: &mut Column) {
    let sources = pieces.iter().filter_map(|piece| {
        let column = piece.column(member)?;
        Some(Samples::new(column, &piece.columns.timestamps))
    });
    let mut sources: Vec<Samples<'_>> = sources.collect();
    let mut missing = 0;
    let mut newest_ms = i64::MIN;
    for time in times {
        let mut found: Option<(Value, Option<i64>)> = None;
        for source in &mut sources {
            let Some(value) = source.take(*time) else {
                continue;
            };
            // A later marker than the first of a source only fills a row, so a value of any source is better.
            if found.as_ref().is_none_or(|(before, _)| before.is_stale()) {
                found = Some((value, source.column.starts.at(*time)));
            }
        }
        match found {
            None => missing += 1,
            Some((value, start_ms)) => {
                out.push_missing(missing);
                missing = 0;
                out.has_stale |= value.is_stale();
                out.values.push(value);
                out.starts.note(*time, start_ms, newest_ms);
                newest_ms = *time;
            }
        }
    }
}

/// The samples of a column, asked for by ascending time.
struct Samples<'a> {
    column: &'a Column,
    times: &'a [i64],
    row: usize,
    gap: usize,
    /// Whether the last sample was a stale marker: more of them say nothing.
    is_over: bool,
}

impl<'a> Samples<'a> {
    fn new(column: &'a Column, times: &'a [i64]) -> Self {
        Self {
            column,
            times,
            row: column.first_row,
            gap: 0,
            is_over: false,
        }
    }

    /// The sample at `time`; none in a gap, and none that is but another stale marker.
    fn take(&mut self, time: i64) -> Option<Value> {
        let column = self.column;
        while self.times.get(self.row).is_some_and(|own| *own < time) {
            self.row += 1;
        }
        let row = self.row;
        if self.times.get(row) != Some(&time) {
            return None;
        }
        while column.gaps.get(self.gap).is_some_and(|gap| gap.end <= row) {
            self.gap += 1;
        }
        if column
            .gaps
            .get(self.gap)
            .is_some_and(|gap| gap.contains(&row))
        {
            return None;
        }
        let value = column.values.get(row - column.first_row)?;
        let repeats = self.is_over && value.is_stale();
        self.is_over = value.is_stale();
        (!repeats).then_some(value)
    }
}
