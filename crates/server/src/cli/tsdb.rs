//! `ferula tsdb …`: a data folder as an object of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::{Matcher, TimeRange, Timestamp};

/// Integers beyond this are milliseconds, as promtool takes them; a second so far ahead is in the year 5138.
const SECONDS_MAX: f64 = 1e11;

/// What to do with a data folder.
#[derive(Debug, Subcommand)]
pub(crate) enum Tsdb {
    /// Bring a Prometheus data directory into a data folder of ours.
    ///
    /// Reads blocks, the write-ahead log, the head's chunks and late samples: floats, native histograms, exemplars and metadata, to the bit. The
    /// directory is only read, so Prometheus can go back to it; it must not be running meanwhile. An import that was interrupted goes on
    /// where it stopped when it is started again, and a second one does nothing twice.
    #[command(after_help = "\
Examples:
  ferula tsdb import /var/lib/prometheus/metrics2
  ferula tsdb import /prometheus --data /var/lib/ferula")]
    Import(Import),
    /// Write Prometheus blocks, which Prometheus, promtool and Thanos read.
    ///
    /// One block per two hours. Prometheus takes them when they are in its data directory, at the latest when it starts.
    #[command(after_help = "\
Examples:
  ferula tsdb export /prometheus --data /var/lib/ferula
  ferula tsdb export out --match '{job=\"node\"}' --min-time 2026-11-01T00:00:00Z")]
    Export(Export),
    /// List the parts of a data folder: time, level, series, samples, size.
    List(List),
    /// Say what takes the room: families, labels, targets, and the series that came and went.
    Analyze(Analyze),
    /// Print samples as text, a line each.
    #[command(after_help = "\
Examples:
  ferula tsdb dump --match 'up{job=\"node\"}' --min-time 2026-11-20T00:00:00Z
  ferula tsdb dump --format openmetrics > samples.txt")]
    Dump(Dump),
    /// Merge all parts and compress them as small as they get.
    ///
    /// A server does the same by itself, a day after the samples came. This is for whoever wants the room now, or copies the folder away.
    Merge(Merge),
    /// Read every byte of every part and log segment and compare the checksums. Exits with 1 if anything is damaged.
    Verify(Verify),
}

/// Which data folder.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The data folder, as given to --storage.tsdb.path.
    #[arg(long, value_name = "FOLDER", default_value = "data")]
    pub(crate) data: PathBuf,
}

/// `ferula tsdb import`
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// Prometheus' data directory.
    #[arg(value_name = "DIR")]
    pub(crate) from: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which samples.
#[derive(Args, Debug)]
pub(crate) struct Choice {
    /// Leave out what is older: RFC 3339, or seconds since 1970 (milliseconds are recognised).
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) min_time: Option<Timestamp>,
    /// Leave out what is newer.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) max_time: Option<Timestamp>,
    /// Only series that match this selector; may be repeated, then those of each count.
    #[arg(long = "match", value_name = "SELECTOR", value_parser = selector)]
    pub(crate) selectors: Vec<Selector>,
}

/// A selector of the command line.
#[derive(Clone, Debug)]
pub(crate) struct Selector(pub(crate) Vec<Matcher>);

impl Choice {
    /// The range of time that was asked for.
    pub(crate) fn range(&self) -> TimeRange {
        TimeRange::new(
            self.min_time.unwrap_or(Timestamp::MIN),
            self.max_time.unwrap_or(Timestamp::MAX),
        )
    }

    /// Lists of matchers; a series that passes one of them counts.
    pub(crate) fn selectors(&self) -> Vec<Vec<Matcher>> {
        self.selectors
            .iter()
            .map(|selector| selector.0.clone())
            .collect()
    }
}

/// `ferula tsdb export`
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// Where the blocks go; made if it is missing.
    #[arg(value_name = "OUT")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) choice: Choice,
}

/// `ferula tsdb merge`
#[derive(Args, Debug)]
pub(crate) struct Merge {
    #[command(flatten)]
    pub(crate) place: Place,
}

/// `ferula tsdb list`
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print bytes and milliseconds as plain numbers.
    #[arg(long)]
    pub(crate) raw: bool,
}

/// `ferula tsdb analyze`
#[derive(Args, Debug)]
pub(crate) struct Analyze {
    #[command(flatten)]
    pub(crate) place: Place,
    /// How many lines each list has.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) choice: Choice,
}

/// `ferula tsdb dump`
#[derive(Args, Debug)]
pub(crate) struct Dump {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// How samples are written.
    #[arg(long, value_enum, default_value_t = DumpFormat::Promtool)]
    pub(crate) format: DumpFormat,
}

/// A way to write samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DumpFormat {
    /// As `promtool tsdb dump`: labels in braces, value, milliseconds.
    Promtool,
    /// As OpenMetrics: name and labels, value, seconds. Floats only.
    Openmetrics,
}

/// `ferula tsdb verify`
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) place: Place,
}

fn time(text: &str) -> Result<Timestamp, String> {
    match text.parse::<f64>() {
        Ok(number) if number.abs() > SECONDS_MAX => {
            Timestamp::from_seconds(number / 1000.0).ok_or_else(|| "out of range".to_owned())
        }
        _ => web::params::time::parse(text),
    }
}

fn selector(text: &str) -> Result<Selector, String> {
    promql::parse_selector(text)
        .map(Selector)
        .map_err(|error| error.to_string())
}
