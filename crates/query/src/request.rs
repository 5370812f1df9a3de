//! What is asked.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use model::Timestamp;

use crate::answer::QueryError;
use crate::explain::Ticks;
use crate::memory::MemoryPool;
use crate::progress::Progress;
use crate::threads::Threads;

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
    /// What it may take.
    pub limits: Limits,
    /// Where others can see how far it is.
    pub progress: Arc<Progress>,
    /// What is measured besides.
    pub detail: Detail,
    /// Whether names are dropped from results only at the end (`promql-delayed-name-removal`).
    pub delayed_name_removal: bool,
    /// Whether functions of counters look at the times at which these began (`use-start-timestamps`).
    pub start_timestamps: bool,
}

/// What a query may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most samples that may be in memory at once.
    pub samples_max: u64,
    /// The most bytes that it may hold at once.
    pub bytes_max: u64,
    /// What it shares with all queries that run beside it.
    pub pool: Arc<MemoryPool>,
    /// How many threads it may run on.
    pub threads: Threads,
}

/// What is measured while a query runs, besides what it cost in all.
#[derive(Clone)]
pub struct Detail {
    /// How many samples steps looked at.
    pub looks: Looks,
    /// What each node of the plan yielded and cost, by this clock. Slower, since it is read around each call.
    pub explain: Option<Ticks>,
}

/// How closely the samples are counted that steps look at: a sample in the windows of ten steps counts ten times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Looks {
    /// Not at all.
    #[default]
    No,
    /// In all.
    Total,
    /// In all, and for each step.
    EachStep,
}

impl Detail {
    /// Nothing.
    pub const NONE: Self = Self {
        looks: Looks::No,
        explain: None,
    };
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detail")
            .field("looks", &self.looks)
            .field("explain", &self.explain.is_some())
            .finish()
    }
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

    /// Somebody else wants it to end.
    pub fn stop(&self) {
        let _ = self
            .0
            .compare_exchange(0, 3, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether the query should stop, for whatever reason.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Fails when the query should stop, with the reason that came first.
    ///
    /// # Errors
    ///
    /// [`QueryError::Canceled`], [`QueryError::TimedOut`] or [`QueryError::Stopped`].
    pub fn check(&self) -> Result<(), QueryError> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            1 => Err(QueryError::Canceled),
            2 => Err(QueryError::TimedOut),
            _ => Err(QueryError::Stopped),
        }
    }
}
