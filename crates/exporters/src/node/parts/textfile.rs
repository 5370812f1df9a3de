//! What scripts and jobs leave in files: `*.prom` in the text format, in folders that the options name.
//!
//! A file that is wrong anywhere is left out as a whole, and `node_textfile_scrape_error` is 1. Files share families:
//! what two of them say under one name comes as one family. Timestamps are refused, since a file says what is, and goes
//! stale by its `node_textfile_mtime_seconds`.

use std::path::{Path, PathBuf};

use ferula::{Description, Page};
use platform::file;

use crate::node::host::{Host, Outcome, names};

mod families;
mod series;

use families::Families;

const MTIME_HELP: &str = "Unixtime mtime of textfiles successfully read.";
const ERROR_HELP: &str = "1 if there was an error opening or reading a file, 0 otherwise";

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mut families = Families::default();
    let mut read = Vec::new();
    let (files, mut failed) = files(&host.textfile_directories);
    for path in files {
        let name = path.to_string_lossy().into_owned();
        match add(&path, &name, &mut families) {
            Ok(modified_seconds) => read.push((name, modified_seconds)),
            Err(reason) => {
                tracing::warn!(file = name, reason, "failed to collect textfile data");
                failed = true;
            }
        }
    }
    families.show(page);
    let mut points = page.family(Description::gauge(
        "node_textfile_mtime_seconds",
        MTIME_HELP,
    ));
    for (name, modified_seconds) in &read {
        points.value(&[("file", &**name)], *modified_seconds);
    }
    drop(points);
    let mut points = page.family(Description::gauge("node_textfile_scrape_error", ERROR_HELP));
    points.value(&[], f64::from(u8::from(failed)));
    Ok(())
}

/// The files of all folders, each of which may be a glob, and whether there was a folder that is none.
fn files(directories: &[PathBuf]) -> (Vec<PathBuf>, bool) {
    let (mut files, mut failed) = (Vec::new(), false);
    for directory in directories {
        let folders = file::matching(directory).unwrap_or_default();
        failed |= folders.is_empty();
        for folder in folders {
            let Ok(names) = names(&folder) else {
                failed = true;
                continue;
            };
            let names = names.iter().filter(|name| name.ends_with(".prom"));
            files.extend(names.map(|name| folder.join(name)));
        }
    }
    (files, failed)
}

/// Adds what the file says, if all of it is right. Answers when the file was written.
fn add(path: &Path, name: &str, families: &mut Families) -> Result<f64, String> {
    let bytes = file::read(path).map_err(|error| error.to_string())?;
    let stamp = file::stamp(path).map_err(|error| error.to_string())?;
    families.add(&bytes, name)?;
    // Whole seconds, as node_exporter has them.
    Ok((stamp.modified_ns / 1_000_000_000) as f64)
}
