//! The configuration in force, and how it is replaced: a bad file leaves the running one as it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use config::{Config, Context, Problem, Severity};
use ferula::Gauge;
use model::{Labels, Timestamp};
use platform::Clock;
use scrape::Scraper;
use scrape::status::Status;
use tokio::sync::mpsc;
use tracing::{error, info, warn};
use web::{Provider, QueryLog, Reload};

use super::kept::Adjuster;
use super::query_log::QueryLogFile;
use crate::cli::ServeFlags;

/// Holds the configuration and those who live by it.
pub(super) struct Reloader {
    file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    scraper: Scraper,
    query_log: Arc<QueryLogFile>,
    adjust: Adjuster,
    current: Mutex<Current>,
    succeeded: Gauge,
    success_time: Gauge,
}

/// What is in force.
struct Current {
    config: Arc<Config>,
    reload_succeeded: bool,
    configured: Timestamp,
}

impl Reloader {
    pub(super) fn new(
        flags: &ServeFlags,
        registry: &ferula::Registry,
        config: Config,
        scraper: Scraper,
        adjust: Adjuster,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let query_log = QueryLogFile::new(registry).map_err(|error| error.to_string())?;
        query_log.open(config.global.query_log_file.as_deref())?;
        let gauge = |name: &'static str, help: &'static str| {
            Gauge::builder(name, help)
                .register(registry)
                .map_err(|error| error.to_string())
        };
        let succeeded = gauge(
            "prometheus_config_last_reload_successful",
            "Whether the last configuration reload attempt was successful.",
        )?;
        let success_time = gauge(
            "prometheus_config_last_reload_success_timestamp_seconds",
            "Timestamp of the last successful configuration reload.",
        )?;
        let configured = clock.now();
        succeeded.set(1.0);
        success_time.set(configured.seconds());
        let current = Current {
            config: Arc::new(config),
            reload_succeeded: true,
            configured,
        };
        let current = Mutex::new(current);
        Ok(Self {
            file: flags.config_file.clone(),
            clock: Arc::clone(clock),
            scraper,
            query_log: Arc::new(query_log),
            adjust,
            current,
            succeeded,
            success_time,
        })
    }

    /// Reads the file again and puts it in force, if it is good.
    pub(super) fn reload(&self) -> Result<(), String> {
        let Some(file) = &self.file else {
            info!("there is no configuration file to reload");
            return Ok(());
        };
        let loaded = load(file).and_then(|config| {
            self.query_log
                .open(config.global.query_log_file.as_deref())?;
            let applied = self.scraper.apply(config.jobs.clone());
            applied.map(|()| config).map_err(|error| error.to_string())
        });
        match loaded {
            Ok(config) => {
                (self.adjust)(&config.storage);
                let configured = self.clock.now();
                let config = Arc::new(config);
                *self.current() = Current {
                    config,
                    reload_succeeded: true,
                    configured,
                };
                self.succeeded.set(1.0);
                self.success_time.set(configured.seconds());
                info!(file = %file.display(), "configuration reloaded");
                Ok(())
            }
            Err(message) => {
                self.current().reload_succeeded = false;
                self.succeeded.set(0.0);
                error!("configuration not reloaded, the running one stays in force");
                Err(message)
            }
        }
    }

    /// Answers requests to reload until nobody can ask any more.
    pub(super) async fn serve_requests(self: Arc<Self>, mut requests: mpsc::Receiver<Reload>) {
        while let Some(answer) = requests.recv().await {
            // Whoever asked may be gone.
            let _ = answer.send(self.reload());
        }
    }

    /// The log of queries.
    pub(super) fn query_log(&self) -> Arc<dyn QueryLog> {
        Arc::clone(&self.query_log) as Arc<dyn QueryLog>
    }

    /// Ends scraping.
    pub(super) async fn stop(&self) {
        self.scraper.stop().await;
    }

    /// Whether the last load succeeded, and when the configuration in force was loaded.
    pub(super) fn last(&self) -> (bool, Timestamp) {
        let current = self.current();
        (current.reload_succeeded, current.configured)
    }

    /// Tells the targets' state.
    pub(super) fn targets(self: &Arc<Self>) -> Provider<Status> {
        let own = Arc::clone(self);
        Arc::new(move || own.scraper.status())
    }

    /// Tells the configuration in force.
    pub(super) fn configuration(self: &Arc<Self>) -> Provider<String> {
        let own = Arc::clone(self);
        Arc::new(move || {
            let config = Arc::clone(&own.current().config);
            config.to_yaml()
        })
    }

    /// Tells the step of subqueries that name none.
    pub(super) fn evaluation_interval(self: &Arc<Self>) -> Provider<i64> {
        let own = Arc::clone(self);
        Arc::new(move || own.current().config.global.evaluation_interval_ms)
    }

    /// Tells the labels that we add to what we tell other servers.
    pub(super) fn external_labels(self: &Arc<Self>) -> Provider<Labels> {
        let own = Arc::clone(self);
        Arc::new(move || {
            let labels = own.current().config.global.external_labels.clone();
            Labels::from_pairs(labels)
        })
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The configuration to start with.
pub(super) fn load_first(file: Option<&Path>, port: u16) -> Result<Config, String> {
    match file {
        // What is wrong was logged, a line each.
        Some(file) => load(file)
            .map_err(|_| format!("can't start with this configuration: {}", file.display())),
        None => {
            info!("no --config.file: scraping Ferula itself and this machine every five seconds");
            Ok(config::default_config(port))
        }
    }
}

/// Reads a file, and logs what its author should know.
fn load(file: &Path) -> Result<Config, String> {
    let environment = |name: &str| std::env::var(name).ok();
    let context = Context {
        environment: &environment,
        agent: false,
        check_files: false,
    };
    match config::load(&config::DiskFiles, file, &context) {
        Ok(loaded) => {
            loaded.warnings.iter().for_each(log);
            Ok(loaded.config)
        }
        Err(problems) => {
            problems.0.iter().for_each(log);
            Err(format!("the configuration has errors:\n{problems}"))
        }
    }
}

/// A line for each problem; its place and hint as fields.
fn log(problem: &Problem) {
    let at = format!(
        "{}:{}:{}",
        problem.file.display(),
        problem.place.line,
        problem.place.column
    );
    let hint = problem.hint.as_deref().unwrap_or_default();
    match problem.severity {
        Severity::Error => error!(at, hint, "{}", problem.message),
        Severity::Warning => warn!(at, hint, "{}", problem.message),
    }
}
