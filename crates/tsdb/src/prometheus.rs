//! Prometheus' files at the border: blocks in and out, its write-ahead log in.
//!
//! ```text
//!  bits ── chunk        samples of one series, compressed
//! ```
//!
//! Blocks that we write have what every reader of the last years understands (index version 2, chunk encodings 1 to 3): Prometheus,
//! promtool and Thanos take them. What we read is wider.
//!
//! Format: `docs/formats/prometheus-blocks.md`.

mod bits;
pub mod chunk;
pub mod error;
