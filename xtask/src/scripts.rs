//! Runs PromQL scripts, with the runner of the crate that executes them.

use crate::shell::{cargo, run as run_command};

/// `paths` are files, or folders of `*.test`, as seen from where the task was called; options go to the runner.
pub(crate) fn run(paths: &[String]) -> Result<(), String> {
    if paths.is_empty() {
        return Err(
            "no scripts named\n  hint: cargo xtask scripts crates/query/tests/scripts".to_owned(),
        );
    }
    let mut command = cargo(&[
        "run",
        "--quiet",
        "--package",
        "query",
        "--bin",
        "promql-scripts",
        "--",
    ]);
    command.args(paths);
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    run_command(command)
}
