//! When counters began: for each series that knows, the moments at which its start time changes.
//!
//! Most counters of a process began together, so the lists of such moments are written once each.

use storage::Starts;

use super::Map;
use super::tables::{compress, decompress};
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

/// A list of moments: from when on, and which start holds; in milliseconds.
type Steps = Vec<(i64, Option<i64>)>;

/// The start times of all series of a part.
#[derive(Debug, Default)]
pub(super) struct StartTable {
    lists: Vec<Steps>,
    numbers: Map<Steps, u32>,
    /// Group and metric, and which list; ascending once the table is complete.
    series: Vec<((u32, u32), u32)>,
}

impl StartTable {
    pub(super) fn add(&mut self, group: u32, metric: u32, starts: &Starts) {
        if starts.is_empty() {
            return;
        }
        let next = self.lists.len() as u32;
        let number = *self
            .numbers
            .entry(starts.steps().collect())
            .or_insert_with_key(|steps| {
                self.lists.push(steps.clone());
                next
            });
        self.series.push(((group, metric), number));
    }

    /// The start times of a series.
    pub(super) fn get(&self, group: u32, metric: u32) -> Starts {
        let found = self
            .series
            .binary_search_by_key(&(group, metric), |one| one.0);
        let mut starts = Starts::default();
        if let Ok(at) = found {
            for (from_ms, start_ms) in &self.lists[self.series[at].1 as usize] {
                starts.note(*from_ms, *start_ms, i64::MIN);
            }
        }
        starts
    }

    /// The section, without checksum; empty if no series knows.
    pub(super) fn encode(&mut self) -> Vec<u8> {
        if self.series.is_empty() {
            return Vec::new();
        }
        self.series.sort_unstable();
        let mut plain = Vec::new();
        put_varint(&mut plain, self.lists.len() as u64);
        for steps in &self.lists {
            put_varint(&mut plain, steps.len() as u64);
            let mut last = 0_i64;
            for (from_ms, start_ms) in steps {
                put_signed(&mut plain, from_ms.wrapping_sub(last));
                last = *from_ms;
                plain.push(u8::from(start_ms.is_some()));
                if let Some(start_ms) = start_ms {
                    put_signed(&mut plain, from_ms.wrapping_sub(*start_ms));
                }
            }
        }
        put_varint(&mut plain, self.series.len() as u64);
        let (mut group, mut metric) = (0, 0);
        for ((own, number), list) in &self.series {
            put_varint(&mut plain, u64::from(own - group));
            if *own != group {
                metric = 0;
            }
            put_varint(&mut plain, u64::from(number - metric));
            put_varint(&mut plain, u64::from(*list));
            (group, metric) = (*own, *number);
        }
        compress(&plain)
    }

    /// The inverse of [`encode`](Self::encode).
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let plain = decompress(bytes, "start times")?;
        let mut cursor = Cursor::new(&plain, "start times");
        let mut table = Self::default();
        for _ in 0..cursor.size(plain.len())? {
            let mut last = 0_i64;
            let count = cursor.size(plain.len())?;
            let steps = (0..count).map(|_| {
                last = last.wrapping_add(cursor.signed()?);
                let known = cursor.byte()? != 0;
                let back = if known { Some(cursor.signed()?) } else { None };
                Ok((last, back.map(|back| last.wrapping_sub(back))))
            });
            let steps = steps.collect::<Result<_, Damage>>()?;
            table.lists.push(steps);
        }
        let (mut group, mut metric) = (0_u32, 0_u32);
        for _ in 0..cursor.size(plain.len())? {
            let damage = cursor.damage();
            let up = cursor.size(u32::MAX as usize)? as u32;
            if up > 0 {
                metric = 0;
            }
            group = group.checked_add(up).ok_or(damage)?;
            let further = cursor.size(u32::MAX as usize)? as u32;
            metric = metric.checked_add(further).ok_or(damage)?;
            let list = cursor.size(table.lists.len())?;
            if list == table.lists.len() {
                return Err(damage);
            }
            table.series.push(((group, metric), list as u32));
        }
        cursor.end()?;
        Ok(table)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let lists = self.lists.iter();
        let lists: usize = lists
            .map(|steps| steps.capacity() * size_of::<(i64, Option<i64>)>())
            .sum();
        lists + self.series.capacity() * size_of::<((u32, u32), u32)>()
    }
}
