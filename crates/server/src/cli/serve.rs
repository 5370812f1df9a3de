//! The flags of serving.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

/// How to serve. Times are milliseconds, read from durations such as `5m`.
#[derive(Args, Debug)]
pub(crate) struct ServeFlags {
    /// A Prometheus configuration. Without one, Ferula scrapes itself and this machine every five seconds.
    #[arg(
        long = "config.file",
        value_name = "FILE",
        help_heading = "Configuration"
    )]
    pub(crate) config_file: Option<PathBuf>,

    /// Where to listen; may be repeated. An address without a host listens on all interfaces.
    #[arg(
        long = "web.listen-address",
        value_name = "ADDRESS",
        default_value = "0.0.0.0:9090",
        help_heading = "Web"
    )]
    pub(crate) listen_addresses: Vec<String>,

    /// The URL under which users reach this server, when that is not its own; links are made with it.
    #[arg(
        long = "web.external-url",
        value_name = "URL",
        default_value = "",
        help_heading = "Web"
    )]
    pub(crate) external_url: String,

    /// The path before all routes. By default that of the external URL.
    #[arg(long = "web.route-prefix", value_name = "PATH", help_heading = "Web")]
    pub(crate) route_prefix: Option<String>,

    /// Let requests reload the configuration (POST /-/reload) and end the process (POST /-/quit).
    #[arg(long = "web.enable-lifecycle", help_heading = "Web")]
    pub(crate) enable_lifecycle: bool,

    /// A regular expression of the origins whose pages may read answers.
    #[arg(
        long = "web.cors.origin",
        value_name = "REGEX",
        default_value = ".*",
        help_heading = "Web"
    )]
    pub(crate) cors_origin: String,

    /// The title of the pages.
    #[arg(
        long = "web.page-title",
        value_name = "TITLE",
        default_value = "Ferula",
        help_heading = "Web"
    )]
    pub(crate) page_title: String,

    /// How many connections may be open at once.
    #[arg(
        long = "web.max-connections",
        value_name = "COUNT",
        default_value_t = 512,
        help_heading = "Web"
    )]
    pub(crate) connections_max: usize,

    /// Time in which a request must have been sent, and that a connection may lie idle.
    #[arg(long = "web.read-timeout", value_name = "DURATION", default_value = "5m", value_parser = duration_ms, help_heading = "Web")]
    pub(crate) read_timeout_ms: i64,

    /// Where samples live. One server at a time uses a folder.
    #[arg(
        long = "storage.tsdb.path",
        value_name = "FOLDER",
        default_value = "data/",
        help_heading = "Storage"
    )]
    pub(crate) storage_path: PathBuf,

    /// How long samples are kept; 15d unless a size is given. The configuration's storage.tsdb.retention.time stands before it.
    #[arg(long = "storage.tsdb.retention.time", value_name = "DURATION", value_parser = duration_ms, help_heading = "Storage")]
    pub(crate) retention_ms: Option<i64>,

    /// How many bytes samples and log may take, such as 512MB or 20GiB; the oldest go. The configuration's storage.tsdb.retention.size
    /// stands before it.
    #[arg(long = "storage.tsdb.retention.size", value_name = "BYTES", value_parser = size_bytes, help_heading = "Storage")]
    pub(crate) retention_bytes: Option<u64>,

    /// Memory that samples may take before they are written to parts, in MiB. They are written every half hour in any case; smaller values
    /// make more and smaller parts.
    #[arg(
        long = "storage.memory.max-mib",
        value_name = "MIB",
        default_value_t = 1024,
        help_heading = "Storage"
    )]
    pub(crate) memory_mib_max: u64,

    /// Taken for Prometheus' sake, and without effect: the lock costs nothing.
    #[arg(long = "storage.tsdb.no-lockfile", hide = true)]
    pub(crate) no_lockfile: bool,

    #[command(flatten)]
    pub(crate) prometheus_only: PrometheusOnly,

    /// Let requests delete series, clean up after that, and make snapshots (POST /api/v1/admin/tsdb/...).
    #[arg(long = "web.enable-admin-api", help_heading = "Web")]
    pub(crate) enable_admin_api: bool,

    /// How far back an instant selector looks.
    #[arg(long = "query.lookback-delta", value_name = "DURATION", default_value = "5m", value_parser = duration_ms, help_heading = "Queries")]
    pub(crate) lookback_ms: i64,

    /// Time that a query may take, waiting for others included.
    #[arg(long = "query.timeout", value_name = "DURATION", default_value = "2m", value_parser = duration_ms, help_heading = "Queries")]
    pub(crate) query_timeout_ms: i64,

    /// How many queries run at once.
    #[arg(
        long = "query.max-concurrency",
        value_name = "COUNT",
        default_value_t = 20,
        help_heading = "Queries"
    )]
    pub(crate) query_concurrency_max: usize,

    /// The most samples that one query may hold in memory.
    #[arg(
        long = "query.max-samples",
        value_name = "COUNT",
        default_value_t = 50_000_000,
        help_heading = "Queries"
    )]
    pub(crate) query_samples_max: u64,

    /// The most memory that one query may take, in MiB, as estimated.
    #[arg(
        long = "query.max-mib",
        value_name = "MIB",
        default_value_t = 1024,
        value_parser = clap::value_parser!(u64).range(1..=1 << 30),
        help_heading = "Queries"
    )]
    pub(crate) query_mib_max: u64,

    /// The most memory that all queries may take together, in MiB.
    #[arg(
        long = "query.max-mib-total",
        value_name = "MIB",
        default_value_t = 4096,
        value_parser = clap::value_parser!(u64).range(1..=1 << 30),
        help_heading = "Queries"
    )]
    pub(crate) query_mib_max_total: u64,

    /// Threads on which all queries together are computed. Each query has one, and what is left of them helps with large ones. As many as there are cores, unless given.
    #[arg(
        long = "query.max-threads",
        value_name = "COUNT",
        help_heading = "Queries"
    )]
    pub(crate) query_threads_max: Option<NonZeroUsize>,

    /// Experimental features, by Prometheus' names; may be repeated or separated by commas.
    #[arg(
        long = "enable-feature",
        value_name = "FEATURE",
        value_delimiter = ',',
        help_heading = "Features"
    )]
    pub(crate) features: Vec<String>,

    /// The least important messages that are logged.
    #[arg(long = "log.level", value_name = "LEVEL", default_value = "info", value_parser = PossibleValuesParser::new(["debug", "info", "warn", "error"]), help_heading = "Log")]
    pub(crate) log_level: String,

    /// How messages are written.
    #[arg(long = "log.format", value_name = "FORMAT", default_value = "logfmt", value_parser = PossibleValuesParser::new(["logfmt", "json"]), help_heading = "Log")]
    pub(crate) log_format: String,
}

