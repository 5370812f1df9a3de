//! What the store says of itself: in Prometheus' names where it has one for the same thing, else in ours.

use std::sync::Arc;

use ferula::{Collector, Description, LabelPairs, Page};
use tsdb::store::{Health, State, Store};

use super::upkeep::Upkeep;

/// Shows the store's counts.
pub(in super::super) struct Stored {
    pub(in super::super) store: Arc<Store>,
    pub(in super::super) upkeep: Arc<Upkeep>,
}

/// How a number comes about.
#[derive(Clone, Copy)]
enum Kind {
    Gauge,
    Counter,
}

/// A family with one number.
struct Number {
    kind: Kind,
    name: &'static str,
    help: &'static str,
    of: fn(&State) -> f64,
}

const fn gauge(name: &'static str, help: &'static str, of: fn(&State) -> f64) -> Number {
    let kind = Kind::Gauge;
    Number {
        kind,
        name,
        help,
        of,
    }
}

const fn counter(name: &'static str, help: &'static str, of: fn(&State) -> f64) -> Number {
    let kind = Kind::Counter;
    Number {
        kind,
        name,
        help,
        of,
    }
}

const NUMBERS: &[Number] = &[
    gauge(
        "prometheus_tsdb_head_series",
        "Total number of series in the head block.",
        |state| state.head_series as f64,
    ),
    counter(
        "prometheus_tsdb_head_series_created_total",
        "Total number of series created in the head",
        |state| state.series_created as f64,
    ),
    counter(
        "prometheus_tsdb_head_series_removed_total",
        "Total number of series removed in the head",
        |state| state.series_removed as f64,
    ),
    gauge(
        "prometheus_tsdb_head_min_time_seconds",
        "Minimum time bound of the head block.",
        |state| state.head_range.map_or(0.0, |range| range.start.seconds()),
    ),
    gauge(
        "prometheus_tsdb_head_max_time_seconds",
        "Maximum timestamp of the head block.",
        |state| state.head_range.map_or(0.0, |range| range.end.seconds()),
    ),
    counter(
        "prometheus_tsdb_head_samples_appended_total",
        "Total number of appended samples.",
        |state| state.samples as f64,
    ),
    counter(
        "prometheus_tsdb_head_out_of_order_samples_appended_total",
        "Total number of appended out of order samples.",
        |state| state.late as f64,
    ),
    counter(
        "prometheus_tsdb_out_of_order_samples_total",
        "Total number of out of order samples ingestion failed attempts due to out of order being disabled.",
        |state| state.refused.out_of_order as f64,
    ),
    counter(
        "prometheus_tsdb_too_old_samples_total",
        "Total number of out of order samples ingestion failed attempts with out of support enabled, but sample outside of time window.",
        |state| state.refused.too_old as f64,
    ),
    counter(
        "prometheus_tsdb_compactions_total",
        "Total number of compactions that were executed for the partition.",
        |state| (state.flushes + state.merges) as f64,
    ),
    counter(
        "prometheus_tsdb_compactions_failed_total",
        "Total number of compactions that failed for the partition.",
        |state| (state.flush_failures + state.merge_failures) as f64,
    ),
    gauge(
        "prometheus_tsdb_storage_blocks_bytes",
        "The number of bytes that are currently used for local storage by all blocks.",
        |state| state.parts_bytes as f64,
    ),
    gauge(
        "prometheus_tsdb_blocks_loaded",
        "Number of currently loaded data blocks",
        |state| state.parts as f64,
    ),
    gauge(
        "prometheus_tsdb_lowest_timestamp",
        "Lowest timestamp value stored in the database. The unit is decided by the library consumer.",
        |state| state.range().map_or(0.0, |range| range.start.0 as f64),
    ),
    gauge(
        "prometheus_tsdb_lowest_timestamp_seconds",
        "Lowest timestamp value stored in the database.",
        |state| state.range().map_or(0.0, |range| range.start.seconds()),
    ),
    gauge(
        "ferula_storage_memory_bytes",
        "Memory that samples and their index take, as the store counts it.",
        |state| state.head_bytes as f64,
    ),
    gauge(
        "ferula_storage_decoded_bytes",
        "Memory of decoded pages of old samples, which queries share and which go when nobody asks.",
        |state| state.pages_bytes as f64,
    ),
    gauge(
        "ferula_storage_memory_samples",
        "Samples that are in memory and not yet in a part.",
        |state| state.head_samples as f64,
    ),
    gauge(
        "ferula_storage_parts_set_aside",
        "Parts that could not be read, when the store was opened or since.",
        |state| state.set_aside as f64,
    ),
    counter(
        "ferula_storage_commits_total",
        "Sets of rows that became visible together.",
        |state| state.commits as f64,
    ),
    counter(
        "ferula_storage_log_groups_total",
        "Groups of commits that were synced together.",
        |state| state.groups as f64,
    ),
    counter(
        "ferula_storage_log_written_bytes_total",
        "Bytes written to the log.",
        |state| state.log_bytes as f64,
    ),
    counter(
        "ferula_storage_log_syncs_total",
        "Syncs of the log.",
        |state| state.syncs as f64,
    ),
    counter(
        "ferula_storage_samples_known_total",
        "Samples that were there already, value and all.",
        |state| state.known as f64,
    ),
    counter(
        "ferula_storage_flushes_total",
        "Times that rows went from memory into parts.",
        |state| state.flushes as f64,
    ),
    counter("ferula_storage_merges_total", "Merges of parts.", |state| {
        state.merges as f64
    }),
];

