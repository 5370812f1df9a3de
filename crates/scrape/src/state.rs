//! How targets are, kept for whoever asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{Labels, Timestamp};

use crate::status::{Health, PoolStatus, TargetStatus};
use crate::target::Target;

/// The state of one target.
pub(crate) struct TargetState {
    inner: Mutex<Inner>,
}

struct Inner {
    target: Arc<Target>,
    last: Option<LastScrape>,
}

/// How a scrape went.
pub(crate) struct LastScrape {
    pub(crate) time: Timestamp,
    pub(crate) duration_ns: u64,
    /// Empty if all went well.
    pub(crate) error: String,
    pub(crate) samples: u64,
}

impl TargetState {
    pub(crate) fn new(target: Arc<Target>) -> Self {
        Self {
            inner: Mutex::new(Inner { target, last: None }),
        }
    }

    pub(crate) fn set_target(&self, target: Arc<Target>) {
        self.locked().target = target;
    }

    pub(crate) fn set_last(&self, last: LastScrape) {
        self.locked().last = Some(last);
    }

    fn status(&self) -> TargetStatus {
        let inner = self.locked();
        let (target, last) = (&inner.target, inner.last.as_ref());
        TargetStatus {
            discovered: target.discovered.clone(),
            labels: target.labels.clone(),
            url: target.url.clone(),
            health: match last {
                None => Health::Unknown,
                Some(last) if last.error.is_empty() => Health::Up,
                Some(_) => Health::Down,
            },
            last_error: last.map(|last| last.error.clone()).unwrap_or_default(),
            last_scrape: last.map(|last| last.time),
            last_duration_ns: last.map_or(0, |last| last.duration_ns),
            interval_ms: target.interval_ms,
            timeout_ms: target.timeout_ms,
            samples: last.map_or(0, |last| last.samples),
        }
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a job's targets.
#[derive(Default)]
pub(crate) struct PoolState {
    inner: Mutex<PoolInner>,
}

#[derive(Default)]
struct PoolInner {
    active: Vec<Arc<TargetState>>,
    dropped: Vec<Labels>,
    dropped_count: usize,
}

impl PoolState {
    pub(crate) fn set(
        &self,
        active: Vec<Arc<TargetState>>,
        dropped: Vec<Labels>,
        dropped_count: usize,
    ) {
        *self.locked() = PoolInner {
            active,
            dropped,
            dropped_count,
        };
    }

    pub(crate) fn status(&self, name: &str) -> PoolStatus {
        let inner = self.locked();
        let mut active: Vec<TargetStatus> =
            inner.active.iter().map(|state| state.status()).collect();
        active.sort_by(|a, b| (&a.labels, &a.url).cmp(&(&b.labels, &b.url)));
        PoolStatus {
            name: name.to_owned(),
            active,
            dropped: inner.dropped.clone(),
            dropped_count: inner.dropped_count,
        }
    }

    fn locked(&self) -> MutexGuard<'_, PoolInner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
