//! Prometheus' own test files get Prometheus' verdict.
//!
//! The name of a file says its verdict; the files are read where they lie, in `cases/config` of the folder beside the
//! project (or in the folder that `FERULA_CONFIG_CASES` names).

use std::path::{Path, PathBuf};

use config::{Context, DiskFiles, MemoryFiles, load};

fn cases() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/config");
    let folder = std::env::var_os("FERULA_CONFIG_CASES").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// By its name: `.bad.` and `.incompatible.` are refused, everything else is taken.
fn is_good(name: &str) -> bool {
    !name.contains(".bad.") && !name.contains(".incompatible.")
}

#[test]
#[expect(
    clippy::disallowed_macros,
    reason = "a missing folder is told on stderr"
)]
fn every_file_gets_its_verdict() {
    let Some(folder) = cases() else {
        eprintln!("skipped: no folder with Prometheus' configuration cases");
        return;
    };
    let mut paths: Vec<PathBuf> = folder
        .read_dir()
        .expect("the folder is there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "yml" || end == "yaml")
        })
        .collect();
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match (load(&DiskFiles, path, &Context::bare()), is_good(&name)) {
            (Ok(_), true) | (Err(_), false) => {}
            (Ok(_), false) => wrong.push(format!("{name}: taken, but it is bad")),
            (Err(problems), true) => wrong.push(format!("{name}: refused:\n{problems}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        paths.len(),
        wrong.join("\n")
    );
    assert!(paths.len() > 100, "only {} cases", paths.len());
}

#[test]
#[expect(
    clippy::disallowed_macros,
    reason = "a missing folder is told on stderr"
)]
fn what_is_printed_is_taken_and_means_the_same() {
    let Some(folder) = cases() else {
        eprintln!("skipped: no folder with Prometheus' configuration cases");
        return;
    };
    let mut count = 0;
    for entry in folder.read_dir().expect("the folder is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Dollars of expanded labels would be expanded again.
        if name.starts_with("external_label") || !name.ends_with("yml") {
            continue;
        }
        let Ok(loaded) = load(&DiskFiles, &entry.path(), &Context::bare()) else {
            continue;
        };
        let yaml = loaded.config.to_yaml();
        let files = MemoryFiles::new().with("f.yml", yaml.clone());
        let again = load(&files, Path::new("f.yml"), &Context::bare());
        let again = again.unwrap_or_else(|problems| panic!("{name}: {problems}\n{yaml}"));
        assert_eq!(again.config.to_yaml(), yaml, "{name}");
        let jobs = |config: &config::Config| format!("{:?}", config.jobs);
        // Included jobs are not printed, as in Prometheus.
        if !yaml.contains("scrape_config_files") {
            assert_eq!(jobs(&again.config), jobs(&loaded.config), "{name}");
        }
        count += 1;
    }
    assert!(count > 30, "only {count} files");
}
