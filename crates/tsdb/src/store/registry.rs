//! Which series there are in memory, and where each one's samples lie.
//!
//! ```text
//!  labels of a row ──► book (of a target) ── columns ──► codes ──► index::Series ──► labels
//!                       number 7: v·slot                                │
//!  SeriesRef = number, column                                           └─ home ──► book, column
//! ```
//!
//! A target that sends rows has a *book*, under a number that the log and the heads know too. Its columns are its series, in the order in which they
//! came. A label set is one series however it was sent, so a sample of one target's row may belong to a column of another.
//!
//! # Numbers
//!
//! A number is a *slot* and a version. Slots are few and used again; with the version a number means one target for so long that nobody remembers the
//! last one. A slot that became free waits until the next generation begins, so that in each generation it is one target.
//! A column is never used again. A target most of whose columns are dead *retires*: what its series send next goes into a new book, and the old one stays
//! as long as a generation holds its rows.
//!
//! # Coming and going
//!
//! A series that an appender made is *young* until it is committed, and goes if it never is. One that has no samples in any generation is *quiet*; the next time that is looked
//! into, it is forgotten, and with a book's last series the book.

mod book;
mod layout;
mod names;
mod sayings;
mod select;
mod sweep;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Timestamp};

pub(crate) use book::Book;
use layout::{Code, Layouts};
use sayings::Sayings;
pub(crate) use select::Found;

use crate::index::{self, Index, MetricId, Series};
use crate::log::TargetId;

type Map<K, V> = HashMap<K, V, RandomState>;

/// Bits of a number that are its slot: sixteen million targets at a time.
const SLOT_BITS: u32 = 24;
const SLOT_MASK: u32 = (1 << SLOT_BITS) - 1;

/// No slot.
const NOWHERE: u32 = u32::MAX;

/// The slot of a number.
pub(crate) fn slot_of(number: TargetId) -> u32 {
    number.0 & SLOT_MASK
}

/// Where the samples of a series lie in each generation that has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) target: TargetId,
    pub(crate) column: u32,
}

/// The series in memory.
#[derive(Debug)]
pub(crate) struct Registry {
    index: Index,
    /// By slot.
    books: Vec<Option<Box<Book>>>,
    /// Slots of books that take new columns.
    by_labels: Map<Labels, u32>,
    /// By the index' number of the target: the slot of its book.
    by_factor: Vec<u32>,
    /// The index' number of the empty label set.
    plain: Option<index::TargetId>,
    /// By metric, for plain series: the slot of the book that has the column.
    homes: Vec<u32>,
    layouts: Layouts,
    /// Slots of books that are only read.
    retired: Vec<u32>,
    /// Slots of books that retire when the next generation begins.
    retiring: Vec<u32>,
    /// By slot: the version of the next number.
    versions: Vec<u8>,
    free: Vec<u32>,
    /// Free when the next generation begins.
    free_later: Vec<u32>,
    sayings: Sayings,
    /// No sample in a part is newer, so no series that comes can have a newer one that nobody here knows of.
    newest_in_parts_ms: i64,
    /// How many appenders wait to commit a series that nobody has committed.
    young: Map<Place, u32>,
    /// Series that came or went.
    changes: u64,
    counted: Mutex<Counted>,
}

/// Bytes are counted again when one series in so many came or went.
const COUNT_AGAIN_SHARE: u64 = 50;

/// What the registry had on the heap.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    /// After so many changes.
    changes: u64,
    bytes: usize,
}

impl Registry {
    /// Without series, beside parts that have samples up to `newest_in_parts`.
    pub(crate) fn new(newest_in_parts: Timestamp) -> Self {
        Self {
            index: Index::new(),
            books: Vec::new(),
            by_labels: Map::default(),
            by_factor: Vec::new(),
            plain: None,
            homes: Vec::new(),
            layouts: Layouts::default(),
            retired: Vec::new(),
            retiring: Vec::new(),
            versions: Vec::new(),
            free: Vec::new(),
            free_later: Vec::new(),
            sayings: Sayings::default(),
            newest_in_parts_ms: newest_in_parts.0,
            young: Map::default(),
            changes: 0,
            counted: Mutex::default(),
        }
    }

    /// Parts have come, with samples up to `newest`.
    pub(crate) fn note_parts(&mut self, newest: Timestamp) {
        self.newest_in_parts_ms = self.newest_in_parts_ms.max(newest.0);
    }

    /// The index of all series in memory.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// The number of the book with these labels.
    pub(crate) fn find_book(&self, labels: &Labels) -> Option<&Book> {
        let slot = *self.by_labels.get(labels)?;
        self.books[slot as usize].as_deref()
    }

