//! What Ferula counts of its own scraping. Names are Prometheus' where it has one.

use ferula::{Counter, Error, Family, Gauge, Registry, Summary};

use crate::ingest::Counts;

/// Counters of all jobs.
#[derive(Clone, Debug)]
pub struct Telemetry {
    pub(crate) body_size_limit: Counter,
    pub(crate) sample_limit: Counter,
    pub(crate) label_limits: Counter,
    pub(crate) pools: Counter,
    pub(crate) pool_reloads: Counter,
    pub(crate) target_limit: Counter,
    pub(crate) file_errors: Counter,
    duplicates: Counter,
    out_of_order: Counter,
    out_of_bounds: Counter,
    no_room: Counter,
    /// By `interval`.
    pub(crate) interval_length: Family<Summary>,
    /// By `scrape_job`.
    pub(crate) pool_targets: Family<Gauge>,
    /// By `scrape_job`.
    pub(crate) pool_target_limit: Family<Gauge>,
    /// By `filename`.
    pub(crate) file_modified: Family<Gauge>,
}

impl Telemetry {
    /// Counters on `registry`.
    ///
    /// # Errors
    ///
    /// When it has one of them already.
    #[rustfmt::skip]
    pub fn new(registry: &Registry) -> Result<Self, Error> {
        let counter = |name: &str, help: &str| Counter::builder(name, help).register(registry);
        let by_job = |name: &str, help: &str| Gauge::builder(name, help).labels(["scrape_job"]).register(registry);
        Ok(Self {
            body_size_limit: counter("prometheus_target_scrapes_exceeded_body_size_limit_total", "Total number of scrapes that hit the body size limit")?,
            sample_limit: counter("prometheus_target_scrapes_exceeded_sample_limit_total", "Total number of scrapes that hit the sample limit and were rejected.")?,
            label_limits: counter("prometheus_target_scrape_pool_exceeded_label_limits_total", "Total number of times scrape pools hit the label limits, during sync or config reload.")?,
            pools: counter("prometheus_target_scrape_pools_total", "Total number of scrape pool creation attempts.")?,
            pool_reloads: counter("prometheus_target_scrape_pool_reloads_total", "Total number of scrape pool reloads.")?,
            target_limit: counter("prometheus_target_scrape_pool_exceeded_target_limit_total", "Total number of times scrape pools hit the target limit, during sync or config reload.")?,
            file_errors: counter("prometheus_sd_file_read_errors_total", "The number of File-SD read errors.")?,
            duplicates: counter("prometheus_target_scrapes_sample_duplicate_timestamp_total", "Total number of samples rejected due to duplicate timestamps but different values.")?,
            out_of_order: counter("prometheus_target_scrapes_sample_out_of_order_total", "Total number of samples rejected due to not being out of the expected order.")?,
            out_of_bounds: counter("prometheus_target_scrapes_sample_out_of_bounds_total", "Total number of samples rejected due to timestamp falling outside of the time bounds.")?,
            no_room: counter("ferula_target_scrapes_sample_no_room_total", "Samples that were left out because the store is full.")?,
            interval_length: Summary::builder("prometheus_target_interval_length_seconds", "Actual intervals between scrapes.").labels(["interval"]).register(registry)?,
            pool_targets: by_job("prometheus_target_scrape_pool_targets", "Current number of targets in this scrape pool.")?,
            pool_target_limit: by_job("prometheus_target_scrape_pool_target_limit", "Maximum number of targets allowed in this scrape pool.")?,
            file_modified: Gauge::builder("prometheus_sd_file_mtime_seconds", "Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.").labels(["filename"]).register(registry)?,
        })
    }

    pub(crate) fn count(&self, counts: &Counts) {
        self.duplicates.inc_by(counts.duplicates);
        self.out_of_order.inc_by(counts.out_of_order);
        self.out_of_bounds.inc_by(counts.out_of_bounds);
        self.no_room.inc_by(counts.no_room);
    }
}
