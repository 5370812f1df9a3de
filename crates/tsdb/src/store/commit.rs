//! Making rows durable, and then visible.
//!
//! ```text
//!  batches ──► judge each row ──► log.append … log.commit (one sync) ──► heads ──► outcomes
//!              against all that was, and against each other      └ fails: all are refused, nothing is shown
//! ```
//!
//! The one that holds the log does it, so rows get into the heads in the order of the log, and what was judged stays true.

mod judge;
mod renew;

use storage::{Broken, Committed};

use super::Store;
use super::batch::{Batch, StagedRow};
use super::queue::{Outcome, Ticket};
use super::registry::Registry;
use super::state::Health;
use super::view::View;
use crate::log::{Log, LogError, Record, Row};
use judge::Judge;

/// Columns in a record, at most: a larger row is several records.
const RECORD_COLUMNS_MAX: usize = 1 << 18;
/// Details in a record, at most.
const RECORD_DETAILS_MAX: usize = 1 << 12;

impl Store {
    /// Hands the batch over to be committed; `None` if there is nothing in it.
    pub(super) fn submit(&self, batch: Batch) -> Result<Option<Ticket>, Broken> {
        self.make_ready()?;
        Ok((!batch.is_empty()).then(|| self.queue.submit(batch)))
    }

    /// Returns when the batch is durable and visible, or refused as a whole.
    pub(super) fn wait(&self, ticket: Ticket) -> Outcome {
        self.queue.wait(ticket, |batches| self.settle(batches))
    }

    fn settle(&self, mut batches: Vec<Batch>) -> Vec<Outcome> {
        let mut log = self.log();
        // A flush puts another view in place only while it has the log.
        let view = self.view();
        let offered: u64 = batches.iter().map(Batch::samples).sum();
        let settled = match &mut *log {
            Some(log) => self.settle_with(log, &view, &mut batches),
            None => Err(LogError::Poisoned {
                reason: "the log is not open".to_owned(),
            }),
        };
        match settled {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) => {
                self.counters.refuse_commit(offered);
                let reason = error.to_string();
                let broken = Broken { reason };
                batches.iter().map(|_| Err(broken.clone())).collect()
            }
        }
    }

    fn settle_with(
        &self,
        log: &mut Log,
        view: &View,
        batches: &mut [Batch],
    ) -> Result<Vec<Committed>, LogError> {
        self.renew(batches);
        let mut accepted = Vec::new();
        let mut outcomes = Vec::with_capacity(batches.len());
        {
            let registry = self.registry();
            let mut judge = Judge::new(self, &registry, view);
            for batch in batches.iter_mut() {
                let mut outcome = Committed::default();
                for row in std::mem::take(&mut batch.rows) {
                    let judged = judge.row(row, &mut accepted);
                    outcome.samples += judged.taken;
                    outcome.refused += judged.refused;
                }
                outcomes.push(outcome);
            }
            append_rows(log, &registry, &mut accepted)?;
            append_sayings(log, &registry, batches)?;
        }
        self.write(log, batches.len() as u64)?;
        let active = view.active();
        for row in &accepted {
            let applied = active.apply(&row.row());
            debug_assert_eq!(applied.refused, 0, "it was judged");
        }
        self.counters
            .samples
            .add(accepted.iter().map(StagedRow::samples).sum());
        if batches.iter().any(|batch| !batch.sayings.is_empty()) {
            let mut registry = self.registry_mut();
            for saying in batches.iter_mut().flat_map(|batch| batch.sayings.drain(..)) {
                registry.say(saying.number, &saying.family, &saying.metadata);
            }
        }
        Ok(outcomes)
    }

    /// Syncs what was appended, and notes how that went.
    pub(super) fn write(&self, log: &mut Log, commits: u64) -> Result<(), LogError> {
        let written = log.commit();
        self.note_log(written.as_ref().err());
        let written = written?;
        if written.written_bytes > 0 {
            self.counters.syncs.add(1);
            self.counters.groups.add(1);
        }
        self.counters.commits.add(commits);
        self.counters.log_bytes.add(written.written_bytes);
        Ok(())
    }

    /// How the log is since it was last used.
    pub(super) fn note_log(&self, error: Option<&LogError>) {
        self.counters.set_health(match error {
            None => Health::Healthy,
            Some(LogError::Full(_)) => Health::Full,
            Some(LogError::Poisoned { .. }) => Health::Poisoned,
            Some(LogError::TooLarge { .. } | LogError::Disk(_)) => return,
        });
    }
}

/// Appends all rows; those that no record can hold are taken out.
fn append_rows(
    log: &mut Log,
    registry: &Registry,
    accepted: &mut Vec<StagedRow>,
) -> Result<(), LogError> {
    let mut failed = None;
    accepted.retain(|row| {
        let fits = failed.is_none().then(|| append_row(log, registry, row));
        match fits {
            None => false,
            Some(Ok(fits)) => fits,
            Some(Err(error)) => {
                failed = Some(error);
                false
            }
        }
    });
    failed.map_or(Ok(()), Err)
}

/// Whether the row could be appended.
fn append_row(log: &mut Log, registry: &Registry, row: &StagedRow) -> Result<bool, LogError> {
    let whole = row.row();
    if row.columns.len() <= RECORD_COLUMNS_MAX && row.details.len() <= RECORD_DETAILS_MAX {
        return append_record(log, registry, whole);
    }
    let mut fits = true;
    let pieces = row
        .columns
        .chunks(RECORD_COLUMNS_MAX)
        .zip(row.values.chunks(RECORD_COLUMNS_MAX));
    for (columns, values) in pieces {
        let piece = Row {
            columns,
            values,
            details: &[],
            ..whole
        };
        fits &= append_record(log, registry, piece)?;
    }
    for details in row.details.chunks(RECORD_DETAILS_MAX) {
        let piece = Row {
            columns: &[],
            values: &[],
            details,
            ..whole
        };
        fits &= append_record(log, registry, piece)?;
    }
    Ok(fits)
}

fn append_record(log: &mut Log, registry: &Registry, row: Row<'_>) -> Result<bool, LogError> {
    match log.append(&Record::Row(row), registry) {
        Ok(_) => Ok(true),
        Err(LogError::TooLarge { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn append_sayings(log: &mut Log, registry: &Registry, batches: &[Batch]) -> Result<(), LogError> {
    for saying in batches.iter().flat_map(|batch| &batch.sayings) {
        if registry.book(saying.number).is_none() {
            continue;
        }
        let record = Record::Metadata {
            target: saying.number,
            family: &saying.family,
            metadata: &saying.metadata,
        };
        match log.append(&record, registry) {
            Ok(_) | Err(LogError::TooLarge { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
