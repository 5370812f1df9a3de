//! Builds the UI.

use crate::shell::{command, exists, output, root, run};

/// Installs the UI's packages, unless they are as the lock file says.
pub(crate) fn install() -> Result<(), String> {
    let folder = root().join("ui");
    let time = |path: &str| std::fs::metadata(folder.join(path)).and_then(|file| file.modified());
    // npm writes this file last.
    let installed = time("node_modules/.package-lock.json").ok();
    let wanted = time("package-lock.json").ok();
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    run(command("npm", &["ci", "--no-audit", "--no-fund"], "ui"))
}

/// As [`build`], unless `ui/dist` is newer than everything that it is made of: a new one means a new binary too.
pub(crate) fn build_if_older() -> Result<(), String> {
    let built = root()
        .join("ui/dist/index.html")
        .metadata()
        .and_then(|file| file.modified());
    let listed = output(command(
        "git",
        &[
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "ui",
        ],
        "",
    ))?;
    let changed = |path: &str| {
        root()
            .join(path)
            .metadata()
            .and_then(|file| file.modified())
            .ok()
    };
    match (built.ok(), listed.lines().filter_map(changed).max()) {
        (Some(built), Some(changed)) if built >= changed => Ok(()),
        _ => build(),
    }
}

/// Builds the UI into `ui/dist`, where the binary's build finds it.
pub(crate) fn build() -> Result<(), String> {
    if !exists("npm") {
        return Err("the UI needs Node\n  hint: install node 20 or newer, with npm; `cargo build` alone works without it".to_owned());
    }
    install()?;
    run(command("npm", &["run", "build"], "ui"))
}
