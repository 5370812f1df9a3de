//! Writes the parts, and remembers which windows are done, so that a run that was cut short goes on where it stopped.
//!
//! The file `imported` in the data folder has a line for each window: first and last millisecond, the fingerprint of what it came from, and the number of its
//! part (0 where there was no sample). A line is durable before its part gets its name. So all lines but the last tell what is there, and the last one is
//! checked: without its part it is struck out, and the window is done again. Importing twice would do no harm to answers, since of two equal samples one is
//! returned; it would cost time and space until the next merge.
//!
//! Format: `docs/formats/folder.md`.

use std::sync::Arc;

use hashbrown::HashSet;
use model::{TimeRange, Timestamp};
use platform::disk::{Disk, DiskError, DiskFile};

use super::{Import, Window};
use crate::catalog::{Catalog, CatalogError, Opened};
use crate::part::Facts;
use crate::prometheus;

/// Where the parts are.
const PARTS: &str = "parts";
/// Where the lines are.
const RECORD: &str = "imported";

/// Why an import ended early. What was done stays done.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The directory can't be read.
    #[error(transparent)]
    Read(#[from] prometheus::Error),
    /// The data folder can't be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A part can't be written.
    #[error(transparent)]
    Parts(#[from] CatalogError),
}

/// What happened to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An earlier run did it.
    Skipped,
    /// It had no samples.
    Empty,
    /// It is a part now.
    Written {
        /// The part's number.
        part: u64,
        /// Series in it.
        series: u64,
        /// Samples in it, stale markers among them.
        samples: u64,
        /// Its size.
        bytes: u64,
    },
}

/// Imports windows into a data folder, whose lock the caller holds.
pub struct Importer<'i, 'd> {
    import: &'i Import<'d>,
    catalog: Catalog,
    opened: Opened,
    done: HashSet<(TimeRange, u64), foldhash::fast::RandomState>,
    record: Box<dyn DiskFile>,
    record_bytes: u64,
    /// Whether the last line names a part.
    in_doubt: bool,
}

impl<'i, 'd> Importer<'i, 'd> {
    /// Finds out what earlier runs did in the folder at the root of `disk`.
    ///
    /// # Errors
    ///
    /// When the folder can't be read or written.
    pub fn open(import: &'i Import<'d>, disk: Arc<dyn Disk>) -> Result<Self, ImportError> {
        let (record, text) = open_record(disk.as_ref())?;
        let (catalog, opened) = Catalog::open(disk, PARTS)?;
        let mut lines: Vec<Line> = Vec::new();
        let mut record_bytes = 0;
        // What does not end with a line's end was not written whole.
        for text in text.split_inclusive('\n') {
            let Some(line) = text.strip_suffix('\n').and_then(Line::parse) else {
                break;
            };
            lines.push(line);
            record_bytes += text.len() as u64;
        }
        // The last part may not have got its name. Then its line must not be the last but one one day.
        let unfinished = lines.pop_if(|line| line.part != 0 && catalog.part(line.part).is_none());
        if let Some(line) = unfinished {
            record_bytes -= line.print().len() as u64;
        }
        record.truncate(record_bytes)?;
        Ok(Self {
            import,
            catalog,
            opened,
            done: lines
                .iter()
                .map(|line| (line.range, line.fingerprint))
                .collect(),
            in_doubt: lines.last().is_some_and(|line| line.part != 0),
            record,
            record_bytes,
        })
    }

    /// What was found in the folder besides good parts.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Whether an earlier run did this window.
    #[must_use]
    pub fn is_done(&self, window: &Window) -> bool {
        self.done.contains(&(window.range, window.fingerprint))
    }

    /// Does a window, unless an earlier run did. `each` is called once for each series, and once for each of its columns.
    ///
    /// # Errors
    ///
    /// When the directory can't be read, or the folder not be written.
    pub fn run(&mut self, window: &Window, each: &dyn Fn()) -> Result<Outcome, ImportError> {
        if self.is_done(window) {
            return Ok(Outcome::Skipped);
        }
        let mut gathered = self.import.gather(window, each)?;
        if gathered.samples() == 0 {
            self.note(window, 0)?;
            return Ok(Outcome::Empty);
        }
        // No log of ours ever had these rows, and they are no other part's.
        let facts = Facts::default();
        let written = self.catalog.write(&mut gathered, window.level, &facts);
        let written = match (written, gathered.failure()) {
            (Err(_), Some(failure)) => return Err(failure.into()),
            (written, _) => written?,
        };
        let Some(written) = written else {
            self.note(window, 0)?;
            return Ok(Outcome::Empty);
        };
        let (part, bytes) = (written.number, written.sizes.total() as u64);
        self.note(window, part)?;
        self.catalog.publish(vec![written])?;
        Ok(Outcome::Written {
            part,
            series: gathered.series_count() as u64,
            samples: gathered.samples(),
            bytes,
        })
    }

    /// Notes that all windows are done: then no line is in doubt any more, whatever becomes of the last part when it is merged.
    ///
    /// # Errors
    ///
    /// When the folder can't be written.
    pub fn finish(&mut self) -> Result<(), ImportError> {
        if self.in_doubt {
            self.write_line(END)?;
        }
        Ok(())
    }

    fn note(&mut self, window: &Window, part: u64) -> Result<(), DiskError> {
        let (range, fingerprint) = (window.range, window.fingerprint);
        self.write_line(Line {
            range,
            fingerprint,
            part,
        })
    }

    fn write_line(&mut self, line: Line) -> Result<(), DiskError> {
        self.in_doubt = line.part != 0;
        let line = line.print();
        self.record.write_at(self.record_bytes, line.as_bytes())?;
        self.record.sync()?;
        self.record_bytes += line.len() as u64;
        Ok(())
    }
}

/// A line of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    range: TimeRange,
    fingerprint: u64,
    part: u64,
}

/// The line after the last window's.
const END: Line = Line {
    range: TimeRange {
        start: Timestamp(0),
        end: Timestamp(0),
    },
    fingerprint: 0,
    part: 0,
};

impl Line {
    fn print(self) -> String {
        let TimeRange { start, end } = self.range;
        format!(
            "{} {} {:016x} {}\n",
            start.0, end.0, self.fingerprint, self.part
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut word = || words.next();
        let start = Timestamp(word()?.parse().ok()?);
        let end = Timestamp(word()?.parse().ok()?);
        Some(Self {
            range: TimeRange::new(start, end),
            fingerprint: u64::from_str_radix(word()?, 16).ok()?,
            part: word()?.parse().ok()?,
        })
    }
}

/// The record, and what it says.
fn open_record(disk: &dyn Disk) -> Result<(Box<dyn DiskFile>, String), DiskError> {
    let file = match disk.open(RECORD) {
        Err(error) if error.is_missing() => {
            let file = disk.create(RECORD)?;
            disk.sync_folder("")?;
            file
        }
        opened => opened?,
    };
    let mut bytes = vec![0; usize::try_from(file.length()?).unwrap_or(usize::MAX)];
    let read = file.read_at(0, &mut bytes)?;
    bytes.truncate(read);
    Ok((file, String::from_utf8_lossy(&bytes).into_owned()))
}
