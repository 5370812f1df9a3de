//! Time passes.

use std::time::{Duration, Instant};

/// Between two looks at a condition.
const PAUSE: Duration = Duration::from_millis(2);
/// Longer than anything that is waited for here: a whole run's scrapes.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Waits until `condition` holds, and says how long that took.
///
/// # Panics
///
/// When it never does; `what` says what was waited for.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::park_timeout(PAUSE);
    }
    start.elapsed()
}

/// Lets time pass, without a claim on anything.
pub(crate) fn pass(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}
