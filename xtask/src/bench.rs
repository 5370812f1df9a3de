//! Measures beside the peers.

use crate::shell::{cargo, run as run_command};
use crate::{install, python, ui};

/// `names` of benchmarks; without any, all.
pub(crate) fn run(names: &[String]) -> Result<(), String> {
    // It has peers of its own.
    if let Some((name, flags)) = names.split_first()
        && name == "python"
    {
        return python::bench(flags);
    }
    install::debian(&["prometheus", "victoria-metrics"])?;
    ui::build_if_older()?;
    run_command(cargo(&["build", "--release", "--package", "server"]))?;
    let mut command = cargo(&["run", "--release", "--package", "bench", "--"]);
    command.args(names);
    run_command(command)
}
