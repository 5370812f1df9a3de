//! The store in a data folder, opened to be read.

use std::sync::Arc;

use model::TimeRange;
use tsdb::store::{Store, StoreError, StoreOptions};

use super::{Failure, existing, progress};
use crate::cli::tsdb::Place;

/// A store whose log is read.
pub(super) struct Opened(Store);

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
        Ok(Self(store))
    }

    pub(super) fn store(&self) -> &Store {
        &self.0
    }

    /// From the first to the last sample, as far as that lies in `wanted`.
    pub(super) fn range_within(&self, wanted: TimeRange) -> Option<TimeRange> {
        let all = self.0.state().range()?;
        let range = TimeRange::new(all.start.max(wanted.start), all.end.min(wanted.end));
        (!range.is_empty()).then_some(range)
    }
}
