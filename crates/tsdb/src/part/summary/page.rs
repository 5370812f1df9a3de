//! Cells of a run of series as bytes.

use super::measure::{Cell, State};
use crate::codec::bytes::{Cursor, put_signed, put_varint};
use crate::codec::decimal::{self, Decimals};
use crate::codec::{Damage, squeezed, stream};

/// The most bytes of a directory: far more than that of any page.
const DIRECTORY_BYTES_MAX: usize = 16 << 20;
/// The most series in a page.
pub(super) const SERIES_MAX: usize = 4096;
/// The most cells in a page: one series may add so many to it when it is nearly full.
const PAGE_CELLS_MAX: usize = 2 * super::clock::CELLS_MAX;
/// Set in a form byte if sums are there.
const SUMS: u8 = 0x10;

/// The streams, in their order.
const STREAMS: usize = 10;
const STATES: usize = 0;
const FIRSTS: usize = 1;
const RISES: usize = 2;
const BELOW: usize = 3;
const ABOVE: usize = 4;
const CHANGES: usize = 5;
const FALLS: usize = 6;
const BEFORE_FALLS: usize = 7;
const SUMS_OF_CELLS: usize = 8;
const PLACES: usize = 9;
/// Numbers in [`PLACES`] for each cell that has any.
const PLACE_NUMBERS: usize = 3;

/// What a series comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// No samples.
    Absent,
    /// One decimal in every row of the group.
    Constant(u8, i64),
    /// Cells, with this exponent, and sums if they are exact.
    Cells(u8, bool),
    /// The samples must be asked.
    Unknown,
}

/// Collects series until a page is full.
#[derive(Debug, Default)]
pub(super) struct Filling {
    forms: Vec<Form>,
    streams: [Vec<i64>; STREAMS],
    values: Vec<f64>,
    decimals: Decimals,
}

impl Filling {
    pub(super) fn series(&self) -> usize {
        self.forms.len()
    }

    /// Cells that were added.
    pub(super) fn cells(&self) -> usize {
        self.streams[STATES].len()
    }

    /// Adds a series none of whose samples can be summed up.
    pub(super) fn unknown(&mut self) {
        self.forms.push(Form::Unknown);
    }

    /// Adds a series with these cells; `rows` are those of its group's cells.
    pub(super) fn add(&mut self, cells: &[Cell], rows: impl Iterator<Item = usize>) {
        let form = self.form(cells, rows);
        self.forms.push(form);
        let Form::Cells(_, sums) = form else {
            return;
        };
        let mut mantissas = self.decimals.mantissas.iter().copied();
        let mut next = || mantissas.next().unwrap_or_default();
        let mut before = 0_i64;
        for cell in cells {
            self.streams[STATES].push(cell.state.tag());
            if !cell.state.is_known() {
                continue;
            }
            let (first, last, min, max) = (next(), next(), next(), next());
            let mut put = |stream: usize, value| self.streams[stream].push(value);
            put(FIRSTS, first.wrapping_sub(before));
            put(RISES, last.wrapping_sub(first));
            put(BELOW, first.min(last).wrapping_sub(min));
            put(ABOVE, max.wrapping_sub(first.max(last)));
            put(CHANGES, i64::from(cell.changes));
            put(FALLS, i64::from(cell.falls));
            if cell.falls == 1 {
                put(BEFORE_FALLS, next().wrapping_sub(first));
            }
            if sums {
                let sum = cell.sum.unwrap_or_default() as i64;
                put(
                    SUMS_OF_CELLS,
                    sum.wrapping_sub(expected_sum(first, last, cell.count)),
                );
            }
            if cell.state == State::Some {
                for place in [cell.count, cell.first_row, cell.last_row] {
                    put(PLACES, place as i64);
                }
            }
            before = last;
        }
    }

