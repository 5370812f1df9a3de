//! `ferula tsdb export OUT`: Prometheus blocks.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::process::ExitCode;

use model::{TimeRange, Timestamp};
use platform::disk::SystemDisk;
use platform::{Clock as _, SystemClock};
use tsdb::export::{Export, ExportError};

use super::store::Opened;
use super::{Failure, progress, time};
use crate::cli::tsdb as cli;

pub(super) fn run(arguments: &cli::Export) -> Result<ExitCode, Failure> {
    let opened = Opened::new(&arguments.place)?;
    let to = SystemDisk::new(&arguments.to)?;
    let Some(range) = opened.range_within(arguments.choice.range()) else {
        progress::say(format_args!("there are no samples in that range of time"));
        return Ok(ExitCode::SUCCESS);
    };
    let selectors = arguments.choice.selectors();
    let export = Export {
        range,
        selectors: &selectors,
        now: SystemClock.now(),
        random: random(),
    };
    let bar = progress::bar(export.windows());
    let (mut blocks, mut samples) = (0_u64, 0);
    let ran = export.run(opened.store(), &to, |block| {
        if let Some(block) = block {
            blocks += 1;
            samples += block.counts.samples;
            bar.set_message(time(Timestamp(block.min_ms)));
        }
        bar.inc(1);
    });
    bar.finish_and_clear();
    ran.map_err(|error| match error {
        ExportError::Store(error) => Failure::new(error),
        ExportError::Block(error) => Failure::new(error)
            .hint("blocks that were finished are whole; start again with an empty folder"),
    })?;
    let TimeRange { start, end } = range;
    // Who closed it does not want to know.
    let _ = writeln!(
        std::io::stdout(),
        "exported {} samples as {blocks} blocks, {} to {}: {}",
        progress::count(samples),
        time(start),
        time(end),
        arguments.to.display()
    );
    Ok(opened.end())
}

/// For names that nobody else gives.
fn random() -> u128 {
    let hash = || u128::from(RandomState::new().hash_one(std::process::id()));
    hash() << 64 | hash()
}
