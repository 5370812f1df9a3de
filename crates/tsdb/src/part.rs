//! Parts: immutable files, each with the samples of a range of time.
//!
//! ```text
//!   Source (head, or parts to merge)                            queries, merges
//!      │ columns, family by family                                  ▲ columns
//!      ▼                                                            │
//!   write ──► chunks ──► pages ──► bytes … footer ──────────────► Part ──► pages, as many as the caller keeps
//! ```
//!
//! A series is (target, metric): two small tables, and for each group of series that share their timestamps, which metrics it has. Values lie
//! in pages by metric family, since that is what a query reads over all targets, and since like values make small pages.
//!
//! Invariants:
//! - What comes out of a part is what went in, to the bit, stale markers and NaN payloads included.
//! - Every byte is covered by a checksum that is compared before what it covers is looked at.
//! - A part is read piece by piece from a [`Medium`], a file or bytes in memory; nothing here opens or names a file.
//! - A summary says what its samples say, to the bit, or that they must be asked.
//! - What is held in memory of a part that nobody reads is its footer and its facts.
//!
//! Absent: which parts there are, and what was deleted from them, is the catalog's.
//!
//! The format is written in `docs/formats/part.md`.

mod chunk;
mod entry;
mod exemplars;
mod facts;
mod frame;
#[cfg(test)]
pub(crate) mod given;
mod histograms;
mod medium;
mod metadata;
mod order;
mod page;
mod pages;
mod pool;
mod reader;
mod sets;
mod source;
mod starts;
mod strings;
mod summary;
mod tables;
mod writer;

use std::io;

use foldhash::fast::RandomState;
use platform::DiskError;

use crate::codec::Damage;

pub use exemplars::Examples;
pub use facts::Facts;
pub use medium::{Medium, OnDisk};
pub use metadata::Said;
pub use pages::PageCache;
pub use pool::PagePool;
pub use reader::{Checked, Part, Section};
pub(crate) use reader::{append, clip};

pub use source::Source;
pub(crate) use summary::{Cell, CellRows, Clock, SeriesCells, State, SummaryCache};
pub use tables::{FamilyRoom, Selected, Tables};
pub use writer::{Sizes, write};

type Map<K, V> = hashbrown::HashMap<K, V, RandomState>;

/// Rows in a window: the most values in a chunk.
pub const WINDOW_ROWS: usize = 8192;

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u8 = 1;

/// How hard values are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Fresh from the head: quick to write and to read.
    Hot,
    /// Merged: small.
    Cold,
}

impl Level {
    fn tag(self) -> u8 {
        match self {
            Self::Hot => 0,
            Self::Cold => 1,
        }
    }

    fn from_tag(tag: u8) -> Option<Self> {
        [Self::Hot, Self::Cold]
            .into_iter()
            .find(|level| level.tag() == tag)
    }
}

/// Why a part can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The file is no part.
    #[error("not a part: it does not begin and end as one")]
    NotAPart,
    /// Another version of the format.
    #[error("unknown version of the part format: {0}")]
    Version(u8),
    /// Bytes that were not written so. The part should be set aside.
    #[error("{damage}, counted from byte {start} of the part")]
    Damaged {
        /// What, and where after `start`.
        damage: Damage,
        /// Where the page or section begins.
        start: usize,
    },
    /// The disk can't read it.
    #[error(transparent)]
    Read(#[from] DiskError),
    /// The sink takes no more bytes.
    #[error("cannot write the part: {0}")]
    Write(#[from] io::Error),
}

impl PartError {
    fn at(start: usize) -> impl Fn(Damage) -> Self {
        move |damage| Self::Damaged { damage, start }
    }
}
