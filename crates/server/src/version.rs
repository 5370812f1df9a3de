//! Which Ferula this is.

use web::BuildDescription;

/// Ferula's own version.
pub(crate) const FERULA: &str = env!("CARGO_PKG_VERSION");

/// The Prometheus whose interfaces we match. Clients choose by it what they ask for, so `buildinfo` names it.
pub(crate) const PROMETHEUS: &str = "3.14.0";

/// The commit, where the build was told.
pub(crate) const REVISION: &str = match option_env!("FERULA_REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// What was built, for the status page.
pub(crate) fn build() -> BuildDescription {
    BuildDescription {
        version: PROMETHEUS.to_owned(),
        revision: REVISION.to_owned(),
        branch: "main".to_owned(),
        user: format!("ferula {FERULA}"),
        date: String::new(),
        compiler: "rust".to_owned(),
    }
}
