//! What the series of a target's last page meant.
//!
//! A target's next page nearly always has the same series in the same order. So the page's layout is kept, and a page is read in step with it: as long as each line
//! equals the next one kept, its meaning is at hand without hashing, without a look-up and without reading a label.
//!
//! ```text
//!  page     up 1 ── a{x="1"} 5 ── b 7 ── new 1 ── c 2           layout    up a{x="1"} b c
//!            =        =            =      ≠ diverged              meanings  0    1     2 3
//! ```
//!
//! When a page diverges, a new layout is written; each old entry that is met moves over. What has not moved at the end has vanished. A series whose meaning changes
//! while its line stays is a divergence too.
//!
//! There is one of these per target and an entry per series of the whole installation. So layouts are shared among targets, and meanings are kept as runs: a
//! target whose page other targets have too costs a few bytes.
//!
//! Invariants:
//! - between scans, the entries are those of the last page that was kept, in its order;
//! - nothing that a scan found out about a series survives it if the page is abandoned, since the references that the store gave
//!   were undone.

mod divergence;
mod meanings;
#[cfg(test)]
mod tests;

use divergence::Divergence;
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use meanings::{Meanings, Place};
use storage::SeriesRef;
use storage::exposed::{Cursor, Layout, Layouts, Line};

pub use meanings::{Entry, Meaning};

/// The series of a target, in the order of its page.
#[derive(Debug, Default)]
pub struct Cache {
    layouts: Layouts,
    layout: Layout,
    meanings: Meanings,
    /// Whether the series' last sample was no stale marker.
    live: bool,
    /// Series that were live under rules that no longer hold: they end, unless the next page has them.
    orphans: Vec<SeriesRef>,
    /// How far the scan has come while it was in step.
    step: Step,
    /// Where the scan goes on after it has diverged.
    diverged: Option<Box<Divergence>>,
}

/// A line of the layout with its entry.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    cursor: Cursor,
    place: Place,
}

/// Where the scan found or put a series. Valid until the next one is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    entry: Entry,
    /// The number of its line.
    index: usize,
}

impl Slot {
    /// What is known of the series.
    #[inline]
    #[must_use]
    pub fn entry(&self) -> Entry {
        self.entry
    }
}

impl Cache {
    /// An empty one whose layout is probably that of other targets too.
    #[must_use]
    pub fn sharing(layouts: Layouts) -> Self {
        Self {
            layouts,
            ..Self::default()
        }
    }

    /// Begins the scan of a page.
    pub fn begin(&mut self) {
        self.step = Step::default();
        self.diverged = None;
    }

