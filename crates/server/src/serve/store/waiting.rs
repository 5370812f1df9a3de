//! The store as scrapes see it.
//!
//! The first rows wait for the log to be read. Where that is on one of the few threads that also speak HTTP, whoever waits gives up its thread first: the runtime then goes on with
//! another. For its commits scraping has a thread of its own, so its appenders are the store's: another layer would be a call for each sample.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use model::{Matcher, TimeRange};
use storage::{Appender, Broken, Deleted, FamilyMetadata, Querier, Statistics, Store};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// A store that may be asked for appenders on a runtime's threads.
pub(in super::super) struct Waiting {
    store: Arc<dyn Store>,
    gate: Arc<Gate>,
}

impl Waiting {
    /// Appenders are let through once the gate is open.
    pub(in super::super) fn new(store: Arc<dyn Store>, gate: Arc<Gate>) -> Self {
        Self { store, gate }
    }
}

/// Closed until it is opened, once.
#[derive(Debug, Default)]
pub(in super::super) struct Gate {
    /// So that those who come late need no lock.
    seen: AtomicBool,
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Lets everybody through, now and later.
    pub(super) fn open(&self) {
        let mut is_open = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
        *is_open = true;
        self.seen.store(true, Ordering::Release);
        self.opened.notify_all();
    }

    /// Whether it was opened.
    pub(super) fn is_open(&self) -> bool {
        self.seen.load(Ordering::Acquire)
    }

    fn pass(&self) {
        if self.is_open() {
            return;
        }
        yielding(|| {
            let is_open = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
            let opened = self.opened.wait_while(is_open, |is_open| !*is_open);
            drop(opened);
        });
    }
}

/// Does what blocks, with the thread given up where a runtime wants it.
fn yielding<T>(work: impl FnOnce() -> T) -> T {
    let on_worker = Handle::try_current()
        .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if on_worker {
        block_in_place(work)
    } else {
        work()
    }
}

impl Store for Waiting {
    fn appender(&self) -> Box<dyn Appender + '_> {
        self.gate.pass();
        self.store.appender()
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        self.store.querier(range)
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.store.metadata(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        yielding(|| self.store.delete(matchers, range))
    }

    fn statistics(&self, limit: usize) -> Statistics {
        self.store.statistics(limit)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::{Labels, Timestamp};
    use storage::memory::MemoryOptions;
    use storage::{MemoryStore, Sample, SeriesKey};

    use super::*;

    /// With one worker thread and a closed gate, whatever else runs goes on; and the rows arrive once the gate is open.
    #[test]
    fn who_waits_gives_up_the_thread() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .expect("threads can be started");
        let memory: Arc<dyn Store> = Arc::new(MemoryStore::new(MemoryOptions {
            bytes_max: 1 << 20,
            late_window_ms: 0,
            exemplars_max: 0,
        }));
        let gate = Arc::new(Gate::default());
        let store = Waiting::new(Arc::clone(&memory), Arc::clone(&gate));
        runtime.block_on(async {
            let appended = tokio::spawn(async move {
                let mut appender = store.appender();
                appender.row(&Labels::empty(), Timestamp(1));
                let up = Labels::from_pairs([("__name__", "up")]);
                let appended = appender.append(SeriesKey::Whole(&up), Sample::float(1.0));
                appended.expect("it is new");
                appender.commit().expect("there is room").samples
            });
            let other = tokio::spawn(async { tokio::task::yield_now().await });
            let other = tokio::time::timeout(Duration::from_secs(60), other).await;
            other.expect("it is not kept waiting").expect("no panic");
            assert_eq!(memory.statistics(0).series, 0);
            gate.open();
            assert_eq!(appended.await.expect("no panic"), 1);
        });
        assert_eq!(memory.statistics(0).series, 1);
    }
}
