//! `file_sd_configs`: targets in files.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset};
use crate::section::Section;

/// Prometheus' default: files are read again at least so often.
const REFRESH_INTERVAL_MS: i64 = 300_000;

pub(super) static FILE: Block = Block::new(
    "file_sd_config",
    &[Part::Keys(&[
        Key::new(
            "files",
            Kind::List(&Kind::Path),
            "Globs of files, with * in the last part only.",
        )
        .required("file service discovery config must contain at least one path name"),
        Key::new(
            "refresh_interval",
            Kind::Duration,
            "Time after which files are read again at the latest.",
        )
        .preset(Preset::DurationMs(REFRESH_INTERVAL_MS)),
    ])],
)
.checked(check);

fn check(config: &Section, report: &mut Report) {
    for file in config.list("files") {
        let name = file.text();
        let has_ending = [".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"]
            .iter()
            .any(|ending| name.ends_with(ending));
        let star_is_late = name
            .split_once('*')
            .is_none_or(|(_, after)| !after.contains('/'));
        if !has_ending || !star_is_late {
            let message = format!("path name {name:?} is not valid for file discovery");
            report
                .error(file.place, config.path_of("files"), message)
                .hint("it ends in .json, .yml or .yaml, and * stands in its last part only");
        }
    }
}