const REFUSED: (&str, &str) = (
    "ferula_storage_samples_refused_total",
    "Samples that were not stored, by reason.",
);
const HEALTH: (&str, &str) = (
    "ferula_storage_state",
    "Whether samples are taken: 1 for the state the store is in.",
);
const REPLAY: (&str, &str) = (
    "prometheus_tsdb_data_replay_duration_seconds",
    "Time taken to replay the data on disk.",
);
const LIMIT_BYTES: (&str, &str) = (
    "prometheus_tsdb_retention_limit_bytes",
    "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled",
);
const LIMIT_SECONDS: (&str, &str) = (
    "prometheus_tsdb_retention_limit_seconds",
    "How long to retain samples in storage.",
);
const CORRUPTIONS: (&str, &str) = (
    "prometheus_tsdb_wal_corruptions_total",
    "Total number of WAL corruptions.",
);

/// The states by name.
const STATES: [(&str, Health); 4] = [
    ("healthy", Health::Healthy),
    ("replaying", Health::Replaying),
    ("full", Health::Full),
    ("poisoned", Health::Poisoned),
];

impl Number {
    fn description(&self) -> Description<'static> {
        match self.kind {
            Kind::Gauge => Description::gauge(self.name, self.help),
            Kind::Counter => Description::counter(self.name, self.help),
        }
    }
}

impl Collector for Stored {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        for number in NUMBERS {
            each(&number.description());
        }
        for (name, help) in [REFUSED, CORRUPTIONS] {
            each(&Description::counter(name, help));
        }
        for (name, help) in [HEALTH, REPLAY, LIMIT_BYTES, LIMIT_SECONDS] {
            each(&Description::gauge(name, help));
        }
    }

    fn collect(&self, page: &mut Page<'_>) {
        let state = self.store.state();
        for number in NUMBERS {
            page.family(number.description())
                .value(LabelPairs::NONE, (number.of)(&state));
        }
        let refused = &state.refused;
        let reasons = [
            ("out_of_order", refused.out_of_order),
            ("too_old", refused.too_old),
            ("duplicate", refused.duplicate),
            ("full", refused.full),
            ("other", refused.other),
        ];
        let mut points = page.family(Description::counter(REFUSED.0, REFUSED.1));
        for (reason, count) in reasons {
            points.value(&[("reason", reason)], count as f64);
        }
        drop(points);
        let mut points = page.family(Description::gauge(HEALTH.0, HEALTH.1));
        for (name, health) in STATES {
            let is_so = f64::from(u8::from(health == state.health));
            points.value(&[("state", name)], is_so);
        }
        drop(points);
        let kept = self.store.retention();
        let gauges = [
            (REPLAY, self.upkeep.replay_seconds()),
            (
                LIMIT_BYTES,
                kept.size_bytes.map_or(0.0, |bytes| bytes.get() as f64),
            ),
            (
                LIMIT_SECONDS,
                kept.time_ms.map_or(0.0, |ms| ms as f64 / 1000.0),
            ),
        ];
        for ((name, help), value) in gauges {
            page.family(Description::gauge(name, help))
                .value(LabelPairs::NONE, value);
        }
        page.family(Description::counter(CORRUPTIONS.0, CORRUPTIONS.1))
            .value(LabelPairs::NONE, self.upkeep.corruptions() as f64);
    }
}
