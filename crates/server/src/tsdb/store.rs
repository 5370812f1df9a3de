//! The store in a data folder, opened to be read.

use std::process::ExitCode;
use std::sync::Arc;

use model::TimeRange;
use tsdb::store::{Store, StoreError, StoreOptions};

use super::{Failure, existing, progress};
use crate::cli::tsdb::Place;

/// A store whose log is read.
pub(super) struct Opened {
    store: Store,
    /// How many files could not be read when it was opened.
    set_aside: usize,
}

impl Opened {
    /// Opens it, and says what is wrong with it. Nothing is flushed, merged or dropped.
    pub(super) fn new(place: &Place) -> Result<Self, Failure> {
        let disk = existing(&place.data)?;
        let folder = place.data.display();
        let opened = Store::open(Arc::new(disk), StoreOptions::usual());
        let (store, opening) = opened.map_err(|error| match error {
            StoreError::Locked(_) => Failure::new(format!("the data folder is in use: {folder}"))
                .hint("stop the server that has it, or make a snapshot (POST /api/v1/admin/tsdb/snapshot) and use that: it is a data folder too"),
            error => Failure::new(error),
        })?;
        for what in &opening.set_aside {
            progress::say(format_args!("set aside: {what}"));
        }
        let report = store.replay().map_err(Failure::new)?;
        for flaw in &report.flaws {
            progress::say(format_args!("log: {flaw}"));
        }
        Ok(Self {
            store,
            set_aside: opening.set_aside.len(),
        })
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// How a command ends that has read what it could: with a failure, if some of that turned out damaged, and with its name.
    pub(super) fn end(&self) -> ExitCode {
        let found = self.store.set_aside().split_off(self.set_aside);
        for what in &found {
            progress::say(format_args!(
                "damaged, its samples are missing here: {what}"
            ));
        }
        match found.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        }
    }

    /// From the first to the last sample, as far as that lies in `wanted`.
    pub(super) fn range_within(&self, wanted: TimeRange) -> Option<TimeRange> {
        let all = self.store.state().range()?;
        let range = TimeRange::new(all.start.max(wanted.start), all.end.min(wanted.end));
        (!range.is_empty()).then_some(range)
    }
}
