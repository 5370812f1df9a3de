//! What the log can't do, and what it found damaged.

use platform::DiskError;

/// Why the log did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The disk is full. What was appended since the last commit is refused and forgotten; the log takes records again, and
    /// writes them as soon as there is room.
    #[error("the log has no room, and refuses what it can't keep: {0}")]
    Full(#[source] DiskError),
    /// The disk failed, now or earlier; whether it kept what was last written is unknown. This log writes nothing any more.
    #[error("the log has stopped, since the disk failed: {reason}")]
    Poisoned {
        /// What failed first.
        reason: String,
    },
    /// A record that no frame can carry. It is refused; the log goes on.
    #[error("a record is larger than the log can take: {size_bytes} bytes")]
    TooLarge {
        /// How large, at least.
        size_bytes: usize,
    },
    /// The disk failed while the log was read, repaired or cut. Nothing is lost by it; try again.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What a replay did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Segments that were read.
    pub segments: u64,
    /// Groups that were shown to the visitor.
    pub groups: u64,
    /// What could not be read.
    pub flaws: Vec<Flaw>,
}

/// A place in the log that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The end of a write that was never acknowledged: nothing is lost.
    #[error("{path}: {size_bytes} bytes of an unfinished write were cut off at byte {offset}")]
    Torn {
        /// The segment.
        path: String,
        /// Where it began.
        offset: u64,
        /// How long it was.
        size_bytes: u64,
    },
    /// Groups that were acknowledged can't be read any more. The segment is kept, and set aside (renamed to end in `.damaged`)
    /// when it is no longer needed.
    #[error("{path}: damaged at byte {offset}, groups {first} to {last} are lost")]
    Damaged {
        /// The segment.
        path: String,
        /// Where the first of them should be.
        offset: u64,
        /// The first lost sequence number.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A segment that is not there, though one after it is.
    #[error("{path}: groups {first} to {last} are missing before this segment")]
    Missing {
        /// The segment after the hole.
        path: String,
        /// The first lost sequence number.
        first: u64,
        /// The last.
        last: u64,
    },
}
