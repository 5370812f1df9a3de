//! One series: its last value, and a chain of the changes that led to it.
//!
//! A series whose value has not changed since its first row has no chain. The chain begins with that first row and value; then each
//! change is an event, whose first varint tells which:
//!
//! ```text
//!  …………0   step to the value of the next row, zigzag: the most frequent one, and mostly a byte or two
//!  ……kkk1  kind k, so many rows (above 0) after the last event:
//!     0 step       zigzag varint; the value is decimal and stays so
//!     1 decimal    exponent, mantissa
//!     2 raw        how many bytes of the bits change, those bytes
//!     3 hole       no sample from here on, until the next event
//!     4 histogram  its number
//! ```
//!
//! Values are told as decimals (see [`decimal`]) as long as the exponent serves, since neighbours then differ by small integers.

use std::ops::Range;

use super::cells::{Cells, Chain};
use crate::codec::bytes::{Cursor, put_signed, put_varint, unzigzag, zigzag};
use crate::codec::decimal;

const STEP: u64 = 0;
const DECIMAL: u64 = 1;
const RAW: u64 = 2;
const HOLE: u64 = 3;
const HISTOGRAM: u64 = 4;

/// In place of an exponent: the last value is no decimal, or none was looked for.
const FORM_RAW: u8 = decimal::EXPONENT_MAX + 1;
/// In place of an exponent: the last value is a histogram.
const FORM_HISTOGRAM: u8 = decimal::EXPONENT_MAX + 2;

/// A series of raw values looks for a decimal again after so many of them, since looking is slow.
const RAW_PATIENCE: u8 = 8;

/// Steps from here on don't fit into the first varint of an event.
const STEP_END: u64 = 1 << 62;

/// A value as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// The bits of a float.
    Float(u64),
    /// The number of a histogram.
    Histogram(u32),
}

impl Stored {
    fn is_stale(self) -> bool {
        self == Self::Float(model::STALE_NAN.to_bits())
    }

    /// Whether it is a stale marker, or may be one.
    fn may_be_stale(self) -> bool {
        matches!(self, Self::Histogram(_)) || self.is_stale()
    }
}

/// What a series costs as long as nothing changes: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series {
    /// The last value: bits, or a number.
    last: u64,
    /// The row of the last event; without a chain, the first row.
    row: u32,
    /// The row after the newest sample; 0 when there is none.
    next_row: u32,
    /// [`Chain::tail`].
    tail: u32,
    /// [`Chain::fill`].
    fill: u8,
    /// The exponent of the last value, or what it is instead.
    form: u8,
    /// How many raw values came since a decimal was looked for.
    patience: u8,
    /// [`GAPS`] and [`STALE`].
    marks: u8,
}

/// A hole follows a value that is no stale marker.
const GAPS: u8 = 1;
/// A value may be a stale marker.
const STALE: u8 = 2;

const _: () = assert!(size_of::<Series>() == 24);

impl Series {
    /// Without samples.
    pub(super) const EMPTY: Self = Self {
        last: 0,
        row: 0,
        next_row: 0,
        tail: Chain::EMPTY.tail,
        fill: 0,
        form: FORM_RAW,
        patience: 0,
        marks: 0,
    };

    pub(super) fn is_empty(&self) -> bool {
        self.next_row == 0
    }

    /// The row after the newest sample.
    pub(super) fn next_row(&self) -> u32 {
        self.next_row
    }

    pub(super) fn has_gaps(&self) -> bool {
        self.marks & GAPS != 0
    }

    /// Whether it has a value that is no stale marker in each row from its first to its last.
    pub(super) fn is_solid(&self) -> bool {
        self.marks == 0
    }

    pub(super) fn first_row(&self, cells: &Cells) -> u32 {
        if self.chain().is_empty() {
            self.row
        } else {
            cells.first_u32(self.chain())
        }
    }

    /// The newest value.
    #[inline]
    pub(super) fn last(&self) -> Stored {
        if self.form == FORM_HISTOGRAM {
            Stored::Histogram(self.last as u32)
        } else {
            Stored::Float(self.last)
        }
    }

    /// Whether the first row is before `row`.
    pub(super) fn begins_before(&self, row: u32, cells: &Cells) -> bool {
        // The last event mostly is, and looking at the first means looking at cells.
        self.row < row || self.first_row(cells) < row
    }

    pub(super) fn chain(&self) -> Chain {
        Chain {
            tail: self.tail,
            fill: self.fill,
        }
    }

    /// Appends the value of rows `rows`, which lie behind all others; there is no sample in rows left out.
    #[inline]
    pub(super) fn push(
        &mut self,
        rows: Range<u32>,
        value: Stored,
        cells: &mut Cells,
        scratch: &mut Vec<u8>,
    ) {
        let goes_on = rows.start == self.next_row && value == self.last();
        if !goes_on || self.is_empty() {
            self.change(rows.start, value, cells, scratch);
        }
        self.next_row = rows.end;
    }