    fn form(&mut self, cells: &[Cell], rows: impl Iterator<Item = usize>) -> Form {
        let known = || cells.iter().filter(|cell| cell.state.is_known());
        let Some(one) = known().next() else {
            return match cells.iter().any(|cell| cell.state == State::Unknown) {
                true => Form::Unknown,
                false => Form::Absent,
            };
        };
        let stands = |(cell, rows): (&Cell, usize)| {
            rows == 0
                || (cell.state == State::Whole && cell.min == one.first && cell.max == one.first)
        };
        if cells.iter().zip(rows).all(stands)
            && let Some((exponent, mantissa)) = decimal::smallest(one.first)
        {
            return Form::Constant(exponent, mantissa);
        }
        self.values.clear();
        for cell in known() {
            self.values
                .extend([cell.first, cell.last, cell.min, cell.max]);
            if cell.falls == 1 {
                self.values.push(cell.before_fall);
            }
        }
        let decimals = &mut self.decimals;
        if !decimal::encode(&self.values, decimals) || !decimals.exceptions.is_empty() {
            decimal::encode_bits(&self.values, decimals);
        }
        let exact = decimals.exponent == 0 && known().all(|cell| cell.sum.is_some());
        Form::Cells(decimals.exponent, exact && !is_counter(cells))
    }

    /// Appends the page to `out`, without checksum, and begins the next.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) {
        let mut directory = Vec::new();
        directory.extend(self.forms.iter().map(|form| match form {
            Form::Absent => 0,
            Form::Constant(..) => 1,
            Form::Cells(_, sums) => 2 | if *sums { SUMS } else { 0 },
            Form::Unknown => 3,
        }));
        for form in &self.forms {
            match form {
                Form::Constant(exponent, mantissa) => {
                    directory.push(*exponent);
                    put_signed(&mut directory, *mantissa);
                }
                Form::Cells(exponent, _) => directory.push(*exponent),
                Form::Absent | Form::Unknown => {}
            }
        }
        let mut streams = Vec::new();
        for values in &mut self.streams {
            let start = streams.len();
            if !values.is_empty() {
                stream::encode_cold(values, &mut streams);
            }
            put_varint(&mut directory, (streams.len() - start) as u64);
            values.clear();
        }
        let mut compressed = Vec::new();
        let taken = squeezed::compress(&directory, &mut compressed);
        assert!(taken, "zstd takes any bytes");
        put_varint(out, compressed.len() as u64);
        put_varint(out, directory.len() as u64);
        out.extend_from_slice(&compressed);
        out.extend_from_slice(&streams);
        self.forms.clear();
    }
}

/// Whether a series rises and never falls.
fn is_counter(cells: &[Cell]) -> bool {
    let known = || cells.iter().filter(|cell| cell.state.is_known());
    let rises = known().zip(known().skip(1)).all(|(a, b)| a.last <= b.first);
    let ends = known().next().map(|cell| cell.first);
    let moved = known().next_back().map(|cell| cell.last) != ends;
    moved && rises && known().all(|cell| cell.falls == 0)
}

/// What a sum would be if the values were spread evenly between the first and the last; rounded down, and wrapped.
fn expected_sum(first: i64, last: i64, count: usize) -> i64 {
    let twice = (i128::from(first) + i128::from(last)) * count as i128;
    twice.div_euclid(2) as i64
}

impl State {
    fn tag(self) -> i64 {
        match self {
            Self::Whole => 0,
            Self::Some => 1,
            Self::Empty => 2,
            Self::Unknown => 3,
        }
    }

    fn from_tag(tag: i64) -> Option<Self> {
        let all = [Self::Whole, Self::Some, Self::Empty, Self::Unknown];
        all.into_iter().find(|state| state.tag() == tag)
    }

    pub(super) fn is_known(self) -> bool {
        matches!(self, Self::Whole | Self::Some)
    }
}

/// What one series of a page comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    Absent,
    Constant(f64),
    Cells(Vec<Cell>),
    Unknown,
}

/// A page whose checksum was right, decoded.
#[derive(Debug)]
pub(super) struct SummaryPage {
    series: Vec<(Form, Offsets)>,
    streams: [Vec<i64>; STREAMS],
}

/// Where a series' values begin: in the streams that have one for each cell, for each known cell, and so on.
#[derive(Clone, Copy, Debug, Default)]
struct Offsets {
    cells: usize,
    known: usize,
    falls: usize,
    sums: usize,
    places: usize,
}

