//! `ferula tsdb merge`: all parts, merged and compressed as small as they get.

use std::io::Write as _;
use std::process::ExitCode;

use super::store::Opened;
use super::{Failure, progress};
use crate::cli::tsdb as cli;

pub(super) fn run(arguments: &cli::Merge) -> Result<ExitCode, Failure> {
    let opened = Opened::new(&arguments.place)?;
    let store = opened.store();
    store.flush().map_err(Failure::new)?;
    let before = store.state();
    let bar = progress::bar(before.parts);
    let mut merges = 0_u64;
    while let Some(merged) = store.merge_cold().map_err(Failure::new)? {
        merges += 1;
        bar.inc(merged.replaced.len() as u64);
        if let Some((number, sizes)) = merged.part {
            bar.set_message(format!(
                "{number:010}, {}",
                progress::bytes(sizes.total() as u64)
            ));
        }
    }
    bar.finish_and_clear();
    let after = store.state();
    // Who closed it does not want to know.
    let _ = writeln!(
        std::io::stdout(),
        "{merges} merges: {} parts with {} became {} with {}",
        before.parts,
        progress::bytes(before.parts_bytes),
        after.parts,
        progress::bytes(after.parts_bytes)
    );
    Ok(ExitCode::SUCCESS)
}
