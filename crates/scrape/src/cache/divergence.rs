//! A scan that does not go in step.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use storage::exposed::{Cursor, Layout, LayoutBuilder, Layouts, Line};

use super::Slot;
use super::meanings::{Entry, Meanings};

/// Where the scan goes on: the new layout and its entries, and what has become of the old ones.
#[derive(Debug)]
pub(super) struct Divergence {
    layout: LayoutBuilder,
    entries: Vec<Entry>,
    old: Vec<Old>,
    /// Where the next line may be expected among the old ones.
    next: usize,
    /// Old lines by key, then new ones: numbers from the old length on. Made when a line is not where it was.
    table: Option<HashTable<u32>>,
    hasher: RandomState,
}

/// A line of the old layout.
#[derive(Clone, Copy, Debug)]
struct Old {
    cursor: Cursor,
    entry: Entry,
    /// Its number among the new ones.
    moved: Option<u32>,
}

impl Divergence {
    /// Leaves the old layout after `passed` lines in step.
    pub(super) fn after(layout: &Layout, meanings: &Meanings, passed: usize) -> Self {
        let mut divergence = Self {
            layout: LayoutBuilder::default(),
            entries: Vec::with_capacity(meanings.len() + 1),
            old: Vec::with_capacity(meanings.len()),
            next: 0,
            table: None,
            hasher: RandomState::default(),
        };
        let mut cursor = Cursor::default();
        for entry in meanings.entries() {
            divergence.old.push(Old {
                cursor,
                entry,
                moved: None,
            });
            cursor = layout.after(cursor);
        }
        for _ in 0..passed {
            divergence.take_foreseen(layout);
        }
        divergence
    }

    /// The line behind the one that was met last: where one is new or gone, the page usually goes on as before.
    #[inline]
    pub(super) fn foreseen<'l>(&self, layout: &'l Layout) -> Option<Line<'l>> {
        let old = self.old.get(self.next)?;
        if old.moved.is_some() || old.entry.repeated {
            return None;
        }
        layout.line(old.cursor)
    }

    /// Moves over the line that was foreseen, or when it has still to be passed in step, any.
    pub(super) fn take_foreseen(&mut self, layout: &Layout) -> Slot {
        let line = layout.line(self.old[self.next].cursor);
        self.move_over(self.next, line.expect("a line for each entry"))
    }

    /// The place of `line`.
    pub(super) fn find(&mut self, layout: &Layout, line: Line<'_>) -> Slot {
        let foreseen = self.foreseen(layout);
        if foreseen.is_some_and(|foreseen| foreseen.key() == line.key()) {
            return self.move_over(self.next, line);
        }
        let hash = self.hasher.hash_one(line.key());
        let mut table = self.table.take().unwrap_or_else(|| self.table(layout));
        let found = table.find(hash, |number| self.key(layout, *number) == line.key());
        let slot = match found.map(|number| *number as usize) {
            None => {
                let number = (self.old.len() + self.entries.len()) as u32;
                let slot = self.push(line, Entry::NEW);
                let rehash = |number: &u32| self.hasher.hash_one(self.key(layout, *number));
                table.insert_unique(hash, number, rehash);
                slot
            }
            Some(number) => match self.old.get(number).map(|old| old.moved) {
                Some(None) => self.move_over(number, line),
                Some(Some(moved)) => self.push_repeated(line, moved as usize),
                None => self.push_repeated(line, number - self.old.len()),
            },
        };
        self.table = Some(table);
        slot
    }

    fn table(&self, layout: &Layout) -> HashTable<u32> {
        let mut table = HashTable::with_capacity(self.old.len());
        let hash = |number: &u32| self.hasher.hash_one(self.key(layout, *number));
        for (number, old) in (0..).zip(&self.old) {
            if !old.entry.repeated {
                table.insert_unique(hash(&number), number, hash);
            }
        }
        table
    }

    /// The key of a number in the table.
    fn key<'s>(&'s self, layout: &'s Layout, number: u32) -> &'s str {
        let number = number as usize;
        match self.old.get(number) {
            Some(old) => {
                let line = layout.line(old.cursor);
                line.map_or("", |line| line.key())
            }
            None => self.layout.key(number - self.old.len()),
        }
    }

    fn move_over(&mut self, number: usize, line: Line<'_>) -> Slot {
        let old = &mut self.old[number];
        old.moved = Some(self.entries.len() as u32);
        let entry = old.entry;
        self.next = number + 1;
        self.push(line, entry)
    }

    fn push_repeated(&mut self, line: Line<'_>, first: usize) -> Slot {
        let first = self.entries[first];
        self.push(
            line,
            Entry {
                repeated: true,
                ..first
            },
        )
    }

    fn push(&mut self, line: Line<'_>, entry: Entry) -> Slot {
        self.layout.push(line);
        self.entries.push(entry);
        Slot {
            entry,
            index: self.entries.len() - 1,
        }
    }

    pub(super) fn entry(&self, index: usize) -> Entry {
        self.entries[index]
    }

    pub(super) fn set(&mut self, index: usize, entry: Entry) {
        self.entries[index] = entry;
    }

    /// The new entries.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether old line `index` is among the new ones.
    pub(super) fn has_moved(&self, index: usize) -> bool {
        self.old[index].moved.is_some()
    }

    /// The new layout, with the comments `end` after its last sample, and what it means.
    pub(super) fn finish(self, end: &str, layouts: &Layouts) -> (Layout, Meanings) {
        (
            self.layout.finish(end, layouts),
            Meanings::of(&self.entries),
        )
    }
}
