//! The Python package: builds it into an environment of its own, and runs its tests, prometheus_client's, and both side by side there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::install;
use crate::shell::{command, exists, root, run};

/// Where the environment lies, from the root.
const FOLDER: &str = "target/python-package";

/// The version whose tests must pass.
const ORIGINAL: &str = "prometheus_client==0.26.0";

/// What the tests need, pinned. The frameworks are those for which the package has adapters.
const PACKAGES: &[&str] = &[
    "maturin==1.16.0",
    "mypy==2.4.1",
    "pytest==9.2.0",
    ORIGINAL,
    "aiohttp",
    "asgiref",
    "pytest-benchmark",
    "python-snappy",
    "twisted",
    // Frameworks and servers.
    "celery==5.7.0",
    "django==5.2.19",
    "fastapi==0.165.0",
    "flask==3.1.3",
    "gunicorn==27.0.1",
    "httpx",
    "sanic==25.12.1",
    "starlette==1.10.0",
    "uwsgi==2.0.31",
    // What runs on the alias as it is.
    "django-prometheus==2.5.0",
    "prometheus-fastapi-instrumentator==8.1.0",
    "prometheus-flask-exporter==0.23.2",
    "starlette-exporter==0.24.0",
];

/// Interpreters without a global lock for which PyO3 can build. They are tried if they are there: no registry has one.
const FREE_THREADED: &[&str] = &["python3.14t", "python3.15t"];

pub(crate) fn test() -> Result<(), String> {
    // It scrapes what we show.
    install::debian(&["prometheus"])?;
    let python = installed(PACKAGES)?;
    let here = |arguments: &[&str]| command(&python.to_string_lossy(), arguments, "python");
    run(here(&["-m", "mypy", "--package", "ferula"]))?;
    // As a user's program sees it.
    run(here(&["-m", "mypy", "--strict", "tests/typed_program.py"]))?;
    let mut tests = here(&["-m", "pytest", "--quiet", "tests"]);
    // The programs of the workshops are scraped by the real Ferula.
    crate::test::binary()?;
    tests.env("FERULA_BINARY", root().join("target/release/ferula"));
    run(command(
        "cargo",
        &["build", "--quiet", "-p", "ferula", "--example", "join"],
        "",
    ))?;
    tests.env("FERULA_JOIN", root().join("target/debug/examples/join"));
    run(tests)?;
    without_lock(&python)?;
    originals(&python)
}

/// Measures beside prometheus_client: the table of bench/README.md.
pub(crate) fn bench(flags: &[String]) -> Result<(), String> {
    let python = installed(&["maturin==1.16.0", ORIGINAL])?;
    let mut bench = command(&python.to_string_lossy(), &["bench/python/clients.py"], "");
    bench.args(flags);
    run(bench)
}

/// The interpreter of an environment that has our package, built for release, and `packages`.
fn installed(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = root().join(FOLDER);
    let python = folder.join("bin/python");
    if !python.exists() {
        install::environment(&folder)?;
    }
    pip(&python, &["install", "--quiet"], packages)?;
    let package = root().join("python");
    let package = package.to_string_lossy();
    let flags = [
        "install",
        "--quiet",
        "--no-build-isolation",
        "--no-deps",
        "--force-reinstall",
    ];
    pip(&python, &flags, &[&*package])?;
    Ok(python)
}

/// Threads that count all at once, where no global lock keeps them apart.
fn without_lock(python: &Path) -> Result<(), String> {
    let Some(free) = FREE_THREADED.iter().find(|name| exists(name)) else {
        println!(
            "no interpreter without a global lock here ({}): threads were tried with one only",
            FREE_THREADED.join(", ")
        );
        return Ok(());
    };
    let folder = root().join(FOLDER).join("free-threaded");
    let wheels = folder.join("wheels").to_string_lossy().into_owned();
    let maturin = ["-m", "maturin", "build", "--interpreter", free, "--out"];
    run(command(
        &python.to_string_lossy(),
        &[&maturin[..], &[&wheels]].concat(),
        "python",
    ))?;
    let wheel = std::fs::read_dir(&wheels)
        .map_err(|error| format!("{wheels}: {error}"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path().to_string_lossy().into_owned())
        .find(|path| path.ends_with(".whl"))
        .ok_or_else(|| format!("{wheels}: no wheel was built"))?;
    let site = folder.join("site");
    run(command(
        free,
        &["-m", "zipfile", "-e", &wheel, &site.to_string_lossy()],
        "",
    ))?;
    let mut threads = command(free, &["tests/test_threads.py"], "python");
    threads.env("PYTHONPATH", site);
    run(threads)
}

/// Fetches prometheus_client's source archive and runs the tests in it on our package.
fn originals(python: &Path) -> Result<(), String> {
    let folder = root().join(FOLDER).join("original");
    if !folder.join("tests").exists() {
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let to = folder.to_string_lossy().into_owned();
        let fetch = [
            "download",
            "--quiet",
            "--no-binary",
            ":all:",
            "--no-deps",
            "--dest",
            &to,
        ];
        pip(python, &fetch, &[ORIGINAL])?;
        let archive = format!("{}.tar.gz", ORIGINAL.replace("==", "-"));
        let inside = format!("{}/tests", ORIGINAL.replace("==", "-"));
        // Only the tests: beside the package itself they would import that.
        let unpack = ["-xzf", &archive, "--strip-components=1", &inside];
        let mut tar = Command::new("tar");
        tar.args(unpack).current_dir(&folder);
        run(tar)?;
    }
    let mut tests = Command::new(python);
    tests
        .args([
            "-m",
            "pytest",
            "--quiet",
            "-p",
            "original",
            "-p",
            "no:cacheprovider",
            "tests",
        ])
        .env("PYTHONPATH", root().join("python/tests"))
        .current_dir(&folder);
    run(tests)
}

fn pip(python: &Path, arguments: &[&str], packages: &[&str]) -> Result<(), String> {
    let pip = ["-m", "pip", "--disable-pip-version-check"];
    let mut pip = command(
        &python.to_string_lossy(),
        &[&pip, arguments, packages].concat(),
        "",
    );
    // What builds our package calls maturin by its name.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = python.parent().map(Path::to_owned).unwrap_or_default();
    let folders = std::iter::once(own).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
    pip.env("PATH", path);
    run(pip)
}
