//! Pages become rows off the tasks that fetch them, many at a time.
//!
//! ```text
//!  loops ── work ──► queue ──► whoever leads: make rows of each, hand them over ── wait for all ──► loops
//! ```
//!
//! A store that syncs its commits takes longer for that than all the rest takes, and a page's share of a sync is the smaller the more pages share it. So pages are
//! queued, and one thread at a time takes all that are there: it hands over the rows of each and then waits for them together, while the next ones gather. No clock is
//! needed, and the tasks of the runtime, which answer queries too, never wait for a disk.

mod work;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::Store;
use tokio::sync::oneshot;

use crate::error::ScrapeError;
use crate::ingest::{Counts, Ingester};
pub(crate) use work::{What, Work, is_too_large};

/// Pages that are handed over before the first of them is waited for: their rows are held in memory.
const PAGES_MAX: usize = 256;

/// Where work waits. Clones are the same queue.
#[derive(Clone, Default)]
pub(crate) struct Intake {
    queue: Arc<Mutex<Queue>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Job>,
    is_led: bool,
}

/// Some work, with whom it is for.
struct Job {
    ingester: Box<Ingester>,
    work: Work,
    done: oneshot::Sender<Done>,
}

/// Work that is done.
pub(crate) struct Done {
    pub(crate) ingester: Box<Ingester>,
    pub(crate) counts: Counts,
    pub(crate) error: Option<ScrapeError>,
}

impl Intake {
    /// Does `work`; `None` if the thread that did it has come to grief.
    pub(crate) async fn take(
        &self,
        store: &Arc<dyn Store>,
        ingester: Box<Ingester>,
        work: Work,
    ) -> Option<Done> {
        let (done, answer) = oneshot::channel();
        let job = Job {
            ingester,
            work,
            done,
        };
        let leads = {
            let mut queue = self.queue();
            queue.waiting.push(job);
            !std::mem::replace(&mut queue.is_led, true)
        };
        if leads {
            let (intake, store) = (self.clone(), Arc::clone(store));
            tokio::task::spawn_blocking(move || intake.lead(&*store));
        }
        answer.await.ok()
    }

    /// Does all that there is to do.
    fn lead(&self, store: &dyn Store) {
        let _leading = Leading { intake: self };
        while let Some(jobs) = self.next_jobs() {
            settle(jobs, store);
        }
    }

    /// `None` when there is nothing to do; then nobody leads any more.
    fn next_jobs(&self) -> Option<Vec<Job>> {
        let mut queue = self.queue();
        if queue.waiting.is_empty() {
            queue.is_led = false;
            return None;
        }
        let count = queue.waiting.len().min(PAGES_MAX);
        Some(queue.waiting.drain(..count).collect())
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn settle(jobs: Vec<Job>, store: &dyn Store) {
    let begun: Vec<_> = jobs
        .into_iter()
        .map(|mut job| {
            // With its work goes the page: the others need the room.
            let begun = job.work.begin(&mut job.ingester, store);
            (job.ingester, job.done, begun)
        })
        .collect();
    for (mut ingester, done, begun) in begun {
        let settled = ingester.settle(begun.rows);
        let error = settled.err().map(ScrapeError::from).or(begun.error);
        // Whoever is gone needs no answer.
        let _ = done.send(Done {
            ingester,
            counts: begun.counts,
            error,
        });
    }
}

/// Lets another lead if a panic ends this one.
struct Leading<'i> {
    intake: &'i Intake,
}

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut queue = self.intake.queue();
            queue.is_led = false;
            // Nobody would do them, and whoever waits learns it so.
            queue.waiting.clear();
        }
    }
}
