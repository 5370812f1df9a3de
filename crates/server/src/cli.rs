//! The command line. Each flag is declared once, here: parser, help and `/api/v1/status/flags` follow from it.

mod exporter;
mod serve;
pub(crate) mod tsdb;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Parser, Subcommand, ValueEnum};

pub(crate) use exporter::ExporterNode;
pub(crate) use serve::ServeFlags;
pub(crate) use tsdb::Tsdb;

/// Metrics in one binary: scrape, keep, query, graph.
///
/// Without a subcommand Ferula serves. Without a configuration file it watches itself and the machine it runs on: start
/// it and open http://localhost:9090.
#[derive(Debug, Parser)]
#[command(
    name = "ferula",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
#[command(after_help = "\
Examples:
  ferula                                       watch this machine, no configuration needed
  ferula --config.file=prometheus.yml          run a Prometheus configuration as it is
  ferula check config prometheus.yml           all that is wrong with it, at once
  curl -s localhost:8000/metrics | ferula check metrics
  ferula tsdb import /var/lib/prometheus       bring a Prometheus' samples along
  ferula exporter node                         this machine's metrics at http://localhost:9100/metrics

Flags have the names that Prometheus gives them.")]
pub(crate) struct Cli {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub(crate) serve: ServeFlags,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong with a file, and exit with 1 if anything is.
    Check {
        /// What to check.
        #[command(subcommand)]
        check: Check,
    },
    /// Show the metrics of something that carries no client of its own.
    Exporter {
        /// Of what.
        #[command(subcommand)]
        exporter: Exporter,
    },
    /// Look into a data folder, and bring samples in and out.
    Tsdb {
        /// What to do.
        #[command(subcommand)]
        tsdb: Tsdb,
    },
}

/// What to check.
#[derive(Debug, Subcommand)]
pub(crate) enum Check {
    /// Check configuration files: all problems at once, with file, line and hint.
    Config(CheckConfig),
    /// Check an exposition page from standard input, with the parser that scrapes use.
    ///
    /// OpenMetrics pages are held to the whole of the standard, order and suffixes included.
    Metrics(CheckMetrics),
}

/// `ferula check config`
#[derive(Args, Debug)]
pub(crate) struct CheckConfig {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Don't look whether certificates and files with secrets are there.
    #[arg(long)]
    pub(crate) syntax_only: bool,
    /// Check as for a server that only scrapes and forwards.
    #[arg(long)]
    pub(crate) agent: bool,
}

/// `ferula check metrics`
#[derive(Args, Debug)]
pub(crate) struct CheckMetrics {
    /// The page's format.
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub(crate) format: PageFormat,
}

/// A format of exposition pages.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PageFormat {
    /// Prometheus' text format, version 0.0.4 or 1.0.0.
    Text,
    /// OpenMetrics 1.0.
    Openmetrics,
}

/// What to show the metrics of.
#[derive(Debug, Subcommand)]
pub(crate) enum Exporter {
    /// This machine: processors, memory, disks, filesystems, network, under node_exporter's names.
    Node(Box<ExporterNode>),
}

/// The flags of serving with their values, those that were not given too.
pub(crate) fn flag_values(
    command: &clap::Command,
    matches: &ArgMatches,
) -> BTreeMap<String, String> {
    let arguments = command
        .get_arguments()
        .filter_map(|argument| Some((argument.get_long()?, argument)));
    let value = |argument: &clap::Arg| {
        let raw = matches
            .try_get_raw(argument.get_id().as_str())
            .ok()
            .flatten();
        let values = raw.map(|values| values.map(|value| value.to_string_lossy().into_owned()));
        values
            .map(|values| values.collect::<Vec<_>>().join(","))
            .unwrap_or_default()
    };
    arguments
        .filter(|(long, _)| !["help", "version"].contains(long))
        .map(|(long, argument)| (long.to_owned(), value(argument)))
        .collect()
}
