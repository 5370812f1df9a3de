//! What the series of a page mean, in the order of the page, as runs.
//!
//! ```text
//!  series     0   1   2   3   4   5   6        the store numbers the series of a page as they come,
//!  means     50  51  52   –   –  53  54        so a target with five hundred has a run or two
//!  runs      ╰───50───╯  ╰ – ╯  ╰─53─╯
//! ```

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

    /// The entry so many places further in the same run.
    #[inline]
    fn plus(self, places: u32) -> Self {
        let meaning = match self.meaning {
            Meaning::Series(SeriesRef(first)) => {
                Meaning::Series(SeriesRef(first.wrapping_add(u64::from(places))))
            }
            other => other,
        };
        Self { meaning, ..self }
    }
}

/// The entries of a page.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    runs: Box<[Run]>,
    len: u32,
}

/// Entries that follow from the first.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Its number among all entries.
    start: u32,
    first: Entry,
}

/// A place among the entries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    index: u32,
    run: u32,
}

impl Place {
    pub(super) fn index(self) -> usize {
        self.index as usize
    }
}

impl Meanings {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (index, entry) in (0..).zip(entries) {
            let follows = |run: &Run| run.first.plus(index - run.start) == *entry;
            if !runs.last().is_some_and(follows) {
                runs.push(Run {
                    start: index,
                    first: *entry,
                });
            }
        }
        Self {
            runs: runs.into(),
            len: entries.len() as u32,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    /// The entry there.
    #[inline]
    pub(super) fn entry(&self, place: Place) -> Entry {
        let run = &self.runs[place.run as usize];
        run.first.plus(place.index - run.start)
    }

    /// The place after `place`.
    #[inline]
    pub(super) fn after(&self, place: Place) -> Place {
        let index = place.index + 1;
        let next = self.runs.get(place.run as usize + 1);
        let in_next = next.is_some_and(|next| next.start == index);
        Place {
            index,
            run: place.run + u32::from(in_next),
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let mut place = Place::default();
        (0..self.len).map(move |_| {
            let entry = self.entry(place);
            place = self.after(place);
            entry
        })
    }
}
