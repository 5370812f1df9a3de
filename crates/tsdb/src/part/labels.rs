//! The two tables of labels, and which metrics each group has.

use std::ops::Range;

use model::Labels;

use super::{Map, order};
use crate::codec::bytes::{Cursor, put_signed, put_varint};
use crate::codec::{Damage, squeezed};

/// The most bytes of a section before compression.
const SECTION_BYTES_MAX: usize = 1 << 32;
/// The most rows of a group: a month of scrapes every 40 ms.
const GROUP_ROWS_MAX: usize = 1 << 26;

/// What a part knows of its series.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// By number, in [`order`].
    pub(super) metrics: Vec<Labels>,
    /// Ranges of metric numbers with one name each.
    pub(super) families: Vec<Range<u32>>,
    /// Ascending metric numbers.
    pub(super) layouts: Vec<Vec<u32>>,
    pub(super) groups: Vec<GroupTable>,
}

/// One group.
#[derive(Clone, Debug)]
pub(super) struct GroupTable {
    pub(super) target: Labels,
    pub(super) layout: usize,
    pub(super) rows: usize,
    /// Where its time page lies in the file.
    pub(super) time_page: Range<usize>,
}

/// Metric label sets that occur anywhere, in order, and the number of each.
pub(super) fn number(sets: impl Iterator<Item = Labels>) -> (Vec<Labels>, Map<Labels, u32>) {
    let mut numbers: Map<Labels, u32> = Map::default();
    for set in sets {
        numbers.entry(set).or_default();
    }
    let mut metrics: Vec<Labels> = numbers.keys().cloned().collect();
    metrics.sort_by(order::compare);
    for (number, set) in (0..).zip(&metrics) {
        numbers.insert(set.clone(), number);
    }
    (metrics, numbers)
}

/// The ranges of metrics that share a name.
pub(super) fn families(metrics: &[Labels]) -> Vec<Range<u32>> {
    let mut start = 0;
    metrics
        .chunk_by(|a, b| a.metric_name() == b.metric_name())
        .map(|family| {
            let end = start + family.len() as u32;
            std::mem::replace(&mut start, end)..end
        })
        .collect()
}

impl Tables {
    /// The part of a layout that belongs to a family.
    pub(super) fn in_family(&self, layout: usize, family: &Range<u32>) -> &[u32] {
        let metrics = &self.layouts[layout];
        let start = metrics.partition_point(|metric| *metric < family.start);
        let end = metrics.partition_point(|metric| *metric < family.end);
        &metrics[start..end]
    }

    /// The sections: strings, metrics, groups; each as it stands in the file, without checksum.
    pub(super) fn encode(&self) -> [Vec<u8>; 3] {
        let mut strings: Vec<&str> = Vec::new();
        let targets = self.groups.iter().map(|group| &group.target);
        for labels in self.metrics.iter().chain(targets) {
            strings.extend(labels.iter().flat_map(|(name, value)| [name, value]));
        }
        strings.sort_unstable();
        strings.dedup();
        let numbers: Map<&str, usize> = strings.iter().copied().zip(0..).collect();

        let mut metrics = Vec::new();
        put_varint(&mut metrics, self.metrics.len() as u64);
        for labels in &self.metrics {
            put_labels(labels, &numbers, &mut metrics);
        }
        let mut groups = Vec::new();
        put_varint(&mut groups, self.layouts.len() as u64);
        for layout in &self.layouts {
            put_varint(&mut groups, layout.len() as u64);
            let mut next = 0;
            for metric in layout {
                put_varint(&mut groups, u64::from(metric - next));
                next = metric + 1;
            }
        }
        put_varint(&mut groups, self.groups.len() as u64);
        let mut end = 0;
        for group in &self.groups {
            put_labels(&group.target, &numbers, &mut groups);
            put_varint(&mut groups, group.layout as u64);
            put_varint(&mut groups, group.rows as u64);
            put_signed(&mut groups, group.time_page.start as i64 - end);
            put_varint(&mut groups, group.time_page.len() as u64);
            end = group.time_page.end as i64;
        }
        [front_coded(&strings), metrics, groups].map(|plain| compress(&plain))
    }

