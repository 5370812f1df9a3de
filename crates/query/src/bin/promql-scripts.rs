//! Runs PromQL scripts: `promql-scripts [--default] PATH...`, files or folders of `*.test`.
//!
//! Prints each failure with file and line, then `N passed, M failed`; the exit code is 1 when anything failed. The engine is set
//! as Prometheus' suite sets it, with everything on; the option is for scripts of what a server does when nothing is enabled.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use query::script::{self, Setting};

fn main() -> ExitCode {
    let mut setting = Setting::EVERYTHING;
    let mut paths = Vec::new();
    for argument in std::env::args().skip(1) {
        if argument == "--default" {
            setting = Setting::DEFAULT;
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    let mut out = io::stdout().lock();
    match run(&paths, setting, &mut out) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all scripts and says how many cases failed.
fn run(paths: &[PathBuf], setting: Setting, out: &mut impl Write) -> io::Result<usize> {
    let (mut passed, mut failed) = (0, 0);
    for path in scripts(paths)? {
        let shown = path.display();
        let text = read(&path)?;
        match script::run(&text, setting) {
            Err(error) => {
                failed += 1;
                writeln!(out, "{shown}:{}: {}", error.line, error.message)?;
            }
            Ok(outcomes) => {
                for outcome in outcomes {
                    match outcome.failure {
                        None => passed += 1,
                        Some(failure) => {
                            failed += 1;
                            let (line, query) = (outcome.line, outcome.query);
                            writeln!(out, "{shown}:{line}: {query}\n    {failure}")?;
                        }
                    }
                }
            }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(failed)
}

/// The files among the paths, and the scripts in the folders among them, in order.
fn scripts(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    for path in paths {
        if !path.is_dir() {
            scripts.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let file = entry?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "test")
            {
                inside.push(file);
            }
        }
        inside.sort();
        scripts.extend(inside);
    }
    Ok(scripts)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a developer's tool that reads what it is told to"
)]
fn read(path: &Path) -> io::Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
