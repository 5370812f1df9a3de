//! Reading a page: its directory at once, its streams when a chunk needs one.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use model::{STALE_NAN, Value, is_stale};
use storage::{Column, Values};

use super::super::entry::{self, Entry, FIRST_RESIDUAL_STREAM, Form};
use super::super::{Level, frame, histograms};
use crate::codec::bytes::Cursor;
use crate::codec::packed::LastBlock;
use crate::codec::shape::{self, Shape};
use crate::codec::{Damage, decimal, floats, squeezed, stream};

/// The most bytes of a directory: far more than that of any page.
const DIRECTORY_BYTES_MAX: usize = 64 << 20;
/// The most bytes of a page's histograms.
const HISTOGRAM_BYTES_MAX: usize = 1 << 30;
/// Integers up to here are exact as floats.
const EXACT_INTEGER_MAX: u64 = 1 << 53;

/// A page whose checksum was right.
///
/// Several may read it at once; what its streams decode to is kept with it, unless decoding them is quick.
#[derive(Debug, Default)]
pub(in super::super) struct Page {
    level: Option<Level>,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// For each chunk, where in its stream its residuals begin.
    starts: Vec<usize>,
    streams: Vec<Stream>,
    floats: OnceLock<Vec<f64>>,
    histograms: OnceLock<Vec<Value>>,
}

/// What one reader keeps of a page, from chunk to chunk.
#[derive(Debug, Default)]
pub(in super::super) struct Mantissas {
    /// The chunk whose mantissas were made last.
    last: Option<usize>,
    mantissas: Vec<i64>,
    scratch: Vec<i64>,
    residuals: Vec<i64>,
    block: LastBlock,
}

#[derive(Debug)]
struct Stream {
    range: Range<usize>,
    /// What its chunks have of it.
    lengths: Vec<usize>,
    count: usize,
    integers: OnceLock<stream::Stream>,
}

impl Page {
    /// Reads the directory of a sealed page.
    pub(in super::super) fn open(sealed: Cow<'_, [u8]>) -> Result<Self, Damage> {
        let bytes = frame::unseal(&sealed, "page")?;
        let length = bytes.len();
        let mut cursor = Cursor::new(bytes, "page");
        let level = Level::from_tag(cursor.byte()?).ok_or_else(|| cursor.damage())?;
        let compressed = cursor.size(bytes.len())?;
        let plain = cursor.size(DIRECTORY_BYTES_MAX)?;
        let directory = squeezed::decompress(cursor.take(compressed)?, plain)?;
        let mut columns = Cursor::new(&directory, "page directory");
        let streams = take_streams(&mut columns, &mut cursor)?;
        let entries = entry::decode(&mut columns)?;
        let mut page = Self {
            level: Some(level),
            starts: Vec::with_capacity(entries.len()),
            entries,
            streams,
            ..Self::default()
        };
        page.find_starts(level)?;
        page.bytes = sealed.into_owned();
        page.bytes.truncate(length);
        Ok(page)
    }

    fn find_starts(&mut self, level: Level) -> Result<(), Damage> {
        let damage = Damage::new("page directory", 0);
        let mut ends = vec![0; self.streams.len()];
        for entry in &self.entries {
            let end = ends.get_mut(entry.stream).ok_or(damage)?;
            let residuals = entry.residuals();
            self.starts.push(*end);
            *end += residuals;
            if residuals > 0 && level == Level::Hot {
                self.streams[entry.stream].lengths.push(residuals);
            }
        }
        for (stream, end) in self.streams.iter_mut().zip(ends) {
            if level == Level::Cold {
                stream.lengths.push(end);
            }
            if stream.count != end {
                return Err(damage);
            }
        }
        Ok(())
    }

    /// Whether it is one that takes long to decode.
    pub(in super::super) fn is_cold(&self) -> bool {
        self.level == Some(Level::Cold)
    }

