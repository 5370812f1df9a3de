//! What a file amounts to.

use std::path::PathBuf;

use scrape::options::JobOptions;

use crate::print;
use crate::section::Section;

/// A configuration that holds: every default filled in, every check passed.
#[derive(Clone, Debug)]
pub struct Config {
    /// What belongs to no job.
    pub global: GlobalOptions,
    /// The jobs, in the order of the file, then of the files that `scrape_config_files` names.
    pub jobs: Vec<JobOptions>,
    /// Globs of rule files, with the folder of the configuration file before relative ones.
    pub rule_files: Vec<PathBuf>,
    /// The store.
    pub storage: StorageOptions,
    /// The settled file, for [`Config::to_yaml`].
    pub(crate) printed: Section,
}

/// What belongs to no job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalOptions {
    /// Time between scrapes where a job says nothing, in milliseconds.
    pub scrape_interval_ms: i64,
    /// Time for a scrape where a job says nothing, in milliseconds.
    pub scrape_timeout_ms: i64,
    /// Time between evaluations of a group of rules that says nothing, in milliseconds.
    pub evaluation_interval_ms: i64,
    /// How far back in time rules are evaluated, in milliseconds.
    pub rule_query_offset_ms: i64,
    /// The file that takes a line for each query.
    pub query_log_file: Option<PathBuf>,
    /// Labels of this server, expanded, sorted by name.
    pub external_labels: Vec<(String, String)>,
}

/// What the file says of the store; what it leaves out is the flags' or the store's to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageOptions {
    /// How much older than its series' newest sample a late one may be, in milliseconds; 0 refuses late samples.
    pub late_window_ms: Option<i64>,
    /// How long samples are kept, in milliseconds.
    pub retention_ms: Option<i64>,
    /// How many bytes may be kept.
    pub retention_bytes: Option<u64>,
    /// How many exemplars may be kept.
    pub exemplars_max: Option<usize>,
}

impl Config {
    /// The configuration as YAML, as `/api/v1/status/config` shows it: defaults filled in, in Prometheus' order of
    /// keys, secrets as `<secret>`, passwords in URLs as `xxxxx`.
    ///
    /// Jobs of `scrape_config_files` are not in it, as in Prometheus.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        print::section(&self.printed)
    }
}
