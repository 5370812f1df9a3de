//! Discovery, targets, the scrape loop, staleness and limits.
//!
//! # Glossary
//!
//! - **job**: a set of targets that are scraped alike; its targets are its **pool**.
//! - **target**: one thing to scrape, known by its labels and its URL.
//! - **page**: what a target shows at one moment; it becomes one row of the store.
//! - **source**: where a target's pages come from, the network or this very process.
//! - **stale marker**: the sample that says that a series has ended.
//!
//! # The picture
//!
//! ```text
//!  Scraper ── Pool (a job) ── discovery ──► target::make ──► ScrapeLoop (a target)
//!     ▲ status                                                │ schedule: when
//!     │                                                       │ source:   bytes
//!     │                                                       ▼
//!     └────────────── state ◄────────────────────────────── intake: many pages at a time
//!                                                             │ ingest:   cache, series, limits, report
//!                                                             ▼
//!                                                           Store
//! ```
//!
//! # Invariants
//!
//! - One target is scraped by one loop, and its rows have ascending times as long as the clock does.
//! - Whatever a target sends, or doesn't, costs it one failed scrape: time and size have limits, and `up` is written.
//! - A reload takes nothing from targets that stay.
//!
//! # What is absent, and why
//!
//! No formats (those are `ferula-exposition`'s, and what they mean to a store is `storage::exposed`'s), no sockets
//! (`platform`'s), no store. Discovery knows what the configuration names and files; other directories are bridged by files as yet.

pub mod cache;
pub mod discovery;
pub mod error;
pub mod ingest;
mod intake;
mod job;
pub mod options;
mod pool;
pub mod report;
mod roster;
pub mod schedule;
mod scrape_loop;
mod scraper;
pub mod source;
mod state;
pub mod status;
pub mod target;
pub mod telemetry;
#[cfg(test)]
mod testing;
mod world;

pub use job::JobError;
pub use scraper::Scraper;
pub use source::{NetworkOnly, Page, Source, Sources};
pub use telemetry::Telemetry;
pub use world::World;
