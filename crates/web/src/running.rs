//! The queries that run or wait now: what they are, who asked, how heavy they are, and how to stop one.
//!
//! ```text
//!   begin ──> Entry in the list ──> finish: dropped with its Ticket
//!                 ▲    ▲
//!        list ────┘    └──── stop: sets the token, wakes who waits
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Timestamp;
use query::{CancelToken, Progress, Window};
use tokio::sync::Notify;

use crate::asker::Asker;

/// The list. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(Arc<List>);

#[derive(Debug, Default)]
struct List {
    next: AtomicU64,
    entries: Mutex<BTreeMap<u64, Arc<Entry>>>,
}

/// A query.
#[derive(Debug)]
pub(crate) struct Entry {
    /// By which it can be named; never given twice.
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) window: Window,
    pub(crate) asker: Asker,
    /// When it arrived.
    pub(crate) at: Timestamp,
    /// The same on the clock that never goes back.
    pub(crate) arrived_ns: u64,
    /// When a worker took it, on that clock; 0 as long as it waits.
    begun_ns: AtomicU64,
    pub(crate) progress: Arc<Progress>,
    pub(crate) token: CancelToken,
    stopped: Notify,
}

impl Entry {
    pub(crate) fn new(
        text: &str,
        window: Window,
        asker: Asker,
        at: Timestamp,
        arrived_ns: u64,
    ) -> Self {
        Self {
            id: 0,
            text: text.to_owned(),
            window,
            asker,
            at,
            arrived_ns,
            begun_ns: AtomicU64::new(0),
            progress: Arc::default(),
            token: CancelToken::default(),
            stopped: Notify::new(),
        }
    }

    /// A worker takes it.
    pub(crate) fn begin(&self, now_ns: u64) {
        self.begun_ns.store(now_ns.max(1), Ordering::Relaxed);
    }

    /// When a worker took it; none as long as it waits.
    pub(crate) fn begun_ns(&self) -> Option<u64> {
        Some(self.begun_ns.load(Ordering::Relaxed)).filter(|ns| *ns > 0)
    }

    /// Completes when somebody wants it to end.
    pub(crate) async fn stopped(&self) {
        self.stopped.notified().await;
    }
}

impl Running {
    /// Puts a query on the list, on which it stays until its ticket is dropped.
    pub(crate) fn enter(&self, mut entry: Entry) -> Ticket {
        entry.id = self.0.next.fetch_add(1, Ordering::Relaxed) + 1;
        let entry = Arc::new(entry);
        self.entries().insert(entry.id, Arc::clone(&entry));
        Ticket {
            running: self.clone(),
            entry,
        }
    }

    /// All of them, oldest first.
    pub(crate) fn list(&self) -> Vec<Arc<Entry>> {
        self.entries().values().cloned().collect()
    }

    /// Ends one; false if there is none by this number.
    pub(crate) fn stop(&self, id: u64) -> bool {
        let entry = self.entries().get(&id).cloned();
        if let Some(entry) = &entry {
            entry.token.stop();
            entry.stopped.notify_one();
        }
        entry.is_some()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Entry>>> {
        // A map of entries is whole, whoever panicked beside it.
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a query on the list.
#[derive(Debug)]
pub(crate) struct Ticket {
    running: Running,
    pub(crate) entry: Arc<Entry>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.running.entries().remove(&self.entry.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let window = Window::Instant(Timestamp(0));
        Entry::new("up", window, Asker::default(), Timestamp(0), 0)
    }

    #[tokio::test]
    async fn a_query_is_listed_until_it_ends() {
        let running = Running::default();
        let (first, second) = (running.enter(entry()), running.enter(entry()));
        let ids = |running: &Running| running.list().iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(&running), [1, 2]);
        assert!(running.stop(2) && !running.stop(3));
        assert!(second.entry.token.is_set() && !first.entry.token.is_set());
        // Though it was told before anybody waited.
        second.entry.stopped().await;
        drop(first);
        assert_eq!(ids(&running), [2]);
    }
}