    /// The book of a number, if it still means anything.
    pub(crate) fn book(&self, number: TargetId) -> Option<&Book> {
        let book = self.books.get(slot_of(number) as usize)?.as_deref()?;
        (book.number == number).then_some(book)
    }

    /// The numbers of all books, retired ones included.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = TargetId> {
        self.books.iter().flatten().map(|book| book.number)
    }

    /// The number of the target with these labels, which is new if it has none.
    pub(crate) fn open_book(&mut self, labels: &Labels) -> TargetId {
        if let Some(book) = self.find_book(labels) {
            return book.number;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.books.push(None);
            self.versions.push(0);
            self.books.len() as u32 - 1
        });
        assert!(slot <= SLOT_MASK, "more targets than slots");
        let number = TargetId(u32::from(self.versions[slot as usize]) << SLOT_BITS | slot);
        let mut book = Book::new(number, labels.clone(), self.newest_in_parts_ms);
        for old in self.retired.iter().map(|old| self.book_at(*old)) {
            if old.labels == *labels {
                book.note_time(old.newest_ms());
                book.sayings = Arc::clone(&old.sayings);
            }
        }
        self.books[slot as usize] = Some(Box::new(book));
        self.by_labels.insert(labels.clone(), slot);
        // The index knows the labels already if a retired book has them.
        if let Some(factor) = self.index.find_target(labels) {
            self.bind(slot, factor);
        }
        number
    }

    fn bind(&mut self, slot: u32, factor: index::TargetId) {
        let labels_are_none = self.book_at(slot).labels.is_empty();
        if labels_are_none {
            return;
        }
        put(&mut self.by_factor, factor.0, slot);
        self.book_mut(slot).factor = Some(factor);
    }

    fn book_at(&self, slot: u32) -> &Book {
        self.books[slot as usize].as_ref().expect("a slot in use")
    }

    fn book_mut(&mut self, slot: u32) -> &mut Book {
        self.books[slot as usize].as_mut().expect("a slot in use")
    }

    /// Where the series with the labels of `target` and `own` is.
    pub(crate) fn find(&self, target: &Labels, own: &Labels) -> Option<Place> {
        let series = self.index.find_parts(target, own)?;
        self.place(series)
    }

    /// Where a series' next sample goes.
    pub(crate) fn place(&self, series: Series) -> Option<Place> {
        let (slot, code) = self.slot_and_code(series);
        let book = self.books.get(slot as usize)?.as_deref()?;
        Some(Place {
            target: book.number,
            column: book.find(code)?,
        })
    }

    fn slot_and_code(&self, series: Series) -> (u32, Code) {
        if self.plain == Some(series.target) {
            let home = self.homes.get(series.metric.0 as usize).copied();
            (home.unwrap_or(NOWHERE), Code::plain(series.metric))
        } else {
            let slot = self.by_factor.get(series.target.0 as usize).copied();
            (slot.unwrap_or(NOWHERE), Code::in_target(series.metric))
        }
    }

    /// Everywhere where samples of the series may lie.
    pub(crate) fn places(&self, series: Series) -> impl Iterator<Item = Place> {
        let (_, code) = self.slot_and_code(series);
        let old = move |slot: &u32| {
            let book = self.book_at(*slot);
            if !code.is_plain() && book.factor != Some(series.target) {
                return None;
            }
            Some(Place {
                target: book.number,
                column: book.find(code)?,
            })
        };
        let retired = self.retired.iter().filter_map(old);
        self.place(series).into_iter().chain(retired)
    }

    /// The series of a place; `None` if it was forgotten.
    pub(crate) fn series(&self, place: Place) -> Option<Series> {
        let book = self.book(place.target)?;
        self.series_of(book, book.code(place.column)?)
    }

    fn series_of(&self, book: &Book, code: Code) -> Option<Series> {
        let target = match code.is_plain() {
            true => self.plain?,
            false => book.factor?,
        };
        Some(Series {
            target,
            metric: code.metric(),
        })
    }

    /// The place of the series with the labels of the book's target and `own`, or, if `whole`, of `own` alone; and whether the series is new. A new
    /// place is young, and this appender waits for it.
    pub(crate) fn open_series(
        &mut self,
        number: TargetId,
        own: &Labels,
        whole: bool,
    ) -> (Place, bool) {
        let (place, new) = self.add_series(number, own, whole);
        let slot = slot_of(place.target);
        match self.young.get_mut(&place) {
            Some(waiting) => *waiting += 1,
            None if new => {
                self.young.insert(place, 1);
                self.book_mut(slot).young.insert(place.column);
            }
            None => {}
        }
        // Whoever names it by its labels wants it to stay.
        self.book_mut(slot).quiet.remove(place.column);
        (place, new)
    }

    /// The place of a series, without anybody waiting for it, and whether it is new.
    pub(crate) fn add_series(
        &mut self,
        number: TargetId,
        own: &Labels,
        whole: bool,
    ) -> (Place, bool) {
        let row_slot = slot_of(number);
        let labels = match whole {
            true => Labels::empty(),
            false => self.book_at(row_slot).labels.clone(),
        };
        let (series, is_new) = self.index.add(&labels, own);
        if is_new {
            self.changes += 1;
            self.learn(row_slot, &labels, series);
        } else if let Some(place) = self.place(series) {
            return (place, false);
        }
        let (home, code) = self.slot_and_code(series);
        // A series whose book has retired goes to where it is sent now.
        let slot = match code.is_plain() || home == NOWHERE {
            true => row_slot,
            false => home,
        };
        if code.is_plain() {
            put(&mut self.homes, series.metric.0, slot);
        }
        // It may have samples elsewhere that are newer than all of this book's.
        let elsewhere = self
            .places(series)
            .map(|place| self.book_at(slot_of(place.target)).newest_ms());
        let newest_ms = elsewhere
            .max()
            .unwrap_or(i64::MIN)
            .max(self.newest_in_parts_ms);
        let book = self.book_mut(slot);
        book.note_time(newest_ms);
        let column = book.push(code);
        let target = book.number;
        (Place { target, column }, true)
    }

    /// Finds out which factor a series of the book belongs to.
    fn learn(&mut self, slot: u32, labels: &Labels, series: Series) {
        if self.plain == Some(series.target) || self.book_at(slot).factor == Some(series.target) {
            return;
        }
        if !labels.is_empty() && self.index.find_target(labels) == Some(series.target) {
            self.bind(slot, series.target);
        } else {
            self.plain = Some(series.target);
        }
    }

    /// Whether the place means a series that takes samples, noting that an appender waits to commit a sample of it, if nobody has; `None` if it means none any more.
    pub(crate) fn wait_for(&mut self, place: Place) -> Option<bool> {
        let _ = self.series(place)?;
        if self.book(place.target)?.is_retired {
            return None;
        }
        self.book_mut(slot_of(place.target))
            .quiet
            .remove(place.column);
        let waiting = self.young.get_mut(&place);
        Some(waiting.is_some_and(|waiting| {
            *waiting += 1;
            true
        }))
    }

    /// The series are there to stay, since samples of them were committed.
    pub(crate) fn grow_up(&mut self, places: &[Place]) {
        for place in places {
            let slot = slot_of(place.target);
            if self.young.remove(place).is_some() {
                self.book_mut(slot).young.remove(place.column);
            }
            if let Some(book) = self.books[slot as usize].as_mut() {
                book.settle(&mut self.layouts);
            }
        }
        if self.young.is_empty() {
            self.young.shrink_to_fit();
        }
    }

    /// The appender that waited for the series has gone without committing. Those that nobody else waits for are forgotten; how many.
    pub(crate) fn give_up(&mut self, places: &[Place]) -> u64 {
        let mut gone = 0;
        for place in places {
            let Some(waiting) = self.young.get_mut(place) else {
                continue;
            };
            *waiting -= 1;
            if *waiting == 0 {
                self.young.remove(place);
                let book = self.book_mut(slot_of(place.target));
                book.young.remove(place.column);
                self.forget(*place);
                gone += 1;
            }
        }
        gone
    }

    /// Bytes on the heap, as they were when they were last counted: counting goes through all books and values.
    pub(crate) fn heap_bytes(&self) -> usize {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes - counted.changes > self.index.len() / COUNT_AGAIN_SHARE {
            *counted = Counted {
                changes: self.changes,
                bytes: self.count_bytes(),
            };
        }
        counted.bytes
    }

    fn count_bytes(&self) -> usize {
        let books = self.books.iter().flatten();
        let own: usize = books
            .map(|book| size_of::<Book>() + book.heap_bytes())
            .sum();
        let words = self.by_factor.capacity() + self.homes.capacity() + self.free.capacity();
        self.index.heap_bytes()
            + self.layouts.heap_bytes()
            + self.by_labels.allocation_size()
            + self.books.capacity() * size_of::<Option<Box<Book>>>()
            + (words * size_of::<u32>())
            + own
    }

    fn metric_labels(&self, metric: MetricId) -> Labels {
        self.index.metric_labels(metric)
    }
}

/// Puts a slot into a list that grows with its numbers.
fn put(list: &mut Vec<u32>, at: u32, slot: u32) {
    let end = at as usize + 1;
    if list.len() < end {
        list.resize(end, NOWHERE);
    }
    list[at as usize] = slot;
}
