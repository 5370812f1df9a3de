//! The threads that keep the store in shape.
//!
//! ```text
//!  store    reads the log, lets appenders begin; then flushes and drops what is due, and gives back what was freed, every second
//!  merging  merges what is due, every second: a large merge takes minutes, and nothing else waits for it
//! ```

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use platform::Clock;
use tracing::{error, info, warn};
use tsdb::log::Flaw;
use tsdb::merge::Merged;
use tsdb::store::{Health, Maintained, ReplayReport, Store};
use web::ReplayStatus;

use super::Open;
use super::waiting::Gate;
use crate::allocator;

/// How often we look whether something is due.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long an end waits for what a thread is doing.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// After so many failures in a row only one in so many is logged.
const FAILURES_LOGGED: u64 = 60;

/// The threads, until [`stop`](Self::stop).
pub(in super::super) struct Upkeep {
    store: Runner,
    merging: Runner,
    gate: Arc<Gate>,
    /// The first and the last of the log's.
    segments: (u64, u64),
    told: Arc<Told>,
}

/// What the thread found out, for those who ask.
#[derive(Debug, Default)]
struct Told {
    replay_ns: AtomicU64,
    corruptions: AtomicU64,
}

impl Upkeep {
    /// Starts it.
    pub(in super::super) fn start(open: &Open, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let gate = Arc::new(Gate::default());
        let told = Arc::new(Told::default());
        told.corruptions.store(open.damaged, Ordering::Relaxed);
        let merger = Merger {
            store: Arc::clone(&open.store),
            clock: Arc::clone(&clock),
            failures: Failures::default(),
        };
        let keeper = Keeper {
            store: Arc::clone(&open.store),
            clock,
            gate: Arc::clone(&gate),
            told: Arc::clone(&told),
            health: Health::Replaying,
            failures: Failures::default(),
        };
        Ok(Self {
            store: Runner::start("store", move |stopped| keeper.run(stopped))?,
            merging: Runner::start("merging", move |stopped| merger.run(stopped))?,
            gate,
            segments: open.segments,
            told,
        })
    }

    /// How long it took to read the log.
    pub(in super::super) fn replay_seconds(&self) -> f64 {
        self.told.replay_ns.load(Ordering::Relaxed) as f64 / 1e9
    }

    /// Damaged pieces that were met, in the log and among the parts.
    pub(in super::super) fn corruptions(&self) -> u64 {
        self.told.corruptions.load(Ordering::Relaxed)
    }

    /// What appenders wait for.
    pub(in super::super) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    /// How far the log is read.
    pub(in super::super) fn replay(&self) -> ReplayStatus {
        let (first, last) = self.segments;
        let current = if self.gate.is_open() { last } else { first };
        ReplayStatus {
            first,
            last,
            current,
        }
    }

    /// Ends them once they have done what they are doing, or leaves them if that takes too long: what they write counts only when it is whole, and the
    /// next start begins it anew. Blocks.
    pub(in super::super) fn stop(&self) {
        for runner in [&self.store, &self.merging] {
            runner.stop();
        }
        for runner in [&self.store, &self.merging] {
            runner.wait();
        }
    }
}

/// A thread that can be asked to end.
struct Runner {
    name: &'static str,
    stop: mpsc::Sender<()>,
    /// Tells when it has ended.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl Runner {
    fn start(
        name: &'static str,
        run: impl FnOnce(&mpsc::Receiver<()>) + Send + 'static,
    ) -> Result<Self, String> {
        let (stop, stopped) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let thread = std::thread::Builder::new().name(name.to_owned());
        thread
            .spawn(move || {
                run(&stopped);
                // Nobody may be left who wants to know.
                let _ = end.send(());
            })
            .map_err(|error| format!("can't start a thread for the store: {error}"))?;
        Ok(Self {
            name,
            stop,
            ended: Mutex::new(ended),
        })
    }

    fn stop(&self) {
        // It may have ended by itself.
        let _ = self.stop.send(());
    }

    fn wait(&self) {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        match ended.recv_timeout(STOP_WAIT) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                info!("a flush or merge is not waited for; the next start begins it anew");
            }
            Err(RecvTimeoutError::Disconnected) => {
                error!(thread = self.name, "a thread of the store has panicked");
            }
        }
    }
}

/// Whether a second has passed without a wish to end.
fn goes_on(stopped: &mpsc::Receiver<()>) -> bool {
    stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout)
}

