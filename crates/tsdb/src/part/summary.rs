//! Summaries of cells of time, so that long windows need no samples.
//!
//! ```text
//!   rows      │· · · · · · · ·│· · · · · · · ·│· · · · · · · ·│      a group's, one clock for all of its series
//!   cells     └───── 0 ───────┴───── 1 ───────┴───── 2 ───────┘      (n w, (n + 1) w], as windows of PromQL are
//!   series    first last min …  first last min …  first last min …
//! ```
//!
//! A cell knows what its samples come to exactly, or it is unknown and the samples are asked: there is no third.
//!
//! - [`clock`]: which rows a group has in which cell;
//! - [`measure`]: what a column comes to in each cell;
//! - [`page`]: cells of a run of series as bytes;
//! - [`index`]: where pages and clocks lie.

pub(super) mod clock;
pub(super) mod index;
pub(super) mod measure;
pub(super) mod page;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use clock::{CellRows, Clock};
pub(crate) use measure::{Cell, State};
pub(crate) use read::{SeriesCells, SummaryCache};
pub(super) use write::SummaryWriter;

/// Parts that span less have no summaries: what is short is read quickly.
pub(super) const SPAN_MIN_MS: i64 = 12 * 3_600_000;
