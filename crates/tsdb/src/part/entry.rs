//! A chunk's entry in its page's directory, and the directory as columns.

use super::WINDOW_ROWS;
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint, unzigzag, zigzag};
use crate::codec::decimal;
use crate::codec::shape::Shape;

/// The most chunks in a page.
pub(super) const CHUNKS_MAX: usize = 4096;
/// Streams 0 and 1 are for raw floats and histograms.
pub(super) const FIRST_RESIDUAL_STREAM: usize = 2;

const SHAPE_MASK: u8 = 0x0f;
const UPON: u8 = 0x10;
const EXCEPTIONS: u8 = 0x20;
const STALE: u8 = 0x40;
const EXTENT: u8 = 0x80;

/// How a chunk's values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Absent,
    /// One float again and again.
    Bits(u64),
    Decimals {
        exponent: u8,
        shape: Shape,
        /// Whether the mantissas of the chunk before must be added.
        upon: bool,
    },
    Raw,
    Histograms,
    /// The same as that metric's chunk of this group and window.
    Duplicate(u32),
}

/// A chunk's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) form: Form,
    /// Rows of the chunk's window.
    pub(super) rows: usize,
    /// The first row with a value, in the window.
    pub(super) first: usize,
    /// How many values, stale markers included.
    pub(super) length: usize,
    /// Present values before a run of stale markers, and the markers.
    pub(super) stale: Vec<(usize, usize)>,
    /// Values before a gap since the last one, and rows without a sample: stale markers lie there, which mean nothing.
    pub(super) gaps: Vec<(usize, usize)>,
    /// Indices of present values that are no decimals, and their bits.
    pub(super) exceptions: Vec<(usize, u64)>,
    /// Which stream its residuals are in, if it has any.
    pub(super) stream: usize,
}

impl Entry {
    /// How many values are no stale markers.
    pub(super) fn present(&self) -> usize {
        self.length - self.stale.iter().map(|(_, markers)| markers).sum::<usize>()
    }

    /// How many values of `stream` belong to it.
    pub(super) fn residuals(&self) -> usize {
        match self.form {
            Form::Decimals { shape, .. } => shape.residuals(self.present()),
            Form::Raw | Form::Histograms => self.present(),
            Form::Absent | Form::Bits(_) | Form::Duplicate(_) => 0,
        }
    }

    fn form_byte(&self) -> u8 {
        let (shape, upon) = match self.form {
            Form::Absent => (0, false),
            Form::Bits(_) => (1, false),
            Form::Decimals { shape, upon, .. } => match shape {
                Shape::Constant(_) => (2, upon),
                Shape::Stride(..) => (3, upon),
                Shape::Offsets(_) => (4, upon),
                Shape::Differences(_) => (5, upon),
                Shape::Changes(..) => (6, upon),
            },
            Form::Raw => (7, false),
            Form::Histograms => (8, false),
            Form::Duplicate(_) => (9, false),
        };
        let whole = self.form == Form::Absent || (self.first == 0 && self.length == self.rows);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        shape
            | flag(upon, UPON)
            | flag(!self.exceptions.is_empty(), EXCEPTIONS)
            | flag(!self.stale.is_empty(), STALE)
            | flag(!whole, EXTENT)
    }
}

