//! Files, with the path in every error.
//!
//! ```text
//!  read, read_text    a whole file, up to a limit
//!  stamp              what changes when a file changes
//!  matching           the files that a glob names
//!  replace            write beside, sync, rename, sync the folder: readers see the old content or the new
//! ```
//!
//! These are for the small files around a server (configuration, secrets, lists of targets, state): they block
//! for the time of a small read. The store's files have a disk of their own.

#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::words;

/// The largest file that is read whole.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// A file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system says no.
    #[error("{operation} {}: {}", path.display(), words::of_io(source))]
    Io {
        /// What was tried, in one word.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More than [`FILE_BYTES_MAX`].
    #[error("read {}: file is larger than {FILE_BYTES_MAX} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// Not UTF-8.
    #[error("read {}: not valid UTF-8 at byte {offset}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where the first bad byte is.
        offset: usize,
    },
    /// No pattern.
    #[error("{}: {reason}", pattern.display())]
    Pattern {
        /// The text.
        pattern: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// What changes when a file does: compare two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Nanoseconds since 1970; a file that is older than that counts as 0.
    pub modified_ns: u128,
    /// Its length.
    pub size_bytes: u64,
}

/// The whole file.
///
/// # Errors
///
/// When it can't be read or is larger than [`FILE_BYTES_MAX`].
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    #[expect(clippy::disallowed_methods, reason = "this is where files are opened")]
    let file = fs::File::open(path).map_err(failed("open", path))?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(failed("read", path))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let path = path.to_owned();
        return Err(FileError::TooLarge { path });
    }
    Ok(bytes)
}

/// The whole file as text.
///
/// # Errors
///
/// As [`read`], and when it isn't UTF-8.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    String::from_utf8(read(path)?).map_err(|error| FileError::NotText {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })
}

/// The file's stamp.
///
/// # Errors
///
/// When there is no such file, or none that we may look at.
pub fn stamp(path: &Path) -> Result<Stamp, FileError> {
    let metadata = fs::metadata(path).map_err(failed("stat", path))?;
    let modified = metadata.modified().map_err(failed("stat", path))?;
    let since_epoch = modified.duration_since(std::time::UNIX_EPOCH);
    Ok(Stamp {
        modified_ns: since_epoch.map_or(0, |duration| duration.as_nanos()),
        size_bytes: metadata.len(),
    })
}

/// The files that `pattern` names, sorted. Folders that can't be looked into have none.
///
/// # Errors
///
/// When `pattern` is no glob.
pub fn matching(pattern: &Path) -> Result<Vec<PathBuf>, FileError> {
    let wrong = |reason: String| FileError::Pattern {
        pattern: pattern.to_owned(),
        reason,
    };
    let text = pattern
        .to_str()
        .ok_or_else(|| wrong("not valid UTF-8".to_owned()))?;
    let found = glob::glob(text).map_err(|error| wrong(error.to_string()))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).collect();
    paths.sort_unstable();
    Ok(paths)
}

/// Makes `content` the file's content, all at once and durably.
///
/// # Errors
///
/// When a step fails; the file is then as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    let beside = PathBuf::from(beside);
    #[expect(clippy::disallowed_methods, reason = "this is where files are made")]
    let mut file = fs::File::create(&beside).map_err(failed("create", &beside))?;
    file.write_all(content).map_err(failed("write", &beside))?;
    file.sync_all().map_err(failed("sync", &beside))?;
    #[expect(clippy::disallowed_methods, reason = "the folder is synced below")]
    fs::rename(&beside, path).map_err(failed("rename", &beside))?;
    sync_folder(path)
}

/// A rename is durable when the folder is.
fn sync_folder(path: &Path) -> Result<(), FileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    #[expect(clippy::disallowed_methods, reason = "this is where files are opened")]
    let opened = fs::File::open(folder).map_err(failed("open", folder))?;
    opened.sync_all().map_err(failed("sync", folder))
}

fn failed(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError::Io {
        operation,
        path: path.to_owned(),
        source,
    }
}
