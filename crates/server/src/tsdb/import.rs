//! `ferula tsdb import DIR`: a Prometheus data directory becomes parts.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::ProgressBar;
use platform::disk::SystemDisk;
use tsdb::catalog::CatalogError;
use tsdb::import::{Import, ImportError, Importer, Outcome};
use tsdb::prometheus;

use super::{Failure, lock, progress, time};
use crate::cli::tsdb as cli;

/// The bar says how far a window is each time so many columns were read.
const COLUMNS_PER_LINE: u64 = 4096;

/// What a run did.
#[derive(Default)]
struct Summary {
    parts: u64,
    series_max: u64,
    samples: u64,
    bytes: u64,
    skipped: u64,
}

pub(super) fn run(arguments: &cli::Import) -> Result<ExitCode, Failure> {
    let from = source(&arguments.from)?;
    progress::say(format_args!("reading {}", arguments.from.display()));
    let import = Import::open(&from).map_err(unreadable)?;
    warn(&import);
    if import.windows().is_empty() {
        let none = format!("no block and no log in {}", arguments.from.display());
        return Err(Failure::new(none).hint(
            "name the folder that holds `wal` and folders such as 01HF8Y9FSN0C1XYJMX4DPZNRT3",
        ));
    }
    let to = SystemDisk::new(&arguments.place.data)?;
    let _lock = lock(&to)?;
    let mut importer = Importer::open(&import, Arc::new(to)).map_err(failed)?;
    for aside in &importer.opened().aside {
        progress::say(format_args!("set aside: {}: {}", aside.path, aside.reason));
    }
    let bar = progress::bar(import.windows().len() as u64);
    let summary = windows(&import, &mut importer, &bar);
    bar.finish_and_clear();
    let summary = summary?;
    let mut out = std::io::stdout().lock();
    // Who closed it does not want to know.
    let _ = writeln!(
        out,
        "imported {} samples of up to {} series at a time: {} new parts, {} of samples and labels",
        progress::count(summary.samples),
        progress::count(summary.series_max),
        summary.parts,
        progress::bytes(summary.bytes),
    );
    if summary.skipped > 0 {
        let _ = writeln!(
            out,
            "{} of {} windows of time were imported before",
            summary.skipped,
            import.windows().len()
        );
    }
    let _ = writeln!(
        out,
        "serve it: ferula --storage.tsdb.path={}",
        arguments.place.data.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn windows(
    import: &Import<'_>,
    importer: &mut Importer<'_, '_>,
    bar: &ProgressBar,
) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    let quiet = !std::io::stderr().is_terminal();
    for window in import.windows() {
        let day = time(window.range.start);
        bar.set_message(day.clone());
        let columns = Cell::new(0_u64);
        let each = || {
            columns.set(columns.get() + 1);
            if columns.get().is_multiple_of(COLUMNS_PER_LINE) {
                let read = progress::count(columns.get());
                bar.set_message(format!("{day}, {read} columns"));
            }
        };
        let outcome = importer.run(window, &each).map_err(failed)?;
        match outcome {
            Outcome::Skipped => summary.skipped += 1,
            Outcome::Empty => {}
            Outcome::Written {
                series,
                samples,
                bytes,
                ..
            } => {
                summary.parts += 1;
                summary.series_max = summary.series_max.max(series);
                summary.samples += samples;
                summary.bytes += bytes;
                if quiet {
                    progress::say(format_args!(
                        "{day}: {} series, {} samples, {}",
                        progress::count(series),
                        progress::count(samples),
                        progress::bytes(bytes)
                    ));
                }
            }
        }
        bar.inc(1);
    }
    importer.finish().map_err(failed)?;
    Ok(summary)
}

/// The directory, if it looks like one of Prometheus.
fn source(folder: &Path) -> Result<SystemDisk, Failure> {
    if !folder.is_dir() {
        return Err(
            Failure::new(format!("no such folder: {}", folder.display()))
                .hint("name the folder that Prometheus was given with --storage.tsdb.path"),
        );
    }
    Ok(SystemDisk::new(folder)?)
}

/// Tells what is odd and no reason to stop.
fn warn(import: &Import<'_>) {
    let head = import.head();
    if let Some((path, damage)) = &head.end.torn {
        progress::say(format_args!(
            "the log is torn, as a crash leaves it; what comes before is read: {path}: {damage}"
        ));
    }
    if head.end.unknown > 0 {
        progress::say(format_args!(
            "records of unknown types are left out: {}",
            head.end.unknown
        ));
    }
    if head.strays > 0 {
        progress::say(format_args!(
            "entries of the log whose series it does not name are left out: {}",
            head.strays
        ));
    }
}

fn unreadable(error: prometheus::Error) -> Failure {
    Failure::new(error).hint("`promtool tsdb list DIR` tells what Prometheus makes of it; a block that is damaged can be moved away")
}

fn failed(error: ImportError) -> Failure {
    match error {
        ImportError::Read(error) => unreadable(error),
        ImportError::Disk(error) => error.into(),
        ImportError::Parts(CatalogError::Disk(error)) => error.into(),
        ImportError::Parts(error) => Failure::new(error),
    }
}
