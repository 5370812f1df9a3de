//! Measures Ferula beside Prometheus and VictoriaMetrics: same machine, same run, same pages.
//!
//! ```text
//!  recording ──► pages ──► replay (one server, many instances) ──► Ferula, Prometheus, VictoriaMetrics
//!                                                                       │ CPU time, resident memory, latencies
//!                                                                       ▼
//!                                                                  tables, as ratios
//! ```
//!
//! Machines that this runs on are small and noisy: absolute figures mean little. Programs are measured in turns, several rounds, and the
//! median counts; ratios are what to look at. `cargo xtask bench [scrape|queries]` calls it.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time and prints"
)]

mod median;
mod peer;
mod queries;
mod recording;
mod replay;
mod scrape;
mod usage;

use std::process::ExitCode;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|own| own == name);
    let Some(pages) = recording::pages() else {
        return ExitCode::FAILURE;
    };
    if wanted("scrape") {
        scrape::run(&pages);
    }
    if wanted("queries") {
        queries::run(&pages);
    }
    ExitCode::SUCCESS
}
