//! The machine's own files.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::{Disk, DiskError, DiskFile, DiskLock};

/// A folder of the machine's file system.
#[derive(Clone, Debug)]
pub struct SystemDisk {
    root: PathBuf,
}

impl SystemDisk {
    /// The disk whose root is the folder `root`, which is made when it is missing.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    pub fn new(root: impl Into<PathBuf>) -> Result<Self, DiskError> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(failed("create folder", &root))?;
        Ok(Self { root })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, path: &str) -> PathBuf {
        // `join` of an empty path would end with a slash, which reads badly in errors.
        if path.is_empty() {
            self.root.clone()
        } else {
            self.root.join(path)
        }
    }

    fn open_with(
        &self,
        path: &str,
        operation: &'static str,
        options: &OpenOptions,
    ) -> Result<Box<dyn DiskFile>, DiskError> {
        let path = self.path(path);
        let file = options.open(&path).map_err(failed(operation, &path))?;
        Ok(Box::new(SystemFile { path, file }))
    }
}

impl Disk for SystemDisk {
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        self.open_with(path, "create", &options)
    }

    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.open_with(path, "open", OpenOptions::new().read(true).write(true))
    }

    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.open_with(path, "open", OpenOptions::new().read(true))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        let folder = self.path(folder);
        let entries = fs::read_dir(&folder).map_err(failed("list", &folder))?;
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed("list", &folder))?.file_name();
            // The store makes no other names; what is not UTF-8 is not ours.
            names.extend(name.into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_folder(&self, folder: &str) -> Result<(), DiskError> {
        let folder = self.path(folder);
        fs::create_dir_all(&folder).map_err(failed("create folder", &folder))
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        let folder = self.path(folder);
        fs::remove_dir(&folder).map_err(failed("remove folder", &folder))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        let from = self.path(from);
        #[expect(
            clippy::disallowed_methods,
            reason = "the caller syncs the folder, as `Disk` says"
        )]
        fs::rename(&from, self.path(to)).map_err(failed("rename", &from))
    }

    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        let to = self.path(to);
        fs::hard_link(self.path(from), &to).map_err(failed("link", &to))
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        let path = self.path(path);
        #[expect(clippy::disallowed_methods, reason = "this is where files are removed")]
        fs::remove_file(&path).map_err(failed("remove", &path))
    }

    fn sync_folder(&self, folder: &str) -> Result<(), DiskError> {
        let folder = self.path(folder);
        #[expect(clippy::disallowed_methods, reason = "this is where files are opened")]
        let opened = File::open(&folder).map_err(failed("open", &folder))?;
        opened.sync_all().map_err(failed("sync folder", &folder))
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        let said = rustix::fs::statvfs(&self.root).map_err(io::Error::from);
        let said = said.map_err(failed("stat", &self.root))?;
        Ok(said.f_bavail.saturating_mul(said.f_frsize))
    }

    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        let path = self.path(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(failed("lock", &path))?;
        file.try_lock()
            .map_err(|error| match error {
                TryLockError::Error(error) => error,
                TryLockError::WouldBlock => {
                    io::Error::new(io::ErrorKind::WouldBlock, "another process uses it")
                }
            })
            .map_err(failed("lock", &path))?;
        Ok(Box::new(SystemLock { _file: file }))
    }
}

struct SystemFile {
    path: PathBuf,
    file: File,
}

impl DiskFile for SystemFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self
                .file
                .read_at(&mut buffer[filled..], offset + filled as u64)
            {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed("read", &self.path)(error)),
            }
        }
        Ok(filled)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.file
            .write_all_at(bytes, offset)
            .map_err(failed("write", &self.path))
    }

    fn truncate(&self, length: u64) -> Result<(), DiskError> {
        self.file
            .set_len(length)
            .map_err(failed("truncate", &self.path))
    }

    fn sync(&self) -> Result<(), DiskError> {
        self.file.sync_data().map_err(failed("sync", &self.path))
    }

    fn length(&self) -> Result<u64, DiskError> {
        let metadata = self.file.metadata().map_err(failed("stat", &self.path))?;
        Ok(metadata.len())
    }
}

/// The system lets go of the lock when the file is closed.
struct SystemLock {
    _file: File,
}

impl DiskLock for SystemLock {}

fn failed(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DiskError {
    move |source| DiskError {
        operation,
        path: path.to_owned(),
        source,
    }
}
