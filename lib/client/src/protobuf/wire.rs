//! Protobuf's encoding, as far as a page needs it: varints, doubles, and messages within messages.
//!
//! Source: the "Encoding" page of the Protocol Buffers documentation.

/// A message that is being written, field by field.
#[derive(Debug)]
pub(super) struct Message<'o> {
    out: &'o mut Vec<u8>,
}

const VARINT: u32 = 0;
const FIXED_64: u32 = 1;
const LENGTH: u32 = 2;

impl<'o> Message<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out }
    }

    fn tag(&mut self, field: u32, kind: u32) {
        push_varint(self.out, (field << 3 | kind).into());
    }

    pub(super) fn varint(&mut self, field: u32, value: u64) {
        self.tag(field, VARINT);
        push_varint(self.out, value);
    }

    /// `sint32` and `sint64`.
    pub(super) fn zigzag(&mut self, field: u32, value: i64) {
        self.varint(field, zigzag(value));
    }

    pub(super) fn double(&mut self, field: u32, value: f64) {
        self.tag(field, FIXED_64);
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn text(&mut self, field: u32, text: &str) {
        self.tag(field, LENGTH);
        push_varint(self.out, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A message in a field. Its length is known when it is written, so it moves up by the length's bytes then.
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Message<'_>)) {
        self.tag(field, LENGTH);
        let start = self.out.len();
        // Most messages are shorter than 128 bytes, for which one byte says it.
        self.out.push(0);
        write(&mut Message::new(self.out));
        let length = self.out.len() - start - 1;
        if let Ok(short @ ..128) = u8::try_from(length) {
            self.out[start] = short;
            return;
        }
        let mut prefix = Vec::with_capacity(10);
        push_varint(&mut prefix, length as u64);
        self.out.splice(start..=start, prefix);
    }

    /// `repeated sint64`, packed.
    pub(super) fn packed_zigzag(&mut self, field: u32, values: impl Iterator<Item = i64>) {
        let mut packed = Vec::new();
        for value in values {
            push_varint(&mut packed, zigzag(value));
        }
        if !packed.is_empty() {
            self.tag(field, LENGTH);
            push_varint(self.out, packed.len() as u64);
            self.out.append(&mut packed);
        }
    }
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

pub(super) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
