//! What Ferula says of itself, in Prometheus' names where one exists.

use ferula::{BuildInfo, Process, Registry};

use crate::version;

/// Registers what belongs to no agent: the process, the build.
pub(super) fn register(registry: &Registry) -> Result<(), ferula::Error> {
    registry.register(Process::current())?;
    let facts = [
        ("version", version::FERULA),
        ("revision", version::REVISION),
        ("compatible_with", version::PROMETHEUS),
    ];
    registry.register(BuildInfo::new("ferula", &facts))?;
    registry.register(BuildInfo::new(
        "prometheus",
        &[
            ("version", version::PROMETHEUS),
            ("revision", version::REVISION),
        ],
    ))?;
    Ok(())
}
