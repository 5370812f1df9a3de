//! A file that is written from front to back.

use std::io;

use platform::{DiskError, DiskFile};

/// Bytes that are handed to the system at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Collects bytes and writes them to the end of a file. What the disk said when it failed is kept, since `io::Write` would lose it.
pub(super) struct Sink {
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    offset: u64,
    failed: Option<DiskError>,
}

impl Sink {
    pub(super) fn new(file: Box<dyn DiskFile>) -> Self {
        Self {
            file,
            buffer: Vec::with_capacity(BUFFER_BYTES),
            offset: 0,
            failed: None,
        }
    }

    /// What the disk said when it failed.
    pub(super) fn take_failure(&mut self) -> Option<DiskError> {
        self.failed.take()
    }

    /// Writes what is left, and returns when all is on the disk.
    pub(super) fn finish(mut self) -> Result<u64, DiskError> {
        self.write_buffer()?;
        self.file.sync()?;
        Ok(self.offset)
    }

    fn write_buffer(&mut self) -> Result<(), DiskError> {
        self.file.write_at(self.offset, &self.buffer)?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES
            && let Err(error) = self.write_buffer()
        {
            let kind = error.source.kind();
            self.failed = Some(error);
            return Err(kind.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
