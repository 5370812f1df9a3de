//! The durable store, and what the server does for it.
//!
//! ```text
//!  options   flags and configuration, as one
//!  open      the folder is locked; parts are opened, damaged ones set aside
//!  upkeep    two threads: read the log, then flush, drop and merge what is due, until the end
//!  ending    before the end, what is in memory goes into parts
//!  waiting   the store as scrapes see it: what waits for a disk gives up its worker first
//!  telemetry what the store says of itself, in Prometheus' names
//! ```

mod administration;
mod ending;
mod measured;
mod options;
mod telemetry;
mod upkeep;
mod waiting;

use std::path::Path;
use std::sync::Arc;

use ferula::Registry;
use platform::Clock;
use platform::disk::{Disk as _, SystemDisk};
use tracing::{info, warn};
use tsdb::store::{Opening, Store, StoreError, StoreOptions};

pub(super) use administration::Administrator;
pub(super) use ending::Ending;
use measured::Measured;
pub(super) use options::{StorageFlags, options, retention_words};
pub(super) use telemetry::Stored;
pub(super) use upkeep::Upkeep;
pub(super) use waiting::Waiting;

/// The folder of the log.
const LOG: &str = "log";

/// A store that is open, and the first and last segment of its log.
pub(super) struct Open {
    pub(super) store: Arc<Store>,
    pub(super) segments: (u64, u64),
    /// Parts that were set aside.
    pub(super) damaged: u64,
}

/// Opens the store in a folder, which is made if it is missing.
pub(super) fn open(
    folder: &Path,
    options: StoreOptions,
    clock: &Arc<dyn Clock>,
    registry: &Registry,
) -> Result<Open, String> {
    let place = folder.display();
    let disk = SystemDisk::new(folder).map_err(|error| {
        format!("can't use the data folder: {error}\n  hint: choose another with --storage.tsdb.path=FOLDER")
    })?;
    let segments = segments(&disk);
    let disk =
        Measured::new(disk, Arc::clone(clock), registry).map_err(|error| error.to_string())?;
    let (store, opening) = Store::open(Arc::new(disk), options).map_err(|error| match error {
        StoreError::Locked(_) => format!(
            "the data folder is in use by another process: {place}\n  hint: stop the other one, or choose another folder with --storage.tsdb.path=FOLDER"
        ),
        error => format!("can't open the data folder: {place}: {error}"),
    })?;
    tell(folder, &opening);
    if segments.1 > 0 {
        info!(
            "reading the log; until that is done answers carry a warning, and what is scraped waits"
        );
    }
    let store = Arc::new(store);
    let damaged = opening.set_aside.len() as u64;
    Ok(Open {
        store,
        segments,
        damaged,
    })
}

/// The first and last segment of the log, as far as can be told: only those who ask how far it is read want to know.
fn segments(disk: &SystemDisk) -> (u64, u64) {
    let names = disk.list(LOG).unwrap_or_default();
    let numbers = names
        .iter()
        .filter_map(|name| name.strip_suffix(".log")?.parse().ok());
    let (first, last) = (numbers.clone().min(), numbers.max());
    (first.unwrap_or(0), last.unwrap_or(0))
}

/// Logs what was found.
fn tell(folder: &Path, opening: &Opening) {
    for what in &opening.set_aside {
        warn!("set aside, everything else is there: {what}");
    }
    info!(folder = %folder.display(), parts = opening.parts, "the data folder is open");
}
