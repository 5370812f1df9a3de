//! Where things are in a segment: `docs/formats/segment.md`, as constants.

/// The first word, `ferulasg`.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"ferulasg");
/// The version that is read and written.
pub(super) const VERSION: u64 = 2;

/// Places of the header.
pub(super) const AT_MAGIC: usize = 0;
pub(super) const AT_VERSION: usize = 1;
pub(super) const AT_GENERATION: usize = 2;
pub(super) const AT_USED: usize = 3;
pub(super) const AT_REFUSED: usize = 4;
pub(super) const AT_JOURNAL: usize = 8;
pub(super) const JOURNAL_WORDS: usize = 8;

/// The process table.
pub(super) const AT_SLOTS: usize = 512;
pub(super) const SLOTS: usize = 512;
pub(super) const SLOT_WORDS: usize = 4;
pub(super) const SLOT_PID: usize = 0;
pub(super) const SLOT_START: usize = 1;
pub(super) const SLOT_EPOCH: usize = 2;

pub(super) const AT_RECORDS: usize = AT_SLOTS + SLOTS * SLOT_WORDS;
/// Records begin, and their lengths are, multiples of a cache line.
pub(super) const RECORD_ALIGN: usize = 8;

/// The kinds of records.
pub(super) const FAMILY: u8 = 1;
pub(super) const SERIES: u8 = 2;
pub(super) const BLOCK: u8 = 3;
pub(super) const TEXT: u8 = 4;
pub(super) const GAUGE_CELL: u8 = 5;

/// Where the mutable words of a series begin, and how many are before its cells.
pub(super) const SERIES_HEAD: usize = 5;
/// Where the words of a block begin.
pub(super) const BLOCK_HEAD: usize = 3;

/// Places in a gauge's own cells.
pub(super) const FOLDED_VALUE: usize = 0;
pub(super) const FOLDED_TIME: usize = 1;
pub(super) const FOLDED_COUNT: usize = 2;
pub(super) const FIRST_CELL: usize = 3;
pub(super) const CHANGES: usize = 4;
pub(super) const GAUGE_CELLS: usize = 5;

/// Places in a gauge cell's record.
pub(super) const CELL_SERIES: usize = 2;
pub(super) const CELL_NEXT: usize = 3;
pub(super) const CELL_OWNER: usize = 4;
pub(super) const CELL_PID: usize = 5;
pub(super) const CELL_VALUE: usize = 6;
pub(super) const CELL_TIME: usize = 7;
pub(super) const CELL_WORDS: usize = 8;

/// Bytes that are locked and never written.
pub(super) const LOCK_ATTACHED: i64 = 1 << 62;
pub(super) const LOCK_CHANGING: i64 = LOCK_ATTACHED + 1;
pub(super) const LOCK_SLOTS: i64 = LOCK_ATTACHED + 16;

/// The file's size at first, and where it stops growing if nobody says otherwise.
pub(super) const BYTES_MIN: usize = 64 << 10;
pub(super) const BYTES_MAX_DEFAULT: usize = 256 << 20;
pub(super) const WORD_BYTES: usize = size_of::<u64>();

const _: () = assert!(AT_RECORDS.is_multiple_of(RECORD_ALIGN));
const _: () = assert!(AT_RECORDS * WORD_BYTES < BYTES_MIN);
const _: () = assert!((SERIES_HEAD + crate::node::HEAD_WORDS).is_multiple_of(RECORD_ALIGN));
