//! What the log and the parts are told of numbers.

use model::Labels;

use super::{Registry, slot_of};
use crate::index::MetricId;
use crate::log::{Names, Scope, TargetId};

impl Names for Registry {
    /// The labels of a number that is in use.
    fn target(&self, target: TargetId) -> Labels {
        self.book_at(slot_of(target)).labels.clone()
    }

    /// A column's labels; none at all if its series was forgotten.
    fn column(&self, target: TargetId, column: u32) -> (Scope, Labels) {
        let book = self.book_at(slot_of(target));
        match book.code(column) {
            None => (Scope::Whole, Labels::empty()),
            Some(code) if code.is_plain() => (Scope::Whole, self.metric_labels(code.metric())),
            Some(code) => (Scope::InTarget, self.metric_labels(code.metric())),
        }
    }
}

impl Registry {
    /// The number of the book in a slot.
    pub(crate) fn number_at(&self, slot: u32) -> Option<TargetId> {
        let book = self.books.get(slot as usize)?.as_deref()?;
        Some(book.number)
    }

    /// What the labels of a column depend on.
    pub(crate) fn metric_of(&self, number: TargetId, column: u32) -> Option<(Scope, MetricId)> {
        let code = self.book(number)?.code(column)?;
        let scope = match code.is_plain() {
            true => Scope::Whole,
            false => Scope::InTarget,
        };
        Some((scope, code.metric()))
    }
}
