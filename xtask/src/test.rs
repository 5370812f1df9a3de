//! Installs what the tests need and runs all of them: what CI runs, and nothing more.

use std::process::Command;
use std::time::Instant;

use crate::shell::{cargo, command, root};
use crate::{install, shell, tidy, ui};

/// A part of the tests.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<(), String>,
}

/// In the order of what fails soonest.
const STEPS: &[Step] = &[
    Step {
        name: "install",
        what: "what the tests need from outside",
        run: install,
    },
    Step {
        name: "format",
        what: "the Rust code is formatted",
        run: format,
    },
    Step {
        name: "tidy",
        what: "layers, sizes, prose, licences",
        run: tidy,
    },
    Step {
        name: "ui",
        what: "the UI: lint, types, unit tests, build",
        run: ui,
    },
    Step {
        name: "lint",
        what: "clippy without warnings",
        run: lint,
    },
    Step {
        name: "rust",
        what: "all tests in Rust, documentation's examples too",
        run: rust,
    },
    Step {
        name: "models",
        what: "every interleaving of the client's lock-free parts",
        run: models,
    },
    Step {
        name: "python",
        what: "the Python package, and prometheus_client's own tests on it",
        run: crate::python::test,
    },
    Step {
        name: "scripts",
        what: "PromQL scripts through the task",
        run: scripts,
    },
    Step {
        name: "end-to-end",
        what: "the real binary beside the real peers",
        run: end_to_end,
    },
    Step {
        name: "browser",
        what: "the UI in Chromium",
        run: browser,
    },
];

/// `names` of steps; without any, all.
pub(crate) fn run(names: &[String]) -> Result<(), String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!(
            "no such step: {unknown}\n  hint: there are {}",
            known.join(", ")
        ));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(wanted).collect();
    let mut times = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        println!(
            "\n== {}/{} {}: {}",
            number + 1,
            steps.len(),
            step.name,
            step.what
        );
        let start = Instant::now();
        (step.run)().map_err(|error| {
            format!(
                "step {} failed: {error}\n  hint: cargo xtask test {0}",
                step.name
            )
        })?;
        times.push((step.name, start.elapsed().as_secs()));
    }
    println!("\nall steps passed:");
    for (name, seconds) in times {
        println!("  {name:<12} {seconds:>5} s");
    }
    Ok(())
}

fn install() -> Result<(), String> {
    install::debian(&[
        "openssl",
        "prometheus",
        "prometheus-node-exporter",
        "chromium",
    ])?;
    install::python()?;
    ui::install()
}

fn format() -> Result<(), String> {
    shell::run(cargo(&["fmt", "--all", "--check"]))
}

fn tidy() -> Result<(), String> {
    tidy::run(&[])
}

fn ui() -> Result<(), String> {
    ui::install()?;
    for script in ["lint", "test"] {
        shell::run(command("npm", &["run", script], "ui"))?;
    }
    ui::build_if_older()
}

fn lint() -> Result<(), String> {
    shell::run(cargo(&[
        "clippy",
        "--workspace",
        "--features",
        CLIENT_WHOLE,
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn rust() -> Result<(), String> {
    shell::run(cargo(&[
        "test",
        "--workspace",
        "--features",
        CLIENT_WHOLE,
        "--exclude",
        "e2e",
    ]))
}

/// The published client's options are off unless somebody asks for them.
const CLIENT_WHOLE: &str = "ferula/axum,ferula/derive,ferula/push";

/// Atomics are the model's own here, so it is built apart from everything else.
fn models() -> Result<(), String> {
    let mut models = cargo(&["test", "--package", "ferula", "--lib", "models"]);
    models
        .env("RUSTFLAGS", "--cfg ferula_loom")
        .env("CARGO_TARGET_DIR", root().join("target/loom"));
    shell::run(models)
}

fn scripts() -> Result<(), String> {
    let ours = root().join("crates/query/tests/scripts");
    let ours = ours.to_string_lossy().into_owned();
    crate::scripts::run(&["--default".to_owned(), ours])
}

/// The binary as it is shipped; cargo's own test of `e2e` finds it by its place.
pub(crate) fn binary() -> Result<(), String> {
    shell::run(cargo(&["build", "--release", "--package", "server"]))
}

fn end_to_end() -> Result<(), String> {
    install::debian(&["openssl", "prometheus", "prometheus-node-exporter"])?;
    let python = install::python()?;
    binary()?;
    let mut tests = cargo(&["test", "--package", "e2e"]);
    tests
        .env("FERULA_PYTHON", python)
        .env("FERULA_BINARY", root().join("target/release/ferula"));
    shell::run(tests)
}

/// Starts the binary with its own two jobs, and points the browser's tests at it.
fn browser() -> Result<(), String> {
    install::debian(&["chromium"])?;
    ui::build_if_older()?;
    binary()?;
    let address = "127.0.0.1:19390";
    let folder = root().join("target/browser");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut ferula = Command::new(root().join("target/release/ferula"))
        .args([
            "--web.listen-address",
            address,
            "--storage.tsdb.path",
            "data",
        ])
        .current_dir(folder)
        .spawn()
        .map_err(|error| format!("can't start ferula: {error}"))?;
    let mut tests = command("npm", &["run", "e2e"], "ui");
    tests.env("FERULA_URL", format!("http://{address}"));
    let result = shell::run(tests);
    ferula
        .kill()
        .and_then(|()| ferula.wait())
        .map_err(|error| format!("can't stop ferula: {error}"))?;
    result
}
