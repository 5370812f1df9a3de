//! Fields of messages, as they lie on the wire.

use super::{ProtobufError, ProtobufFault};

/// What is left of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    /// Where `bytes` begins in the page.
    at: usize,
}

/// A field's value, which has no type but what its number means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    form: Form<'a>,
    at: usize,
}

#[derive(Clone, Copy, Debug)]
enum Form<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32,
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next field and its number.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Value<'a>)>, ProtobufError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let at = self.at;
        let key = self.varint()?;
        let form = match key & 7 {
            0 => Form::Varint(self.varint()?),
            1 => Form::Fixed64(self.take()?),
            2 => {
                let Fields { bytes, at } = self.counted()?;
                let form = Form::Bytes(bytes);
                return Ok(Some(((key >> 3) as u32, Value { form, at })));
            }
            5 => {
                let _unknown: [u8; 4] = self.take()?;
                Form::Fixed32
            }
            _ => return Err(ProtobufFault::Type.at(at)),
        };
        Ok(Some(((key >> 3) as u32, Value { form, at })))
    }

    /// The next message of several that have their lengths before them.
    pub(super) fn delimited(&mut self) -> Result<Option<Self>, ProtobufError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        self.counted().map(Some)
    }

    /// A length, and as many bytes.
    fn counted(&mut self) -> Result<Self, ProtobufError> {
        let length = self.varint()?;
        let cut = usize::try_from(length).ok();
        let Some((bytes, rest)) = cut.and_then(|length| self.bytes.split_at_checked(length)) else {
            return Err(ProtobufFault::Truncated.at(self.at));
        };
        let counted = Self::new(bytes, self.at);
        *self = Self::new(rest, self.at + bytes.len());
        Ok(counted)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ProtobufError> {
        let Some((bytes, rest)) = self.bytes.split_first_chunk() else {
            return Err(ProtobufFault::Truncated.at(self.at));
        };
        *self = Self::new(rest, self.at + N);
        Ok(*bytes)
    }

    fn varint(&mut self) -> Result<u64, ProtobufError> {
        let start = self.at;
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = self.take()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(ProtobufFault::Number.at(start))
    }
}

impl ProtobufFault {
    pub(super) fn at(self, at: usize) -> ProtobufError {
        ProtobufError { at, fault: self }
    }
}

impl<'a> Value<'a> {
    fn mistyped(self) -> ProtobufError {
        ProtobufFault::Type.at(self.at)
    }

    pub(super) fn message(self) -> Result<Fields<'a>, ProtobufError> {
        match self.form {
            Form::Bytes(bytes) => Ok(Fields::new(bytes, self.at)),
            _ => Err(self.mistyped()),
        }
    }

    pub(super) fn text(self) -> Result<&'a str, ProtobufError> {
        let Form::Bytes(bytes) = self.form else {
            return Err(self.mistyped());
        };
        str::from_utf8(bytes)
            .map_err(|error| ProtobufFault::NotUtf8.at(self.at + error.valid_up_to()))
    }

    pub(super) fn double(self) -> Result<f64, ProtobufError> {
        match self.form {
            Form::Fixed64(bytes) => Ok(f64::from_le_bytes(bytes)),
            _ => Err(self.mistyped()),
        }
    }

    pub(super) fn number(self) -> Result<u64, ProtobufError> {
        match self.form {
            Form::Varint(number) => Ok(number),
            _ => Err(self.mistyped()),
        }
    }

    /// A number of which small negative ones are short.
    pub(super) fn signed(self) -> Result<i64, ProtobufError> {
        self.number().map(unfold)
    }

    /// Numbers of a field that may come many times, or all at once.
    pub(super) fn each_signed(self, into: &mut Vec<i64>) -> Result<(), ProtobufError> {
        let Form::Bytes(bytes) = self.form else {
            into.push(self.signed()?);
            return Ok(());
        };
        let mut rest = Fields::new(bytes, self.at);
        while !rest.bytes.is_empty() {
            into.push(unfold(rest.varint()?));
        }
        Ok(())
    }

    /// As [`each_signed`](Self::each_signed), of floats.
    pub(super) fn each_double(self, into: &mut Vec<f64>) -> Result<(), ProtobufError> {
        let Form::Bytes(bytes) = self.form else {
            into.push(self.double()?);
            return Ok(());
        };
        let mut rest = Fields::new(bytes, self.at);
        while !rest.bytes.is_empty() {
            into.push(f64::from_le_bytes(rest.take()?));
        }
        Ok(())
    }
}

/// 0, -1, 1, -2 and so on.
fn unfold(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
