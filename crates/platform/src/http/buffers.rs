//! Buffers that bodies lay in, kept for the bodies that come next.
//!
//! A page is read into a buffer, becomes rows, and is gone: some fifty kilobytes that would be asked of the allocator by one thread and given back by another, thousands of times
//! a second, and that are in no processor's cache when they come again. The few that are under way at a moment are kept, the last one on top since it is the warmest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many are kept.
const KEPT_MAX: usize = 32;
/// Their bytes together: what is kept must not show in what the process holds.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// Buffers without an owner. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

impl Buffers {
    /// A buffer in which anything may stand.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut kept = self.kept();
        let buffer = kept.buffers.pop().unwrap_or_default();
        kept.bytes -= buffer.capacity();
        buffer
    }

    /// Takes a buffer that nobody needs any more.
    pub(super) fn put(&self, buffer: Vec<u8>) {
        let mut kept = self.kept();
        let bytes = kept.bytes + buffer.capacity();
        let has_room = kept.buffers.len() < KEPT_MAX && bytes <= KEPT_BYTES_MAX;
        if buffer.capacity() > 0 && has_room {
            kept.bytes = bytes;
            kept.buffers.push(buffer);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_kept_and_no_large_ones() {
        let buffers = Buffers::default();
        buffers.put(Vec::new());
        buffers.put(Vec::with_capacity(KEPT_BYTES_MAX + 1));
        assert_eq!(buffers.take().capacity(), 0);
        for _ in 0..2 * KEPT_MAX {
            buffers.put(vec![1; 8]);
        }
        for _ in 0..KEPT_MAX {
            assert_eq!(buffers.take(), [1; 8]);
        }
        assert_eq!(buffers.take().capacity(), 0);
        buffers.put(Vec::with_capacity(KEPT_BYTES_MAX));
        assert_eq!(buffers.take().capacity(), KEPT_BYTES_MAX);
    }
}
