//! Bits, most significant first, and the three ways in which chunks write numbers with them.
//!
//! ```text
//!  varbit    k ones and a zero, then 0, 3, 6, 9, 12, 18, 25 or 56 bits; eight ones, then 64
//!  moment    the same with 0, 14, 17, 20 bits; four ones, then 64
//!  xor       0: as before | 10: the bits of the last window | 11: 5 bits leading zeros, 6 bits length, the bits
//! ```
//!
//! A signed number of `n` bits lies in `-(2^(n-1)-1) ..= 2^(n-1)`: one above what two's complement has, so
//! the pattern of the lowest number means the highest. That is Prometheus' choice and has to be met exactly.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Numbers in bits".

use super::error::{Damage, Fault};

/// Bits behind `k` ones, in a varbit.
const VARBIT_WIDTHS: [u32; 9] = [0, 3, 6, 9, 12, 18, 25, 56, 64];
/// Bits behind `k` ones, in a difference of time differences.
const MOMENT_WIDTHS: [u32; 5] = [0, 14, 17, 20, 64];
/// The most leading zeros that five bits tell.
const LEADING_MAX: u32 = 31;

/// Reads bits.
#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    /// At the first bit of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bits that are left, padding included.
    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() * 8 - self.position
    }

    /// `fault` here.
    pub(crate) fn damage(&self, fault: Fault) -> Damage {
        Damage::at(self.position / 8, fault)
    }

    /// The next `count` bits, at most 64.
    #[inline]
    pub(crate) fn bits(&mut self, count: u32) -> Result<u64, Damage> {
        debug_assert!(count <= 64, "a number has at most 64 bits");
        if count as usize > self.remaining() {
            return Err(self.damage(Fault::Truncated));
        }
        if count == 0 {
            return Ok(0);
        }
        let rest = &self.bytes[self.position / 8..];
        let shift = (self.position % 8) as u32;
        self.position += count as usize;
        // Sixty-four bits may lie in nine bytes.
        let (first, last) = match rest.split_first_chunk::<8>() {
            Some((first, rest)) => (*first, rest.first().copied().unwrap_or(0)),
            None => {
                let mut padded = [0; 8];
                padded[..rest.len()].copy_from_slice(rest);
                (padded, 0)
            }
        };
        let aligned = u64::from_be_bytes(first) << shift | u64::from(last) >> (8 - shift);
        Ok(aligned >> (64 - count))
    }

    /// One bit.
    #[inline]
    pub(crate) fn bit(&mut self) -> Result<bool, Damage> {
        Ok(self.bits(1)? == 1)
    }

    /// Ones before the next zero, which is read too; stops after `most`.
    #[inline]
    pub(crate) fn ones(&mut self, most: usize) -> Result<usize, Damage> {
        let mut count = 0;
        while count < most && self.bit()? {
            count += 1;
        }
        Ok(count)
    }

    /// Sixty-four bits as a float.
    pub(crate) fn float(&mut self) -> Result<f64, Damage> {
        Ok(f64::from_bits(self.bits(64)?))
    }

    /// A signed varbit.
    pub(crate) fn varbit(&mut self) -> Result<i64, Damage> {
        let width = VARBIT_WIDTHS[self.ones(VARBIT_WIDTHS.len() - 1)?];
        Ok(signed(self.bits(width)?, width))
    }

    /// An unsigned varbit.
    pub(crate) fn varbit_unsigned(&mut self) -> Result<u64, Damage> {
        let width = VARBIT_WIDTHS[self.ones(VARBIT_WIDTHS.len() - 1)?];
        self.bits(width)
    }

    /// A difference of time differences.
    #[inline]
    pub(crate) fn moment(&mut self) -> Result<i64, Damage> {
        let width = MOMENT_WIDTHS[self.ones(MOMENT_WIDTHS.len() - 1)?];
        Ok(signed(self.bits(width)?, width))
    }

    /// A LEB128 number at any bit.
    pub(crate) fn uvarint(&mut self) -> Result<u64, Damage> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bits(8)?;
            if shift == 63 && byte > 1 {
                return Err(self.damage(Fault::Invalid("number above 64 bits")));
            }
            value |= (byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damage(Fault::Invalid("number above 64 bits")))
    }

    /// A zigzag LEB128 number at any bit.
    pub(crate) fn varint(&mut self) -> Result<i64, Damage> {
        let value = self.uvarint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

/// `bits` of `width` bits as a signed number; see the module's head for the range.
#[inline]
fn signed(bits: u64, width: u32) -> i64 {
    if width == 0 || width == 64 || bits <= 1 << (width - 1) {
        bits as i64
    } else {
        bits as i64 - (1 << width)
    }
}

/// Whether `value` fits into `width` bits as [`signed`] reads them.
fn fits(value: i64, width: u32) -> bool {
    match width {
        0 => value == 0,
        64 => true,
        _ => (-(1_i64 << (width - 1)) + 1..=1_i64 << (width - 1)).contains(&value),
    }
}

/// Writes bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits of the last byte that are free.
    free: u32,
}