/// Appends the columns for `entries` to `out`.
pub(super) fn encode(entries: &[Entry], out: &mut Vec<u8>) {
    put_rows(entries, out);
    let bytes: Vec<u8> = entries.iter().map(Entry::form_byte).collect();
    out.extend_from_slice(&bytes);
    for entry in entries {
        if let Form::Decimals { exponent, .. } = entry.form {
            out.push(exponent);
        }
    }
    for (entry, _) in entries.iter().zip(&bytes).filter(|(_, b)| *b & EXTENT != 0) {
        put_varint(out, entry.first as u64);
        put_varint(out, entry.length as u64);
    }
    for entry in entries {
        put_heads(entry.form, out);
    }
    for entry in entries.iter().filter(|entry| !entry.stale.is_empty()) {
        put_varint(out, entry.stale.len() as u64);
        for (present, markers) in &entry.stale {
            put_varint(out, *present as u64);
            put_varint(out, *markers as u64);
        }
    }
    for entry in entries.iter().filter(|entry| !entry.exceptions.is_empty()) {
        put_varint(out, entry.exceptions.len() as u64);
        let mut next = 0;
        for (index, bits) in &entry.exceptions {
            put_varint(out, (index - next) as u64);
            out.extend_from_slice(&bits.to_le_bytes());
            next = index + 1;
        }
    }
    for entry in entries.iter().filter(|entry| chooses_stream(entry)) {
        put_varint(out, entry.stream as u64);
    }
    put_gaps(entries, out);
}

/// The last column, which is left out when no chunk has gaps.
fn put_gaps(entries: &[Entry], out: &mut Vec<u8>) {
    let mut next = 0;
    for (index, entry) in entries.iter().enumerate() {
        if entry.gaps.is_empty() {
            continue;
        }
        put_varint(out, (index - next) as u64);
        next = index + 1;
        put_varint(out, entry.gaps.len() as u64);
        for (before, missing) in &entry.gaps {
            put_varint(out, *before as u64);
            put_varint(out, *missing as u64);
        }
    }
}

fn take_gaps(entries: &mut [Entry], cursor: &mut Cursor<'_>) -> Result<(), Damage> {
    let mut next = 0;
    while cursor.remaining() > 0 {
        let damage = cursor.damage();
        let index = next + cursor.size(entries.len())?;
        let entry = entries.get_mut(index).ok_or(damage)?;
        next = index + 1;
        let mut left = entry.length;
        for _ in 0..cursor.size(entry.length)? {
            let before = cursor.size(left)?;
            let missing = cursor.size(left - before)?;
            left -= before + missing;
            entry.gaps.push((before, missing));
        }
    }
    Ok(())
}

fn chooses_stream(entry: &Entry) -> bool {
    matches!(entry.form, Form::Decimals { .. }) && entry.residuals() > 0
}

fn put_rows(entries: &[Entry], out: &mut Vec<u8>) {
    let runs: Vec<_> = entries.chunk_by(|a, b| a.rows == b.rows).collect();
    put_varint(out, runs.len() as u64);
    for run in runs {
        put_varint(out, run[0].rows as u64);
        put_varint(out, run.len() as u64);
    }
}

fn put_heads(form: Form, out: &mut Vec<u8>) {
    match form {
        Form::Absent | Form::Raw | Form::Histograms => {}
        Form::Bits(bits) => put_varint(out, zigzag(bits as i64)),
        Form::Duplicate(metric) => put_signed(out, i64::from(metric)),
        Form::Decimals { shape, .. } => match shape {
            Shape::Constant(head) | Shape::Offsets(head) | Shape::Differences(head) => {
                put_signed(out, head);
            }
            Shape::Stride(first, second) | Shape::Changes(first, second) => {
                put_signed(out, first);
                put_signed(out, second);
            }
        },
    }
}

