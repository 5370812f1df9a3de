//! Builds everything and starts Ferula.

use std::process::Stdio;

use crate::shell::{cargo, root, run as run_command};
use crate::ui;

/// `arguments` go to `ferula`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    println!("1/3 building the UI");
    ui::build_if_older()?;
    println!("2/3 building the binary (the first time takes some minutes)");
    run_command(cargo(&["build", "--release", "--package", "server"]))?;
    println!("3/3 starting at http://localhost:9090 (Ctrl-C stops)");
    let mut ferula = std::process::Command::new(root().join("target/release/ferula"));
    ferula.args(arguments).stdin(Stdio::null());
    run_command(ferula)
}
