//! Numbers and strings as bytes, and back from bytes that may be anything.

use model::Labels;

/// The longest string, and the most elements of a list inside a record.
pub(super) const LENGTH_MAX: usize = 1 << 24;

/// Bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset} of a group")]
pub(super) struct Malformed {
    pub(super) reason: &'static str,
    pub(super) offset: usize,
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, zigzag(value));
}

pub(super) fn put_str(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn put_labels(out: &mut Vec<u8>, labels: &Labels) {
    put_varint(out, labels.len() as u64);
    for (name, value) in labels.iter() {
        put_str(out, name);
        put_str(out, value);
    }
}

/// A float that is mostly a whole number: twice its zigzag form, or 1 and its bits.
pub(super) fn put_number(out: &mut Vec<u8>, value: f64) {
    let whole = value as i64;
    if (whole as f64).to_bits() == value.to_bits() && whole.unsigned_abs() < 1 << 53 {
        put_varint(out, zigzag(whole) << 1);
    } else {
        out.push(1);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads on from where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.offset == self.bytes.len()
    }

    pub(super) fn malformed(&self, reason: &'static str) -> Malformed {
        let offset = self.offset;
        Malformed { reason, offset }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let rest = &self.bytes[self.offset..];
        let taken = rest.get(..length);
        let taken = taken.ok_or_else(|| self.malformed("unexpected end"))?;
        self.offset += length;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("`take` gives as many as asked"))
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Malformed> {
        let byte = self.bytes.get(self.offset).copied();
        let byte = byte.ok_or_else(|| self.malformed("unexpected end"))?;
        self.offset += 1;
        Ok(byte)
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.malformed("overlong number"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, Malformed> {
        self.varint().map(unzigzag)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Malformed> {
        let value = self.varint()?;
        u32::try_from(value).map_err(|_| self.malformed("number too large"))
    }

    /// A length or a count that is at most [`LENGTH_MAX`].
    pub(super) fn length(&mut self) -> Result<usize, Malformed> {
        let value = self.varint()?;
        if value > LENGTH_MAX as u64 {
            return Err(self.malformed("length too large"));
        }
        Ok(value as usize)
    }

    pub(super) fn float(&mut self) -> Result<f64, Malformed> {
        self.array().map(f64::from_le_bytes)
    }

    pub(super) fn number(&mut self) -> Result<f64, Malformed> {
        let head = self.varint()?;
        if head == 1 {
            return self.float();
        }
        if head & 1 == 1 {
            return Err(self.malformed("unknown number"));
        }
        Ok(unzigzag(head >> 1) as f64)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.length()?;
        let taken = self.take(length)?;
        std::str::from_utf8(taken).map_err(|_| self.malformed("text that is not UTF-8"))
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.offset..]
    }

    pub(super) fn labels(&mut self) -> Result<Labels, Malformed> {
        let count = self.length()?;
        let mut pairs = Vec::new();
        for _ in 0..count {
            let name = self.text()?;
            if name.is_empty() {
                return Err(self.malformed("label without a name"));
            }
            pairs.push((name, self.text()?));
        }
        Ok(Labels::from_pairs(pairs))
    }
}
