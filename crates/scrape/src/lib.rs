//! Discovery, targets, the scrape loop, staleness and limits.