/// Reads the columns.
pub(super) fn decode(cursor: &mut Cursor<'_>) -> Result<Vec<Entry>, Damage> {
    let mut entries = take_rows(cursor)?;
    let count = entries.len();
    let bytes = cursor.take(count)?;
    let exponents = bytes
        .iter()
        .filter(|byte| (2..=6).contains(&(*byte & SHAPE_MASK)))
        .count();
    let mut exponents = cursor.take(exponents)?.iter();
    for (entry, byte) in entries.iter_mut().zip(bytes) {
        if byte & EXTENT != 0 {
            entry.first = cursor.size(entry.rows)?;
            entry.length = cursor.size(entry.rows - entry.first)?;
        } else if byte & SHAPE_MASK != 0 {
            entry.length = entry.rows;
        }
    }
    for (entry, byte) in entries.iter_mut().zip(bytes) {
        entry.form = take_form(*byte, &mut exponents, cursor)?;
    }
    for (entry, _) in entries
        .iter_mut()
        .zip(bytes)
        .filter(|(_, b)| *b & STALE != 0)
    {
        take_stale(entry, cursor)?;
    }
    for (entry, _) in entries
        .iter_mut()
        .zip(bytes)
        .filter(|(_, b)| *b & EXCEPTIONS != 0)
    {
        take_exceptions(entry, cursor)?;
    }
    for entry in &mut entries {
        entry.stream = match entry.form {
            Form::Histograms => 1,
            _ if chooses_stream(entry) => cursor.size(CHUNKS_MAX + FIRST_RESIDUAL_STREAM)?,
            _ => 0,
        };
        if chooses_stream(entry) && entry.stream < FIRST_RESIDUAL_STREAM {
            return Err(cursor.damage());
        }
    }
    take_gaps(&mut entries, cursor)?;
    Ok(entries)
}

fn take_rows(cursor: &mut Cursor<'_>) -> Result<Vec<Entry>, Damage> {
    let mut entries = Vec::new();
    for _ in 0..cursor.size(CHUNKS_MAX)? {
        let rows = cursor.size(WINDOW_ROWS)?;
        let chunks = cursor.size(CHUNKS_MAX - entries.len())?;
        let entry = Entry {
            form: Form::Absent,
            rows,
            first: 0,
            length: 0,
            stale: Vec::new(),
            gaps: Vec::new(),
            exceptions: Vec::new(),
            stream: 0,
        };
        entries.resize(entries.len() + chunks, entry);
    }
    Ok(entries)
}

fn take_form<'a>(
    byte: u8,
    exponents: &mut impl Iterator<Item = &'a u8>,
    cursor: &mut Cursor<'_>,
) -> Result<Form, Damage> {
    let shape = match byte & SHAPE_MASK {
        0 => return Ok(Form::Absent),
        1 => return Ok(Form::Bits(cursor.signed()? as u64)),
        2 => Shape::Constant(cursor.signed()?),
        3 => Shape::Stride(cursor.signed()?, cursor.signed()?),
        4 => Shape::Offsets(cursor.signed()?),
        5 => Shape::Differences(cursor.signed()?),
        6 => Shape::Changes(cursor.signed()?, cursor.signed()?),
        7 => return Ok(Form::Raw),
        8 => return Ok(Form::Histograms),
        9 => {
            let damage = cursor.damage();
            let metric = u32::try_from(unzigzag(cursor.varint()?));
            return metric.map(Form::Duplicate).map_err(|_| damage);
        }
        _ => return Err(cursor.damage()),
    };
    let exponent = exponents.next().copied().unwrap_or(u8::MAX);
    if exponent > decimal::BITS {
        return Err(cursor.damage());
    }
    Ok(Form::Decimals {
        exponent,
        shape,
        upon: byte & UPON != 0,
    })
}

fn take_stale(entry: &mut Entry, cursor: &mut Cursor<'_>) -> Result<(), Damage> {
    let mut left = entry.length;
    for _ in 0..cursor.size(entry.length)? {
        let present = cursor.size(left)?;
        let markers = cursor.size(left - present)?;
        left -= present + markers;
        entry.stale.push((present, markers));
    }
    Ok(())
}

fn take_exceptions(entry: &mut Entry, cursor: &mut Cursor<'_>) -> Result<(), Damage> {
    let present = entry.present();
    let mut next = 0;
    for _ in 0..cursor.size(present)? {
        let damage = cursor.damage();
        let index = next + cursor.size(present)?;
        if index >= present {
            return Err(damage);
        }
        entry.exceptions.push((index, cursor.u64()?));
        next = index + 1;
    }
    Ok(())
}
