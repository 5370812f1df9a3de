//! What lies in ZooKeeper: `nerve_sd_configs` and `serverset_sd_configs`.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, TEXTS};
use crate::section::Section;

const TIMEOUT: Key = Key::new("timeout", Kind::Duration, "Time that ZooKeeper may take.")
    .preset(Preset::DurationMs(10_000));

pub(super) static NERVE: Block = Block::new(
    "nerve_sd_config",
    &[Part::Keys(&[
        Key::new("servers", TEXTS, "ZooKeeper's servers.")
            .required("nerve SD config must contain at least one Zookeeper server"),
        Key::new("paths", TEXTS, "Paths to look at.")
            .required("nerve SD config must contain at least one path"),
        TIMEOUT,
    ])],
)
.checked(|config, report| check_paths(config, "nerve", report));

pub(super) static SERVERSET: Block = Block::new(
    "serverset_sd_config",
    &[Part::Keys(&[
        Key::new("servers", TEXTS, "ZooKeeper's servers.")
            .required("serverset SD config must contain at least one Zookeeper server"),
        Key::new("paths", TEXTS, "Paths to look at.")
            .required("serverset SD config must contain at least one path"),
        TIMEOUT,
    ])],
)
.checked(|config, report| check_paths(config, "serverset", report));

fn check_paths(config: &Section, kind: &str, report: &mut Report) {
    for path in config.list("paths") {
        if !path.text().starts_with('/') {
            let message = format!(
                "{kind} SD config paths must begin with '/': {}",
                path.text()
            );
            report.error(path.place, config.path_of("paths"), message);
        }
    }
}
