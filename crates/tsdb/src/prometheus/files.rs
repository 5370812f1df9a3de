//! Whole files through the disk.

use platform::disk::{Disk, DiskFile};

use super::error::Error;

/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 1 << 20;

/// Reads a file whole.
pub(crate) fn read(disk: &dyn Disk, path: &str) -> Result<Vec<u8>, Error> {
    let file = disk.open_to_read(path)?;
    let length = usize::try_from(file.length()?).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length];
    let count = file.read_at(0, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

/// Writes a new file whole, and syncs it.
pub(crate) fn write(disk: &dyn Disk, path: &str, bytes: &[u8]) -> Result<(), Error> {
    let file = disk.create(path)?;
    file.write_at(0, bytes)?;
    file.sync()?;
    Ok(())
}

/// A file that grows at its end.
pub(crate) struct GrowingFile {
    file: Box<dyn DiskFile>,
    written: u64,
    buffer: Vec<u8>,
}

impl GrowingFile {
    /// A new one.
    pub(crate) fn create(disk: &dyn Disk, path: &str) -> Result<Self, Error> {
        Ok(Self {
            file: disk.create(path)?,
            written: 0,
            buffer: Vec::new(),
        })
    }

    /// How long it is.
    pub(crate) fn length(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Appends.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Appends zeros until the length is a multiple of `alignment`.
    pub(crate) fn align(&mut self, alignment: u64) -> Result<(), Error> {
        let missing = self.length().next_multiple_of(alignment) - self.length();
        self.push(&vec![0; missing as usize])
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.write_at(self.written, &self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what is left and syncs; the name is the caller's to sync.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.flush()?;
        self.file.sync()?;
        Ok(())
    }
}
