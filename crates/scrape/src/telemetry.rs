//! What Ferula counts of its own scraping. Names are Prometheus' where it has one.

use ferula::{Counter, Error, Family, Gauge, Registry, Summary};

use crate::ingest::Counts;

/// Tells the targets of scraping from those of alerting.
const SCRAPE: &str = "scrape";

/// How large a pool is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolSize {
    pub(crate) targets: usize,
    pub(crate) dropped: usize,
    /// 0 without one.
    pub(crate) limit: u64,
}

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
    pool_targets: Family<Gauge>,
    /// By `scrape_job`.
    pool_target_limit: Family<Gauge>,
    /// By `scrape_job`: counts the times and adds up how long they took.
    sync_length: Family<Summary>,
    /// By `scrape_job`.
    pool_syncs: Family<Counter>,
    /// By `name`, which is always `scrape`, and `config`, which is the job.
    discovered: Family<Gauge>,
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
            sync_length: Summary::builder("prometheus_target_sync_length_seconds", "Actual interval to sync the scrape pool.").labels(["scrape_job"]).register(registry)?,
            pool_syncs: Counter::builder("prometheus_target_scrape_pool_sync_total", "Total number of syncs that were executed on a scrape pool.").labels(["scrape_job"]).register(registry)?,
            discovered: Gauge::builder("prometheus_sd_discovered_targets", "Current number of discovered targets.").labels(["name", "config"]).register(registry)?,
            file_modified: Gauge::builder("prometheus_sd_file_mtime_seconds", "Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.").labels(["filename"]).register(registry)?,
        })
    }

    /// A pool has been made to match its sources.
    pub(crate) fn synced(&self, job: &str, pool: PoolSize, seconds: f64) {
        self.pool_targets.with(&[job]).set(pool.targets as f64);
        self.pool_target_limit.with(&[job]).set(pool.limit as f64);
        let discovered = pool.targets + pool.dropped;
        self.discovered.with(&[SCRAPE, job]).set(discovered as f64);
        self.pool_syncs.with(&[job]).inc();
        self.sync_length.with(&[job]).observe(seconds);
    }

    /// A pool is gone.
    pub(crate) fn forget(&self, job: &str) {
        self.pool_targets.remove(&[job]);
        self.pool_target_limit.remove(&[job]);
        self.discovered.remove(&[SCRAPE, job]);
        self.pool_syncs.remove(&[job]);
        self.sync_length.remove(&[job]);
    }

    pub(crate) fn count(&self, counts: &Counts) {
        self.duplicates.inc_by(counts.duplicates);
        self.out_of_order.inc_by(counts.out_of_order);
        self.out_of_bounds.inc_by(counts.out_of_bounds);
        self.no_room.inc_by(counts.no_room);
    }
}