    /// Bytes on the heap once all is decoded, roughly.
    pub(in super::super) fn heap_bytes(&self) -> usize {
        let is_kept = |stream: &&Stream| !stream::is_packed(self.bytes_of(stream));
        let kept = self.streams.iter().filter(is_kept);
        let values: usize = kept.map(|stream| stream.count).sum();
        self.bytes.capacity()
            + values * size_of::<i64>()
            + self.entries.capacity() * (size_of::<Entry>() + size_of::<usize>())
    }

    fn bytes_of(&self, stream: &Stream) -> &[u8] {
        &self.bytes[stream.range.clone()]
    }

    /// How many chunks it has.
    pub(in super::super) fn chunks(&self) -> usize {
        self.entries.len()
    }

    /// The values of a chunk, rows counted from the start of its window; or which metric has the same. Values outside `rows` need not come: what stands
    /// for nobody is not made.
    pub(in super::super) fn chunk(
        &self,
        index: usize,
        rows: &Range<usize>,
        mantissas: &mut Mantissas,
        out: &mut Column,
    ) -> Result<Option<u32>, Damage> {
        let entry = self.entry(index)?;
        out.first_row = entry.first;
        out.has_stale = false;
        out.gaps.clear();
        let mut row = entry.first;
        for (before, missing) in &entry.gaps {
            out.gaps.push(row + before..row + before + missing);
            row += before + missing;
        }
        let room = out.values.take_room();
        out.values = match entry.form {
            Form::Duplicate(metric) => {
                out.values = Values::Floats(room);
                return Ok(Some(metric));
            }
            Form::Absent => Values::Floats(room),
            Form::Bits(bits) => self.repeated(index, f64::from_bits(bits))?,
            Form::Raw => self.raw(index, self.wanted(index, rows, out)?, room)?,
            Form::Histograms => self.mixed(index)?,
            Form::Decimals {
                exponent,
                shape,
                upon,
            } => match self.regular(index, exponent, shape, upon)? {
                Some(values) => values,
                None => {
                    let wanted = self.wanted(index, rows, out)?;
                    self.decimals(index, exponent, wanted, mantissas, room)?
                }
            },
        };
        match self.entry(index)? {
            Entry {
                form: Form::Histograms | Form::Bits(_),
                ..
            } => out.find_stale(),
            entry => out.has_stale = !entry.stale.is_empty(),
        }
        Ok(None)
    }

    fn entry(&self, index: usize) -> Result<&Entry, Damage> {
        self.entries
            .get(index)
            .ok_or(Damage::new("chunk number", index))
    }

    fn repeated(&self, index: usize, value: f64) -> Result<Values, Damage> {
        let entry = self.entry(index)?;
        if entry.stale.is_empty() && !is_stale(value) {
            return Ok(Values::Constant(value, entry.length));
        }
        Ok(weave(vec![value; entry.present()], &entry.stale))
    }

    /// Which of a chunk's present values are wanted of `rows`; `out` begins at the first of them then. All, if stale markers are between them.
    fn wanted(
        &self,
        index: usize,
        rows: &Range<usize>,
        out: &mut Column,
    ) -> Result<Range<usize>, Damage> {
        let entry = self.entry(index)?;
        if !entry.stale.is_empty() || !entry.gaps.is_empty() {
            return Ok(0..entry.present());
        }
        let place = |row: usize| row.saturating_sub(entry.first).min(entry.length);
        let (from, to) = (place(rows.start), place(rows.end));
        out.first_row = entry.first + from;
        Ok(from..to.max(from))
    }

