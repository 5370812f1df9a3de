//! `ferula tsdb verify`: is every byte what was written? Looks without the lock, so a running server may be asked about.

use std::io::Write as _;
use std::process::ExitCode;

use model::Labels;
use tsdb::catalog::{self, Found};
use tsdb::log::{self, Flaw, LogError, Record, Replayed, Scope, TargetId, Visitor};

use super::{Failure, LOG, PARTS, existing, progress};
use crate::cli::tsdb as cli;

pub(super) fn run(arguments: &cli::Verify) -> Result<ExitCode, Failure> {
    let disk = existing(&arguments.place.data)?;
    let found = catalog::look(&disk, PARTS).map_err(|error| {
        Failure::new(error)
            .hint("a data folder has `parts` and `log` in it; name it with --data FOLDER")
    })?;
    let mut damaged = 0;
    let (mut samples, mut series) = (0, 0);
    let bar = progress::bar(found.len() as u64);
    let mut out = std::io::stdout().lock();
    for part in &found {
        bar.set_message(part.path.clone());
        match check(part) {
            Ok((own_samples, own_series)) => {
                samples += own_samples;
                series = own_series.max(series);
            }
            Err(reason) => {
                damaged += 1;
                bar.suspend(|| drop(writeln!(out, "{}: {reason}", part.path)));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut counted = Counted::default();
    // A folder that nothing was ever appended to has no log.
    let replayed = match log::inspect(&disk, LOG, &mut counted) {
        Err(LogError::Disk(error)) if error.is_missing() => Replayed::default(),
        inspected => inspected.map_err(Failure::new)?,
    };
    for flaw in &replayed.flaws {
        // The end of an unfinished write is what a crash leaves, or what a server is just writing.
        damaged += u64::from(!matches!(flaw, Flaw::Torn { .. }));
        let _ = writeln!(out, "{flaw}");
    }
    let _ = writeln!(
        out,
        "{} parts with {} samples, {} log segments with {} records: {}",
        found.len(),
        progress::count(samples),
        replayed.segments,
        progress::count(counted.0),
        match damaged {
            0 => "all is whole".to_owned(),
            damaged => format!("{damaged} damaged"),
        }
    );
    Ok(if damaged == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Reads all of a part; its samples and series.
fn check(found: &Found) -> Result<(u64, u64), String> {
    let part = found.part.as_ref().map_err(ToString::to_string)?;
    let checked = part.check().map_err(|error| error.to_string())?;
    if let Err(damage) = &found.tombstones {
        return Err(format!("its list of deletions: {damage}"));
    }
    if found.number.is_none() {
        return Err(
            "was set aside, and is whole: move it away or give it its name back".to_owned(),
        );
    }
    Ok((checked.samples, checked.series))
}

/// Counts records.
#[derive(Default)]
struct Counted(u64);

impl Visitor for Counted {
    fn target(&mut self, _: TargetId, _: Labels) {}

    fn column(&mut self, _: TargetId, _: u32, _: Scope, _: Labels) {}

    fn record(&mut self, _: u64, _: Record<'_>) {
        self.0 += 1;
    }
}
