//! A clean end: what is in memory goes into parts while scrapes and answers go on, so that the next start has next to nothing to read.
//!
//! ```text
//!  SIGTERM ─► flush, at most ten seconds; everything goes on ─► no new connections, scrapes end ─► the process ends
//!                └ too slow, or another signal: left, and the next start reads the log as after a kill
//! ```
//!
//! A flush takes about as long as reading the same rows back. The other way round, nobody scrapes meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tracing::{info, warn};
use tsdb::store::{Health, Store};

use crate::serve::signals::interrupted;

/// How long it may take: who ends processes waits half a minute or more before it kills.
const FLUSH_WAIT: Duration = Duration::from_secs(10);
/// Fewer samples are read back in no time, and not worth a part.
const SAMPLES_MIN: u64 = 100_000;

/// What is to be done before the end.
pub(in super::super) struct Ending {
    store: Arc<Store>,
}

impl Ending {
    pub(in super::super) fn new(store: &Arc<Store>) -> Self {
        let store = Arc::clone(store);
        Self { store }
    }

    /// Returns when it is done, or has taken too long.
    pub(in super::super) async fn flush(self) {
        let state = self.store.state();
        if state.health != Health::Healthy || state.head_samples < SAMPLES_MIN {
            return;
        }
        info!(
            samples = state.head_samples,
            "writing what is in memory into parts"
        );
        let (done, flushed) = oneshot::channel();
        let store = self.store;
        // Not one of the runtime's threads, since the process waits for those.
        let thread = std::thread::Builder::new().name("ending".to_owned());
        let started = thread.spawn(move || done.send(store.flush()));
        if let Err(error) = started {
            return warn!("can't start a thread to flush: {error}");
        }
        let again = interrupted();
        let told = tokio::select! {
            flushed = tokio::time::timeout(FLUSH_WAIT, flushed) => flushed,
            () = again => return info!("the flush is left; the next start reads the log"),
        };
        match told {
            Ok(Ok(Ok(_))) => info!("all is in parts but for what comes until the end"),
            Ok(Ok(Err(error))) => warn!(%error, "can't flush; the next start reads the log"),
            Ok(Err(_)) => warn!("the flush has panicked; the next start reads the log"),
            Err(_) => info!("the flush takes too long and is left; the next start reads the log"),
        }
    }
}
