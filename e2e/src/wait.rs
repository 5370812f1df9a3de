//! Waiting for conditions.

use std::time::{Duration, Instant};

/// How long a condition may take. Generous: machines of CI are slow and busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks until `condition` gives something.
///
/// # Panics
///
/// When it does not in time; `what` says what was waited for.
pub fn wait_until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "waited {PATIENCE:?} in vain until {what}"
        );
        std::thread::park_timeout(PAUSE);
    }
}
