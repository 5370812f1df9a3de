//! The log: rows are on the disk before anyone is told that they are kept.
//!
//! # Glossary
//!
//! - **record**: a row, what a target says of a family, or a deletion.
//! - **group**: the records of one commit (large ones are several groups); it has a *sequence number*.
//! - **frame**: a group in the file: compressed, with its length, number and checksum.
//! - **segment**: a file of frames that can be read without any other.
//! - **acknowledged**: synced, and so promised. Only then may a row be seen or its sender be answered.
//!
//! # The picture
//!
//! ```text
//!  append(record) ─► group ─► append … commit() ─► frame ─► write ─► sync ─► Acknowledged { up_to }
//!                      │ differs from the last row              │
//!                      └ by target, then by column              └ fails: the log is poisoned, or refuses when the disk is full
//!
//!  0000000007.log   head, frame, frame, frame            sealed
//!  0000000008.log   head, frame, fra                     was the last when the power went: cut at open
//!  0000000009.log   head, frame …                        this process'
//! ```
//!
//! The bytes are written down in `docs/formats/log.md`.
//!
//! # Invariants
//!
//! - What [`Log::commit`] acknowledged comes back from [`Log::open`], bit for bit and in order, whatever happens to the process
//!   or the power, until it is [`cut`](Log::cut).
//! - What `open` has shown is as durable as what was acknowledged.
//! - After a sync that failed nothing is written any more, since no later sync can tell whether the earlier bytes are there.
//! - Sequence numbers ascend and are never given twice.
//! - A segment is never written to by a process that did not make it, but for the repair of its end.
//!
//! # What is absent, and why
//!
//! No tasks, no clock and no log lines: whoever commits waits for the disk, and the store makes groups of those who wait. No lock either:
//! the store takes the one of its folder.

mod bytes;
mod compress;
mod detail;
mod error;
mod frame;
mod group;
mod names;
mod record;
mod replay;
mod segment;
mod starts;
mod target;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

use platform::{Disk, DiskError};

pub use error::{Flaw, LogError, Replayed};
pub use record::{Detail, DetailKind, Names, Record, Row, Scope, TargetId, Visitor};
use replay::{Mode, Recovered, Sealed};
use segment::{RECORD_BYTES_MAX, Segment, name_of};

/// What a log is told.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// The folder on the disk; it is made when it is missing.
    pub folder: String,
    /// A segment that has so many bytes gets no more.
    pub segment_bytes: u64,
}

/// What is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// The last sequence number. All groups up to it are durable.
    pub up_to: u64,
    /// Bytes that this commit wrote.
    pub written_bytes: u64,
}

/// What a cut did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Segments that were removed.
    pub removed: u64,
    /// Damaged ones, by their new paths: they are kept for whoever can read them.
    pub set_aside: Vec<String>,
}

/// An open log. One thread at a time writes it.
pub struct Log {
    disk: Arc<dyn Disk>,
    options: LogOptions,
    sealed: Vec<Sealed>,
    segment: Segment,
    /// Of the group that is being filled.
    sequence: u64,
    acknowledged: u64,
    /// What failed.
    poison: Option<String>,
}

/// Shows `visitor` what the log in `folder` holds, and changes nothing. A process that has the log may write on meanwhile: then its end looks
/// torn.
///
/// # Errors
///
/// When a file can't be read. Damage is no error: see [`Replayed::flaws`].
pub fn inspect(
    disk: &dyn Disk,
    folder: &str,
    visitor: &mut dyn Visitor,
) -> Result<Replayed, LogError> {
    Ok(replay::recover(disk, folder, Mode::Look, visitor)?.replayed)
}

impl Log {
    /// Shows `visitor` what the log holds, repairs its end, and makes it ready to write.
    ///
    /// # Errors
    ///
    /// When the disk fails. The log is then as it was, and opening it again is right. Damage is no error: see [`Replayed::flaws`].
    pub fn open(
        disk: Arc<dyn Disk>,
        options: LogOptions,
        visitor: &mut dyn Visitor,
    ) -> Result<(Self, Replayed), LogError> {
        disk.create_folder(&options.folder)?;
        let above = options
            .folder
            .rsplit_once('/')
            .map_or("", |(above, _)| above);
        disk.sync_folder(above)?;
        let Recovered { sealed, replayed } =
            replay::recover(disk.as_ref(), &options.folder, Mode::Repair, visitor)?;
        let newest = sealed.last();
        let acknowledged = newest.map_or(0, |newest| newest.last);
        let number = newest.map_or(0, |newest| newest.number) + 1;
        let log = Self {
            segment: Segment::new(number, acknowledged),
            disk,
            options,
            sealed,
            sequence: acknowledged + 1,
            acknowledged,
            poison: None,
        };
        Ok((log, replayed))
    }

