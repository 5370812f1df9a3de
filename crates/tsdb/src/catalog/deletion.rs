//! What was deleted from a part: a list beside it, until the part is written anew without it.
//!
//! The format is written in `docs/formats/part.md`.

use model::{Labels, MatchOp, Matcher, TimeRange, Timestamp};
use xxhash_rust::xxh3::xxh3_64;

use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

const MAGIC: [u8; 8] = *b"FERULAD\x01";
const CHECKSUM_BYTES: usize = 8;

/// By their number in the file.
const OPS: [MatchOp; 4] = [
    MatchOp::Equal,
    MatchOp::NotEqual,
    MatchOp::Regex,
    MatchOp::NotRegex,
];

/// Samples that were deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// All of them match.
    pub matchers: Vec<Matcher>,
    /// When.
    pub range: TimeRange,
    /// The sequence number of its record in the log, so that a replay can tell that it was done; 0 for one that is in no log.
    pub log_sequence: u64,
}

/// All that was deleted from a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tombstones {
    deletions: Vec<Deletion>,
}

impl Tombstones {
    /// Whether nothing was deleted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deletions.is_empty()
    }

    /// The deletions, in the order in which they came.
    #[must_use]
    pub fn deletions(&self) -> &[Deletion] {
        &self.deletions
    }

    /// The ranges in which samples of a series with these labels were deleted, in no order.
    #[must_use]
    pub fn of(&self, labels: &Labels) -> Vec<TimeRange> {
        let matches = |deletion: &&Deletion| {
            let mut matchers = deletion.matchers.iter();
            matchers.all(|matcher| matcher.matches_labels(labels))
        };
        let deletions = self.deletions.iter().filter(matches);
        deletions.map(|deletion| deletion.range).collect()
    }

    pub(super) fn has(&self, deletion: &Deletion) -> bool {
        self.deletions.contains(deletion)
    }

    pub(super) fn push(&mut self, deletion: Deletion) {
        self.deletions.push(deletion);
    }

    /// Bytes of the file.
    pub(super) fn size_bytes(&self) -> u64 {
        if self.is_empty() {
            return 0;
        }
        self.encode().len() as u64
    }

    /// The file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_varint(&mut out, self.deletions.len() as u64);
        for deletion in &self.deletions {
            put_varint(&mut out, deletion.log_sequence);
            put_signed(&mut out, deletion.range.start.0);
            put_signed(&mut out, deletion.range.end.0);
            put_varint(&mut out, deletion.matchers.len() as u64);
            for matcher in &deletion.matchers {
                let op = OPS.iter().position(|op| *op == matcher.op());
                out.push(op.unwrap_or(0) as u8);
                for text in [matcher.name(), matcher.value()] {
                    put_varint(&mut out, text.len() as u64);
                    out.extend_from_slice(text.as_bytes());
                }
            }
        }
        let checksum = xxh3_64(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// The inverse of [`encode`](Self::encode).
    pub(super) fn decode(file: &[u8]) -> Result<Self, Damage> {
        let damage = Damage::new("tombstones", 0);
        let (bytes, checksum) = file.split_last_chunk::<CHECKSUM_BYTES>().ok_or(damage)?;
        if xxh3_64(bytes).to_le_bytes() != *checksum {
            return Err(damage);
        }
        let mut cursor = Cursor::new(bytes, "tombstones");
        if cursor.take(MAGIC.len())? != MAGIC {
            return Err(damage);
        }
        let count = cursor.size(bytes.len())?;
        let deletions = (0..count)
            .map(|_| {
                Ok(Deletion {
                    log_sequence: cursor.varint()?,
                    range: TimeRange::new(Timestamp(cursor.signed()?), Timestamp(cursor.signed()?)),
                    matchers: take_matchers(&mut cursor)?,
                })
            })
            .collect::<Result<_, Damage>>()?;
        cursor.end()?;
        Ok(Self { deletions })
    }
}

fn take_matchers(cursor: &mut Cursor<'_>) -> Result<Vec<Matcher>, Damage> {
    let count = cursor.size(cursor.remaining())?;
    (0..count)
        .map(|_| {
            let damage = cursor.damage();
            let op = *OPS.get(usize::from(cursor.byte()?)).ok_or(damage)?;
            let name = take_text(cursor)?;
            let value = take_text(cursor)?;
            Matcher::new(name, op, value).map_err(|_| damage)
        })
        .collect()
}

fn take_text<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Damage> {
    let length = cursor.size(cursor.remaining())?;
    let damage = cursor.damage();
    std::str::from_utf8(cursor.take(length)?).map_err(|_| damage)
}
