//! Variable-length integers, and a cursor that knows where it is.

use super::Damage;

/// The most bytes that a varint of 64 bits takes.
pub const VARINT_BYTES_MAX: usize = 10;

/// Appends `value` in LEB128.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends `value` in zigzag form, as a varint.
pub fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, zigzag(value));
}

/// Bytes that [`put_varint`] takes.
#[must_use]
pub fn varint_size(value: u64) -> usize {
    ((64 - (value | 1).leading_zeros()) as usize).div_ceil(7)
}

/// Small numbers of either sign become small numbers.
#[inline]
#[must_use]
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
#[inline]
#[must_use]
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads bytes from front to back.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
    what: &'static str,
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`, which hold `what`.
    #[must_use]
    pub fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self {
            bytes,
            offset: 0,
            what,
        }
    }

    /// How many bytes were read.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How many are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.offset
    }

    /// The error for this place.
    #[must_use]
    pub fn damage(&self) -> Damage {
        Damage::new(self.what, self.offset)
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    ///
    /// When there are fewer.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        if length > self.remaining() {
            return Err(self.damage());
        }
        let taken = &self.bytes[self.offset..self.offset + length];
        self.offset += length;
        Ok(taken)
    }

    /// All that is left, without going there.
    #[inline]
    #[must_use]
    pub fn ahead(&self) -> &'a [u8] {
        &self.bytes[self.offset..]
    }

    /// Goes on by so many bytes, or to the end.
    #[inline]
    pub fn skip(&mut self, length: usize) {
        self.offset = self.bytes.len().min(self.offset + length);
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.offset..];
        self.offset = self.bytes.len();
        rest
    }

    /// The next byte.
    ///
    /// # Errors
    ///
    /// At the end.
    pub fn byte(&mut self) -> Result<u8, Damage> {
        let byte = *self.bytes.get(self.offset).ok_or_else(|| self.damage())?;
        self.offset += 1;
        Ok(byte)
    }

    /// The next eight bytes, little endian.
    ///
    /// # Errors
    ///
    /// When there are fewer.
    pub fn u64(&mut self) -> Result<u64, Damage> {
        let damage = self.damage();
        let bytes = self.take(8)?;
        Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| damage)?))
    }

    /// The next varint.
    ///
    /// # Errors
    ///
    /// When it does not end, or has more than 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, Damage> {
        // Most have a byte or two.
        match self.bytes.get(self.offset..) {
            Some([byte, ..]) if *byte < 0x80 => {
                self.offset += 1;
                Ok(u64::from(*byte))
            }
            Some([low, high, ..]) if *high < 0x80 => {
                self.offset += 2;
                Ok(u64::from(*low & 0x7f) | u64::from(*high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Damage> {
        let mut value = 0;
        for shift in (0..).step_by(7).take(VARINT_BYTES_MAX) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damage())
    }

    /// The next varint, as a size or an index of at most `max`.
    ///
    /// # Errors
    ///
    /// When it is none, or larger.
    pub fn size(&mut self, max: usize) -> Result<usize, Damage> {
        let damage = self.damage();
        usize::try_from(self.varint()?)
            .ok()
            .filter(|size| *size <= max)
            .ok_or(damage)
    }

    /// The next varint in zigzag form.
    ///
    /// # Errors
    ///
    /// As for [`varint`](Self::varint).
    #[inline]
    pub fn signed(&mut self) -> Result<i64, Damage> {
        self.varint().map(unzigzag)
    }

    /// Nothing may be left.
    ///
    /// # Errors
    ///
    /// When something is.
    pub fn end(&self) -> Result<(), Damage> {
        if self.remaining() == 0 {
            Ok(())
        } else {
            Err(self.damage())
        }
    }
}
