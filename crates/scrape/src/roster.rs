//! Which targets are being scraped, over all jobs.
//!
//! A target that goes here may have come there: then its series must not be ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;

/// The labels of the targets that are scraped. Clones are the same roster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    counts: Arc<Mutex<HashMap<Labels, usize, RandomState>>>,
}

/// A target's place on the roster; dropping it gives it up.
#[derive(Debug)]
pub(crate) struct Place {
    roster: Roster,
    labels: Labels,
}

impl Roster {
    pub(crate) fn enter(&self, labels: &Labels) -> Place {
        *self.counts().entry(labels.clone()).or_default() += 1;
        Place {
            roster: self.clone(),
            labels: labels.clone(),
        }
    }

    pub(crate) fn has(&self, labels: &Labels) -> bool {
        self.counts().contains_key(labels)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Labels, usize, RandomState>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.roster.counts();
        match counts.get_mut(&self.labels) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.labels)),
        }
    }
}
