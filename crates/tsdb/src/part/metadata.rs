//! What targets say of their metric families: kind, help and unit.
//!
//! A thousand targets of one job say the same, so what is said of a family is written once, the list of what a target says once for all targets with
//! that list, and for each target which list it is.

use model::{Labels, Metadata, metadata::MetricKind};

use super::tables::{compress, decompress, put_ascending};
use super::{Map, sets, strings};
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_varint};

/// By their number in the file.
const KINDS: [MetricKind; 8] = [
    MetricKind::Unknown,
    MetricKind::Counter,
    MetricKind::Gauge,
    MetricKind::Histogram,
    MetricKind::GaugeHistogram,
    MetricKind::Summary,
    MetricKind::Info,
    MetricKind::StateSet,
];

/// What targets say of their metric families.
#[derive(Clone, Debug, Default)]
pub struct Said {
    entries: Vec<(String, Metadata)>,
    numbers: Map<(String, Metadata), u32>,
    targets: Map<Labels, Vec<u32>>,
}

impl Said {
    /// Whether nobody says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Notes what `target` says of `family`, whatever it said before.
    pub fn add(&mut self, target: &Labels, family: &str, metadata: &Metadata) {
        let key = (family.to_owned(), metadata.clone());
        let next = self.entries.len() as u32;
        let number = *self.numbers.entry(key).or_insert_with_key(|entry| {
            self.entries.push(entry.clone());
            next
        });
        let entries = &self.entries;
        let list = match self.targets.get_mut(target) {
            Some(list) => list,
            None => self.targets.entry(target.clone()).or_default(),
        };
        let of_family = |other: &&mut u32| entries[**other as usize].0 == family;
        if list.contains(&number) {
            return;
        }
        match list.iter_mut().find(of_family) {
            Some(other) => *other = number,
            None => list.push(number),
        }
    }

    /// Takes what `newer` says, which stands where both say something.
    pub fn extend(&mut self, newer: &Self) {
        for (target, family, metadata) in newer.iter() {
            self.add(target, family, metadata);
        }
    }

    /// Who says what of which family, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Labels, &str, &Metadata)> {
        self.targets.iter().flat_map(move |(target, list)| {
            list.iter().map(move |number| {
                let (family, metadata) = &self.entries[*number as usize];
                (target, family.as_str(), metadata)
            })
        })
    }

    /// The section, without checksum; empty if nobody says anything.
    pub(super) fn encode(&self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        // In order, so that a part has the same bytes whoever said it first.
        let mut order: Vec<u32> = (0..self.entries.len() as u32).collect();
        order.sort_unstable_by_key(|number| &self.entries[*number as usize]);
        let mut place = vec![0; order.len()];
        for (at, number) in (0..).zip(&order) {
            place[*number as usize] = at;
        }
        let mut lists: Vec<(&Labels, Vec<u32>)> = self
            .targets
            .iter()
            .map(|(target, list)| {
                let mut list: Vec<u32> = list.iter().map(|n| place[*n as usize]).collect();
                list.sort_unstable();
                (target, list)
            })
            .collect();
        lists.sort_unstable();
        let mut sheets: Vec<&[u32]> = lists.iter().map(|(_, list)| list.as_slice()).collect();
        sheets.sort_unstable();
        sheets.dedup();

        let mut texts: Vec<&str> = self
            .targets
            .keys()
            .flat_map(Labels::iter)
            .flat_map(|(n, v)| [n, v])
            .collect();
        texts.sort_unstable();
        texts.dedup();
        let numbers: Map<&str, u32> = texts.iter().copied().zip(0..).collect();
        let mut plain = strings::encode(&texts);
        put_varint(&mut plain, order.len() as u64);
        for number in order {
            let (family, metadata) = &self.entries[number as usize];
            put_text(&mut plain, family);
            let kind = KINDS.iter().position(|kind| *kind == metadata.kind);
            plain.push(kind.unwrap_or(0) as u8);
            put_text(&mut plain, &metadata.help);
            put_text(&mut plain, &metadata.unit);
        }
        put_varint(&mut plain, sheets.len() as u64);
        for sheet in &sheets {
            put_ascending(sheet, &mut plain);
        }
        put_varint(&mut plain, lists.len() as u64);
        for (target, list) in &lists {
            sets::put(target, &numbers, &mut plain);
            let sheet = sheets.partition_point(|sheet| *sheet < list.as_slice());
            put_varint(&mut plain, sheet as u64);
        }
        compress(&plain)
    }

    /// The inverse of [`encode`](Self::encode).
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let plain = decompress(bytes, "metadata")?;
        let mut cursor = Cursor::new(&plain, "metadata");
        let strings = strings::Strings::take(&mut cursor)?;
        let mut said = Self::default();
        for number in 0..cursor.size(plain.len())? {
            let family = take_text(&mut cursor)?;
            let damage = cursor.damage();
            let kind = *KINDS.get(usize::from(cursor.byte()?)).ok_or(damage)?;
            let help = take_text(&mut cursor)?;
            let unit = take_text(&mut cursor)?;
            let entry = (family, Metadata { kind, help, unit });
            said.numbers.insert(entry.clone(), number as u32);
            said.entries.push(entry);
        }
        let sheets = (0..cursor.size(plain.len())?)
            .map(|_| take_ascending(&mut cursor, said.entries.len()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut targets = sets::Sets::default();
        for number in 0..cursor.size(plain.len())? {
            targets.take(&mut cursor, &strings)?;
            let damage = cursor.damage();
            let sheet = sheets.get(cursor.size(sheets.len())?).ok_or(damage)?;
            let target = targets.labels(number, &strings);
            said.targets.insert(target, sheet.clone());
        }
        cursor.end()?;
        Ok(said)
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn take_text(cursor: &mut Cursor<'_>) -> Result<String, Damage> {
    let length = cursor.size(cursor.remaining())?;
    let damage = cursor.damage();
    let bytes = cursor.take(length)?.to_vec();
    String::from_utf8(bytes).map_err(|_| damage)
}

fn take_ascending(cursor: &mut Cursor<'_>, end: usize) -> Result<Vec<u32>, Damage> {
    let count = cursor.size(end)?;
    let mut next = 0;
    (0..count)
        .map(|_| {
            let damage = cursor.damage();
            let number = next + cursor.size(end)?;
            next = number + 1;
            if number < end {
                Ok(number as u32)
            } else {
                Err(damage)
            }
        })
        .collect()
}
