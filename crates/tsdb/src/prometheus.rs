//! Prometheus' files at the border: blocks in and out, its log in.
//!
//! ```text
//!  bits  ── chunk      samples of one series, compressed
//!  bytes ┬─ segment    chunks, one after the other          ┐
//!        ├─ index      series, and where their chunks are   ├─ block   reads
//!        └─ tombstones what was deleted                     │  write   writes
//!  ulid  ── meta       what the block is                    ┘
//!  record ─ wal        what is not yet in a block
//!  head_chunks         the same samples as far as their chunks are full
//!  data                all of a data directory
//! ```
//!
//! Blocks that we write have what every reader of the last years understands (index version 2, chunk encodings 1 to 3): Prometheus,
//! promtool and Thanos take them. What we read is wider.
//!
//! Invariants: what is read back is what was written, to the bit, but for two things that the format can't say: that nothing
//! is known of resets before a histogram in the middle of a chunk, and the counts of a stale marker. Damaged bytes are an
//! [`error::Error`] with file and offset, never a panic, and never make us ask for more memory than a small multiple of the file.
//!
//! Format: `docs/formats/prometheus-blocks.md`.

mod bits;
pub mod block;
mod bytes;
pub mod chunk;
pub mod data;
pub mod error;
mod files;
pub mod head_chunks;
pub mod index;
pub mod meta;
pub mod record;
mod segment;
pub mod tombstones;
pub mod ulid;
pub mod wal;
pub mod write;

pub use block::Block;
pub use chunk::Sample;
pub use error::Error;
pub use meta::Meta;
pub use ulid::Ulid;
pub use write::{BlockWriter, Bounds};
