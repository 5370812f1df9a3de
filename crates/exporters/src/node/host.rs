//! The host as its files show it: `/proc`, `/sys` and the root, wherever they are mounted.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use platform::Clock;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, open, openat};
use rustix::io::{Errno, read};

use super::filters::Compiled;
use super::parts::filesystem::Mounts;
use super::{Error, Options};

/// Where the host's files are: `--path.procfs` and so on. In a container they are where the host's were mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// `/proc`
    pub proc: PathBuf,
    /// `/sys`
    pub sys: PathBuf,
    /// `/`
    pub root: PathBuf,
    /// `/run/udev/data`
    pub udev: PathBuf,
}

impl Roots {
    /// Where Linux has them.
    #[must_use]
    pub fn of_this_host() -> Self {
        Self {
            proc: "/proc".into(),
            sys: "/sys".into(),
            root: "/".into(),
            udev: "/run/udev/data".into(),
        }
    }
}

/// A page of memory, which is the most that a file of `/sys` has.
const READ_BYTES: usize = 4096;

/// More than any file of a sane kernel; what comes after it is not read.
const FILE_BYTES_MAX: usize = 16 << 20;

/// Why a part has nothing to show.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A file cannot be read.
    #[error("read {}: {source}", path.display())]
    File { path: PathBuf, source: Errno },
    /// A folder cannot be listed.
    #[error("list {}: {source}", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A file is not as the kernel writes it.
    #[error("couldn't parse {}: {what}", path.display())]
    Malformed { path: PathBuf, what: &'static str },
    /// The machine has nothing of the kind. The words are node_exporter's.
    #[error("collector returned no data")]
    NoData,
}

pub(super) type Outcome = Result<(), Failure>;

/// What the parts read from.
pub(super) struct Host {
    pub(super) roots: Roots,
    pub(super) filters: Compiled,
    pub(super) textfile_directories: Vec<PathBuf>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) mounts: Mounts,
}

impl Host {
    pub(super) fn new(options: &Options, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Ok(Self {
            roots: options.roots.clone(),
            textfile_directories: options.textfile_directories.clone(),
            filters: Compiled::new(&options.filters)?,
            clock,
            mounts: Mounts::default(),
        })
    }

    /// A file under `/proc`.
    pub(super) fn proc(&self, path: &str) -> Result<String, Failure> {
        text(&self.roots.proc.join(path))
    }

    /// A path under `/sys`.
    pub(super) fn sys(&self, path: &str) -> PathBuf {
        self.roots.sys.join(path)
    }

    /// A file under `/proc` is not as the kernel writes it.
    pub(super) fn malformed(&self, path: &str, what: &'static str) -> Failure {
        Failure::Malformed {
            path: self.roots.proc.join(path),
            what,
        }
    }
}

/// The file as text. The kernel passes on what others named (programs, mounts), in any bytes.
///
/// These files say that they are empty and are written when they are read. So nobody asks for their size, and the
/// end is not known before a read that brings nothing.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    let file = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(failed)?;
    let mut bytes = vec![0; 2 * READ_BYTES];
    let mut length = 0;
    while length < FILE_BYTES_MAX {
        if length == bytes.len() {
            bytes.resize(2 * length, 0);
        }
        let count = read(&file, &mut bytes[length..]).map_err(failed)?;
        length += count;
        if count == 0 {
            break;
        }
    }
    bytes.truncate(length);
    Ok(lossy(bytes))
}

/// The file as text, if it is of those that the kernel writes at once: all of `/sys`, and what `/proc` has of a process
/// on one line.
pub(super) fn short_text(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    read_once(CWD, path).map_err(failed)
}

fn read_once(folder: impl AsFd, path: &Path) -> Result<String, Errno> {
    let file = openat(
        folder,
        path,
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let mut bytes = [0; READ_BYTES];
    let count = read(&file, &mut bytes)?;
    Ok(lossy(bytes[..count].to_vec()))
}

/// A folder with many short files of which most are read: from an open folder the way to each is one step.
pub(super) struct Folder(OwnedFd);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |source| Failure::File {
            path: path.to_owned(),
            source,
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        open(path, flags, Mode::empty()).map(Self).map_err(failed)
    }

    /// As [`short_text`]; `None` if there is no such file, or the driver refuses to say.
    pub(super) fn text(&self, name: impl AsRef<Path>) -> Option<String> {
        read_once(&self.0, name.as_ref()).ok()
    }

    /// As [`line`].
    pub(super) fn line(&self, name: &str) -> Option<String> {
        Some(self.text(name)?.trim().to_owned())
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// The one line of a file of `/sys`, without white space around; `None` if there is no such file, or the driver
/// refuses to say.
pub(super) fn line(path: &Path) -> Option<String> {
    Some(short_text(path).ok()?.trim().to_owned())
}

/// The one number of a file of `/sys`.
pub(super) fn number<T: FromStr>(path: &Path) -> Option<T> {
    line(path)?.parse().ok()
}

/// Names in a folder, sorted.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |source| Failure::Folder {
        path: folder.to_owned(),
        source,
    };
    let entries = fs::read_dir(folder).map_err(failed)?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names = names.collect::<Vec<_>>();
    names.sort_unstable();
    Ok(names)
}
