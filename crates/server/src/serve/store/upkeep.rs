//! The thread that keeps the store in shape: it reads the log, lets appenders begin, and then does what is due every second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use platform::Clock;
use tracing::{error, info, warn};
use tsdb::log::Flaw;
use tsdb::store::{Health, Maintained, ReplayReport, Store};
use web::ReplayStatus;

use super::Open;
use super::waiting::Gate;

/// How often we look whether something is due.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long an end waits for what the thread is doing.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// After so many failures in a row only one in so many is logged.
const FAILURES_LOGGED: u64 = 60;

/// The thread, until [`stop`](Self::stop).
pub(in super::super) struct Upkeep {
    stop: mpsc::Sender<()>,
    /// Tells when the thread has ended.
    ended: Mutex<mpsc::Receiver<()>>,
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
        let (stop, stopped) = mpsc::channel();
        let gate = Arc::new(Gate::default());
        let told = Arc::new(Told::default());
        told.corruptions.store(open.damaged, Ordering::Relaxed);
        let keeper = Keeper {
            store: Arc::clone(&open.store),
            clock,
            gate: Arc::clone(&gate),
            told: Arc::clone(&told),
            health: Health::Replaying,
            failures: 0,
        };
        let thread = std::thread::Builder::new().name("store".to_owned());
        let (end, ended) = mpsc::channel();
        thread
            .spawn(move || {
                keeper.run(&stopped);
                // Nobody may be left who wants to know.
                let _ = end.send(());
            })
            .map_err(|error| format!("can't start a thread for the store: {error}"))?;
        Ok(Self {
            stop,
            ended: Mutex::new(ended),
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

    /// Ends it once it has done what it is doing, or leaves it if that takes too long: what it writes counts only when it is whole, and the
    /// next start begins it anew. Blocks.
    pub(in super::super) fn stop(&self) {
        // It may have ended by itself.
        let _ = self.stop.send(());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        match ended.recv_timeout(STOP_WAIT) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                info!("a flush or merge is not waited for; the next start begins it anew");
            }
            Err(RecvTimeoutError::Disconnected) => error!("the store's thread has panicked"),
        }
    }
}

/// What the thread works with.
struct Keeper {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    gate: Arc<Gate>,
    told: Arc<Told>,
    health: Health,
    failures: u64,
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
            match stopped.recv_timeout(INTERVAL) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
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
                self.failures = 0;
                true
            }
            Err(error) => {
                self.failed(
                    "can't read the log, nothing is stored until that works",
                    &error,
                );
                false
            }
        }
    }

    fn maintain(&mut self) {
        match self.store.maintain(self.clock.now()) {
            Ok(done) => {
                self.failures = 0;
                tell(&done);
            }
            Err(error) => self.failed("can't flush or merge, will try again", &error),
        }
    }

    fn failed(&mut self, what: &str, error: &dyn std::error::Error) {
        if self.failures.is_multiple_of(FAILURES_LOGGED) {
            error!(%error, "{what}");
        }
        self.failures += 1;
    }

    /// Logs when it changes whether samples are taken.
    fn tell_health(&mut self) {
        let health = self.store.state().health;
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
    if let Some(merged) = &done.merged {
        let bytes = merged.part.map_or(0, |(_, sizes)| sizes.total());
        info!(parts = merged.replaced.len(), bytes, "parts were merged");
    }
}
