//! Discovery, targets, the scrape loop, staleness and limits.

pub mod options;
pub mod status;
