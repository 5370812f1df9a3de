//! Discovery, targets, the scrape loop, staleness and limits.

pub mod content_type;
pub mod options;
pub mod schedule;
pub mod status;
pub mod target;
#[cfg(test)]
mod testing;
