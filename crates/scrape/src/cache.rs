//! What the series of a target's last page meant.
//!
//! A target's next page nearly always has the same series in the same order. So series are kept in that order, their texts side
//! by side, and a page is read in step with them: as long as each series' text equals the next one kept, its meaning is at hand
//! without hashing, without a look-up and without reading a label.
//!
//! ```text
//!  page     up 1 ── a{x="1"} 5 ── b 7 ── new 1 ── c 2           texts   up a{x="1"} b c
//!            =        =            =      ≠ diverged              entries  0    1     2 3
//! ```
//!
//! When a page diverges, a table of the texts is made for this one scan, and a new sequence is written; each old entry that is met moves
//! over. What has not moved at the end has vanished.
//!
//! Invariants:
//! - between scans, the entries are those of the last page that was kept, in its order;
//! - nothing that a scan found out about a series survives it if the page is abandoned, since the references that the store gave
//!   were undone.

mod sequence;
#[cfg(test)]
mod tests;

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::{HashSet, HashTable};
use sequence::Sequence;
use storage::SeriesRef;

pub use sequence::{Entry, Meaning};

/// The series of a target, in the order of its page.
#[derive(Debug, Default)]
pub struct Cache {
    sequence: Sequence,
    /// Whether the series' last sample was no stale marker.
    live: bool,
    /// Series that were live under rules that no longer hold: they end, unless the next page has them.
    orphans: Vec<SeriesRef>,
    /// How many entries the scan has passed while it was in step.
    passed: usize,
    /// Where the scan goes on after it has diverged.
    diverged: Option<Divergence>,
    /// Entries whose meaning this scan has set.
    touched: Vec<usize>,
    hasher: RandomState,
}

/// A scan that does not go in step.
#[derive(Debug)]
struct Divergence {
    next: Sequence,
    /// Where the next text may be expected among the old entries.
    cursor: usize,
    /// Old entries by text, then new ones: numbers from the old length on.
    table: HashTable<u32>,
    /// To which new entry an old one has moved.
    moved: Vec<Option<u32>>,
}

/// Where the scan found or put a series. Valid until the scan ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

impl Cache {
    /// Begins the scan of a page.
    pub fn begin(&mut self) {
        self.passed = 0;
        self.diverged = None;
        self.touched.clear();
    }

    /// The text that comes next if the page goes on in step.
    #[inline]
    #[must_use]
    pub fn foreseen(&self) -> Option<&str> {
        let in_step = self.diverged.is_none() && self.passed < self.sequence.len();
        in_step.then(|| self.sequence.text(self.passed))
    }

    /// The place of the page's next series.
    #[inline]
    pub fn find(&mut self, text: &str) -> Slot {
        if self.diverged.is_none() && self.sequence.is(self.passed, text) {
            self.passed += 1;
            return Slot(self.passed - 1);
        }
        self.find_out_of_step(text)
    }

    #[inline(never)]
    fn find_out_of_step(&mut self, text: &str) -> Slot {
        let (old, hasher) = (&self.sequence, &self.hasher);
        let divergence = self
            .diverged
            .get_or_insert_with(|| Divergence::after(old, self.passed, hasher));
        Slot(divergence.find(old, text, hasher))
    }

    /// What is known of the series there.
    #[inline]
    pub fn entry(&self, slot: Slot) -> Entry {
        match &self.diverged {
            None => self.sequence.entry(slot.0),
            Some(divergence) => divergence.next.entry(slot.0),
        }
    }

    /// Notes what the series there means.
    pub fn set_meaning(&mut self, slot: Slot, meaning: Meaning) {
        self.touched.push(slot.0);
        let entry = self.entry(slot);
        self.set(slot, Entry { meaning, ..entry });
    }

    /// Notes whether the series there brings times of its own.
    pub fn set_own_time(&mut self, slot: Slot, own_time: bool) {
        let entry = self.entry(slot);
        self.set(slot, Entry { own_time, ..entry });
    }

    fn set(&mut self, slot: Slot, entry: Entry) {
        match &mut self.diverged {
            None => self.sequence.set(slot.0, entry),
            Some(divergence) => divergence.next.set(slot.0, entry),
        }
    }

    /// Adds to `ended` the series that were live before and are not on the page that was scanned.
    pub fn vanished(&self, ended: &mut Vec<SeriesRef>) {
        if self.is_in_step() && self.passed == self.sequence.len() && self.orphans.is_empty() {
            return;
        }
        let is_gone = |index: usize| match &self.diverged {
            None => index >= self.passed,
            Some(divergence) => divergence.moved[index].is_none(),
        };
        let old = self.sequence.entries().enumerate();
        let gone = old.filter(|(index, _)| self.live && is_gone(*index));
        let gone = gone.filter_map(|(_, entry)| entry.tracked());
        let mut gone: HashSet<SeriesRef, RandomState> =
            gone.chain(self.orphans.iter().copied()).collect();
        // Another text may stand for the same series.
        let (present, count) = match &self.diverged {
            None => (&self.sequence, self.passed),
            Some(divergence) => (&divergence.next, divergence.next.len()),
        };
        for entry in present.entries().take(count) {
            if gone.is_empty() {
                break;
            }
            if let Meaning::Series(reference) = entry.meaning {
                gone.remove(&reference);
            }
        }
        ended.extend(gone);
        ended.sort_unstable();
    }

