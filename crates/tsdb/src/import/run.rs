//! Writes the parts, and remembers which windows are done, so that a run that was cut short goes on where it stopped.
//!
//! The file `imported` in the data folder has a line for each window: first and last millisecond, the fingerprint of what it came from, and the number of its
//! part (0 where there was no sample). A line is durable before its part gets its name. So all lines but the last tell what is there, and the last one is
//! checked: without its part it is struck out, and the window is done again. Importing twice would do no harm to answers, since of two equal samples one is
//! returned; it would cost time and space until the next merge.

use std::io::{self, Write};

use hashbrown::HashSet;
use model::{TimeRange, Timestamp};
use platform::disk::{Disk, DiskError, DiskFile};

use super::{Import, Window};
use crate::part::{self, Facts, PartError};
use crate::prometheus;

/// Where the lines are.
const RECORD: &str = "imported";
/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 1 << 20;

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
    Part(#[from] PartError),
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
    disk: &'i dyn Disk,
    done: HashSet<(TimeRange, u64), foldhash::fast::RandomState>,
    record: Box<dyn DiskFile>,
    record_bytes: u64,
    next: u64,
}

impl<'i, 'd> Importer<'i, 'd> {
    /// Finds out what earlier runs did in the folder at the root of `disk`.
    ///
    /// # Errors
    ///
    /// When the folder can't be read or written.
    pub fn open(import: &'i Import<'d>, disk: &'i dyn Disk) -> Result<Self, ImportError> {
        disk.create_folder(PARTS)?;
        disk.sync_folder("")?;
        let (record, text) = open_record(disk)?;
        let names = disk.list(PARTS)?;
        let number = |name: &String| name.split('.').next()?.parse().ok();
        let taken = names.iter().filter_map(number).max().unwrap_or(0);
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
        let highest = lines.iter().map(|line| line.part).max().unwrap_or(0);
        // The last part may not have got its name. Then its line must not be the last but one one day.
        let unfinished =
            lines.pop_if(|line| line.part != 0 && !names.contains(&file_name(line.part)));
        if let Some(line) = unfinished {
            record_bytes -= line.print().len() as u64;
        }
        record.truncate(record_bytes)?;
        Ok(Self {
            import,
            disk,
            done: lines
                .iter()
                .map(|line| (line.range, line.fingerprint))
                .collect(),
            record,
            record_bytes,
            next: highest.max(taken) + 1,
        })
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
        let part = self.next;
        self.next += 1;
        let unfinished = format!("{PARTS}/{part:010}.tmp");
        let finished = format!("{PARTS}/{}", file_name(part));
        // No log of ours ever had these rows, and they are no other part's.
        let facts = Facts::default();
        let mut sink = Sink::create(self.disk, &unfinished)?;
        if let Err(error) = part::write(&mut gathered, window.level, &facts, &mut sink) {
            return Err(match (gathered.failure(), sink.failure) {
                (Some(error), _) => error.into(),
                (_, Some(error)) => error.into(),
                _ => error.into(),
            });
        }
        let bytes = sink.finish()?;
        self.note(window, part)?;
        self.disk.rename(&unfinished, &finished)?;
        self.disk.sync_folder(PARTS)?;
        Ok(Outcome::Written {
            part,
            series: gathered.series_count() as u64,
            samples: gathered.samples(),
            bytes,
        })
    }

    fn note(&mut self, window: &Window, part: u64) -> Result<(), DiskError> {
        let (range, fingerprint) = (window.range, window.fingerprint);
        let line = Line {
            range,
            fingerprint,
            part,
        };
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

/// Where the parts are.
const PARTS: &str = "parts";

fn file_name(part: u64) -> String {
    format!("{part:010}.part")
}

/// A file that grows, as something to write to.
struct Sink {
    file: Box<dyn DiskFile>,
    written: u64,
    buffer: Vec<u8>,
    /// Why it takes no more.
    failure: Option<DiskError>,
}

impl Sink {
    /// A new file, in the place of what a run left that was cut short.
    fn create(disk: &dyn Disk, path: &str) -> Result<Self, DiskError> {
        match disk.remove(path) {
            Err(error) if !error.is_missing() => return Err(error),
            _ => {}
        }
        Ok(Self {
            file: disk.create(path)?,
            written: 0,
            buffer: Vec::new(),
            failure: None,
        })
    }

    /// Makes all of it durable, but for its name; its length.
    fn finish(mut self) -> Result<u64, DiskError> {
        self.file.write_at(self.written, &self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.file.sync()?;
        Ok(self.written)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Err(error) = self.file.write_at(self.written, &self.buffer) {
            let told = io::Error::other(error.to_string());
            self.failure = Some(error);
            return Err(told);
        }
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}
