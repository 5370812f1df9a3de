//! Pages become rows off the tasks that fetch them, many at a time.
//!
//! ```text
//!  loops ── work ──► queue ──► a thread: make rows of each, hand them over ── wait for all ──► loops
//! ```
//!
//! A store that syncs its commits takes longer for that than all the rest takes, and a page's share of a sync is the smaller the more pages share it. So pages are
//! queued, and a thread of their own takes all that are there: it hands over the rows of each and then waits for them together, while the next ones gather. No clock is
//! needed, and the tasks of the runtime, which answer queries too, never wait for a disk.

mod work;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use storage::Store;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;
use tracing::error;

use crate::error::ScrapeError;
use crate::ingest::Ingester;
pub(crate) use work::{What, Work};

/// Pages that are handed over before the first of them is waited for: their rows are held in memory.
const PAGES_MAX: usize = 256;

/// Where work goes. The thread that does it ends when this goes.
pub(crate) struct Intake {
    store: Arc<dyn Store>,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Job>,
    /// Whether there is a thread.
    is_served: bool,
    /// Whether the thread sleeps: to wake it when it doesn't asks the kernel for nothing.
    is_asleep: bool,
    has_ended: bool,
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
    pub(crate) error: Option<ScrapeError>,
}

impl Intake {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            queue: Arc::default(),
        }
    }

    /// Does `work`, soon. There is no answer if that comes to grief.
    pub(crate) fn take(&self, ingester: Box<Ingester>, work: Work) -> oneshot::Receiver<Done> {
        let (done, answer) = oneshot::channel();
        let job = Job {
            ingester,
            work,
            done,
        };
        if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
            // Nothing else goes on meanwhile, and nothing could be gathered.
            settle(vec![job], &*self.store);
        } else {
            self.put(job);
        }
        answer
    }

    fn put(&self, job: Job) {
        let mut waiting = self.queue.waiting();
        waiting.jobs.push(job);
        if !std::mem::replace(&mut waiting.is_served, true) {
            let (queue, store) = (Arc::clone(&self.queue), Arc::clone(&self.store));
            let thread = thread::Builder::new().name("scrape-intake".to_owned());
            if let Err(reason) = thread.spawn(move || serve(&queue, &*store)) {
                error!(%reason, "can't start the thread that takes pages in");
                waiting.is_served = false;
                waiting.jobs.clear();
            }
        }
        let is_asleep = std::mem::take(&mut waiting.is_asleep);
        drop(waiting);
        if is_asleep {
            self.queue.came.notify_one();
        }
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.queue.waiting().has_ended = true;
        self.queue.came.notify_one();
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is something to do; `None` when there won't be any more.
    fn next_jobs(&self) -> Option<Vec<Job>> {
        let mut waiting = self.waiting();
        while waiting.jobs.is_empty() {
            if waiting.has_ended {
                return None;
            }
            waiting.is_asleep = true;
            waiting = self
                .came
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        waiting.is_asleep = false;
        let count = waiting.jobs.len().min(PAGES_MAX);
        Some(waiting.jobs.drain(..count).collect())
    }
}

fn serve(queue: &Queue, store: &dyn Store) {
    let _serving = Serving { queue };
    while let Some(jobs) = queue.next_jobs() {
        settle(jobs, store);
    }
}

fn settle(jobs: Vec<Job>, store: &dyn Store) {
    let begun: Vec<_> = jobs
        .into_iter()
        .map(|mut job| {
            let begun = job.work.begin(&mut job.ingester, store);
            (job, begun)
        })
        .collect();
    for (mut job, begun) in begun {
        let settled = job.ingester.settle(begun.rows);
        let error = settled.err().map(ScrapeError::from).or(begun.error);
        job.work.note(&begun.counts, error.as_ref());
        // Whoever is gone needs no answer.
        let _ = job.done.send(Done {
            ingester: job.ingester,
            error,
        });
    }
}

/// Makes room for another thread if a panic ends this one.
struct Serving<'q> {
    queue: &'q Queue,
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        let mut waiting = self.queue.waiting();
        waiting.is_served = false;
        // Nobody would do them, and whoever waits learns it so.
        waiting.jobs.clear();
    }
}