impl SummaryPage {
    /// Reads a page of as many series as there are in `cells`, which says how many cells each one's group has.
    pub(super) fn open(bytes: &[u8], cells: &[usize]) -> Result<Self, Damage> {
        let mut cursor = Cursor::new(bytes, "summary page");
        let compressed = cursor.size(bytes.len())?;
        let plain = cursor.size(DIRECTORY_BYTES_MAX)?;
        let directory = squeezed::decompress(cursor.take(compressed)?, plain)?;
        let mut columns = Cursor::new(&directory, "directory of summaries");
        let forms = take_forms(&mut columns, cells.len())?;
        let mut page = Self {
            series: Vec::with_capacity(forms.len()),
            streams: Default::default(),
        };
        let mut bytes = [&[][..]; STREAMS];
        for stream in &mut bytes {
            let length = columns.size(cursor.remaining())?;
            *stream = cursor.take(length)?;
        }
        columns.end()?;
        cursor.end()?;
        page.take_streams(&forms, cells, &bytes)?;
        page.find_series(&forms, cells);
        Ok(page)
    }

    fn take_streams(
        &mut self,
        forms: &[Form],
        cells: &[usize],
        bytes: &[&[u8]; STREAMS],
    ) -> Result<(), Damage> {
        let own = forms.iter().zip(cells);
        let own = own.filter(|(form, _)| matches!(form, Form::Cells(..)));
        let all: usize = own.clone().map(|(_, cells)| cells).sum();
        if all > PAGE_CELLS_MAX {
            return Err(Damage::new("cells of a summary page", all));
        }
        self.take(STATES, bytes, all)?;
        let states = &self.streams[STATES];
        if states.iter().any(|tag| State::from_tag(*tag).is_none()) {
            return Err(Damage::new("states of summaries", 0));
        }
        let known = |states: &[i64]| states.iter().filter(|state| **state < 2).count();
        let (mut start, mut with_sums) = (0, 0);
        for (form, cells) in own {
            if matches!(form, Form::Cells(_, true)) {
                with_sums += known(&states[start..start + cells]);
            }
            start += cells;
        }
        let in_some = states.iter().filter(|state| **state == 1).count();
        let known = known(states);
        for number in [FIRSTS, RISES, BELOW, ABOVE, CHANGES, FALLS] {
            self.take(number, bytes, known)?;
        }
        let falls = self.streams[FALLS].iter().filter(|falls| **falls == 1);
        let falls = falls.count();
        self.take(BEFORE_FALLS, bytes, falls)?;
        self.take(SUMS_OF_CELLS, bytes, with_sums)?;
        self.take(PLACES, bytes, in_some * PLACE_NUMBERS)
    }

    fn take(
        &mut self,
        number: usize,
        bytes: &[&[u8]; STREAMS],
        count: usize,
    ) -> Result<(), Damage> {
        let out = &mut self.streams[number];
        match (bytes[number], count) {
            ([], 0) => {}
            (bytes, _) => stream::decode(bytes, &[count], out)?,
        }
        match out.len() == count {
            true => Ok(()),
            false => Err(Damage::new("stream of summaries", number)),
        }
    }

    fn find_series(&mut self, forms: &[Form], cells: &[usize]) {
        let mut at = Offsets::default();
        for (form, cells) in forms.iter().zip(cells) {
            self.series.push((*form, at));
            let Form::Cells(_, sums) = form else {
                continue;
            };
            for state in &self.streams[STATES][at.cells..at.cells + cells] {
                if *state < 2 {
                    at.falls += usize::from(self.streams[FALLS][at.known] == 1);
                    at.known += 1;
                    at.sums += usize::from(*sums);
                    at.places += if *state == 1 { PLACE_NUMBERS } else { 0 };
                }
            }
            at.cells += cells;
        }
    }

