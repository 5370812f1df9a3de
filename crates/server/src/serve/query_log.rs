//! The file of the query log: opened, and opened anew with each reload, so that whoever rotates it only needs to move it and reload.
//!
//! A log that can't be written fails no query: it is counted, and said once until it works again.

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ferula::{Counter, Gauge, Registry};
use tracing::{error, info};
use web::QueryLog;

/// The log.
pub(super) struct QueryLogFile {
    state: Mutex<State>,
    enabled: Gauge,
    failures: Counter,
}

#[derive(Default)]
struct State {
    file: Option<File>,
    /// Whether the last line could not be written.
    is_failing: bool,
}

impl QueryLogFile {
    /// No file yet.
    pub(super) fn new(registry: &Registry) -> Result<Self, ferula::Error> {
        Ok(Self {
            state: Mutex::default(),
            enabled: Gauge::builder(
                "prometheus_engine_query_log_enabled",
                "State of the query log.",
            )
            .register(registry)?,
            failures: Counter::builder(
                "prometheus_engine_query_log_failures_total",
                "The number of query log failures.",
            )
            .register(registry)?,
        })
    }

    /// Appends to `path` from now on, or to nothing. When the file can't be opened, the old one stays in use.
    pub(super) fn open(&self, path: Option<&Path>) -> Result<(), String> {
        let file = match path {
            None => None,
            Some(path) => {
                let opened = OpenOptions::new().create(true).append(true).open(path);
                let shown = path.display();
                let file = opened.map_err(|error| format!("query_log_file: {shown}: {error}"))?;
                info!(file = %shown, "queries are logged");
                Some(file)
            }
        };
        self.enabled.set(if file.is_some() { 1.0 } else { 0.0 });
        *self.state() = State {
            file,
            is_failing: false,
        };
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueryLog for QueryLogFile {
    fn is_on(&self) -> bool {
        self.state().file.is_some()
    }

    fn write(&self, line: &[u8]) {
        let mut state = self.state();
        let Some(file) = &mut state.file else {
            return;
        };
        // One call per line, so that lines of two processes which share the file don't mix.
        let written = file.write_all(line);
        if let Err(error) = &written {
            self.failures.inc();
            if !state.is_failing {
                error!(%error, "the query log can't be written");
            }
        }
        state.is_failing = written.is_err();
    }
}
