//! What the process is like, for the status page.

use std::sync::Arc;

use model::{Labels, Timestamp};
use web::{Provider, RuntimeStatus};

use super::kept::Kept;
use super::reload::Reloader;

/// Tells it anew each time.
pub(super) fn provider(
    reloader: &Arc<Reloader>,
    started: Timestamp,
    kept: &Kept,
) -> Provider<RuntimeStatus> {
    let reloader = Arc::clone(reloader);
    let folder = std::env::current_dir().unwrap_or_default();
    let steady = RuntimeStatus {
        started,
        working_directory: folder.to_string_lossy().into_owned(),
        hostname: rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
        parallelism: std::thread::available_parallelism().map_or(1, |count| count.get() as u64),
        ..RuntimeStatus::default()
    };
    let (corruptions, retention) = (kept.corruptions(), kept.retention());
    Arc::new(move || {
        let (reload_succeeded, configured) = reloader.last();
        RuntimeStatus {
            reload_succeeded,
            configured,
            corruptions: corruptions(),
            retention: retention(),
            tasks: tokio::runtime::Handle::try_current()
                .map_or(0, |runtime| runtime.metrics().num_alive_tasks() as u64),
            ..steady.clone()
        }
    })
}

/// Tells servers apart that scrape the same targets: by host and external labels, as Prometheus does. The same after a restart, so
/// that targets keep their place in time.
pub(super) fn seed(external_labels: &[(String, String)]) -> u64 {
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    let host = Labels::from_pairs([("host", host)]);
    host.merged(&Labels::from_pairs(
        external_labels.iter().map(|(n, v)| (n, v)),
    ))
    .stable_hash()
}
