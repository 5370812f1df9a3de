//! What the edge is given: where answers come from, and how it should behave. Nothing is global.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use model::{Labels, Timestamp};
use platform::Clock;
use scrape::status::Status;
use storage::{Broken, Store};
use tokio::sync::{mpsc, oneshot};

use crate::cors::AllowedOrigins;
use crate::query_log::QueryLog;

/// Gives the present state of something when asked. Must not block.
pub type Provider<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// Where answers come from.
#[derive(Clone)]
pub struct Sources {
    /// The samples.
    pub store: Arc<dyn Store>,
    /// The time, for queries that name none.
    pub clock: Arc<dyn Clock>,
    /// The state of all scrape jobs.
    pub targets: Provider<Status>,
    /// The loaded configuration as YAML, secrets masked.
    pub configuration: Provider<String>,
    /// The labels that this server adds to what it tells others: `global.external_labels`.
    pub external_labels: Provider<Labels>,
    /// The step of subqueries that name none, in milliseconds: `global.evaluation_interval`.
    pub default_step_ms: Provider<i64>,
    /// Called on a thread that has done heavy work, for it to let go of the memory that it keeps.
    pub let_go: fn(),
    /// What the process is like.
    pub runtime: Provider<RuntimeStatus>,
    /// How far the store has read its log.
    pub replay: Provider<ReplayStatus>,
    /// What was built.
    pub build: BuildDescription,
    /// The flags of the command line with their values.
    pub flags: BTreeMap<String, String>,
    /// Where queries are written to when they end.
    pub query_log: Arc<dyn QueryLog>,
    /// Our own metrics: those of the edge are added to it.
    pub registry: ferula::Registry,
    /// Whether the server can answer.
    pub readiness: Readiness,
    /// Who reloads the configuration and ends the process on request; `None` when requests may not ask for that.
    pub lifecycle: Option<Lifecycle>,
    /// Who changes the store for good; `None` when requests may not ask for that.
    pub administration: Option<Arc<dyn Administration>>,
}

/// Changes to the store that nobody undoes, and that only those who own it should ask for. They take as long as the disk needs.
pub trait Administration: Send + Sync {
    /// Frees the space of what was deleted.
    ///
    /// # Errors
    ///
    /// When the store can't.
    fn clean_tombstones(&self) -> Result<(), Broken>;

    /// Makes a consistent copy of the store, without what is not yet in parts if `skip_head` is set; its name, below the store's `snapshots`.
    ///
    /// # Errors
    ///
    /// When the store can't.
    fn snapshot(&self, skip_head: bool) -> Result<String, Broken>;
}

/// How the edge should behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// The URL under which users reach the server; host and port stand for `localhost` in links to targets.
    pub external_url: http::Uri,
    /// The path before all routes: empty, or `/` and more without a slash at the end.
    pub route_prefix: String,
    /// The origins whose pages may read answers.
    pub cors: AllowedOrigins,
    /// The title of the UI's pages.
    pub page_title: String,
    /// Queries.
    pub queries: QueryOptions,
}

/// How queries are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryOptions {
    /// How many run at once; at least 1.
    pub concurrency_max: usize,
    /// Time that one may take, waiting included, in milliseconds. A request may ask for less.
    pub timeout_ms: i64,
    /// How far back an instant selector looks, in milliseconds. A request may ask for another.
    pub lookback_ms: i64,
    /// The most samples that one may hold in memory.
    pub samples_max: u64,
    /// The most bytes that one may hold in memory, as estimated.
    pub bytes_max: u64,
    /// The most bytes that all together may hold.
    pub bytes_max_total: u64,
    /// The threads that all together are computed on; at least 1. Each has one of its own, and what is left helps.
    pub threads_max: usize,
    /// Whether `stats=all` says what each step looked at (`promql-per-step-stats`).
    pub per_step_stats: bool,
    /// Experimental parts of the language.
    pub features: promql::Features,
    /// Whether names are dropped from results only at the end.
    pub delayed_name_removal: bool,
    /// Whether functions of counters look at the times at which these began.
    pub start_timestamps: bool,
}

/// What the process is like, for `/api/v1/status/runtimeinfo`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuntimeStatus {
    /// When the process began.
    pub started: Timestamp,
    /// Its working directory.
    pub working_directory: String,
    /// The machine's name.
    pub hostname: String,
    /// Whether the last load of the configuration succeeded.
    pub reload_succeeded: bool,
    /// When the configuration was last loaded with success.
    pub configured: Timestamp,
    /// Damaged pieces that the store met since it began.
    pub corruptions: u64,
    /// Tasks that are alive; clients know the number as that of goroutines.
    pub tasks: u64,
    /// Threads that may work at once.
    pub parallelism: u64,
    /// Bytes of memory that the process should stay below; `None` without such a limit.
    pub memory_limit_bytes: Option<u64>,
    /// How long samples are kept, as Prometheus words it: `15d`, or `15d or 10GiB`.
    pub retention: String,
}

/// How far the store has read its log, in segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplayStatus {
    /// The first segment.
    pub first: u64,
    /// The last segment.
    pub last: u64,
    /// The one being read.
    pub current: u64,
}

/// What was built, for `/api/v1/status/buildinfo`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildDescription {
    /// The version. Clients choose by it what they may ask for, so it should be that of the Prometheus we match.
    pub version: String,
    /// The commit.
    pub revision: String,
    /// The branch.
    pub branch: String,
    /// Who built it.
    pub user: String,
    /// When it was built.
    pub date: String,
    /// The compiler and its version; clients know it as that of Go.
    pub compiler: String,
}

/// Asks the server to reload or to end.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    /// Takes a request to load the configuration anew.
    pub reload: mpsc::Sender<Reload>,
    /// Takes a request to end the process.
    pub quit: mpsc::Sender<()>,
}

/// A request to load the configuration anew: where to say how that went.
pub type Reload = oneshot::Sender<Result<(), String>>;

/// Whether the server can answer. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicU8>);

/// The life of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is loading what it needs.
    Starting,
    /// It answers.
    Ready,
    /// It finishes what was begun.
    Stopping,
}

impl Readiness {
    /// Enters a phase.
    pub fn enter(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::Release);
    }

    /// The present phase. At first [`Phase::Starting`].
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.0.load(Ordering::Acquire) {
            0 => Phase::Starting,
            1 => Phase::Ready,
            _ => Phase::Stopping,
        }
    }
}
