//! Discovery, targets, the scrape loop, staleness and limits.

pub mod cache;
pub mod content_type;
pub mod discovery;
pub mod error;
pub mod ingest;
pub mod options;
pub mod report;
pub mod schedule;
pub mod status;
pub mod target;
#[cfg(test)]
mod testing;
