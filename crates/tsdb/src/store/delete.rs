//! Samples that are not wanted any more.

use std::sync::Arc;

use model::{Matcher, TimeRange};
use storage::Deleted;

use super::generation::Generation;
use super::registry::{Place, Registry};
use super::{Store, StoreError};
use crate::catalog::{CatalogError, Deletion};
use crate::index::Series;
use crate::log::Record;

impl Store {
    /// Deletes in memory, in the log and in the parts; durable when it returns.
    pub(super) fn delete_in_range(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<Deleted, StoreError> {
        self.make_ready_or_fail()?;
        // While a flush reads a generation nothing may be deleted from it.
        let mut maintenance = self.maintenance();
        let (sequence, series) = self.delete_in_memory(matchers, range)?;
        let deletion = Deletion {
            matchers: matchers.to_vec(),
            range,
            log_sequence: sequence,
        };
        if let Err(error) = maintenance.catalog.delete(&deletion) {
            if let CatalogError::Part { number, source } = &error
                && let Some(part) = maintenance.catalog.part(*number)
            {
                // It is set aside presently, and then this works.
                self.losses.note(part, source);
            }
            return Err(error.into());
        }
        self.show_parts(&maintenance);
        Ok(Deleted { series })
    }

    /// Writes the log's record, and when it is durable deletes from all generations. Returns the record's sequence number and how many series
    /// lost samples.
    fn delete_in_memory(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<(u64, u64), StoreError> {
        let mut log = self.log();
        let log = log.as_mut().ok_or_else(StoreError::not_open)?;
        let record = Record::Deletion { matchers, range };
        let sequence = log.append(&record, &*self.registry())?;
        self.write(log, 1)?;
        // Nobody commits meanwhile, since the log is ours.
        let mut registry = self.registry_mut();
        let generations = self.view().generations;
        let found = selected(&registry, matchers);
        let mut deleted = 0;
        for (series, places) in found {
            let mut had = false;
            for generation in generations.iter() {
                for place in &places {
                    had |= generation.delete(*place, range);
                }
            }
            deleted += u64::from(had);
            let is_left =
                |generation: &Arc<Generation>| places.iter().any(|place| generation.has(*place));
            if !generations.iter().any(is_left) {
                // What is left of it is in parts, if anything.
                registry.forget_series(series);
                self.counters.series_removed.add(1);
            }
        }
        Ok((sequence, deleted))
    }
}

/// All series that match, and where they may have samples.
fn selected(registry: &Registry, matchers: &[Matcher]) -> Vec<(Series, Vec<Place>)> {
    let groups = registry.index().select(matchers);
    let series = groups.iter().flat_map(|group| {
        group.metrics.iter().map(|metric| Series {
            target: group.target,
            metric: *metric,
        })
    });
    series
        .map(|series| (series, registry.places(series).collect()))
        .collect()
}
