//! `--enable-feature`: experimental parts, by Prometheus' names.

use promql::Features;
use tracing::{info, warn};

/// What is switched on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enabled {
    pub(super) language: Features,
    pub(super) delayed_name_removal: bool,
    pub(super) start_timestamps: bool,
    pub(super) per_step_stats: bool,
    pub(super) type_and_unit_labels: bool,
}

/// Names that mean something to Prometheus and nothing here: what they switch on is always on, or not built yet.
const ALWAYS_ON: &[&str] = &[
    "exemplar-storage",
    "promql-duration-expr",
    "native-histograms",
    "utf8-names",
];

pub(super) fn read(names: &[String]) -> Enabled {
    let mut enabled = Enabled {
        language: Features::STABLE,
        delayed_name_removal: false,
        start_timestamps: false,
        per_step_stats: false,
        type_and_unit_labels: false,
    };
    for name in names {
        if enabled.language.enable(name) {
            info!(feature = name, "experimental feature is on");
        } else if name == "promql-delayed-name-removal" {
            enabled.delayed_name_removal = true;
        } else if name == "use-start-timestamps" {
            enabled.start_timestamps = true;
        } else if name == "promql-per-step-stats" {
            enabled.per_step_stats = true;
        } else if name == "type-and-unit-labels" {
            enabled.type_and_unit_labels = true;
        } else if ALWAYS_ON.contains(&name.as_str()) {
            info!(feature = name, "feature needs no switch");
        } else {
            warn!(feature = name, "feature is not known or not yet in effect");
        }
    }
    enabled
}
