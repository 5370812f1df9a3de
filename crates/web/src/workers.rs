//! Where work that blocks is done: threads of their own, so that the threads which speak HTTP never wait.
//!
//! ```text
//!  request ──► waiting room ──► one of `slots` ──► a thread
//!               (bounded)         │                  │ runs, looks at its cancel token
//!               refused when full │                  │
//!               timeout ──────────┴── token.time_out ┤
//!               client gone ───────── token.cancel ──┘
//! ```
//!
//! Invariants:
//! - no more than `slots` pieces of work run, and no more than [`WAITING_MAX`] wait;
//! - work whose caller went away, or whose time is over, is told so at once, and keeps its slot until it has stopped;
//! - a panic ends the work that panicked and nothing else.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use query::{CancelToken, QueryError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::errors::ApiError;
use crate::limits::WAITING_MAX;

/// A number of slots for work. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Workers {
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Workers {
    pub(crate) fn new(slots: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(slots.max(1))),
            waiting: Arc::new(AtomicUsize::new(0)),
        }
    }

    /// Runs `work` on a thread once there is a slot, and answers with what it answered. Both together may take
    /// `timeout`. Dropping the future cancels the work.
    pub(crate) async fn run<T, W>(&self, timeout: Duration, work: W) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: FnOnce(&CancelToken) -> Result<T, ApiError> + Send + 'static,
    {
        self.run_with(CancelToken::default(), timeout, work).await
    }

    /// The same with a token that others hold too.
    pub(crate) async fn run_with<T, W>(
        &self,
        token: CancelToken,
        timeout: Duration,
        work: W,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: FnOnce(&CancelToken) -> Result<T, ApiError> + Send + 'static,
    {
        if timeout.is_zero() {
            return Err(QueryError::TimedOut.into());
        }
        let deadline = Instant::now() + timeout;
        let slot = self.slot(deadline).await?;
        let caller = Caller(token);
        let token = caller.0.clone();
        let work = spawn_blocking(move || {
            let _slot = slot;
            work(&token)
        });
        match timeout_at(deadline, work).await {
            Ok(done) => done.unwrap_or_else(|failure| Err(describe(failure))),
            Err(_) => {
                // It stops when it next looks at its token; nobody needs to wait for that.
                caller.0.time_out();
                Err(QueryError::TimedOut.into())
            }
        }
    }

    /// How many wait for a slot.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    async fn slot(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, ApiError> {
        let _waiting = Waiting::enter(&self.waiting)?;
        let slot = Arc::clone(&self.slots).acquire_owned();
        match timeout_at(deadline, slot).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) => Err(ApiError::Canceled(
                "query was canceled in query queue".to_owned(),
            )),
            Err(_) => Err(ApiError::Timeout(
                "query timed out in query queue".to_owned(),
            )),
        }
    }
}

/// Cancels the work when the caller is dropped.
struct Caller(CancelToken);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// A place in the waiting room.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn enter(waiting: &Arc<AtomicUsize>) -> Result<Self, ApiError> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(ApiError::Timeout(format!(
                "too many queries are waiting: {WAITING_MAX}"
            )));
        }
        Ok(Self(Arc::clone(waiting)))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn describe(failure: tokio::task::JoinError) -> ApiError {
    if !failure.is_panic() {
        return ApiError::Canceled("query was canceled in query execution".to_owned());
    }
    let panic = failure.into_panic();
    let message = panic_message(panic.as_ref());
    tracing::error!(message, "a query panicked");
    ApiError::Execution(format!("unexpected error: {message}"))
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown panic")
}

#[cfg(test)]
mod tests;