    /// Adds a record to the group, and returns the group's sequence number: the record is durable when that is acknowledged.
    /// Nothing is written yet. `names` says what the record's numbers stand for.
    ///
    /// # Errors
    ///
    /// When the log is poisoned or the record too large.
    ///
    /// # Panics
    ///
    /// When a row's columns don't ascend or are not as many as its values.
    pub fn append(&mut self, record: &Record<'_>, names: &dyn Names) -> Result<u64, LogError> {
        self.check_health()?;
        let size_bytes = record.size_bytes_max();
        if size_bytes > RECORD_BYTES_MAX {
            return Err(LogError::TooLarge { size_bytes });
        }
        let sequence = self.sequence;
        if self.segment.append(record, names) {
            self.close_group();
        }
        Ok(sequence)
    }

    /// Writes what was appended, and returns when it is on the disk.
    ///
    /// # Errors
    ///
    /// [`LogError::Full`]: what was appended since the last commit is refused. [`LogError::Poisoned`]: it may be on the disk or not, and
    /// the log has ended. In both cases it was not acknowledged, and must not be shown.
    pub fn commit(&mut self) -> Result<Acknowledged, LogError> {
        self.check_health()?;
        if !self.segment.group_is_empty() {
            self.close_group();
        }
        let before = self.segment.end;
        if self.segment.has_frames() {
            let written = self.segment.write(self.disk.as_ref(), &self.options.folder);
            written.map_err(|error| self.give_up(error))?;
            self.acknowledged = self.sequence - 1;
        }
        let done = Acknowledged {
            up_to: self.acknowledged,
            written_bytes: self.segment.end - before,
        };
        if self.segment.end >= self.options.segment_bytes {
            self.next_segment();
        }
        Ok(done)
    }

    /// Commits, and ends the segment: what comes next begins another.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    pub fn rotate(&mut self) -> Result<Acknowledged, LogError> {
        let done = self.commit()?;
        self.next_segment();
        Ok(done)
    }

    fn next_segment(&mut self) {
        let next = Segment::new(self.segment.number + 1, self.acknowledged);
        let done = std::mem::replace(&mut self.segment, next);
        if done.file.is_some() {
            self.sealed.push(Sealed {
                number: done.number,
                last: self.acknowledged,
                damaged: false,
            });
        }
    }

    /// Removes the segments of which nothing at or after the sequence number `before` is left, oldest first. The newest one stays,
    /// since it knows the numbers.
    ///
    /// # Errors
    ///
    /// When the disk fails. What was not removed is still part of the log.
    pub fn cut(&mut self, before: u64) -> Result<Cut, LogError> {
        let mut cut = Cut::default();
        while let Some(oldest) = self.sealed.first().cloned() {
            let newest = self.sealed.len() == 1 && self.segment.file.is_none();
            if newest || oldest.last >= before {
                break;
            }
            self.remove_segment(&oldest, &mut cut)?;
            // One after the other, so that a power cut leaves no hole.
            self.disk.sync_folder(&self.options.folder)?;
            self.sealed.remove(0);
        }
        Ok(cut)
    }

    /// It may be gone already, when an earlier cut could not sync the folder.
    fn remove_segment(&self, sealed: &Sealed, cut: &mut Cut) -> Result<(), DiskError> {
        let path = format!("{}/{}", self.options.folder, name_of(sealed.number));
        let aside = format!("{path}.damaged");
        let removed = if sealed.damaged {
            self.disk.rename(&path, &aside)
        } else {
            self.disk.remove(&path)
        };
        match removed {
            Ok(()) if sealed.damaged => cut.set_aside.push(aside),
            Ok(()) => cut.removed += 1,
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The last sequence number that is durable.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    fn close_group(&mut self) {
        self.segment.close_group(self.sequence, self.acknowledged);
        self.sequence += 1;
    }

    fn check_health(&self) -> Result<(), LogError> {
        match &self.poison {
            None => Ok(()),
            Some(reason) => Err(LogError::Poisoned {
                reason: reason.clone(),
            }),
        }
    }

    /// After a write that failed: a full disk refuses this commit alone, everything else ends the log.
    fn give_up(&mut self, error: DiskError) -> LogError {
        if error.is_full() && error.operation == "write" {
            self.segment
                .take_back(self.disk.as_ref(), &self.options.folder);
            // Numbers that were refused are not given again.
            self.sequence += 1;
            self.next_segment();
            return LogError::Full(error);
        }
        let reason = error.to_string();
        self.poison = Some(reason.clone());
        LogError::Poisoned { reason }
    }
}
