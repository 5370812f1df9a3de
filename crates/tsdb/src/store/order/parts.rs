//! What parts have of one series around one time.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Matcher, TimeRange, Timestamp, Value};
use storage::Columns;

use crate::catalog::OpenPart;
use crate::part::{PageCache, PartError};

/// Looks into parts, and keeps what it read last: late samples mostly come together.
#[derive(Default)]
pub(in crate::store) struct PartLookup {
    caches: HashMap<u64, PageCache, RandomState>,
    columns: Columns,
}

/// What a part has.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// The value at the time itself. A stale marker is none: a part doesn't tell whether it came or follows from another.
    pub(super) value: Option<Value>,
    /// Time of the series' newest sample, if it is later.
    pub(super) newest: Option<Timestamp>,
}

impl PartLookup {
    /// What the part has of the series at `time` and later.
    pub(super) fn around(
        &mut self,
        part: &OpenPart,
        labels: &Labels,
        time: Timestamp,
    ) -> Result<Around, PartError> {
        let tables = part.part().tables()?;
        let equal = |(name, value): (&str, &str)| Matcher::equal(name, value);
        let matchers: Vec<Matcher> = labels.iter().map(equal).collect();
        let deleted = part.tombstones().of(labels);
        let mut around = Around::default();
        for selected in tables.select(&matchers) {
            let group = selected.group as usize;
            for metric in selected.metrics.iter() {
                // There are series with more labels than these.
                if tables.target(group).merged(&tables.metric(*metric)) != *labels {
                    continue;
                }
                let cache = self.caches.entry(part.number()).or_default();
                let range = TimeRange::new(time, Timestamp::MAX);
                part.part()
                    .read(group, &[*metric], range, cache, &mut self.columns)?;
                let Columns {
                    timestamps,
                    columns,
                } = &self.columns;
                for (time_ms, value) in columns.iter().flat_map(|own| own.samples(timestamps)) {
                    let at = Timestamp(time_ms);
                    if deleted.iter().any(|range| range.contains(at)) {
                        continue;
                    }
                    if at == time {
                        around.value = Some(value);
                    } else {
                        around.newest = around.newest.max(Some(at));
                    }
                }
            }
        }
        Ok(around)
    }
}
