//! What is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use model::Timestamp;

/// One query.
#[derive(Clone, Debug)]
pub struct Request {
    /// The query as it was written: annotations give positions in it. May be empty; then they give none.
    pub text: String,
    /// The expression, parsed and checked.
    pub expr: promql::Expr,
    /// When to evaluate it.
    pub window: Window,
    /// How far back an instant selector looks, in milliseconds.
    pub lookback_ms: i64,
    /// The step of subqueries that name none, in milliseconds.
    pub default_step_ms: i64,
    /// The most samples that may be in memory at once.
    pub samples_max: u64,
    /// Whether names are dropped from results only at the end (`promql-delayed-name-removal`).
    pub delayed_name_removal: bool,
    /// Whether functions of counters look at the times at which these began (`use-start-timestamps`).
    pub start_timestamps: bool,
}

/// When to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Once.
    Instant(Timestamp),
    /// At `start`, and then each `step_ms` until `end`, which is included.
    Range {
        /// The first evaluation.
        start: Timestamp,
        /// No evaluation is later.
        end: Timestamp,
        /// More than 0.
        step_ms: i64,
    },
}

/// Tells a running query to stop. Clones are one token.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicU8>);

impl CancelToken {
    /// The caller went away.
    pub fn cancel(&self) {
        let _ = self
            .0
            .compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The time is over.
    pub fn time_out(&self) {
        let _ = self
            .0
            .compare_exchange(0, 2, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether the query should stop, for either reason.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Whether the time is over.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 2
    }
}
