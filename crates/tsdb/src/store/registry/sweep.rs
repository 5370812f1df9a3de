//! Forgetting.

use super::{NOWHERE, Place, Registry, slot_of};
use crate::index::{self, Series};
use crate::log::TargetId;

/// A book retires when it has more dead columns than living ones, and more than this.
const DEAD_COLUMNS_MIN: u64 = 256;

impl Registry {
    /// Forgets a series by its place, unless it has another place.
    pub(super) fn forget(&mut self, place: Place) {
        let Some(series) = self.series(place) else {
            return;
        };
        let slot = slot_of(place.target);
        self.book_mut(slot).kill(place.column);
        if self.places(series).next().is_some() {
            return;
        }
        let is_plain = self.plain == Some(series.target);
        self.index.forget(series);
        self.changes += 1;
        if is_plain {
            self.homes[series.metric.0 as usize] = NOWHERE;
            // The index gives the number to another label set.
            if !self.index.has_target(series.target) {
                self.plain = None;
            }
        } else if !self.index.has_target(series.target) {
            self.unbind(series.target);
        }
    }

    /// Forgets a series, whatever places it has; unless an appender is about to commit its first sample.
    pub(crate) fn forget_series(&mut self, series: Series) {
        let places: Vec<Place> = self.places(series).collect();
        if places.iter().any(|place| self.is_young(*place)) {
            return;
        }
        places.into_iter().for_each(|place| self.forget(place));
    }

    /// The index gives the target's number to other labels.
    fn unbind(&mut self, factor: index::TargetId) {
        let slot = std::mem::replace(&mut self.by_factor[factor.0 as usize], NOWHERE);
        for slot in self.retired.iter().chain([&slot]) {
            if let Some(Some(book)) = self.books.get_mut(*slot as usize)
                && book.factor == Some(factor)
            {
                book.factor = None;
            }
        }
    }

    /// Forgets the series of a book that were quiet before and have no samples now; those that became quiet are noted. `has` says whether a
    /// column has samples in any generation. Returns how many series were forgotten.
    pub(crate) fn sweep(&mut self, number: TargetId, has: impl Fn(u32) -> bool) -> u64 {
        let slot = slot_of(number);
        let retired = self.retired.contains(&slot);
        let Some(book) = self.book(number) else {
            return 0;
        };
        let silent: Vec<u32> = book
            .alive()
            .filter(|column| !has(*column) && !book.young.contains(*column))
            .collect();
        // Nobody adds to a retired book.
        let is_due = |column: &u32| retired || book.quiet.contains(*column);
        let (due, quiet): (Vec<u32>, Vec<u32>) = silent.into_iter().partition(is_due);
        self.book_mut(slot).quiet = quiet.into_iter().collect();
        for column in &due {
            let column = *column;
            self.forget(Place {
                target: number,
                column,
            });
        }
        self.close_if_empty(slot, retired);
        due.len() as u64
    }

    /// Leaves a column empty if it is the next one of the book.
    pub(crate) fn skip_column(&mut self, number: TargetId, column: u32) {
        let book = self.book_mut(slot_of(number));
        if book.columns() == column {
            book.push_dead();
        }
    }

    /// After a replay, with nobody else here yet: forgets series without samples, and books without series.
    pub(crate) fn forget_silent(&mut self, has: impl Fn(Place) -> bool) {
        let numbers: Vec<TargetId> = self.numbers().collect();
        for target in &numbers {
            let target = *target;
            let columns: Vec<u32> = self.book_at(slot_of(target)).alive().collect();
            let places = columns.into_iter().map(|column| Place { target, column });
            let silent: Vec<Place> = places.filter(|place| !has(*place)).collect();
            silent.into_iter().for_each(|place| self.forget(place));
        }
        for number in numbers {
            let slot = slot_of(number);
            let book = self.book_mut(slot);
            book.is_closing = true;
            self.close_if_empty(slot, false);
            if let Some(book) = self.books[slot as usize].as_mut() {
                book.is_closing = false;
                book.settle(&mut self.layouts);
            }
        }
    }

    /// Whether nobody has committed a sample of the series.
    pub(crate) fn is_young(&self, place: Place) -> bool {
        self.young.contains_key(&place)
    }

    /// Removes a book without series, or marks it if most of it is dead.
    fn close_if_empty(&mut self, slot: u32, retired: bool) {
        let book = self.book_at(slot);
        let dead = book.dead.len();
        let alive = u64::from(book.columns()) - dead;
        if alive > 0 || !book.quiet.is_empty() || book.has_news {
            if !retired && dead > alive.max(DEAD_COLUMNS_MIN) && !self.retiring.contains(&slot) {
                self.retiring.push(slot);
            }
            return;
        }
        // A row may be under way that has only just opened it: such a book is new, and had no columns before either.
        if book.columns() == 0 && !book.is_closing {
            self.book_mut(slot).is_closing = true;
            return;
        }
        if retired {
            self.retired.retain(|other| *other != slot);
        } else {
            let labels = self.book_at(slot).labels.clone();
            self.by_labels.remove(&labels);
            self.retiring.retain(|other| *other != slot);
        }
        let mut book = self.books[slot as usize].take().expect("a slot in use");
        if let Some(factor) = book.factor
            && self.by_factor.get(factor.0 as usize) == Some(&slot)
        {
            self.by_factor[factor.0 as usize] = NOWHERE;
        }
        book.release(&mut self.layouts);
        self.versions[slot as usize] = self.versions[slot as usize].wrapping_add(1);
        self.free_later.push(slot);
    }

    /// A generation begins, in which nothing means anything yet: books that are mostly dead retire, and slots may be used again, if `alone`: a querier
    /// that has an older generation would take the new target's name for the old one's rows.
    pub(crate) fn begin_generation(&mut self, alone: bool) {
        if alone {
            self.free.append(&mut self.free_later);
        }
        self.forget_unsaid();
        for slot in std::mem::take(&mut self.retiring) {
            if !self.book_at(slot).young.is_empty() {
                self.retiring.push(slot);
                continue;
            }
            let labels = self.book_at(slot).labels.clone();
            self.by_labels.remove(&labels);
            self.book_mut(slot).is_retired = true;
            self.retired.push(slot);
            if let Some(factor) = self.book_at(slot).factor {
                self.by_factor[factor.0 as usize] = NOWHERE;
            }
            for home in &mut self.homes {
                if *home == slot {
                    *home = NOWHERE;
                }
            }
        }
    }
}