    /// The values of a chunk of decimals that needs no residuals.
    fn regular(
        &self,
        index: usize,
        exponent: u8,
        shape: Shape,
        upon: bool,
    ) -> Result<Option<Values>, Damage> {
        let entry = self.entry(index)?;
        if !upon && entry.exceptions.is_empty() && entry.stale.is_empty() {
            let mut first = Vec::with_capacity(1);
            match shape {
                Shape::Constant(mantissa) => {
                    decimal::decode(exponent, &[mantissa], &mut first);
                    return Ok(Some(Values::Constant(first[0], entry.length)));
                }
                Shape::Stride(first, step) if exponent == 0 && exact(first, step, entry.length) => {
                    return Ok(Some(Values::Stride {
                        first: first as f64,
                        step: step as f64,
                        length: entry.length,
                    }));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Those of the other chunks of decimals: the present values in `wanted`, put into `floats`, which is empty.
    fn decimals(
        &self,
        index: usize,
        exponent: u8,
        wanted: Range<usize>,
        kept: &mut Mantissas,
        mut floats: Vec<f64>,
    ) -> Result<Values, Damage> {
        self.fill_mantissas(index, wanted.end, kept)?;
        let entry = &self.entries[index];
        decimal::decode(exponent, &kept.mantissas[wanted.clone()], &mut floats);
        for (at, bits) in &entry.exceptions {
            if wanted.contains(at) {
                floats[at - wanted.start] = f64::from_bits(*bits);
            }
        }
        Ok(weave(floats, &entry.stale))
    }

    /// Makes so many mantissas of a chunk, and of those it stands upon; all of them follow from the ones before.
    fn fill_mantissas(
        &self,
        index: usize,
        count: usize,
        kept: &mut Mantissas,
    ) -> Result<(), Damage> {
        if kept.mantissas.len() < count {
            kept.last = None;
        }
        if kept.last == Some(index) {
            return Ok(());
        }
        let mut start = index;
        while self.stands_upon_another(start)?
            && (kept.last.is_none() || kept.last != start.checked_sub(1))
        {
            start = start
                .checked_sub(1)
                .ok_or(Damage::new("chain of chunks", index))?;
        }
        for chunk in start..=index {
            let upon = self.stands_upon_another(chunk)?;
            self.add_mantissas(chunk, count, upon, kept)
                .inspect_err(|_| kept.last = None)?;
            kept.last = Some(chunk);
        }
        Ok(())
    }

    fn stands_upon_another(&self, index: usize) -> Result<bool, Damage> {
        match self.entry(index)?.form {
            Form::Decimals { upon, .. } => Ok(upon),
            _ => Err(Damage::new("chain of chunks", index)),
        }
    }

    fn add_mantissas(
        &self,
        index: usize,
        count: usize,
        upon: bool,
        kept: &mut Mantissas,
    ) -> Result<(), Damage> {
        let damage = Damage::new("chain of chunks", index);
        let entry = &self.entries[index];
        let (shape, present) = match entry.form {
            Form::Decimals { shape, .. } => (shape, entry.present()),
            _ => return Err(damage),
        };
        if count > present {
            return Err(damage);
        }
        if upon {
            let before = index.checked_sub(1).map(|before| &self.entries[before]);
            if before.map(Entry::present) != Some(present) {
                return Err(damage);
            }
        }
        let residuals = self.starts[index]..self.starts[index] + shape.residuals(count);
        let mut own = std::mem::take(&mut kept.scratch);
        own.clear();
        let residuals = if residuals.is_empty() {
            &[]
        } else {
            let (block, scratch) = (&mut kept.block, &mut kept.residuals);
            self.integers(self.entries[index].stream, residuals, block, scratch)?
        };
        shape::restore(shape, count, residuals, &mut own)?;
        if upon {
            for (own, other) in own.iter_mut().zip(&kept.mantissas) {
                *own = own.wrapping_add(*other);
            }
        }
        kept.scratch = std::mem::replace(&mut kept.mantissas, own);
        Ok(())
    }

    fn integers<'a>(
        &'a self,
        number: usize,
        wanted: Range<usize>,
        block: &mut LastBlock,
        scratch: &'a mut Vec<i64>,
    ) -> Result<&'a [i64], Damage> {
        let stream = self.streams.get(number);
        let stream = stream.ok_or(Damage::new("stream number", number))?;
        let bytes = self.bytes_of(stream);
        let open = || stream::Stream::open(bytes, &stream.lengths);
        let opened = kept(&stream.integers, open)?;
        opened.values(bytes, number, wanted, block, scratch)
    }

    fn raw(
        &self,
        index: usize,
        wanted: Range<usize>,
        mut room: Vec<f64>,
    ) -> Result<Values, Damage> {
        let floats = kept(&self.floats, || {
            let stream = &self.streams[0];
            let mut out = Vec::with_capacity(stream.count);
            floats::decode(self.bytes_of(stream), stream.count, &mut out)?;
            Ok(out)
        })?;
        let entry = &self.entries[index];
        let start = self.starts[index];
        let floats = floats
            .get(start..start + entry.residuals())
            .and_then(|floats| floats.get(wanted))
            .ok_or(Damage::new("float stream", start))?;
        room.extend_from_slice(floats);
        Ok(weave(room, &entry.stale))
    }

    fn mixed(&self, index: usize) -> Result<Values, Damage> {
        let all = kept(&self.histograms, || self.all_histograms())?;
        let start = self.starts[index];
        let values = all
            .get(start..start + self.entries[index].residuals())
            .ok_or(Damage::new("histogram stream", start))?;
        let mut out = Values::default();
        for value in values {
            out.push(value.clone());
        }
        Ok(out)
    }

    fn all_histograms(&self) -> Result<Vec<Value>, Damage> {
        let stream = &self.streams[FIRST_RESIDUAL_STREAM - 1];
        let mut cursor = Cursor::new(self.bytes_of(stream), "histogram stream");
        let length = cursor.size(HISTOGRAM_BYTES_MAX)?;
        let plain = squeezed::decompress(cursor.rest(), length)?;
        let mut cursor = Cursor::new(&plain, "histogram stream");
        (0..stream.count)
            .map(|_| histograms::decode(&mut cursor))
            .collect()
    }
}

/// What was decoded before, or is now. Two who come at once both decode it, and one of them is kept.
fn kept<T>(place: &OnceLock<T>, decode: impl FnOnce() -> Result<T, Damage>) -> Result<&T, Damage> {
    if let Some(there) = place.get() {
        return Ok(there);
    }
    let decoded = decode()?;
    Ok(place.get_or_init(|| decoded))
}

/// The table of streams from `columns`, their bytes from `cursor`.
fn take_streams(columns: &mut Cursor<'_>, cursor: &mut Cursor<'_>) -> Result<Vec<Stream>, Damage> {
    let count = columns.size(entry::CHUNKS_MAX + FIRST_RESIDUAL_STREAM)?;
    let streams = (0..count)
        .map(|_| {
            let count = columns.size(u32::MAX as usize)?;
            let length = columns.size(u32::MAX as usize)?;
            let start = cursor.offset();
            cursor.take(length)?;
            Ok(Stream {
                range: start..cursor.offset(),
                lengths: Vec::new(),
                count,
                integers: OnceLock::new(),
            })
        })
        .collect::<Result<Vec<_>, Damage>>()?;
    cursor.end()?;
    if streams.len() < FIRST_RESIDUAL_STREAM {
        return Err(columns.damage());
    }
    Ok(streams)
}

/// Whether all values of a stride are exact as floats.
fn exact(first: i64, step: i64, length: usize) -> bool {
    let last = step
        .checked_mul(length as i64)
        .and_then(|way| first.checked_add(way));
    last.is_some_and(|last| last.unsigned_abs() < EXACT_INTEGER_MAX)
        && first.unsigned_abs() < EXACT_INTEGER_MAX
        && step.unsigned_abs() < EXACT_INTEGER_MAX
}

/// Puts stale markers back between the values.
fn weave(present: Vec<f64>, stale: &[(usize, usize)]) -> Values {
    if stale.is_empty() {
        return Values::Floats(present);
    }
    let markers: usize = stale.iter().map(|(_, markers)| markers).sum();
    let mut out = Vec::with_capacity(present.len() + markers);
    let mut rest = present.as_slice();
    for (before, markers) in stale {
        let (values, others) = rest.split_at((*before).min(rest.len()));
        out.extend_from_slice(values);
        out.resize(out.len() + markers, STALE_NAN);
        rest = others;
    }
    out.extend_from_slice(rest);
    Values::Floats(out)
}
