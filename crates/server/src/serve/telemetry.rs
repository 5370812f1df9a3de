//! What Ferula says of itself, in Prometheus' names where one exists.

use std::sync::Arc;

use ferula::{BuildInfo, Collector, Description, LabelPairs, Page, Process, Registry};
use storage::Store;

use crate::version;

/// Registers what belongs to no agent: the process, the build, the store.
pub(super) fn register(registry: &Registry, store: &Arc<dyn Store>) -> Result<(), ferula::Error> {
    registry.register(Process::current())?;
    let facts = [
        ("version", version::FERULA),
        ("revision", version::REVISION),
        ("compatible_with", version::PROMETHEUS),
    ];
    registry.register(BuildInfo::new("ferula", &facts))?;
    registry.register(BuildInfo::new(
        "prometheus",
        &[
            ("version", version::PROMETHEUS),
            ("revision", version::REVISION),
        ],
    ))?;
    registry.register(Stored(Arc::clone(store)))?;
    Ok(())
}

/// Shows the store's counts.
struct Stored(Arc<dyn Store>);

/// Name and help of each family.
const SERIES: (&str, &str) = (
    "prometheus_tsdb_head_series",
    "Total number of series in the head block.",
);
const CHUNKS: (&str, &str) = (
    "prometheus_tsdb_head_chunks",
    "Total number of chunks in the head block.",
);
const OLDEST: (&str, &str) = (
    "prometheus_tsdb_lowest_timestamp_seconds",
    "Lowest timestamp value stored in the database.",
);
const BYTES: (&str, &str) = (
    "ferula_storage_memory_bytes",
    "Memory that samples and their index take, as the store counts it.",
);

impl Collector for Stored {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        for (name, help) in [SERIES, CHUNKS, OLDEST, BYTES] {
            each(&Description::gauge(name, help));
        }
    }

    fn collect(&self, page: &mut Page<'_>) {
        let statistics = self.0.statistics(0);
        let oldest = statistics.range.map_or(0.0, |range| range.start.seconds());
        let values = [
            (SERIES, statistics.series as f64),
            (CHUNKS, statistics.chunks as f64),
            (OLDEST, oldest),
            (BYTES, statistics.bytes as f64),
        ];
        for ((name, help), value) in values {
            page.family(Description::gauge(name, help))
                .value(LabelPairs::NONE, value);
        }
    }
}
