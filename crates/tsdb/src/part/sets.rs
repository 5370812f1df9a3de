//! Label sets by number, as pairs of string numbers in one list.

use model::Labels;

use super::Map;
use super::strings::Strings;
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_varint};

/// Label sets, eight bytes per label: a million of them are a few vectors.
#[derive(Debug, Default)]
pub(super) struct Sets {
    ends: Vec<u32>,
    /// Name and value, by ascending name.
    pairs: Vec<(u32, u32)>,
}

/// Appends the number of labels, and for each the numbers of name and value.
pub(super) fn put(labels: &Labels, numbers: &Map<&str, u32>, out: &mut Vec<u8>) {
    put_varint(out, labels.len() as u64);
    for (name, value) in labels.iter() {
        put_varint(out, u64::from(numbers[name]));
        put_varint(out, u64::from(numbers[value]));
    }
}

impl Sets {
    /// Takes the next set, which was [`put`], and adds it.
    pub(super) fn take(
        &mut self,
        cursor: &mut Cursor<'_>,
        strings: &Strings,
    ) -> Result<(), Damage> {
        let count = cursor.size(strings.len())?;
        let start = self.pairs.len();
        for _ in 0..count {
            let damage = cursor.damage();
            let name = cursor.size(strings.len())?;
            let value = cursor.size(strings.len())?;
            let is_text = |number| number < strings.len() && !strings.get(number as u32).is_empty();
            if !is_text(name) || !is_text(value) {
                return Err(damage);
            }
            self.pairs.push((name as u32, value as u32));
        }
        if !self.pairs[start..].is_sorted_by(|a, b| a.0 < b.0) {
            return Err(cursor.damage());
        }
        let end = u32::try_from(self.pairs.len()).map_err(|_| cursor.damage())?;
        self.ends.push(end);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The pairs of a set.
    pub(super) fn pairs(&self, number: usize) -> &[(u32, u32)] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.pairs[start as usize..self.ends[number] as usize]
    }

    pub(super) fn labels(&self, number: usize, strings: &Strings) -> Labels {
        let pairs = self.pairs(number).iter();
        let texts = pairs.map(|(name, value)| (strings.get(*name), strings.get(*value)));
        Labels::from_sorted(texts)
    }

    pub(super) fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.pairs.shrink_to_fit();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.ends.capacity() * size_of::<u32>() + self.pairs.capacity() * size_of::<(u32, u32)>()
    }
}
