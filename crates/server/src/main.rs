//! The binary: reads the command line and ties the crates together.
//!
//! ```text
//!  ferula                      serve: scrape, keep, answer
//!  ferula check config FILE    what would be wrong with a configuration
//!  ferula check metrics        what is wrong with an exposition page
//!  ferula tsdb import DIR      and export, list, analyze, dump, merge, verify: a data folder as an object of its own
//!  ferula exporter node        the host's metrics on the usual port
//! ```
//!
//! What is absent: any logic of the domain. This crate holds wiring, flags, signals and log lines; whatever could be
//! tested without a process belongs into a crate below.

mod allocator;
mod check;
mod cli;
mod exporter;
mod logging;
mod serve;
mod tsdb;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use cli::{Check, Cli, Command, Exporter};

fn main() -> ExitCode {
    // Huge pages keep a store's small change resident in whole two megabytes: 46 bytes per series at half a million, and nothing is slower without.
    // A kernel that refuses costs that memory, no more.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli.command {
        None => serve::run(&cli.serve, cli::flag_values(&Cli::command(), &matches)),
        Some(Command::Check {
            check: Check::Config(arguments),
        }) => check::config(&arguments),
        Some(Command::Check {
            check: Check::Metrics(arguments),
        }) => check::metrics(&arguments),
        Some(Command::Exporter {
            exporter: Exporter::Node(arguments),
        }) => exporter::node(&arguments),
        Some(Command::Tsdb { tsdb }) => tsdb::run(&tsdb),
    }
}