    /// Ends the scan of a page that was kept.
    pub fn keep(&mut self) {
        match self.diverged.take() {
            Some(divergence) => {
                self.sequence = divergence.next;
                self.sequence.shrink();
            }
            None => self.sequence.truncate(self.passed),
        }
        self.live = true;
        self.orphans.clear();
        self.touched.clear();
    }

    /// Ends the scan of a page that was not kept: what the store said in between does not hold.
    pub fn abandon(&mut self) {
        let in_step = self.diverged.take().is_none();
        for index in self.touched.drain(..) {
            // After a divergence the numbers are those of new entries; but the old ones up to there are the same.
            if (in_step || index < self.passed) && index < self.sequence.len() {
                let entry = self.sequence.entry(index);
                let meaning = Meaning::Unknown;
                self.sequence.set(index, Entry { meaning, ..entry });
            }
        }
        self.passed = 0;
    }

    /// Adds to `ended` all live series, which are then no longer live. Their meaning is still known.
    pub fn end_all(&mut self, ended: &mut Vec<SeriesRef>) {
        ended.append(&mut self.orphans);
        if self.live {
            ended.extend(self.sequence.entries().filter_map(|entry| entry.tracked()));
        }
        ended.sort_unstable();
        ended.dedup();
        self.live = false;
    }

    /// Forgets what the texts mean, because the rules have changed. Series that the new rules no longer make will end with the next page.
    pub fn forget_meanings(&mut self) {
        let mut orphans = std::mem::take(&mut self.orphans);
        if self.live {
            orphans.extend(self.sequence.entries().filter_map(|entry| entry.tracked()));
        }
        *self = Self {
            orphans,
            ..Self::default()
        };
    }

    fn is_in_step(&self) -> bool {
        self.diverged.is_none()
    }
}

impl Divergence {
    /// Leaves `old` after `passed` entries in step.
    fn after(old: &Sequence, passed: usize, hasher: &RandomState) -> Self {
        let mut table = HashTable::with_capacity(old.len());
        for (index, entry) in old.entries().enumerate() {
            if !entry.repeated {
                let hash = |index: &u32| hasher.hash_one(old.text(*index as usize));
                table.insert_unique(hash(&(index as u32)), index as u32, hash);
            }
        }
        let mut next = Sequence::with_capacity_of(old);
        next.push_first(passed, old);
        let mut moved = vec![None; old.len()];
        for (index, moved) in moved.iter_mut().enumerate().take(passed) {
            *moved = Some(index as u32);
        }
        Self {
            next,
            cursor: passed,
            table,
            moved,
        }
    }

    fn find(&mut self, old: &Sequence, text: &str, hasher: &RandomState) -> usize {
        // Behind a line that is new or gone, the page usually goes on as before.
        if old.is(self.cursor, text)
            && self.moved[self.cursor].is_none()
            && !old.entry(self.cursor).repeated
        {
            return self.move_over(old, self.cursor);
        }
        let own = old.len();
        let text_of = |number: u32, next: &Sequence| {
            let number = number as usize;
            match number < own {
                true => old.text(number) == text,
                false => next.text(number - own) == text,
            }
        };
        let hash = hasher.hash_one(text);
        let found = self
            .table
            .find(hash, |number| text_of(*number, &self.next))
            .copied();
        let before = match found.map(|number| number as usize) {
            Some(index) if index < own => match self.moved[index] {
                None => return self.move_over(old, index),
                Some(moved) => moved as usize,
            },
            Some(number) => number - own,
            None => {
                let index = self.next.push(text, Entry::NEW);
                let next = &self.next;
                let rehash = |number: &u32| {
                    let number = *number as usize;
                    hasher.hash_one(if number < own {
                        old.text(number)
                    } else {
                        next.text(number - own)
                    })
                };
                self.table.insert_unique(hash, (own + index) as u32, rehash);
                return index;
            }
        };
        let repeated = Entry {
            repeated: true,
            ..self.next.entry(before)
        };
        self.next.push(text, repeated)
    }

    fn move_over(&mut self, old: &Sequence, index: usize) -> usize {
        let to = self.next.push(old.text(index), old.entry(index));
        self.moved[index] = Some(to as u32);
        self.cursor = index + 1;
        to
    }
}