/// Flags that tune Prometheus' own format. Command lines that have them work as they are; a warning says that they do nothing.
#[derive(Args, Debug)]
pub(crate) struct PrometheusOnly {
    #[arg(long = "storage.tsdb.min-block-duration", hide = true)]
    min_block_duration: Option<String>,
    #[arg(long = "storage.tsdb.max-block-duration", hide = true)]
    max_block_duration: Option<String>,
    #[arg(long = "storage.tsdb.max-block-chunk-segment-size", hide = true)]
    max_block_chunk_segment_size: Option<String>,
    #[arg(long = "storage.tsdb.wal-segment-size", hide = true)]
    wal_segment_size: Option<String>,
    #[arg(long = "storage.tsdb.wal-compression-type", hide = true)]
    wal_compression_type: Option<String>,
    #[arg(long = "storage.tsdb.samples-per-chunk", hide = true)]
    samples_per_chunk: Option<String>,
    #[arg(long = "storage.tsdb.head-chunks-write-queue-size", hide = true)]
    head_chunks_write_queue_size: Option<String>,
    #[arg(long = "storage.tsdb.wal-compression", hide = true)]
    wal_compression: bool,
    #[arg(long = "no-storage.tsdb.wal-compression", hide = true)]
    no_wal_compression: bool,
    #[arg(long = "storage.tsdb.allow-overlapping-blocks", hide = true)]
    allow_overlapping_blocks: bool,
    #[arg(long = "storage.tsdb.allow-overlapping-compaction", hide = true)]
    allow_overlapping_compaction: bool,
}

impl PrometheusOnly {
    /// The names of those that were given.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let texts = [
            ("min-block-duration", &self.min_block_duration),
            ("max-block-duration", &self.max_block_duration),
            (
                "max-block-chunk-segment-size",
                &self.max_block_chunk_segment_size,
            ),
            ("wal-segment-size", &self.wal_segment_size),
            ("wal-compression-type", &self.wal_compression_type),
            ("samples-per-chunk", &self.samples_per_chunk),
            (
                "head-chunks-write-queue-size",
                &self.head_chunks_write_queue_size,
            ),
        ];
        let switches = [
            (
                "wal-compression",
                self.wal_compression || self.no_wal_compression,
            ),
            ("allow-overlapping-blocks", self.allow_overlapping_blocks),
            (
                "allow-overlapping-compaction",
                self.allow_overlapping_compaction,
            ),
        ];
        let texts = texts.map(|(name, text)| (name, text.is_some()));
        let all = texts.into_iter().chain(switches);
        all.filter(|(_, given)| *given)
            .map(|(name, _)| name)
            .collect()
    }
}

fn duration_ms(text: &str) -> Result<i64, model::duration::DurationError> {
    model::duration::parse_ms(text)
}

fn size_bytes(text: &str) -> Result<u64, String> {
    let bytes = config::parse_bytes(text).map_err(|error| error.to_string())?;
    u64::try_from(bytes).map_err(|_| "must not be negative".to_owned())
}