impl BitWriter {
    /// After whole bytes.
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        Self { bytes, free: 0 }
    }

    /// What was written; the last byte is filled up with zeros.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// The lowest `count` bits of `value`.
    pub(crate) fn bits(&mut self, value: u64, count: u32) {
        let mut left = count;
        while left > 0 {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            let taken = left.min(self.free);
            left -= taken;
            let part = (value >> left) & ((1 << taken) - 1);
            self.free -= taken;
            *self.bytes.last_mut().expect("a byte was pushed above") |= (part as u8) << self.free;
        }
    }

    /// Sixty-four bits of a float.
    pub(crate) fn float(&mut self, value: f64) {
        self.bits(value.to_bits(), 64);
    }

    /// `ones` ones, and a zero unless that is `most`.
    fn prefix(&mut self, ones: usize, most: usize) {
        let bits = ((1_u64 << ones) - 1) << 1;
        if ones == most {
            self.bits(bits >> 1, ones as u32);
        } else {
            self.bits(bits, ones as u32 + 1);
        }
    }

    /// A signed varbit.
    pub(crate) fn varbit(&mut self, value: i64) {
        self.stepped(value, &VARBIT_WIDTHS);
    }

    /// A difference of time differences.
    pub(crate) fn moment(&mut self, value: i64) {
        self.stepped(value, &MOMENT_WIDTHS);
    }

    fn stepped(&mut self, value: i64, widths: &[u32]) {
        let most = widths.len() - 1;
        let ones = widths
            .iter()
            .position(|width| fits(value, *width))
            .unwrap_or(most);
        self.prefix(ones, most);
        self.bits(value as u64, widths[ones]);
    }

    /// An unsigned varbit.
    pub(crate) fn varbit_unsigned(&mut self, value: u64) {
        let most = VARBIT_WIDTHS.len() - 1;
        let needed = 64 - value.leading_zeros();
        let ones = VARBIT_WIDTHS
            .iter()
            .position(|width| needed <= *width)
            .unwrap_or(most);
        self.prefix(ones, most);
        self.bits(value, VARBIT_WIDTHS[ones]);
    }

    /// A LEB128 number at any bit.
    pub(crate) fn uvarint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bits(value & 0x7f | 0x80, 8);
            value >>= 7;
        }
        self.bits(value, 8);
    }

    /// A zigzag LEB128 number at any bit.
    pub(crate) fn varint(&mut self, value: i64) {
        self.uvarint((value << 1 ^ value >> 63) as u64);
    }
}

/// A float column in XOR form: the last value, and between which zeros its last difference lay.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct XorColumn {
    value: u64,
    window: Option<(u32, u32)>,
}

impl XorColumn {
    /// A column whose first value is written in full.
    pub(crate) fn starting_at(value: f64) -> Self {
        Self {
            value: value.to_bits(),
            window: None,
        }
    }

    /// The last value.
    pub(crate) fn value(&self) -> f64 {
        f64::from_bits(self.value)
    }

    /// Reads the next value.
    #[inline]
    pub(crate) fn read(&mut self, reader: &mut BitReader<'_>) -> Result<f64, Damage> {
        match reader.ones(2)? {
            0 => Ok(self.value()),
            1 => self.read_in_window(reader),
            _ => self.read_window(reader),
        }
    }

    /// Reads a difference that lies in the last window.
    pub(crate) fn read_in_window(&mut self, reader: &mut BitReader<'_>) -> Result<f64, Damage> {
        let Some((leading, trailing)) = self.window else {
            return Err(reader.damage(Fault::Invalid("float refers to bits that were never told")));
        };
        let difference = reader.bits(64 - leading - trailing)?;
        self.value ^= difference << trailing;
        Ok(self.value())
    }

    /// Reads a window, and the difference in it.
    pub(crate) fn read_window(&mut self, reader: &mut BitReader<'_>) -> Result<f64, Damage> {
        let leading = reader.bits(5)? as u32;
        // Sixty-four is written as zero.
        let length = match reader.bits(6)? as u32 {
            0 => 64,
            length => length,
        };
        let Some(trailing) = 64_u32.checked_sub(leading + length) else {
            return Err(reader.damage(Fault::Invalid("float has more than 64 bits")));
        };
        self.window = Some((leading, trailing));
        self.read_in_window(reader)
    }

    /// Writes the next value.
    pub(crate) fn write(&mut self, writer: &mut BitWriter, value: f64) {
        let difference = value.to_bits() ^ self.value;
        self.value = value.to_bits();
        if difference == 0 {
            return writer.bits(0, 1);
        }
        let leading = difference.leading_zeros().min(LEADING_MAX);
        let trailing = difference.trailing_zeros();
        match self.window {
            Some((l, t)) if l <= leading && t <= trailing => {
                writer.bits(0b10, 2);
                writer.bits(difference >> t, 64 - l - t);
            }
            _ => {
                let length = 64 - leading - trailing;
                self.window = Some((leading, trailing));
                writer.bits(0b11, 2);
                writer.bits(u64::from(leading), 5);
                writer.bits(u64::from(length), 6);
                writer.bits(difference >> trailing, length);
            }
        }
    }
}
