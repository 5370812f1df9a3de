//! The file in memory, as atomic words.
#![expect(unsafe_code, reason = "mmap, and words at an address that it answered")]

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};

use super::append::Changing;
use super::layout::{AT_USED, BLOCK_HEAD, LOCK_CHANGING, WORD_BYTES};
use super::lock::{self, Lock};
use super::{fold, record};
use crate::cell::AtomicU64;
use crate::words::Words;

/// A mapped file. It is mapped whole, up to its limit, though the file may end before: what lies behind its end is never
/// looked at.
#[derive(Debug)]
pub(crate) struct Mapping {
    first: NonNull<AtomicU64>,
    /// Words that are mapped.
    mapped: usize,
    /// Words that the file has, as far as this process knows: it only grows.
    backed: AtomicUsize,
    /// Locked, and asked for its size. The child of a fork puts another description under the same number.
    file: File,
    /// Which process this is in the table; zero while it is none.
    pub(super) owner: AtomicU64,
    /// What this process calls itself.
    pub(super) pid: AtomicU32,
}

// SAFETY: the words are atomic and stay mapped until the last owner is dropped.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `file` up to `bytes_max`, of which it has `bytes` now.
    pub(super) fn new(file: File, bytes: usize, bytes_max: usize) -> io::Result<Self> {
        // The kernel keeps a description that is mapped, and its locks, as long as any child of a fork has the mapping.
        // So the one that is locked is not the one that is mapped.
        let mapped = reopen(file.as_fd())?;
        // SAFETY: a new mapping at an address of the kernel's choice takes nothing from anybody.
        let address = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes_max,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_NORESERVE,
                mapped.as_raw_fd(),
                0,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let Some(first) = NonNull::new(address.cast::<AtomicU64>()) else {
            return Err(io::Error::other("the file was mapped at address 0"));
        };
        Ok(Self {
            first,
            mapped: bytes_max / WORD_BYTES,
            backed: AtomicUsize::new(bytes.min(bytes_max) / WORD_BYTES),
            file,
            owner: AtomicU64::new(0),
            pid: AtomicU32::new(0),
        })
    }

    /// So many words; `None` where the file has none.
    #[inline]
    pub(crate) fn words(&self, at: usize, count: usize) -> Option<&[AtomicU64]> {
        let end = at.checked_add(count)?;
        if end > self.backed.load(Relaxed) && !self.has_grown_to(end) {
            return None;
        }
        // SAFETY: the words are within the mapping and before the file's end, which nobody moves back: others that
        // attach only ever let it grow. They are aligned, since a mapping begins at a page, and every pattern of bits is a number.
        Some(unsafe { std::slice::from_raw_parts(self.first.as_ptr().add(at), count) })
    }

    /// One word of the header.
    pub(super) fn word(&self, at: usize) -> Option<&AtomicU64> {
        self.words(at, 1)?.first()
    }

    /// The end of the records that are whole.
    pub(super) fn used(&self) -> usize {
        let used = self.word(AT_USED).map_or(0, |word| word.load(Acquire));
        usize::try_from(used).unwrap_or(usize::MAX)
    }

    #[cold]
    fn has_grown_to(&self, end: usize) -> bool {
        if end > self.mapped {
            return false;
        }
        let bytes = self.file.metadata().map_or(0, |file| file.len());
        let words = usize::try_from(bytes).unwrap_or(usize::MAX) / WORD_BYTES;
        let words = words.min(self.mapped);
        self.backed.fetch_max(words, Release);
        end <= words
    }

    /// Makes the file at least so many words long. Answers whether it is.
    pub(super) fn grow_to(&self, end: usize) -> io::Result<bool> {
        let backed = self.backed.load(Acquire);
        if end <= backed {
            return Ok(true);
        }
        if end > self.mapped {
            return Ok(false);
        }
        let words = (backed * 2).max(end).min(self.mapped);
        let bytes = libc::off_t::try_from(words * WORD_BYTES).map_err(io::Error::other)?;
        // SAFETY: allocates room in a file that is open.
        let error = unsafe { libc::posix_fallocate(self.file.as_raw_fd(), 0, bytes) };
        if error != 0 {
            return Err(io::Error::from_raw_os_error(error));
        }
        self.backed.fetch_max(words, Release);
        Ok(true)
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Where `words`, which are of this mapping, begin.
    pub(super) fn place(&self, words: &[AtomicU64]) -> usize {
        (words.as_ptr().addr() - self.first.as_ptr().addr()) / WORD_BYTES
    }

    /// Puts `file`'s description in the place of ours, under our descriptor's number: whoever is using the number goes on.
    pub(super) fn exchange(&self, file: &File) -> io::Result<()> {
        // SAFETY: both descriptors are open, and ours stays so: it is only led elsewhere.
        let answer =
            unsafe { libc::dup3(file.as_raw_fd(), self.file.as_raw_fd(), libc::O_CLOEXEC) };
        if answer == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// The words that `link` leads to, which are appended if there are none yet.
    pub(crate) fn linked(self: &Arc<Self>, link: &AtomicU64, count: usize) -> Option<Words> {
        let _gate = crate::fork::pass();
        let at = self.changing(|changing| {
            let at = record::block(changing.mapping(), link.load(Acquire), count);
            at.or_else(|| {
                let at = changing.append_block(count)?;
                link.store(at as u64, Release);
                Some(at + BLOCK_HEAD)
            })
        })?;
        Words::of_segment(self, at?, count)
    }

    /// Runs `then` while no other process or thread changes anything. `None` when the lock cannot be had at all.
    ///
    /// Whoever calls has passed the gate, and is not called from `then` of another.
    pub(super) fn changing<R>(&self, then: impl FnOnce(&Changing<'_>) -> R) -> Option<R> {
        self.changing_by(self.fd(), then)
    }

    /// As [`changing`](Self::changing), by another description of the file.
    pub(super) fn changing_by<R>(
        &self,
        file: BorrowedFd<'_>,
        then: impl FnOnce(&Changing<'_>) -> R,
    ) -> Option<R> {
        lock::wait(file, Lock::Exclusive, LOCK_CHANGING).ok()?;
        let changing = Changing::new(self, file);
        fold::redo(&changing);
        let result = then(&changing);
        let unlocked = lock::wait(file, Lock::Unlocked, LOCK_CHANGING);
        debug_assert!(unlocked.is_ok(), "a lock that is held can be given back");
        Some(result)
    }
}

/// Another description of the same file, be it renamed or deleted meanwhile.
pub(super) fn reopen(file: BorrowedFd<'_>) -> io::Result<File> {
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    OpenOptions::new().read(true).write(true).open(path)
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: nobody has words any more, or they would have a share of `self`.
        let error = unsafe { libc::munmap(self.first.as_ptr().cast(), self.mapped * WORD_BYTES) };
        debug_assert_eq!(error, 0, "what was mapped can be unmapped");
    }
}
