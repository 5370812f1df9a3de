//! Whole bytes: a cursor over what was read, and the same numbers appended to what is to be written.

use super::error::{Damage, Fault};

/// Reads numbers and strings, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Where in the file (or record) `bytes` begins.
    base: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0 }
    }

    /// At `offset` of a file.
    pub(crate) fn at(file: &'a [u8], offset: u64) -> Result<Self, Damage> {
        let place = usize::try_from(offset)
            .ok()
            .filter(|place| *place <= file.len());
        match place {
            Some(base) => Ok(Self {
                bytes: &file[base..],
                base,
            }),
            None => Err(Damage {
                offset,
                fault: Fault::Truncated,
            }),
        }
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Where in the file.
    pub(crate) fn offset(&self) -> usize {
        self.base
    }

    /// `fault` here.
    pub(crate) fn damage(&self, fault: Fault) -> Damage {
        Damage::at(self.base, fault)
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Damage> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return Err(self.damage(Fault::Truncated));
        };
        self.bytes = rest;
        self.base += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("`take` gives what was asked for"))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damage> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Damage> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Damage> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Damage> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Damage> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn float(&mut self) -> Result<f64, Damage> {
        self.u64().map(f64::from_bits)
    }

    /// LEB128.
    pub(crate) fn uvarint(&mut self) -> Result<u64, Damage> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damage(Fault::Invalid("number above 64 bits")))
    }

    /// LEB128 in zigzag.
    pub(crate) fn varint(&mut self) -> Result<i64, Damage> {
        let value = self.uvarint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Bytes with their length before them.
    pub(crate) fn prefixed(&mut self) -> Result<&'a [u8], Damage> {
        let length = self.uvarint()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// Text with its length before it.
    pub(crate) fn text(&mut self) -> Result<&'a str, Damage> {
        let start = *self;
        let bytes = self.prefixed()?;
        std::str::from_utf8(bytes).map_err(|_| start.damage(Fault::Invalid("not valid UTF-8")))
    }

    /// `length` bytes whose checksum follows, as a cursor over them.
    pub(crate) fn checked(&mut self, length: usize) -> Result<Self, Damage> {
        let content = Self {
            base: self.base,
            bytes: self.take(length)?,
        };
        if self.u32()? != crc32c::crc32c(content.bytes) {
            return Err(content.damage(Fault::Checksum));
        }
        Ok(content)
    }

    /// A section: `u32` length, content, checksum.
    pub(crate) fn section(&mut self) -> Result<Self, Damage> {
        let length = self.u32()?;
        self.checked(length as usize)
    }
}

/// Appends LEB128.
pub(crate) fn put_uvarint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends LEB128 in zigzag.
pub(crate) fn put_varint(out: &mut Vec<u8>, value: i64) {
    put_uvarint(out, (value << 1 ^ value >> 63) as u64);
}

/// Appends bytes with their length before them.
pub(crate) fn put_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    put_uvarint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends the checksum of what `out` holds from `start` on.
pub(crate) fn put_checksum(out: &mut Vec<u8>, start: usize) {
    let checksum = crc32c::crc32c(&out[start..]);
    out.extend_from_slice(&checksum.to_be_bytes());
}
