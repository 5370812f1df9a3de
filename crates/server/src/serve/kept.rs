//! The store with all that belongs to it, and the faces that it shows to others.

use std::sync::Arc;

use config::Config;
use platform::Clock;
use storage::Store;
use tracing::error;
use web::{Administration, Provider, ReplayStatus};

use super::store::{self, Administrator, Stored, Upkeep, Waiting};
use crate::cli::ServeFlags;

/// The store, and the thread that keeps it in shape.
pub(super) struct Kept {
    store: Arc<tsdb::store::Store>,
    upkeep: Arc<Upkeep>,
    /// How long samples are kept, in words.
    pub(super) retention: String,
}

impl Kept {
    /// Opens the store and begins to read its log.
    pub(super) fn open(
        flags: &ServeFlags,
        config: &Config,
        clock: &Arc<dyn Clock>,
        registry: &ferula::Registry,
    ) -> Result<Self, String> {
        let options = store::options(flags, &config.storage);
        let retention = store::retention_words(&options.retention);
        let open = store::open(&flags.storage_path, options, clock, registry)?;
        let upkeep = Upkeep::start(&open, Arc::clone(clock))?;
        let kept = Self {
            store: open.store,
            upkeep: Arc::new(upkeep),
            retention,
        };
        let stored = Stored {
            store: Arc::clone(&kept.store),
            upkeep: Arc::clone(&kept.upkeep),
        };
        registry
            .register(stored)
            .map_err(|error| error.to_string())?;
        Ok(kept)
    }

    /// For those who append on a runtime's threads.
    pub(super) fn for_scrapes(&self) -> Arc<dyn Store> {
        let store: Arc<dyn Store> = self.store.clone();
        Arc::new(Waiting::new(store, self.upkeep.gate()))
    }

    /// For those who have threads of their own.
    pub(super) fn for_queries(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Tells how far the log is read.
    pub(super) fn replay(&self) -> Provider<ReplayStatus> {
        let upkeep = Arc::clone(&self.upkeep);
        Arc::new(move || upkeep.replay())
    }

    /// Tells how many damaged pieces were met.
    pub(super) fn corruptions(&self) -> Provider<u64> {
        let upkeep = Arc::clone(&self.upkeep);
        Arc::new(move || upkeep.corruptions())
    }

    /// What requests may change, if they may.
    pub(super) fn administration(
        &self,
        flags: &ServeFlags,
        clock: &Arc<dyn Clock>,
    ) -> Option<Arc<dyn Administration>> {
        let administrator = Administrator {
            store: Arc::clone(&self.store),
            clock: Arc::clone(clock),
        };
        flags
            .enable_admin_api
            .then(|| Arc::new(administrator) as Arc<dyn Administration>)
    }

    /// Ends the upkeep, once nobody appends any more.
    pub(super) async fn close(self) {
        let upkeep = self.upkeep;
        let stopped = tokio::task::spawn_blocking(move || upkeep.stop()).await;
        if let Err(failure) = stopped {
            error!("the store could not be closed: {failure}");
        }
    }
}
