//! A target's rows as bytes: which columns, which of them changed, and how.

use model::Timestamp;

use super::bytes::{Malformed, Reader, put_signed, put_varint};
use super::detail::{get_details, put_details};
use super::record::{Detail, DetailKind, Row, TargetId};
use super::starts::{StartBuffer, Starts};
use super::value::Column;

/// The row has other columns than the one before.
const OTHER_COLUMNS: u8 = 1;
/// Some value changed.
const CHANGES: u8 = 2;
/// There is more than floats.
const DETAILS: u8 = 4;

/// What both sides know of a target.
#[derive(Debug, Default)]
pub(super) struct Target {
    time_ms: i64,
    step_ms: i64,
    /// The last row's.
    columns: Columns,
    /// A bit for each of the last row's columns: whether its value changed.
    changed: Vec<u8>,
    /// All that have a name, by number.
    states: Vec<Column>,
    starts: Starts,
}

/// Ascending columns, which mostly are all up to some number.
#[derive(Debug)]
enum Columns {
    Below(u32),
    List(Box<[u32]>),
}

impl Default for Columns {
    fn default() -> Self {
        Self::Below(0)
    }
}

impl Columns {
    fn of(columns: &[u32]) -> Self {
        // They ascend, each once, so the last one tells.
        match columns.last() {
            None => Self::Below(0),
            Some(last) if *last as usize + 1 == columns.len() => Self::Below(last + 1),
            Some(_) => Self::List(columns.into()),
        }
    }

    fn are(&self, columns: &[u32]) -> bool {
        match self {
            Self::Below(0) => columns.is_empty(),
            Self::Below(end) => {
                columns.len() == *end as usize && columns.last() == Some(&(end - 1))
            }
            Self::List(list) => **list == *columns,
        }
    }

    fn put(&self, out: &mut Vec<u32>) {
        match self {
            Self::Below(end) => out.extend(0..*end),
            Self::List(list) => out.extend_from_slice(list),
        }
    }
}

/// A row's parts on their way out; reused.
#[derive(Debug, Default)]
pub(super) struct RowBuffer {
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f64>,
    pub(super) details: Vec<Detail>,
    pub(super) starts: StartBuffer,
}

/// What a row is written with; reused.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    values: Vec<u8>,
    starts: StartBuffer,
}

/// How start times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum StartsSaid {
    /// With each sample that has one, as in version 1.
    Always,
    /// When they change.
    #[default]
    OnChange,
}

impl Target {
    /// How many columns have a name.
    pub(super) fn named(&self) -> usize {
        self.states.len()
    }

    pub(super) fn name_column(&mut self) {
        self.states.push(Column::NEW);
    }

    /// Makes room for so many more columns, and no more.
    pub(super) fn reserve(&mut self, more: usize) {
        // A target's columns mostly come all at once; who gets one at a time gets some room.
        self.states.reserve_exact(more.max(self.states.len() / 8));
    }

    /// Writes a row whose columns all have names.
    pub(super) fn put_row(&mut self, out: &mut Vec<u8>, row: &Row<'_>, scratch: &mut Scratch) {
        let Scratch { values, starts } = scratch;
        let flags_at = out.len();
        let mut flags = 0;
        out.push(0);
        let step_ms = row.time.0.wrapping_sub(self.time_ms);
        put_signed(out, step_ms.wrapping_sub(self.step_ms));
        (self.time_ms, self.step_ms) = (row.time.0, step_ms);
        if !self.columns.are(row.columns) {
            flags |= OTHER_COLUMNS;
            put_columns(out, row.columns);
            self.set_columns(row.columns);
        }
        values.clear();
        let map_at = out.len();
        if self.put_values(out, row, values) {
            flags |= CHANGES;
            out.extend_from_slice(values);
        } else {
            out.truncate(map_at);
        }
        self.starts.change(row.columns, row.details, starts);
        let has_others = row.details.iter().any(|detail| !detail.kind.is_start());
        if has_others || !starts.said.is_empty() {
            flags |= DETAILS;
            put_details(out, row.time, row.details, &starts.said);
        }
        out[flags_at] = flags;
    }