    /// What the series of this number comes to; `rows` are those of its group's cells.
    pub(super) fn read(
        &self,
        number: usize,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Read, Damage> {
        let damage = Damage::new("number of a series in summaries", number);
        let (form, mut at) = *self.series.get(number).ok_or(damage)?;
        let (exponent, sums) = match form {
            Form::Absent => return Ok(Read::Absent),
            Form::Unknown => return Ok(Read::Unknown),
            Form::Constant(exponent, mantissa) => {
                let mut value = Vec::with_capacity(1);
                decimal::decode(exponent, &[mantissa], &mut value);
                return Ok(Read::Constant(value[0]));
            }
            Form::Cells(exponent, sums) => (exponent, sums),
        };
        let mut cells = Vec::with_capacity(rows.len());
        let mut values = Values {
            exponent,
            last: 0,
            scratch: Vec::with_capacity(VALUES_OF_CELL),
        };
        for rows in rows {
            let state = *self.streams[STATES].get(at.cells).ok_or(damage)?;
            at.cells += 1;
            let state = State::from_tag(state).ok_or(damage)?;
            let mut cell = Cell {
                state,
                ..Cell::default()
            };
            if state.is_known() {
                self.fill(&mut cell, &mut at, sums, rows, &mut values)?;
            }
            cells.push(cell);
        }
        Ok(Read::Cells(cells))
    }

    /// Fills in a known cell of so many rows.
    fn fill(
        &self,
        cell: &mut Cell,
        at: &mut Offsets,
        sums: bool,
        rows: usize,
        values: &mut Values,
    ) -> Result<(), Damage> {
        let damage = Damage::new("cell of summaries", at.cells);
        let own = |stream: usize| self.streams[stream][at.known];
        let small = |value: i64| u32::try_from(value).map_err(|_| damage);
        (cell.count, cell.first_row) = (rows, 0);
        cell.last_row = rows.checked_sub(1).ok_or(damage)?;
        if cell.state == State::Some {
            let places = &self.streams[PLACES][at.places..at.places + PLACE_NUMBERS];
            let place = |number: usize| usize::try_from(places[number]).map_err(|_| damage);
            (cell.count, cell.first_row, cell.last_row) = (place(0)?, place(1)?, place(2)?);
            at.places += PLACE_NUMBERS;
            let span = cell.first_row..=cell.last_row;
            if span.is_empty() || cell.last_row >= rows || !(1..=span.count()).contains(&cell.count)
            {
                return Err(damage);
            }
        }
        let first = values.last.wrapping_add(own(FIRSTS));
        let last = first.wrapping_add(own(RISES));
        let min = first.min(last).wrapping_sub(own(BELOW));
        let max = first.max(last).wrapping_add(own(ABOVE));
        (cell.changes, cell.falls) = (small(own(CHANGES))?, small(own(FALLS))?);
        let mut before_fall = first;
        if cell.falls == 1 {
            before_fall = first.wrapping_add(self.streams[BEFORE_FALLS][at.falls]);
            at.falls += 1;
        }
        if sums {
            let over = self.streams[SUMS_OF_CELLS][at.sums];
            let sum = expected_sum(first, last, cell.count).wrapping_add(over);
            cell.sum = Some(sum as f64);
            at.sums += 1;
        }
        values.set(cell, [first, last, min, max, before_fall]);
        values.last = last;
        at.known += 1;
        Ok(())
    }
}

/// Mantissas of one cell.
const VALUES_OF_CELL: usize = 5;

/// Turns the mantissas of a series into floats.
struct Values {
    exponent: u8,
    /// The last one of the cell before.
    last: i64,
    scratch: Vec<f64>,
}

impl Values {
    fn set(&mut self, cell: &mut Cell, mantissas: [i64; VALUES_OF_CELL]) {
        self.scratch.clear();
        decimal::decode(self.exponent, &mantissas, &mut self.scratch);
        cell.first = self.scratch[0];
        cell.last = self.scratch[1];
        cell.min = self.scratch[2];
        cell.max = self.scratch[3];
        if cell.falls == 1 {
            cell.before_fall = self.scratch[4];
        }
    }
}

fn take_forms(cursor: &mut Cursor<'_>, series: usize) -> Result<Vec<Form>, Damage> {
    let bytes = cursor.take(series)?;
    let mut forms = Vec::with_capacity(series);
    for byte in bytes {
        let damage = cursor.damage();
        let mut exponent = |max| {
            cursor.byte().and_then(|own| match own <= max {
                true => Ok(own),
                false => Err(damage),
            })
        };
        forms.push(match byte {
            0 => Form::Absent,
            1 => {
                let exponent = exponent(decimal::EXPONENT_MAX)?;
                Form::Constant(exponent, cursor.signed()?)
            }
            2 => Form::Cells(exponent(decimal::BITS)?, false),
            byte if *byte == (2 | SUMS) => Form::Cells(exponent(decimal::BITS)?, true),
            3 => Form::Unknown,
            _ => return Err(damage),
        });
    }
    Ok(forms)
}
