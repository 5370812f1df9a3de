//! The series of a page in its order: texts side by side, and 16 bytes each for what they mean. There is one per series of the
//! whole installation, so it is packed.

use storage::SeriesRef;

/// What a series' text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Not known (any more).
    Unknown,
    /// The rules drop it.
    Dropped,
    /// A series of the store.
    Series(SeriesRef),
}

/// One series of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it stands for.
    pub meaning: Meaning,
    /// Whether the text was on the page before; then its entry there counts.
    pub repeated: bool,
    /// Whether it gets no stale marker, because its samples bring times of their own.
    pub own_time: bool,
}

/// An [`Entry`] in 16 bytes.
#[derive(Clone, Copy, Debug)]
struct Packed {
    /// 0 if it is no series.
    reference: u64,
    /// Where its text ends; it begins where the one before ends.
    end: u32,
    flags: u8,
}

const _: () = assert!(size_of::<Packed>() == 16);

const SERIES: u8 = 1;
const DROPPED: u8 = 2;
const REPEATED: u8 = 4;
const OWN_TIME: u8 = 8;

/// Series in the order of a page.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    texts: String,
    entries: Vec<Packed>,
}

impl Sequence {
    pub(super) fn with_capacity_of(other: &Self) -> Self {
        Self {
            texts: String::with_capacity(other.texts.len()),
            entries: Vec::with_capacity(other.entries.len() + 1),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub(super) fn text(&self, index: usize) -> &str {
        &self.texts[self.start(index)..self.entries[index].end as usize]
    }

    /// Whether entry `index` is there and has this text.
    #[inline]
    pub(super) fn is(&self, index: usize, text: &str) -> bool {
        self.entries.get(index).is_some_and(|entry| {
            let bytes = self.start(index)..entry.end as usize;
            self.texts.as_bytes().get(bytes) == Some(text.as_bytes())
        })
    }

    #[inline]
    fn start(&self, index: usize) -> usize {
        match index.checked_sub(1) {
            Some(before) => self.entries[before].end as usize,
            None => 0,
        }
    }

    #[inline]
    pub(super) fn entry(&self, index: usize) -> Entry {
        self.entries[index].unpacked()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.entries.iter().map(|packed| packed.unpacked())
    }

    pub(super) fn set(&mut self, index: usize, entry: Entry) {
        let packed = &mut self.entries[index];
        *packed = Packed::new(entry, packed.end);
    }

    /// Adds an entry with this text, and says where. Texts together stay below 4 GiB, since a page does.
    pub(super) fn push(&mut self, text: &str, entry: Entry) -> usize {
        self.texts.push_str(text);
        self.entries
            .push(Packed::new(entry, self.texts.len() as u32));
        self.entries.len() - 1
    }

    /// Adds the first `count` entries of `other`; only to an empty sequence.
    pub(super) fn push_first(&mut self, count: usize, other: &Self) {
        assert!(self.entries.is_empty());
        self.entries.extend_from_slice(&other.entries[..count]);
        self.texts.push_str(&other.texts[..other.start(count)]);
    }

    /// Keeps the first `count` entries.
    pub(super) fn truncate(&mut self, count: usize) {
        if count < self.entries.len() {
            self.texts.truncate(self.start(count));
            self.entries.truncate(count);
        }
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.entries.shrink_to_fit();
    }
}

impl Packed {
    fn new(entry: Entry, end: u32) -> Self {
        let (kind, reference) = match entry.meaning {
            Meaning::Unknown => (0, 0),
            Meaning::Dropped => (DROPPED, 0),
            Meaning::Series(reference) => (SERIES, reference.0),
        };
        let flag = |condition: bool, flag: u8| if condition { flag } else { 0 };
        Self {
            reference,
            end,
            flags: kind | flag(entry.repeated, REPEATED) | flag(entry.own_time, OWN_TIME),
        }
    }

    #[inline]
    fn unpacked(self) -> Entry {
        let meaning = match self.flags & (SERIES | DROPPED) {
            SERIES => Meaning::Series(SeriesRef(self.reference)),
            DROPPED => Meaning::Dropped,
            _ => Meaning::Unknown,
        };
        Entry {
            meaning,
            repeated: self.flags & REPEATED != 0,
            own_time: self.flags & OWN_TIME != 0,
        }
    }
}

impl Entry {
    /// A series that has not been met before.
    pub(super) const NEW: Self = Self {
        meaning: Meaning::Unknown,
        repeated: false,
        own_time: false,
    };

    /// The series that would need a stale marker.
    pub(super) fn tracked(&self) -> Option<SeriesRef> {
        match self.meaning {
            Meaning::Series(reference) if !self.own_time => Some(reference),
            _ => None,
        }
    }
}
