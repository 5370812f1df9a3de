//! What can be wrong with a file in Prometheus' format.
//!
//! Decoders see bytes, not files: they return a [`Damage`] with an offset in what they were given. Whoever opened the file adds
//! its name ([`Damage::of`]).

use platform::disk::DiskError;

/// Bytes that are not what the format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {offset}")]
pub struct Damage {
    /// Where, counted from the beginning of the bytes (or, after [`of`](Self::of), of the file).
    pub offset: u64,
    /// What.
    pub fault: Fault,
}

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes end in the middle of something.
    #[error("unexpected end")]
    Truncated,
    /// The bytes are not those that were written.
    #[error("checksum mismatch")]
    Checksum,
    /// A file of another kind.
    #[error("wrong magic number")]
    Magic,
    /// A file of this kind, of a version that we don't know.
    #[error("unknown version {0}")]
    Version(u8),
    /// A chunk that a newer Prometheus may have written.
    #[error("unknown chunk encoding {0}")]
    Encoding(u8),
    /// A log record that a newer Prometheus may have written.
    #[error("unknown record type {0}")]
    Record(u8),
    /// Something that contradicts the format.
    #[error("{0}")]
    Invalid(&'static str),
}

/// A block or a log that can't be read, or a block that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk says no.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A file is not what the format says.
    #[error("{path}: {damage}")]
    Damaged {
        /// Which file.
        path: String,
        /// What and where.
        damage: Damage,
    },
    /// `meta.json` is not what we can read.
    #[error("{path}: {reason}")]
    Meta {
        /// Which file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The caller's series don't make a block.
    #[error("{reason}: {series}")]
    Series {
        /// What is wrong.
        reason: &'static str,
        /// With which series.
        series: String,
    },
    /// Samples outside of the range that the block was to have.
    #[error("samples outside of the block's range: {min_ms} to {max_ms}")]
    OutOfBounds {
        /// Time of the first sample.
        min_ms: i64,
        /// Time of the last.
        max_ms: i64,
    },
    /// There was no sample to write: a block of nothing is none.
    #[error("no samples to write")]
    Empty,
}

impl Damage {
    /// `fault` at `offset`.
    #[must_use]
    pub fn at(offset: usize, fault: Fault) -> Self {
        Self {
            offset: offset as u64,
            fault,
        }
    }

    /// The same, of bytes that begin `base` bytes into something larger.
    #[must_use]
    pub fn after(self, base: u64) -> Self {
        Self {
            offset: self.offset.saturating_add(base),
            ..self
        }
    }

    /// The same, of a file.
    #[must_use]
    pub fn of(self, path: &str) -> Error {
        Error::Damaged {
            path: path.to_owned(),
            damage: self,
        }
    }
}
