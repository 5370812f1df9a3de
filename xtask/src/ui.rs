//! Builds the UI.

use crate::shell::{command, exists, root, run};

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

/// Builds the UI into `ui/dist`, where the binary's build finds it.
pub(crate) fn build() -> Result<(), String> {
    if !exists("npm") {
        return Err("the UI needs Node\n  hint: install node 20 or newer, with npm; `cargo build` alone works without it".to_owned());
    }
    install()?;
    run(command("npm", &["run", "build"], "ui"))
}
