//! Configuration files on the disk.

use std::path::{Path, PathBuf};

use config::FileSource;
use platform::file::{self, FileError};

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DiskFiles;

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