    /// The map of changes to `out`, as it differs from the last one, and what changed to `values`. Whether anything did.
    fn put_values(&mut self, out: &mut Vec<u8>, row: &Row<'_>, values: &mut Vec<u8>) -> bool {
        let mut any = false;
        let eights = row.columns.chunks(8).zip(row.values.chunks(8));
        for ((columns, floats), before) in eights.zip(&mut self.changed) {
            let mut map = 0;
            for (index, (column, value)) in columns.iter().zip(floats).enumerate() {
                let state = &mut self.states[*column as usize];
                if state.bits() != value.to_bits() {
                    map |= 1 << index;
                    state.put(values, *value);
                }
            }
            any |= map != 0;
            out.push(map ^ *before);
            *before = map;
        }
        any
    }

    /// Reads a row into `row`; returns its time.
    pub(super) fn get_row(
        &mut self,
        reader: &mut Reader<'_>,
        row: &mut RowBuffer,
        said: StartsSaid,
    ) -> Result<Timestamp, Malformed> {
        let flags = reader.byte()?;
        if flags & !(OTHER_COLUMNS | CHANGES | DETAILS) != 0 {
            return Err(reader.malformed("unknown flags"));
        }
        let step_ms = self.step_ms.wrapping_add(reader.signed()?);
        let time = Timestamp(self.time_ms.wrapping_add(step_ms));
        (self.time_ms, self.step_ms) = (time.0, step_ms);
        row.columns.clear();
        if flags & OTHER_COLUMNS != 0 {
            get_columns(reader, self.named(), &mut row.columns)?;
            self.set_columns(&row.columns);
        } else {
            self.columns.put(&mut row.columns);
        }
        row.values.clear();
        if flags & CHANGES == 0 {
            self.changed.fill(0);
            let states = &self.states;
            let last = |column: &u32| f64::from_bits(states[*column as usize].bits());
            row.values.extend(row.columns.iter().map(last));
        } else {
            self.get_values(reader, row)?;
        }
        row.details.clear();
        row.starts.said.clear();
        if flags & DETAILS != 0 {
            let starts = &mut row.starts.said;
            get_details(reader, time, self.named(), &mut row.details, starts)?;
        }
        self.get_starts(row, said);
        Ok(time)
    }

    fn get_starts(&mut self, row: &mut RowBuffer, said: StartsSaid) {
        match said {
            StartsSaid::OnChange => {
                self.starts
                    .restore(&row.columns, &mut row.details, &mut row.starts);
            }
            StartsSaid::Always => {
                let starts = row.starts.said.iter();
                row.details.extend(starts.filter_map(|(column, start_ms)| {
                    Some(Detail {
                        column: *column,
                        kind: DetailKind::Start(Timestamp((*start_ms)?)),
                    })
                }));
            }
        }
    }

    fn get_values(
        &mut self,
        reader: &mut Reader<'_>,
        row: &mut RowBuffer,
    ) -> Result<(), Malformed> {
        let maps = reader.take(self.changed.len())?;
        for (before, map) in self.changed.iter_mut().zip(maps) {
            *before ^= map;
        }
        for (columns, map) in row.columns.chunks(8).zip(&self.changed) {
            for (index, column) in columns.iter().enumerate() {
                let state = &mut self.states[*column as usize];
                let value = if map & 1 << index != 0 {
                    state.get(reader)?
                } else {
                    f64::from_bits(state.bits())
                };
                row.values.push(value);
            }
        }
        Ok(())
    }

    fn set_columns(&mut self, columns: &[u32]) {
        self.columns = Columns::of(columns);
        self.changed = vec![0; columns.len().div_ceil(8)];
    }
}

/// Ascending columns as runs: how many runs, and of each the gap before it and its length.
fn put_columns(out: &mut Vec<u8>, columns: &[u32]) {
    let runs = || columns.chunk_by(|a, b| a + 1 == *b);
    put_varint(out, runs().count() as u64);
    let mut end = 0;
    for run in runs() {
        put_varint(out, u64::from(run[0] - end));
        put_varint(out, run.len() as u64);
        end = run[0] + run.len() as u32;
    }
}

fn get_columns(
    reader: &mut Reader<'_>,
    named: usize,
    columns: &mut Vec<u32>,
) -> Result<(), Malformed> {
    let mut end = 0;
    for _ in 0..reader.length()? {
        let start = end + reader.length()?;
        end = start + reader.length()?;
        if end > named || end == start {
            return Err(reader.malformed("unknown column"));
        }
        columns.extend(start as u32..end as u32);
    }
    Ok(())
}

/// What a row must be.
pub(super) fn assert_well_formed(row: &Row<'_>) {
    let TargetId(target) = row.target;
    assert_eq!(row.columns.len(), row.values.len(), "target {target}");
    assert!(row.columns.is_sorted_by(|a, b| a < b), "target {target}");
}
