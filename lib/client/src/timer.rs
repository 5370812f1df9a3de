//! Measures how long something takes.

use std::time::{Duration, Instant};

/// What takes an observation: [`Histogram`](crate::Histogram) and [`Summary`](crate::Summary).
pub trait Observe {
    /// Takes `value`; a timer's is in seconds.
    fn observe(&self, value: f64);
}

/// A running clock. Its reading in seconds is observed once: when it is [stopped](Self::stop), or when
/// it is dropped, so that early returns and panics are measured too.
#[derive(Debug)]
#[must_use = "a timer that is dropped at once has measured nothing"]
pub struct Timer<O: Observe> {
    started: Instant,
    /// Taken by whatever ends the measurement.
    observer: Option<O>,
}

impl<O: Observe> Timer<O> {
    #[expect(
        clippy::disallowed_methods,
        reason = "lib/ has no platform crate: it runs in any program"
    )]
    pub(crate) fn start(observer: O) -> Self {
        Self {
            started: Instant::now(),
            observer: Some(observer),
        }
    }

    /// Observes, and answers what was observed.
    pub fn stop(mut self) -> Duration {
        let elapsed = self.started.elapsed();
        if let Some(observer) = self.observer.take() {
            observer.observe(elapsed.as_secs_f64());
        }
        elapsed
    }

    /// Stops without observing: what was measured turned out not to be what it is for.
    pub fn discard(mut self) {
        self.observer = None;
    }
}

impl<O: Observe> Drop for Timer<O> {
    fn drop(&mut self) {
        if let Some(observer) = self.observer.take() {
            observer.observe(self.started.elapsed().as_secs_f64());
        }
    }
}