    /// The inverse of [`encode`](Self::encode).
    pub(super) fn decode(strings: &[u8], metrics: &[u8], groups: &[u8]) -> Result<Self, Damage> {
        let strings = take_strings(&decompress(strings, "strings")?)?;
        let metrics = decompress(metrics, "metrics")?;
        let mut cursor = Cursor::new(&metrics, "metrics");
        let count = cursor.size(u32::MAX as usize)?;
        let metrics = (0..count)
            .map(|_| take_labels(&mut cursor, &strings))
            .collect::<Result<Vec<_>, _>>()?;
        cursor.end()?;

        let groups = decompress(groups, "groups")?;
        let mut cursor = Cursor::new(&groups, "groups");
        let count = cursor.size(groups.len())?;
        let layouts = (0..count)
            .map(|_| take_layout(&mut cursor, metrics.len()))
            .collect::<Result<Vec<_>, _>>()?;
        let count = cursor.size(groups.len())?;
        let mut end = 0;
        let groups = (0..count)
            .map(|_| {
                let group = take_group(&mut cursor, &strings, layouts.len(), end)?;
                end = group.time_page.end;
                Ok(group)
            })
            .collect::<Result<Vec<_>, Damage>>()?;
        cursor.end()?;
        Ok(Self {
            families: families(&metrics),
            metrics,
            layouts,
            groups,
        })
    }
}

/// Length and bytes.
pub(super) fn compress(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, plain.len() as u64);
    let taken = squeezed::compress(plain, &mut out);
    assert!(taken, "zstd takes any bytes");
    out
}

/// The inverse of [`compress`].
pub(super) fn decompress(bytes: &[u8], what: &'static str) -> Result<Vec<u8>, Damage> {
    let mut cursor = Cursor::new(bytes, what);
    let length = cursor.size(SECTION_BYTES_MAX)?;
    squeezed::decompress(cursor.rest(), length)
}

fn front_coded(strings: &[&str]) -> Vec<u8> {
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

fn take_strings(plain: &[u8]) -> Result<Vec<String>, Damage> {
    let mut cursor = Cursor::new(plain, "strings");
    let count = cursor.size(plain.len())?;
    let mut last: Vec<u8> = Vec::new();
    let mut strings = Vec::with_capacity(count);
    for _ in 0..count {
        let shared = cursor.size(last.len())?;
        let rest = cursor.size(plain.len())?;
        last.truncate(shared);
        last.extend_from_slice(cursor.take(rest)?);
        let string = String::from_utf8(last.clone()).map_err(|_| cursor.damage())?;
        strings.push(string);
    }
    cursor.end()?;
    Ok(strings)
}

fn put_labels(labels: &Labels, numbers: &Map<&str, usize>, out: &mut Vec<u8>) {
    put_varint(out, labels.len() as u64);
    for (name, value) in labels.iter() {
        put_varint(out, numbers[name] as u64);
        put_varint(out, numbers[value] as u64);
    }
}

fn take_labels(cursor: &mut Cursor<'_>, strings: &[String]) -> Result<Labels, Damage> {
    let count = cursor.size(strings.len())?;
    let mut pairs = Vec::with_capacity(count);
    for _ in 0..count {
        let damage = cursor.damage();
        let name = strings.get(cursor.size(strings.len())?).ok_or(damage)?;
        let value = strings.get(cursor.size(strings.len())?).ok_or(damage)?;
        pairs.push((name, value));
    }
    Ok(Labels::from_pairs(pairs))
}

fn take_layout(cursor: &mut Cursor<'_>, metrics: usize) -> Result<Vec<u32>, Damage> {
    let count = cursor.size(metrics)?;
    let mut next = 0;
    (0..count)
        .map(|_| {
            let damage = cursor.damage();
            let metric = next + cursor.size(metrics)?;
            next = metric + 1;
            if metric < metrics {
                Ok(metric as u32)
            } else {
                Err(damage)
            }
        })
        .collect()
}

fn take_group(
    cursor: &mut Cursor<'_>,
    strings: &[String],
    layouts: usize,
    end: usize,
) -> Result<GroupTable, Damage> {
    let target = take_labels(cursor, strings)?;
    let damage = cursor.damage();
    let layout = cursor.size(layouts)?;
    let rows = cursor.size(GROUP_ROWS_MAX)?;
    let start = (end as i64)
        .checked_add(cursor.signed()?)
        .and_then(|start| usize::try_from(start).ok())
        .ok_or(damage)?;
    let length = cursor.size(u32::MAX as usize)?;
    if layout >= layouts {
        return Err(damage);
    }
    Ok(GroupTable {
        target,
        layout,
        rows,
        time_page: start..start + length,
    })
}
