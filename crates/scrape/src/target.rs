//! Targets: what becomes of an address once the job and its rules are done with it.
//!
//! ```text
//!  group's address and labels  +  the job's defaults      discovered labels (shown on the status page)
//!        └── relabel rules ──► dropped, or: the URL from the `__…` labels, the target's own labels from the rest
//! ```

mod labels;
#[cfg(test)]
mod tests;
mod url;

use model::Labels;

pub use labels::{Made, TargetError, make};

/// One thing to scrape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Labels before relabelling.
    pub discovered: Labels,
    /// The labels that its series get.
    pub labels: Labels,
    /// What is fetched.
    pub url: String,
    /// Time between scrapes, in milliseconds.
    pub interval_ms: i64,
    /// Time that a scrape may take, in milliseconds.
    pub timeout_ms: i64,
}

/// What makes a target the same before and after a reload. Its interval may change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    labels: Labels,
    url: String,
}

impl Target {
    /// What it is known by.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity {
            labels: self.labels.clone(),
            url: self.url.clone(),
        }
    }

    /// A number that is the same for the same target on every machine; scrapes are spread by it.
    #[must_use]
    pub fn stable_hash(&self) -> u64 {
        let with_url = Labels::from_pairs([("url", &self.url)]);
        self.labels.stable_hash() ^ with_url.stable_hash().rotate_left(1)
    }
}
