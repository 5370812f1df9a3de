//! What a scrape job is told. Plain values without defaults: the configuration resolves every one of them.

use std::path::PathBuf;

use model::relabel::Rule;
use platform::http::ClientOptions;

/// A format that a scrape may ask for.
pub use ferula_exposition::Protocol;
pub use ferula_exposition::protobuf::Histograms;

/// One job: a set of targets that are scraped alike.
#[derive(Clone, Debug)]
pub struct JobOptions {
    /// Its name, and the default of the label `job`.
    pub name: String,
    /// Time between scrapes of a target, in milliseconds; more than 0.
    pub interval_ms: i64,
    /// Time that a scrape may take, in milliseconds; at most the interval.
    pub timeout_ms: i64,
    /// `http` or `https`, unless relabelling says otherwise.
    pub scheme: String,
    /// The path to fetch, unless relabelling says otherwise.
    pub metrics_path: String,
    /// Parameters of the URL, in the file's order.
    pub params: Vec<(String, Vec<String>)>,
    /// Formats to ask for, best first.
    pub protocols: Vec<Protocol>,
    /// The format of answers without a known content type; without it such a scrape fails.
    pub fallback_protocol: Option<Protocol>,
    /// Which form of a histogram is taken where a page in protobuf has both.
    pub histograms: Histograms,
    /// Whether a sample's labels win over the target's.
    pub honor_labels: bool,
    /// Whether a sample's own time counts.
    pub honor_timestamps: bool,
    /// Whether series with times of their own get stale markers too.
    pub track_timestamps_staleness: bool,
    /// Whether to ask for gzip.
    pub enable_compression: bool,
    /// Whether to write `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` too.
    pub extra_metrics: bool,
    /// What is too much.
    pub limits: Limits,
    /// How to speak to targets.
    pub client: ClientOptions,
    /// Where targets come from.
    pub discoveries: Vec<Discovery>,
    /// Rules for targets.
    pub relabel_rules: Vec<Rule>,
    /// Rules for samples.
    pub metric_relabel_rules: Vec<Rule>,
}

/// What is too much. 0 means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a page, unpacked.
    pub body_size_bytes: u64,
    /// Samples of a page after relabelling.
    pub samples: u64,
    /// Labels of a sample.
    pub labels: u64,
    /// Bytes of a label's name.
    pub label_name_bytes: u64,
    /// Bytes of a label's value.
    pub label_value_bytes: u64,
    /// Targets of the job after relabelling.
    pub targets: u64,
    /// Dropped targets of the job that are remembered for the status page.
    pub keep_dropped_targets: u64,
}

/// Where targets come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// Written in the configuration.
    Static(Vec<TargetGroup>),
    /// In files that are read again when they change.
    Files {
        /// Globs, absolute.
        patterns: Vec<PathBuf>,
        /// Time after which they are read again at the latest, in milliseconds.
        refresh_interval_ms: i64,
    },
}

/// Targets that share labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetGroup {
    /// Where it comes from, say a file and the number of the group in it.
    pub source: String,
    /// Addresses: the label `__address__`.
    pub targets: Vec<String>,
    /// Labels that all of them have.
    pub labels: Vec<(String, String)>,
}
