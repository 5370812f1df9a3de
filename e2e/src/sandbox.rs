//! Folders: one of our own for each test, and the one with the field's public cases.

use std::path::{Path, PathBuf};

/// A folder for one test, empty at its start. It stays afterwards, so that one can look.
#[derive(Debug)]
pub struct Sandbox(PathBuf);

impl Sandbox {
    /// The folder for the test of this name.
    ///
    /// # Panics
    ///
    /// When the disk does not let us.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../target/e2e")
            .join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it; its path.
    ///
    /// # Panics
    ///
    /// When the disk does not let us.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file of the test");
        path
    }
}

/// The folder with the field's public cases; `None`, with a word on standard error, where it is missing.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI has ../shared");
    eprintln!("skipped: there is no ../shared here");
    None
}
