//! A file that many processes map, so that one page shows what all of them count. Linux only.
//!
//! ```text
//!  worker --inc--> |        |
//!  worker --inc--> | a file | <--look-- whoever writes the page
//!  worker --inc--> |        |
//! ```
//!
//! `docs/formats/segment.md` has the format, and says why a process that is killed at any moment leaves a file that the others
//! read on. What counts is shared by all processes: a counter is the same words for all of them, so the file's size and the time that a page
//! takes depend on how many series there are, not on how many processes came and went. Gauges have a cell for
//! each process, put together as [`Merge`](crate::Merge) says.
//!
//! ```
//! use ferula::{Counter, Registry, Segment};
//!
//! # let path = std::env::temp_dir().join(format!("ferula-doc-{}", std::process::id()));
//! let segment = Segment::attach(&path)?;
//! let registry = Registry::shared(&segment);
//! let jobs = Counter::builder("jobs_total", "Jobs done, by all workers.").register(&registry)?;
//! jobs.inc();
//! # std::fs::remove_file(path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants:
//! * An update is one atomic instruction on words in the file, as on the heap. It cannot fail and waits for nobody.
//! * Only the first sight of a series waits for other processes, and a process that dies while others wait for it lets
//!   them go on.
//! * Trouble with the file (no room, damage) costs what it hits, is counted, and is never an error of an update or a page.

mod append;
mod declared;
mod directory;
pub(crate) mod facts;
mod fold;
mod forked;
pub(crate) mod gauge;
mod layout;
mod lock;
mod mapping;
mod page;
mod pid_labels;
mod process;
mod record;
mod slots;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::sync::{Arc, Mutex, PoisonError};

use layout::{
    AT_GENERATION, AT_MAGIC, AT_RECORDS, AT_REFUSED, AT_USED, AT_VERSION, BYTES_MAX_DEFAULT,
    BYTES_MIN, LOCK_ATTACHED, LOCK_CHANGING, MAGIC, VERSION, WORD_BYTES,
};
use lock::Lock;

use crate::cell::{AtomicU64, count};
use crate::words::Words;
use directory::Directory;

pub(crate) use declared::Declared;
pub use declared::Shape;
pub(crate) use mapping::Mapping;
pub use process::SegmentProcesses;

/// A segment that this process is attached to. Clones are the same attachment.
#[derive(Clone, Debug)]
pub struct Segment(Arc<Attached>);

#[derive(Debug)]
struct Attached {
    mapping: Arc<Mapping>,
    directory: Mutex<Directory>,
}

/// How to attach.
#[derive(Clone, Copy, Debug)]
pub struct SegmentOptions {
    /// Where the file stops growing. Processes that attach to one file should agree.
    pub bytes_max: usize,
    /// What this process calls itself in the label `pid`; its number in the system, if not said.
    pub pid: Option<u32>,
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self {
            bytes_max: BYTES_MAX_DEFAULT,
            pid: None,
        }
    }
}

/// Why a process could not attach.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// The system refuses.
    #[error("cannot attach to the segment {path}: {source}")]
    System {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else, which we leave alone.
    #[error("not a segment: {path}, name a file that doesn't exist or an empty one")]
    Foreign {
        /// The file.
        path: String,
    },
    /// Processes are attached that write another version of the format.
    #[error(
        "the segment {path} is in use by a program with another version of the format: {version}"
    )]
    Version {
        /// The file.
        path: String,
        /// The version in use.
        version: u64,
    },
}

impl Segment {
    /// Attaches to the segment in the file at `path`, which is made if there is none, and begun anew if nobody else is attached.
    ///
    /// # Errors
    /// [`SegmentError`], when the file cannot be used.
    pub fn attach(path: impl AsRef<Path>) -> Result<Self, SegmentError> {
        Self::attach_with(path, SegmentOptions::default())
    }

    /// As [`attach`](Self::attach), with options.
    ///
    /// # Errors
    /// As [`attach`](Self::attach).
    pub fn attach_with(
        path: impl AsRef<Path>,
        options: SegmentOptions,
    ) -> Result<Self, SegmentError> {
        let path = path.as_ref();
        let name = || path.display().to_string();
        let system = |source| SegmentError::System {
            path: name(),
            source,
        };
        let mapping = {
            let _gate = crate::fork::pass();
            let file = open(path).map_err(system)?;
            // Held until this function ends: nobody else attaches or begins anew meanwhile.
            lock::wait(file.as_fd(), Lock::Exclusive, LOCK_CHANGING).map_err(system)?;
            let bytes_max = options.bytes_max.max(BYTES_MIN).next_multiple_of(BYTES_MIN);
            let mapping = prepare(file, bytes_max, &name)?;
            lock::wait(mapping.fd(), Lock::Unlocked, LOCK_CHANGING).map_err(system)?;
            mapping
        };
        mapping
            .pid
            .store(options.pid.unwrap_or_else(std::process::id), Relaxed);
        let segment = Self(Arc::new(Attached {
            mapping: Arc::new(mapping),
            directory: Mutex::new(Directory::default()),
        }));
        segment.claim();
        forked::remember(&segment.0, options.pid.is_some());
        Ok(segment)
    }

    /// How many records were found damaged, and how many births found no room.
    #[must_use]
    pub fn troubles(&self) -> (u64, u64) {
        let refused = self.mapping().word(AT_REFUSED).map_or(0, count);
        (self.with_directory(|directory| directory.damaged), refused)
    }

