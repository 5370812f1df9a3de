//! What the log and the parts are told of numbers.

use model::Labels;

use super::{Registry, slot_of};
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
