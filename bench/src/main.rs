//! Measures Ferula beside Prometheus and VictoriaMetrics: same machine, same run, same pages.
//!
//! ```text
//!  recordings, pages ──► fleet ──► replay (one server, many instances) ──► Ferula, Prometheus, VictoriaMetrics
//!                                                                            │ CPU time, memory, latencies, disk
//!                                                                            ▼
//!                                                                      tables, as ratios ──► bench/results
//! ```
//!
//! Machines that this runs on are small and noisy: absolute figures mean little. Programs are measured in turns, several rounds, and the
//! median counts; ratios are what to look at. `cargo xtask bench [scrape|queries|store] [--quick] [--alone] [--interval=SECONDS]`
//! calls it.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time and prints"
)]

mod ask;
mod exporter;
mod fleet;
mod median;
mod peer;
mod queries;
mod recording;
mod replay;
mod report;
mod scrape;
mod still;
mod store;
mod usage;
mod wait;

use std::process::ExitCode;

use peer::{PEERS, Peer};
use report::Report;

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// For the record: half an hour.
    Full,
    /// To see that all works, and roughly how fast: a few minutes, kept nowhere.
    Quick,
}

/// What is run.
#[derive(Clone, Copy)]
struct Run {
    scale: Scale,
    /// Without the peers, for whoever works on one of our own figures.
    alone: bool,
    /// Seconds between scrapes of the store's benchmark, where the usual ones take too long: memory goes by scrapes, not by time.
    interval_seconds: Option<u32>,
}

impl Run {
    /// The programs that are measured.
    fn peers(self) -> &'static [Peer] {
        if self.alone { &PEERS[..1] } else { &PEERS }
    }
}

/// A benchmark, which writes what it measured; `None` when something that it needs isn't there.
type Benchmark = fn(Run, &mut Report) -> Option<()>;

const BENCHMARKS: [(&str, Benchmark); 3] = [
    ("scrape", scrape::run),
    ("queries", queries::run),
    ("store", store::run),
];

fn main() -> ExitCode {
    let (flags, names): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with("--"));
    let mut run = Run {
        scale: Scale::Full,
        alone: false,
        interval_seconds: None,
    };
    for flag in flags {
        match flag.as_str() {
            "--quick" => run.scale = Scale::Quick,
            "--alone" => run.alone = true,
            _ => {
                run.interval_seconds = flag
                    .strip_prefix("--interval=")
                    .and_then(|n| n.parse().ok());
                if run.interval_seconds.is_none() {
                    eprintln!("unknown flag: {flag}\n  hint: --quick, --alone, --interval=SECONDS");
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| !BENCHMARKS.iter().any(|(own, _)| own == *name))
    {
        eprintln!("no such benchmark: {unknown}");
        return ExitCode::FAILURE;
    }
    for (name, benchmark) in BENCHMARKS {
        if !names.is_empty() && !names.iter().any(|own| own == name) {
            continue;
        }
        let mut report = Report::new(&format!("Benchmark: {name}"));
        if benchmark(run, &mut report).is_none() {
            return ExitCode::FAILURE;
        }
        if run.scale == Scale::Full && !run.alone {
            report.save(name);
        }
    }
    ExitCode::SUCCESS
}