    /// How often the segment was begun anew: the same for all that are attached.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.mapping().word(AT_GENERATION).map_or(0, count)
    }

    /// The numbers of the processes that are attached and live, as they call themselves.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        let _gate = crate::fork::pass();
        let claimed = slots::claimed(self.mapping(), self.mapping().fd());
        let living = claimed.iter().filter(|slot| slot.lives);
        living.map(|slot| slot.pid).collect()
    }

    /// Leaves the table of processes, as if this process had ended: its gauges are from here on those of a process that is
    /// gone, and setting them does nothing. What is counted goes on being counted.
    pub fn leave(&self) {
        let mapping = self.mapping();
        {
            let _gate = crate::fork::pass();
            let owner = mapping.owner.swap(0, Relaxed);
            slots::unlock(mapping.fd(), owner);
        }
        self.reap();
    }

    /// The number of a family like this; `None` when there is no room for it.
    pub(crate) fn family(&self, declared: &Declared) -> Option<usize> {
        let mapping = self.mapping();
        self.with_directory(|directory| {
            mapping.changing(|changing| directory.family(mapping, changing, declared))
        })?
    }

    /// The words of a series; `None` when there is no room. The caller has passed the gate.
    pub(crate) fn series(
        &self,
        family: usize,
        values: &[&str],
        begin: &dyn Fn(&[AtomicU64]),
    ) -> Option<Words> {
        let mapping = self.mapping();
        let mut directory = self.directory();
        mapping.changing(|changing| directory.series(mapping, changing, family, values, begin))?
    }

    /// Removes the series of a family that `is` picks by its values. Answers how many.
    pub(crate) fn remove_where(&self, family: usize, is: &dyn Fn(&[&str]) -> bool) -> usize {
        let known = self.with_directory(|directory| {
            directory.catch_up(self.mapping());
            directory.families.get(family).cloned()
        });
        let series = known.iter().flat_map(|known| known.series.iter());
        let picked = series.filter(|series| {
            let values = series.labels.values().collect::<Vec<_>>();
            is(&values) && crate::node::remove(series.words.get())
        });
        picked.count()
    }

    /// Becomes a process of the table, after those that are gone have left it.
    fn claim(&self) {
        let mapping = self.mapping();
        self.with_directory(|directory| {
            mapping.changing(|changing| {
                directory.catch_up(mapping);
                fold::reap(changing, &directory.gauges(mapping));
                let owner = slots::claim(changing, mapping.pid.load(Relaxed));
                mapping.owner.store(owner.unwrap_or(0), Relaxed);
            })
        });
    }

    /// Folds what processes that are gone have left.
    fn reap(&self) {
        let mapping = self.mapping();
        self.with_directory(|directory| {
            mapping.changing(|changing| {
                directory.catch_up(mapping);
                fold::reap(changing, &directory.gauges(mapping));
            })
        });
    }

    pub(crate) fn mapping(&self) -> &Arc<Mapping> {
        &self.0.mapping
    }

    /// Passes the gate, and so is not for those who have.
    fn with_directory<R>(&self, then: impl FnOnce(&mut Directory) -> R) -> R {
        let _gate = crate::fork::pass();
        then(&mut self.directory())
    }

    fn directory(&self) -> std::sync::MutexGuard<'_, Directory> {
        let directory = self.0.directory.lock();
        directory.unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// The file, attached to and fit for use. The caller has the changing lock.
fn prepare(
    file: File,
    bytes_max: usize,
    name: &dyn Fn() -> String,
) -> Result<Mapping, SegmentError> {
    let system = |source| SegmentError::System {
        path: name(),
        source,
    };
    let alone = lock::try_take(file.as_fd(), Lock::Exclusive, LOCK_ATTACHED).map_err(system)?;
    let bytes = file.metadata().map_err(system)?.len();
    if alone {
        let generation =
            generation(&file, bytes).ok_or_else(|| SegmentError::Foreign { path: name() })?;
        // Zeros, from the first byte to the last.
        file.set_len(0).map_err(system)?;
        let mapping = Mapping::new(file, 0, bytes_max).map_err(system)?;
        mapping.grow_to(BYTES_MIN / WORD_BYTES).map_err(system)?;
        begin(&mapping, generation + 1);
        // From exclusive to shared without a moment between.
        lock::wait(mapping.fd(), Lock::Shared, LOCK_ATTACHED).map_err(system)?;
        return Ok(mapping);
    }
    lock::wait(file.as_fd(), Lock::Shared, LOCK_ATTACHED).map_err(system)?;
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mapping = Mapping::new(file, bytes, bytes_max).map_err(system)?;
    let word = |at| mapping.word(at).map_or(0, count);
    if word(AT_MAGIC) != MAGIC {
        return Err(SegmentError::Foreign { path: name() });
    }
    match word(AT_VERSION) {
        VERSION => Ok(mapping),
        version => Err(SegmentError::Version {
            path: name(),
            version,
        }),
    }
}

/// The generation that a file which nobody uses had: 0 of an empty one, `None` when it is no segment.
fn generation(file: &File, bytes: u64) -> Option<u64> {
    use std::os::unix::fs::FileExt;
    if bytes == 0 {
        return Some(0);
    }
    let mut head = [0; (AT_GENERATION + 1) * WORD_BYTES];
    file.read_exact_at(&mut head, 0).ok()?;
    let word = |at: usize| {
        let bytes = head[at * WORD_BYTES..].first_chunk();
        bytes.map_or(0, |bytes| u64::from_ne_bytes(*bytes))
    };
    (word(AT_MAGIC) == MAGIC).then(|| word(AT_GENERATION))
}

fn begin(mapping: &Mapping, generation: u64) {
    let words = [
        (AT_MAGIC, MAGIC),
        (AT_VERSION, VERSION),
        (AT_GENERATION, generation),
        (AT_USED, AT_RECORDS as u64),
    ];
    for (at, value) in words {
        if let Some(word) = mapping.word(at) {
            word.store(value, Release);
        }
    }
}
