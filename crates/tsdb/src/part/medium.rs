//! What a part is read from.

use std::borrow::Cow;
use std::ops::Range;

use platform::DiskFile;

use super::PartError;

/// The bytes of one file that doesn't change. A part asks for a few ranges at open, and later for a page at a time.
pub trait Medium {
    /// How many bytes there are.
    ///
    /// # Errors
    ///
    /// When the disk won't say.
    fn length(&self) -> Result<usize, PartError>;

    /// The bytes in `range`, which may be fewer if the file is shorter.
    ///
    /// # Errors
    ///
    /// When the disk can't read.
    fn bytes(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>, PartError>;
}

impl<B: AsRef<[u8]>> Medium for B {
    fn length(&self) -> Result<usize, PartError> {
        Ok(self.as_ref().len())
    }

    fn bytes(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>, PartError> {
        let all = self.as_ref();
        let end = range.end.min(all.len());
        Ok(Cow::Borrowed(&all[range.start.min(end)..end]))
    }
}

/// A file of a disk, read as it is needed and never mapped: what lies in memory is what somebody asked for.
pub struct OnDisk(pub Box<dyn DiskFile>);

impl std::fmt::Debug for OnDisk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnDisk")
    }
}

impl Medium for OnDisk {
    fn length(&self) -> Result<usize, PartError> {
        let length = self.0.length()?;
        usize::try_from(length).map_err(|_| PartError::NotAPart)
    }

    fn bytes(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>, PartError> {
        let mut buffer = vec![0; range.len()];
        let read = self.0.read_at(range.start as u64, &mut buffer)?;
        buffer.truncate(read);
        Ok(Cow::Owned(buffer))
    }
}
