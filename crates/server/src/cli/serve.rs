//! The flags of serving.

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

    /// Where samples will live. Not yet in effect: this version keeps samples in memory only.
    #[arg(
        long = "storage.tsdb.path",
        value_name = "FOLDER",
        default_value = "data/",
        help_heading = "Storage"
    )]
    pub(crate) storage_path: PathBuf,

    /// How long samples are kept. Not yet in effect: see --storage.memory.max-mib.
    #[arg(
        long = "storage.tsdb.retention.time",
        value_name = "DURATION",
        help_heading = "Storage"
    )]
    pub(crate) retention_time: Option<String>,

    /// How many bytes samples may take. Not yet in effect: see --storage.memory.max-mib.
    #[arg(
        long = "storage.tsdb.retention.size",
        value_name = "BYTES",
        help_heading = "Storage"
    )]
    pub(crate) retention_size: Option<String>,

    /// The most memory that samples and their index may take, in MiB; beyond it the oldest samples go.
    #[arg(
        long = "storage.memory.max-mib",
        value_name = "MIB",
        default_value_t = 2048,
        help_heading = "Storage"
    )]
    pub(crate) memory_mib_max: u64,

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

fn duration_ms(text: &str) -> Result<i64, model::duration::DurationError> {
    model::duration::parse_ms(text)
}