    fn change(&mut self, row: u32, value: Stored, cells: &mut Cells, scratch: &mut Vec<u8>) {
        if value.may_be_stale() {
            self.marks |= STALE;
        }
        if self.is_empty() {
            self.begin(row, value);
            return;
        }
        assert!(row >= self.next_row, "rows come in order");
        scratch.clear();
        if self.chain().is_empty() {
            self.put_beginning(scratch);
        }
        if row > self.next_row {
            put_code(scratch, self.next_row - self.row, HOLE);
            self.row = self.next_row;
            if !self.last().is_stale() {
                self.marks |= GAPS;
            }
        }
        match value {
            Stored::Float(bits) => self.put_float(row - self.row, bits, scratch),
            Stored::Histogram(number) => {
                put_code(scratch, row - self.row, HISTOGRAM);
                put_varint(scratch, u64::from(number));
                self.form = FORM_HISTOGRAM;
                self.last = u64::from(number);
            }
        }
        self.row = row;
        let chain = cells.push(self.chain(), scratch);
        (self.tail, self.fill) = (chain.tail, chain.fill);
    }

    fn begin(&mut self, row: u32, value: Stored) {
        self.row = row;
        match value {
            Stored::Float(bits) => {
                let found = decimal::smallest(f64::from_bits(bits));
                self.form = found.map_or(FORM_RAW, |(exponent, _)| exponent);
                self.last = bits;
            }
            Stored::Histogram(number) => {
                self.form = FORM_HISTOGRAM;
                self.last = u64::from(number);
            }
        }
    }

    fn put_beginning(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.row.to_le_bytes());
        out.push(self.form);
        out.extend_from_slice(&self.last.to_le_bytes());
    }

    #[inline]
    fn put_float(&mut self, gap: u32, bits: u64, out: &mut Vec<u8>) {
        match self.step_to(bits) {
            Some(step) if gap == 1 => put_varint(out, step << 1),
            Some(step) => {
                put_code(out, gap, STEP);
                put_varint(out, step);
            }
            None => self.put_other(gap, bits, out),
        }
        self.last = bits;
    }

    /// The step from the last value, if both are decimals.
    #[inline]
    fn step_to(&self, bits: u64) -> Option<u64> {
        if self.form > decimal::EXPONENT_MAX {
            return None;
        }
        let before = decimal::mantissa(f64::from_bits(self.last), self.form)?;
        let after = decimal::mantissa(f64::from_bits(bits), self.form)?;
        Some(zigzag(after.checked_sub(before)?)).filter(|step| *step < STEP_END)
    }

    /// The slow way: another exponent, or none.
    fn put_other(&mut self, gap: u32, bits: u64, out: &mut Vec<u8>) {
        let looks = self.form != FORM_RAW || self.patience >= RAW_PATIENCE;
        self.patience = if looks { 0 } else { self.patience + 1 };
        let found = looks.then(|| decimal::smallest(f64::from_bits(bits)));
        if let Some((exponent, mantissa)) = found.flatten() {
            put_code(out, gap, DECIMAL);
            out.push(exponent);
            put_signed(out, mantissa);
            self.form = exponent;
            return;
        }
        let changed = bits ^ bits_of(self.last());
        let count = 8 - changed.leading_zeros() as usize / 8;
        put_code(out, gap, RAW);
        out.push(count as u8);
        out.extend_from_slice(&changed.to_be_bytes()[8 - count..]);
        self.form = FORM_RAW;
    }

    /// Shows `take` the runs of rows with one value, in order; `None` for those without a sample in between.
    pub(super) fn runs(
        &self,
        cells: &Cells,
        scratch: &mut Vec<u8>,
        take: impl FnMut(Range<u32>, Option<Stored>),
    ) {
        self.runs_in(&(0..u32::MAX), cells, scratch, take);
    }

    /// The same for the runs that meet `rows`; they may reach beyond.
    pub(super) fn runs_in(
        &self,
        rows: &Range<u32>,
        cells: &Cells,
        scratch: &mut Vec<u8>,
        mut take: impl FnMut(Range<u32>, Option<Stored>),
    ) {
        if self.is_empty() || self.next_row <= rows.start {
            return;
        }
        if self.chain().is_empty() {
            if self.row < rows.end {
                take(self.row..self.next_row, Some(self.last()));
            }
            return;
        }
        cells.gather(self.chain(), scratch);
        let mut events = Events::new(scratch);
        loop {
            // Most runs may lie before what is wanted, and a value costs more than a step.
            events.plain_steps(rows.start, |_, _| {});
            events.plain_steps(rows.end, |row, now| take(row..row + 1, now.stored()));
            if events.row >= rows.end {
                break;
            }
            let (row, now) = (events.row, events.now);
            let goes_on = events.next();
            let end = if goes_on { events.row } else { self.next_row };
            if end > rows.start {
                take(row..end, now.stored());
            }
            if !goes_on {
                break;
            }
        }
    }
}

