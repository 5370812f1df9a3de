//! All label names and values of a part, ascending, in one text.

use std::ops::Range;

use memchr::memmem;

use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_varint};

/// Strings by number. Since they ascend, a prefix is a range of numbers.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

/// The section, before compression.
pub(super) fn encode(strings: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, strings.len() as u64);
    let mut last = "";
    for string in strings {
        let pairs = last.bytes().zip(string.bytes());
        let shared = pairs.take_while(|(a, b)| a == b).count();
        put_varint(&mut out, shared as u64);
        put_varint(&mut out, (string.len() - shared) as u64);
        out.extend_from_slice(&string.as_bytes()[shared..]);
        last = string;
    }
    out
}

impl Strings {
    /// The inverse of [`encode`].
    pub(super) fn decode(plain: &[u8]) -> Result<Self, Damage> {
        let mut cursor = Cursor::new(plain, "strings");
        let strings = Self::take(&mut cursor)?;
        cursor.end()?;
        Ok(strings)
    }

    /// Takes what [`encode`] wrote off the front.
    pub(super) fn take(cursor: &mut Cursor<'_>) -> Result<Self, Damage> {
        let bytes_max = cursor.remaining();
        let count = cursor.size(bytes_max)?;
        let mut strings = Self {
            text: String::new(),
            ends: Vec::with_capacity(count),
        };
        let mut last: Vec<u8> = Vec::new();
        for number in 0..count {
            let damage = cursor.damage();
            let shared = cursor.size(last.len())?;
            let rest = cursor.size(bytes_max)?;
            let ascends = last.get(shared).copied();
            last.truncate(shared);
            last.extend_from_slice(cursor.take(rest)?);
            if number > 0 && last.get(shared).copied() <= ascends {
                return Err(damage);
            }
            let string = std::str::from_utf8(&last).map_err(|_| damage)?;
            strings.text.push_str(string);
            strings.ends.push(strings.text.len());
        }
        strings.text.shrink_to_fit();
        Ok(strings)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn range(&self, number: usize) -> Range<usize> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[number]
    }

    pub(super) fn get(&self, number: u32) -> &str {
        &self.text[self.range(number as usize)]
    }

    /// How many strings are before `is_before` says no.
    fn partition_point(&self, is_before: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(&self.text[self.range(middle)]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low as u32
    }

    pub(super) fn find(&self, string: &str) -> Option<u32> {
        let number = self.partition_point(|other| other < string);
        let there = (number as usize) < self.len() && self.get(number) == string;
        there.then_some(number)
    }

    /// The numbers of the strings that begin with `prefix`.
    pub(super) fn with_prefix(&self, prefix: &str) -> Range<u32> {
        let start = self.partition_point(|other| other < prefix);
        let end = self.partition_point(|other| other < prefix || other.starts_with(prefix));
        start..end
    }

    /// The numbers of the strings that contain `part`, which is not empty; ascending.
    pub(super) fn containing(&self, part: &str) -> Vec<u32> {
        let finder = memmem::Finder::new(part);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(hit) = finder.find(&self.text.as_bytes()[from..]) {
            let at = from + hit;
            let number = self.ends.partition_point(|end| *end <= at);
            let end = self.ends[number];
            if at + part.len() <= end {
                found.push(number as u32);
                from = end;
            } else {
                // Two neighbours make the hit together.
                from = at + 1;
            }
        }
        found
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}
