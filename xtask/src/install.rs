//! Installs what the tests need from outside.

use std::path::{Path, PathBuf};

use crate::shell::{command, exists, root, run};

/// A Debian package and a program in it that tells whether it is there.
const PROGRAMS: &[(&str, &str)] = &[
    ("openssl", "openssl"),
    ("prometheus", "prometheus"),
    ("prometheus-node-exporter", "prometheus-node-exporter"),
    ("victoria-metrics", "victoria-metrics"),
    ("chromium", "chromium"),
    // Has no program: asked for only after Python said that it is missing.
    ("python3-venv", ""),
];

/// Packages of Python that the end-to-end tests use, pinned.
const PYTHON_PACKAGES: &[&str] = &["prometheus_client==0.26.0", "prometheus-api-client==0.6.0"];

/// Installs Debian packages that are missing. Elsewhere than on Debian, or without the right to, says what is missing.
pub(crate) fn debian(packages: &[&str]) -> Result<(), String> {
    let missing: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(package, program)| packages.contains(package) && !exists(program))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    let as_root = |arguments: &[&str]| {
        let mut apt = if exists("sudo") {
            command("sudo", &[&["apt-get"], arguments].concat(), "")
        } else {
            command("apt-get", arguments, "")
        };
        // Services that packages start would take the ports that tests and Ferula itself want.
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .env("RUNLEVEL", "1");
        run(apt)
    };
    as_root(&["update", "--quiet"])
        .and_then(|()| as_root(&install))
        .map(|()| missing.iter().for_each(|package| stop_service(package)))
        .map_err(|error| {
            format!(
                "{error}\n  hint: install these yourself, then call again: {}",
                missing.join(" ")
            )
        })
}

/// Ends the service that a package has just started: it would hold the port that Ferula and the tests want.
fn stop_service(package: &str) {
    if Path::new("/run/systemd/system").exists() {
        // A package without a service is none of our business.
        let _ = run(command(
            "systemctl",
            &["disable", "--now", "--quiet", package],
            "",
        ));
    }
}

/// Makes a Python environment under `target/`, with the packages that tests use; its interpreter.
pub(crate) fn python() -> Result<PathBuf, String> {
    let folder = root().join("target/python");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed");
    let wanted = PYTHON_PACKAGES.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    environment(&folder)?;
    let mut pip = vec![
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    pip.extend(PYTHON_PACKAGES);
    run(command(&python.to_string_lossy(), &pip, ""))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// Makes an empty Python environment.
pub(crate) fn environment(folder: &Path) -> Result<(), String> {
    if run(command("python3", &["-c", "import ensurepip, venv"], "")).is_err() {
        debian(&["python3-venv"])?;
    }
    run(command(
        "python3",
        &["-m", "venv", &folder.to_string_lossy()],
        "",
    ))
    .map_err(|error| format!("{error}\n  hint: install python3-venv"))
}
