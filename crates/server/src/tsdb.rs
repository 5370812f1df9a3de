//! `ferula tsdb …`: one verb per file, each over a library face of the `tsdb` crate.
//!
//! What is found goes to standard output, how far we are and what went wrong to standard error.

mod analyze;
mod dump;
mod export;
mod import;
mod list;
mod merge;
mod progress;
mod store;
mod verify;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use model::Timestamp;
use platform::disk::{Disk as _, DiskError, DiskLock, SystemDisk};

use crate::cli::Tsdb;

/// Runs a verb.
pub(crate) fn run(verb: &Tsdb) -> ExitCode {
    let done = match verb {
        Tsdb::Import(arguments) => import::run(arguments),
        Tsdb::Export(arguments) => export::run(arguments),
        Tsdb::List(arguments) => list::run(arguments),
        Tsdb::Analyze(arguments) => analyze::run(arguments),
        Tsdb::Dump(arguments) => dump::run(arguments),
        Tsdb::Merge(arguments) => merge::run(arguments),
        Tsdb::Verify(arguments) => verify::run(arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            progress::say(format_args!("{failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Why a verb did not do what it was asked for, as its user reads it.
#[derive(Debug)]
struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            hint: None,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        let full = error.is_full();
        let failure = Self::new(error);
        if full {
            failure.hint("make room and start it again: it goes on where it stopped")
        } else {
            failure
        }
    }
}

/// A folder that must be there.
fn existing(folder: &Path) -> Result<SystemDisk, Failure> {
    if !folder.is_dir() {
        let missing = format!("no such folder: {}", folder.display());
        return Err(Failure::new(missing).hint("name the data folder with --data FOLDER"));
    }
    Ok(SystemDisk::new(folder)?)
}

/// The lock of a data folder, which a running server has.
fn lock(disk: &SystemDisk) -> Result<Box<dyn DiskLock>, Failure> {
    disk.lock(LOCK).map_err(|error| {
        if error.is_locked() {
            let used = format!("the data folder is in use: {}", disk.root().display());
            Failure::new(used).hint("stop the server that has it, or work on a snapshot of it")
        } else {
            error.into()
        }
    })
}

/// A moment as people read it, in UTC.
fn time(at: Timestamp) -> String {
    web::params::time::to_rfc3339(at)
}

/// The file that says who has a data folder.
const LOCK: &str = "lock";
/// Where parts are.
const PARTS: &str = "parts";
/// Where the log is.
const LOG: &str = "log";
