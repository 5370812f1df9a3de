//! The project's own tasks. `cargo xtask` lists them.
//!
//! This crate links no engine: it runs `cargo`, `npm` and the project's binaries, as a person would. So it builds in
//! seconds, and a crate that does not compile can't keep it from saying so.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a task runner prints, reads the tree and takes the time"
)]

mod bench;
mod install;
mod python;
mod run;
mod scripts;
mod shell;
mod test;
mod tidy;
mod ui;

use std::process::ExitCode;

const HELP: &str = "\
The project's own tasks

Usage: cargo xtask <TASK> [ARGUMENT]...

Tasks:
  run [FLAG]...      build the UI and the binary, and start Ferula at http://localhost:9090
  test [STEP]...     install what the tests need and run all of them, or only the steps named
  tidy [--bless]     check the layers, the sizes and the prose of the tree; --bless records smaller debts
  scripts PATH...    run PromQL scripts (files, or folders of *.test) as Prometheus' suite does;
                     --default: as a server with nothing enabled does
  bench [NAME]...    measure beside Prometheus and VictoriaMetrics, and say where we stand: scrape, queries, store;
                     --quick: with little, to see that all works; --alone: without the peers
  bench python [--rounds=N]
                     measure the Python package beside prometheus_client, a quarter of an hour
  ui                 build the UI into ui/dist
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let arguments: Vec<String> = arguments.collect();
    let wants_help = |word: &String| word == "--help" || word == "-h";
    // `run --help` is the binary's to answer.
    if task != "run" && arguments.iter().any(wants_help) {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let result = match task.as_str() {
        "run" => run::run(&arguments),
        "test" => test::run(&arguments),
        "tidy" => tidy::run(&arguments),
        "scripts" => scripts::run(&arguments),
        "bench" => bench::run(&arguments),
        "ui" => ui::build(),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("no such task: {other}\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
