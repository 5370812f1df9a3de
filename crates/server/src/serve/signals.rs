//! Signals: stop on SIGTERM and SIGINT, reload on SIGHUP.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::reload::Reloader;

/// Returns when the process should end: by a signal, or because a request asked for it.
pub(super) async fn stop(mut quitting: mpsc::Receiver<()>) {
    let quit = async {
        // Without lifecycle requests nobody holds the other end, and nothing ever comes.
        if quitting.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted() => {}
        () = quit => info!("stopping, because a request asked for it"),
    }
}

/// Returns at the first signal that means an end.
pub(crate) async fn interrupted() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        warn!("signals can't be caught");
        return std::future::pending().await;
    };
    let why = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    info!("stopping, because of {why}");
}

/// Reloads the configuration at each SIGHUP, for ever.
pub(super) async fn reload_on_hangup(reloader: Arc<Reloader>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return;
    };
    while hangup.recv().await.is_some() {
        // What went wrong was logged.
        let _ = reloader.reload();
    }
}
