//! What time it is.

use std::sync::atomic::{AtomicI64, Ordering};

use model::Timestamp;

/// Tells the time. Waiting is tokio's business: its timers can be simulated by themselves.
pub trait Clock: Send + Sync {
    /// The wall clock. It may jump, in both directions.
    fn now(&self) -> Timestamp;

    /// Nanoseconds since some moment in the past; never goes back. For durations.
    fn monotonic_ns(&self) -> u64;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
        Timestamp(now.tv_sec * 1000 + now.tv_nsec / 1_000_000)
    }

    fn monotonic_ns(&self) -> u64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
    }
}

/// A clock that stands still until it is set.
#[derive(Debug, Default)]
pub struct SimulatedClock {
    now_ms: AtomicI64,
}

impl SimulatedClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now_ms: AtomicI64::new(now.0),
        }
    }

    /// Sets it, to an earlier time too.
    pub fn set(&self, now: Timestamp) {
        self.now_ms.store(now.0, Ordering::SeqCst);
    }

    /// Turns it on by `ms`.
    pub fn advance_ms(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    fn monotonic_ns(&self) -> u64 {
        self.now().0.max(0).unsigned_abs() * 1_000_000
    }
}

/// A clock that goes with tokio's timers: when a test pauses and turns them, this clock follows.
#[derive(Clone, Copy, Debug)]
pub struct TimerClock {
    start: Timestamp,
    origin: tokio::time::Instant,
}

impl TimerClock {
    /// A clock that shows `start` now.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            origin: tokio::time::Instant::now(),
        }
    }
}

impl Clock for TimerClock {
    fn now(&self) -> Timestamp {
        let elapsed_ms = self.origin.elapsed().as_millis();
        self.start
            .plus_ms(i64::try_from(elapsed_ms).unwrap_or(i64::MAX))
    }

    fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
