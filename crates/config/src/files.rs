//! How configuration files are reached: a trait, so that a test needs no disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Files by name.
pub trait FileSource {
    /// The text of a file.
    ///
    /// # Errors
    ///
    /// When there is no such file, it cannot be read, or it is not UTF-8.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The files whose names match a glob, sorted. A pattern without a star is a file that may be there or not.
    ///
    /// # Errors
    ///
    /// When the pattern is malformed.
    fn matching(&self, pattern: &Path) -> io::Result<Vec<PathBuf>>;

    /// Whether there is such a file.
    fn exists(&self, path: &Path) -> bool {
        self.read(path).is_ok()
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
    fn read(&self, path: &Path) -> io::Result<String> {
        match self.0.iter().find(|(name, _)| name == path) {
            Some((_, text)) => Ok(text.clone()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
        }
    }

    fn matching(&self, pattern: &Path) -> io::Result<Vec<PathBuf>> {
        let pattern = glob::Pattern::new(&pattern.to_string_lossy())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.msg))?;
        let mut paths: Vec<PathBuf> = self
            .0
            .iter()
            .map(|(path, _)| path)
            .filter(|path| pattern.matches_path_with(path, GLOB))
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
