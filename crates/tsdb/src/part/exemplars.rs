//! The exemplars of a part, in a section of their own: few queries ask for them, and those read all.

use model::{Exemplar, Labels, Timestamp};

use super::strings;
use super::tables::{compress, decompress};
use super::{Map, sets};
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

/// The exemplars of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// Its group.
    pub group: u32,
    /// In a part its metric; in what a part is written from, which of the group's series it is.
    pub series: u32,
    /// By ascending time.
    pub exemplars: Vec<Exemplar>,
}

/// The section, without checksum; empty if there are none.
pub(super) fn encode(all: &[Examples]) -> Vec<u8> {
    let exemplars = || all.iter().flat_map(|one| &one.exemplars);
    if exemplars().next().is_none() {
        return Vec::new();
    }
    let mut texts: Vec<&str> = exemplars()
        .flat_map(|exemplar| exemplar.labels.iter())
        .flat_map(|(name, value)| [name, value])
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let numbers: Map<&str, u32> = texts.iter().copied().zip(0..).collect();
    let mut plain = strings::encode(&texts);
    put_varint(&mut plain, all.len() as u64);
    for one in all {
        put_varint(&mut plain, u64::from(one.group));
        put_varint(&mut plain, u64::from(one.series));
        put_varint(&mut plain, one.exemplars.len() as u64);
        let mut last = 0_i64;
        for exemplar in &one.exemplars {
            put_signed(&mut plain, exemplar.timestamp.0.wrapping_sub(last));
            last = exemplar.timestamp.0;
            plain.extend_from_slice(&exemplar.value.to_bits().to_le_bytes());
            sets::put(&exemplar.labels, &numbers, &mut plain);
        }
    }
    compress(&plain)
}

/// The inverse of [`encode`].
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Examples>, Damage> {
    let plain = decompress(bytes, "exemplars")?;
    let mut cursor = Cursor::new(&plain, "exemplars");
    let strings = strings::Strings::take(&mut cursor)?;
    let mut all = Vec::new();
    let mut labels = sets::Sets::default();
    for _ in 0..cursor.size(plain.len())? {
        let group = cursor.size(u32::MAX as usize)? as u32;
        let series = cursor.size(u32::MAX as usize)? as u32;
        let count = cursor.size(plain.len())?;
        let mut last = 0_i64;
        let exemplars = (0..count).map(|_| {
            last = last.wrapping_add(cursor.signed()?);
            let value = f64::from_bits(cursor.u64()?);
            labels.take(&mut cursor, &strings)?;
            let labels: Labels = labels.labels(labels.len() - 1, &strings);
            Ok(Exemplar {
                labels,
                value,
                timestamp: Timestamp(last),
            })
        });
        let exemplars = exemplars.collect::<Result<_, Damage>>()?;
        all.push(Examples {
            group,
            series,
            exemplars,
        });
    }
    cursor.end()?;
    Ok(all)
}
