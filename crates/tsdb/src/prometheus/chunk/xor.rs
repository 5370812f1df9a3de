//! Floats: Gorilla's scheme. Times as differences of differences, values XORed with the one before.

use super::super::bits::{BitReader, BitWriter, XorColumn};
use super::super::error::Damage;

/// Calls `each` with every time and value.
pub(super) fn decode(data: &[u8], mut each: impl FnMut(i64, f64)) -> Result<(), Damage> {
    let mut reader = BitReader::new(data);
    let count = reader.bits(16)?;
    if count == 0 {
        return Ok(());
    }
    let mut time = reader.varint()?;
    let mut column = XorColumn::starting_at(reader.float()?);
    each(time, column.value());
    if count == 1 {
        return Ok(());
    }
    let mut step = reader.uvarint()? as i64;
    time = time.wrapping_add(step);
    each(time, column.read(&mut reader)?);
    for _ in 2..count {
        step = step.wrapping_add(reader.moment()?);
        time = time.wrapping_add(step);
        each(time, column.read(&mut reader)?);
    }
    Ok(())
}

/// Compresses floats.
#[derive(Clone, Debug)]
pub(super) struct FloatBuilder {
    writer: BitWriter,
    column: XorColumn,
    time: i64,
    /// From the time before the last to the last; none while there is one sample.
    step: Option<i64>,
}

impl FloatBuilder {
    /// With its first sample. The count is left to be filled in.
    pub(super) fn new(time: i64, value: f64) -> Self {
        let mut writer = BitWriter::after(vec![0; 2]);
        writer.varint(time);
        writer.float(value);
        Self {
            writer,
            column: XorColumn::starting_at(value),
            time,
            step: None,
        }
    }

    /// One sample more.
    pub(super) fn push(&mut self, time: i64, value: f64) {
        let step = time.wrapping_sub(self.time);
        match self.step {
            None => self.writer.uvarint(step as u64),
            Some(before) => self.writer.moment(step.wrapping_sub(before)),
        }
        self.column.write(&mut self.writer, value);
        self.time = time;
        self.step = Some(step);
    }

    /// The chunk's data.
    pub(super) fn finish(self) -> Vec<u8> {
        self.writer.finish()
    }
}
