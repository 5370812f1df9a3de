//! How configuration files are reached: a trait, so that a test needs no disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use platform::file::{self, FileError};

/// Files by name.
pub trait FileSource {
    /// The text of a file.
    ///
    /// # Errors
    ///
    /// When there is no such file, it cannot be read, or it is not UTF-8.
    fn read(&self, path: &Path) -> Result<String, FileError>;

    /// The files whose names match a glob, sorted. A pattern without a star is a file that may be there or not.
    ///
    /// # Errors
    ///
    /// When the pattern is malformed.
    fn matching(&self, pattern: &Path) -> Result<Vec<PathBuf>, FileError>;

    /// Whether there is such a file.
    fn exists(&self, path: &Path) -> bool {
        self.read(path).is_ok()
    }
}

/// The files of the machine.
#[derive(Clone, Copy, Debug)]
pub struct DiskFiles;

impl FileSource for DiskFiles {
    fn read(&self, path: &Path) -> Result<String, FileError> {
        file::read_text(path)
    }

    fn matching(&self, pattern: &Path) -> Result<Vec<PathBuf>, FileError> {
        file::matching(pattern)
    }

    fn exists(&self, path: &Path) -> bool {
        file::stamp(path).is_ok()
    }
}

/// Files in memory: for tests, and for checking text that no file holds.
#[derive(Clone, Default)]
pub struct MemoryFiles(Vec<(PathBuf, String)>);

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.0.push((path.into(), text.into()));
        self
    }
}

impl fmt::Debug for MemoryFiles {
    /// Names only: the texts may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(path, _)| path))
            .finish()
    }
}

impl FileSource for MemoryFiles {
    fn read(&self, path: &Path) -> Result<String, FileError> {
        match self.0.iter().find(|(name, _)| name == path) {
            Some((_, text)) => Ok(text.clone()),
            None => Err(FileError::Io {
                operation: "open",
                path: path.to_owned(),
                source: io::Error::new(io::ErrorKind::NotFound, "no such file or directory"),
            }),
        }
    }

    fn matching(&self, pattern: &Path) -> Result<Vec<PathBuf>, FileError> {
        let glob =
            glob::Pattern::new(&pattern.to_string_lossy()).map_err(|error| FileError::Pattern {
                pattern: pattern.to_owned(),
                reason: error.msg.to_owned(),
            })?;
        let names = self.0.iter().map(|(path, _)| path);
        let mut paths: Vec<PathBuf> = names
            .filter(|path| glob.matches_path_with(path, GLOB))
            .cloned()
            .collect();
        paths.sort();
        Ok(paths)
    }
}

/// As in Go's `filepath.Glob`: a star stays within one part of the path.
const GLOB: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};