/// How often in a row something failed.
#[derive(Default)]
struct Failures(u64);

impl Failures {
    /// Now and then says so.
    fn add(&mut self, what: &str, error: &dyn std::error::Error) {
        if self.0.is_multiple_of(FAILURES_LOGGED) {
            error!(%error, "{what}");
        }
        self.0 += 1;
    }
}

/// The thread that merges.
struct Merger {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    failures: Failures,
}

impl Merger {
    fn run(mut self, stopped: &mpsc::Receiver<()>) {
        while goes_on(stopped) {
            match self.store.merge_due(self.clock.now()) {
                Ok(merged) => {
                    self.failures = Failures::default();
                    merged.iter().for_each(tell_merge);
                }
                Err(error) => self.failures.add("can't merge, will try again", &error),
            }
        }
    }
}

/// The thread that does the rest.
struct Keeper {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    gate: Arc<Gate>,
    told: Arc<Told>,
    health: Health,
    failures: Failures,
}

impl Keeper {
    fn run(mut self, stopped: &mpsc::Receiver<()>) {
        let mut is_read = false;
        loop {
            if !is_read {
                is_read = self.read();
            }
            if is_read {
                self.maintain();
            }
            self.tell_health();
            allocator::give_back();
            if !goes_on(stopped) {
                return;
            }
        }
    }

    /// Reads the log; whether that was possible.
    fn read(&mut self) -> bool {
        let started_ns = self.clock.monotonic_ns();
        let read = self.store.replay();
        // Either way: appenders are told by the store why they can't.
        self.gate.open();
        match read {
            Ok(report) => {
                let took_ns = self.clock.monotonic_ns() - started_ns;
                self.told.replay_ns.store(took_ns, Ordering::Relaxed);
                let damaged = report.flaws.iter().filter(|flaw| is_damage(flaw)).count();
                self.told
                    .corruptions
                    .fetch_add(damaged as u64, Ordering::Relaxed);
                tell_replay(&report, took_ns as f64 / 1e9);
                self.failures = Failures::default();
                true
            }
            Err(error) => {
                let what = "can't read the log, nothing is stored until that works";
                self.failures.add(what, &error);
                false
            }
        }
    }

    fn maintain(&mut self) {
        match self.store.maintain(self.clock.now()) {
            Ok(done) => {
                self.failures = Failures::default();
                let damaged = done.set_aside.len() as u64;
                self.told.corruptions.fetch_add(damaged, Ordering::Relaxed);
                tell(&done);
            }
            Err(error) => self.failures.add("can't flush, will try again", &error),
        }
    }

    /// Logs when it changes whether samples are taken.
    fn tell_health(&mut self) {
        let health = self.store.health();
        if health == self.health {
            return;
        }
        match health {
            Health::Full => error!("the disk is full: new samples are refused until there is room"),
            Health::Poisoned => error!(
                "the disk failed while the log was written: nothing is stored any more, queries go on; look at the disk, then start again"
            ),
            Health::Healthy if self.health == Health::Full => {
                info!("there is room again: samples are stored");
            }
            Health::Healthy | Health::Replaying => {}
        }
        self.health = health;
    }
}

/// Whether something is lost. The end of a write that nobody was told of is not.
fn is_damage(flaw: &Flaw) -> bool {
    !matches!(flaw, Flaw::Torn { .. })
}

fn tell_replay(report: &ReplayReport, seconds: f64) {
    for flaw in &report.flaws {
        if is_damage(flaw) {
            warn!("the log is damaged, everything else is there: {flaw}");
        } else {
            info!("the log ends as a crash leaves it, and nothing is lost: {flaw}");
        }
    }
    let (segments, samples) = (report.segments, report.samples);
    info!(segments, samples, seconds, "the log is read");
}

fn tell(done: &Maintained) {
    if done.flushed {
        info!("rows went from memory into parts");
    }
    if !done.dropped.is_empty() {
        info!(
            parts = done.dropped.len(),
            "parts were dropped, as retention asks"
        );
    }
    for what in &done.set_aside {
        error!("a part turned out damaged and was set aside, everything else is there: {what}");
    }
}

fn tell_merge(merged: &Merged) {
    let bytes = merged.part.map_or(0, |(_, sizes)| sizes.total());
    info!(parts = merged.replaced.len(), bytes, "parts were merged");
}