    /// The line that probably comes next.
    #[inline]
    #[must_use]
    pub fn foreseen(&self) -> Option<Line<'_>> {
        match &self.diverged {
            None => self.layout.line(self.step.cursor),
            Some(divergence) => divergence.foreseen(&self.layout),
        }
    }

    /// The comments that probably come next, if [`foreseen`](Self::foreseen) knows no line.
    #[must_use]
    pub fn foreseen_end(&self) -> &str {
        self.layout.end()
    }

    /// The place of the page's next series, which is the one that was foreseen.
    #[inline]
    pub fn take_foreseen(&mut self) -> Slot {
        if self.diverged.is_some() {
            return self.take_out_of_step(None);
        }
        let Step { cursor, place } = self.step;
        self.step = Step {
            cursor: self.layout.after(cursor),
            place: self.meanings.after(place),
        };
        Slot {
            entry: self.meanings.entry(place),
            index: place.index(),
        }
    }

    /// The place of the page's next series.
    pub fn find(&mut self, line: Line<'_>) -> Slot {
        if self.diverged.is_none() && self.foreseen() == Some(line) {
            return self.take_foreseen();
        }
        self.take_out_of_step(Some(line))
    }

    /// `None` for the line that is foreseen.
    #[inline(never)]
    fn take_out_of_step(&mut self, line: Option<Line<'_>>) -> Slot {
        let (layout, meanings) = (&self.layout, &self.meanings);
        let step = self.step.place.index();
        let divergence = self
            .diverged
            .get_or_insert_with(|| Box::new(Divergence::after(layout, meanings, step)));
        match line {
            Some(line) => divergence.find(layout, line),
            None => divergence.take_foreseen(layout),
        }
    }

    /// Notes what the series there means.
    pub fn set_meaning(&mut self, slot: Slot, meaning: Meaning) {
        let entry = Entry {
            meaning,
            ..self.noted(slot)
        };
        self.set(slot, entry);
    }

    /// Notes whether the series there brings times of its own.
    pub fn set_own_time(&mut self, slot: Slot, own_time: bool) {
        let entry = Entry {
            own_time,
            ..self.noted(slot)
        };
        self.set(slot, entry);
    }

    fn noted(&self, slot: Slot) -> Entry {
        match &self.diverged {
            None => slot.entry,
            Some(divergence) => divergence.entry(slot.index),
        }
    }

    fn set(&mut self, slot: Slot, entry: Entry) {
        let (layout, meanings) = (&self.layout, &self.meanings);
        let step = self.step.place.index();
        let divergence = self
            .diverged
            .get_or_insert_with(|| Box::new(Divergence::after(layout, meanings, step)));
        divergence.set(slot.index, entry);
    }

    /// Adds to `ended` the series that were live before and are not on the page that was scanned.
    pub fn vanished(&self, ended: &mut Vec<SeriesRef>) {
        let passed = self.step.place.index();
        let all_passed = self.diverged.is_none() && passed == self.meanings.len();
        if all_passed && self.orphans.is_empty() {
            return;
        }
        let is_gone = |index: usize| match &self.diverged {
            None => index >= passed,
            Some(divergence) => !divergence.has_moved(index),
        };
        let old = self.meanings.entries().enumerate();
        let gone = old.filter(|(index, _)| self.live && is_gone(*index));
        let gone = gone.filter_map(|(_, entry)| entry.tracked());
        let mut gone: HashSet<SeriesRef, RandomState> =
            gone.chain(self.orphans.iter().copied()).collect();
        // Another text may stand for the same series.
        let mut stays = |entry: Entry| {
            if let Meaning::Series(reference) = entry.meaning {
                gone.remove(&reference);
            }
        };
        match &self.diverged {
            None => self.meanings.entries().take(passed).for_each(&mut stays),
            Some(divergence) => divergence.entries().iter().copied().for_each(&mut stays),
        }
        ended.extend(gone);
        ended.sort_unstable();
    }

    /// Ends the scan of a page that was kept, and had the comments `end` after its last sample.
    pub fn keep(&mut self, end: &str) {
        let passed = self.step.place.index();
        let is_other = passed < self.meanings.len() || self.layout.end() != end;
        let (layout, meanings) = (&self.layout, &self.meanings);
        let divergence = self
            .diverged
            .take()
            .or_else(|| is_other.then(|| Box::new(Divergence::after(layout, meanings, passed))));
        if let Some(divergence) = divergence {
            (self.layout, self.meanings) = divergence.finish(end, &self.layouts);
        }
        self.live = true;
        self.orphans = Vec::new();
    }

    /// Ends the scan of a page that was not kept: what the store said in between does not hold.
    pub fn abandon(&mut self) {
        self.begin();
    }

    /// Adds to `ended` all live series, which are then no longer live. Their meaning is still known.
    pub fn end_all(&mut self, ended: &mut Vec<SeriesRef>) {
        ended.append(&mut self.orphans);
        if self.live {
            ended.extend(self.meanings.entries().filter_map(|entry| entry.tracked()));
        }
        ended.sort_unstable();
        ended.dedup();
        self.live = false;
    }

    /// Forgets what the texts mean, because the rules have changed. Series that the new rules no longer make will end with the next page.
    pub fn forget_meanings(&mut self) {
        let mut orphans = std::mem::take(&mut self.orphans);
        if self.live {
            orphans.extend(self.meanings.entries().filter_map(|entry| entry.tracked()));
        }
        *self = Self {
            orphans,
            ..Self::sharing(self.layouts.clone())
        };
    }
}