/// The bits that a raw value is told by.
fn bits_of(value: Stored) -> u64 {
    match value {
        Stored::Float(bits) => bits,
        Stored::Histogram(_) => 0,
    }
}

fn put_code(out: &mut Vec<u8>, gap: u32, kind: u64) {
    put_varint(out, (u64::from(gap) << 3 | kind) << 1 | 1);
}

/// Reads a chain.
struct Events<'a> {
    cursor: Cursor<'a>,
    /// Of the last event.
    row: u32,
    now: Now,
}

/// What holds after an event. Decimals stay mantissas until somebody wants the value.
#[derive(Clone, Copy)]
struct Now {
    /// If the form is an exponent.
    mantissa: i64,
    /// If it isn't: bits, or a number.
    other: u64,
    form: u8,
    /// No sample; the value is what the next step begins with.
    is_hole: bool,
}

impl Now {
    fn new(form: u8, last: u64) -> Self {
        let mantissa = match form {
            0..=decimal::EXPONENT_MAX => decimal::mantissa(f64::from_bits(last), form).expect(OWN),
            _ => 0,
        };
        Self {
            mantissa,
            other: last,
            form,
            is_hole: false,
        }
    }

    #[inline]
    fn value(self) -> Stored {
        match self.form {
            FORM_HISTOGRAM => Stored::Histogram(self.other as u32),
            FORM_RAW => Stored::Float(self.other),
            exponent => Stored::Float(decimal::value(self.mantissa, exponent).to_bits()),
        }
    }

    #[inline]
    fn stored(self) -> Option<Stored> {
        (!self.is_hole).then(|| self.value())
    }
}

/// Chains are read from where they were written, so nothing of them can be missing.
const OWN: &str = "bytes that this process wrote";

impl<'a> Events<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let (row, rest) = bytes.split_first_chunk::<4>().expect(OWN);
        let mut cursor = Cursor::new(rest, "chain of changes");
        let form = cursor.byte().expect(OWN);
        let last = cursor.u64().expect(OWN);
        Self {
            cursor,
            row: u32::from_le_bytes(*row),
            now: Now::new(form, last),
        }
    }

    /// The fast path of [`next`](Self::next): as long as the row is before `until` and the next event is a step of a byte or two in the next row, shows the row
    /// to `each` and goes there.
    #[inline]
    fn plain_steps(&mut self, until: u32, mut each: impl FnMut(u32, Now)) {
        let bytes = self.cursor.ahead();
        let mut at = 0;
        while self.row < until {
            let (code, size) = match bytes.get(at..) {
                Some([byte, ..]) if byte & 0x81 == 0 => (u64::from(*byte), 1),
                Some([low, high, ..]) if low & 0x81 == 0x80 && *high < 0x80 => {
                    (u64::from(*low & 0x7f) | u64::from(*high) << 7, 2)
                }
                _ => break,
            };
            each(self.row, self.now);
            at += size;
            self.row += 1;
            self.now.mantissa += unzigzag(code >> 1);
            self.now.is_hole = false;
        }
        self.cursor.skip(at);
    }

    /// Goes to the next event, if there is one.
    #[inline]
    fn next(&mut self) -> bool {
        if self.cursor.remaining() == 0 {
            return false;
        }
        let code = self.cursor.varint().expect(OWN);
        self.now.is_hole = false;
        if code & 1 == 0 {
            self.row += 1;
            self.now.mantissa += unzigzag(code >> 1);
        } else {
            self.row += (code >> 4) as u32;
            self.change((code >> 1) & 7);
        }
        true
    }

    fn change(&mut self, kind: u64) {
        let now = &mut self.now;
        match kind {
            STEP => now.mantissa += unzigzag(self.cursor.varint().expect(OWN)),
            DECIMAL => {
                now.form = self.cursor.byte().expect(OWN);
                now.mantissa = self.cursor.signed().expect(OWN);
            }
            RAW => {
                let count = usize::from(self.cursor.byte().expect(OWN));
                let mut changed = [0; 8];
                changed[8 - count..].copy_from_slice(self.cursor.take(count).expect(OWN));
                now.other = bits_of(now.value()) ^ u64::from_be_bytes(changed);
                now.form = FORM_RAW;
            }
            HISTOGRAM => {
                now.other = self.cursor.varint().expect(OWN);
                now.form = FORM_HISTOGRAM;
            }
            _ => now.is_hole = true,
        }
    }
}
