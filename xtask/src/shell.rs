//! Runs other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the root").to_owned()
}

/// A program to run in `folder` (seen from the root).
pub(crate) fn command(program: &str, arguments: &[&str], folder: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root().join(folder))
        .stdin(Stdio::null());
    command
}

/// `cargo`, the one that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, arguments, "")
}

/// Runs it to its end; an error unless it succeeds.
pub(crate) fn run(mut command: Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| failed_to_start(&command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed ({status}): {}", printed(&command)))
    }
}

/// Runs it silently; what it printed to standard output.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| failed_to_start(&command, &error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "failed ({}): {}\n{said}",
            output.status,
            printed(&command)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether there is such a program.
pub(crate) fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn printed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn failed_to_start(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    format!("can't start {program}: {error}\n  hint: install it, or see that it is in PATH")
}
