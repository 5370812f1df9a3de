//! What the targets' state is, for whoever shows it.

use model::{Labels, Timestamp};

/// The state of all jobs at one moment.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// In the order of the configuration.
    pub pools: Vec<PoolStatus>,
}

/// The state of one job.
#[derive(Clone, Debug)]
pub struct PoolStatus {
    /// The job's name.
    pub name: String,
    /// Targets that are scraped, by labels.
    pub active: Vec<TargetStatus>,
    /// Targets that relabelling dropped, as many as are remembered: their labels before relabelling.
    pub dropped: Vec<Labels>,
    /// How many were dropped.
    pub dropped_count: usize,
}

/// The state of one target.
#[derive(Clone, Debug)]
pub struct TargetStatus {
    /// Labels before relabelling.
    pub discovered: Labels,
    /// Labels after relabelling.
    pub labels: Labels,
    /// What is fetched.
    pub url: String,
    /// How the last scrape went.
    pub health: Health,
    /// Why it failed, or empty.
    pub last_error: String,
    /// When it began; `None` before the first.
    pub last_scrape: Option<Timestamp>,
    /// How long it took, in nanoseconds.
    pub last_duration_ns: u64,
    /// Time between scrapes, in milliseconds.
    pub interval_ms: i64,
    /// Time that a scrape may take, in milliseconds.
    pub timeout_ms: i64,
    /// Samples of the last scrape, before relabelling.
    pub samples: u64,
}

/// How a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Not scraped yet.
    Unknown,
    /// The last scrape succeeded.
    Up,
    /// The last scrape failed.
    Down,
}
