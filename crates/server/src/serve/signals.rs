//! Signals: stop on SIGTERM and SIGINT, reload on SIGHUP.
//!
//! Both functions that wait for signals catch them from the call on, and not only from the first time their future is
//! polled: until it is caught, any of these signals ends the process on the spot.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::reload::Reloader;

/// Returns when the process should end: `interrupted`, or because a request asked for it.
pub(super) async fn stop(interrupted: impl Future<Output = ()>, mut quitting: mpsc::Receiver<()>) {
    let quit = async {
        // Without lifecycle requests nobody holds the other end, and nothing ever comes.
        if quitting.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = quit => info!("stopping, because a request asked for it"),
    }
}

/// Completes at the first signal that means an end.
pub(crate) fn interrupted() -> impl Future<Output = ()> {
    let caught = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async {
        let (Ok(mut terminate), Ok(mut interrupt)) = caught else {
            warn!("signals can't be caught");
            return std::future::pending().await;
        };
        let why = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        info!("stopping, because of {why}");
    }
}

/// Reloads the configuration at each SIGHUP, for ever.
pub(super) fn reload_on_hangup(reloader: Arc<Reloader>) -> impl Future<Output = ()> {
    let caught = signal(SignalKind::hangup());
    async move {
        let Ok(mut hangup) = caught else {
            warn!("SIGHUP can't be caught");
            return;
        };
        while hangup.recv().await.is_some() {
            // What went wrong was logged.
            let _ = reloader.reload();
        }
    }
}
