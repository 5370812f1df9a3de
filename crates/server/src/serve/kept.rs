//! The store with all that belongs to it, and the faces that it shows to others.

use std::sync::Arc;

use config::{Config, StorageOptions};
use platform::Clock;
use storage::Store;
use tracing::{error, warn};
use tsdb::store::Health;
use web::{Administration, Provider, ReplayStatus};

use super::store::{self, Administrator, Ending, StorageFlags, Stored, Upkeep, Waiting};
use crate::cli::ServeFlags;

/// Takes what a configuration says of the store.
pub(super) type Adjuster = Box<dyn Fn(&StorageOptions) + Send + Sync>;

/// The store, and the thread that keeps it in shape.
pub(super) struct Kept {
    store: Arc<tsdb::store::Store>,
    upkeep: Arc<Upkeep>,
    flags: StorageFlags,
}

impl Kept {
    /// Opens the store and begins to read its log.
    pub(super) fn open(
        flags: &ServeFlags,
        config: &Config,
        clock: &Arc<dyn Clock>,
        registry: &ferula::Registry,
    ) -> Result<Self, String> {
        for name in flags.prometheus_only.given() {
            warn!("--storage.tsdb.{name} tunes Prometheus' own format and has no effect here");
        }
        let flags_of_store = StorageFlags::of(flags);
        let options = store::options(&flags_of_store, &config.storage);
        let open = store::open(&flags.storage_path, options, clock, registry)?;
        let upkeep = Upkeep::start(&open, Arc::clone(clock))?;
        let kept = Self {
            store: open.store,
            upkeep: Arc::new(upkeep),
            flags: flags_of_store,
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

    /// Puts what a configuration says of the store in force.
    pub(super) fn adjuster(&self) -> Adjuster {
        let (store, flags) = (Arc::clone(&self.store), self.flags);
        Box::new(move |file| {
            let options = store::options(&flags, file);
            store.adjust(options.late_window_ms, options.retention);
        })
    }

    /// Tells how long samples are kept, and whether new ones are refused.
    pub(super) fn retention(&self) -> Provider<String> {
        let store = Arc::clone(&self.store);
        Arc::new(move || {
            let kept = store::retention_words(&store.retention());
            match store.health() {
                Health::Full => format!("{kept} (the disk is full: new samples are refused)"),
                Health::Poisoned => format!("{kept} (the disk has failed: nothing is stored)"),
                Health::Healthy | Health::Replaying => kept,
            }
        })
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

    /// What is to be done before the end.
    pub(super) fn ending(&self) -> Ending {
        Ending::new(&self.store)
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
