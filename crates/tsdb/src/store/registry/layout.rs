//! Which series the columns of a target are.
//!
//! A column is told by a *code*: the number of its metric, with the top bit set if the series is plain. Targets of a kind come to have the same codes in
//! the same order, and then share one list.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashSet;

use crate::index::MetricId;

/// The series of a column: in the target's own factor, or plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Code(u32);

const PLAIN: u32 = 1 << 31;

impl Code {
    /// In place of a series that was forgotten before it was known.
    pub(super) const NOTHING: Self = Self(u32::MAX);

    pub(super) fn in_target(metric: MetricId) -> Self {
        debug_assert!(metric.0 < PLAIN);
        Self(metric.0)
    }

    pub(super) fn plain(metric: MetricId) -> Self {
        debug_assert!(metric.0 < PLAIN);
        Self(metric.0 | PLAIN)
    }

    pub(super) fn is_plain(self) -> bool {
        self.0 & PLAIN != 0
    }

    pub(super) fn metric(self) -> MetricId {
        MetricId(self.0 & !PLAIN)
    }
}

/// Columns that no longer change, but that some of them may be dead.
#[derive(Debug, Default)]
pub(super) struct Layout {
    codes: Box<[Code]>,
    /// Columns by ascending code; empty when the codes ascend themselves.
    order: Box<[u32]>,
}

impl Layout {
    fn new(codes: Box<[Code]>) -> Self {
        let mut order: Vec<u32> = Vec::new();
        if !codes.is_sorted() {
            order.extend(0..codes.len() as u32);
            order.sort_by_key(|column| codes[*column as usize]);
        }
        Self {
            codes,
            order: order.into(),
        }
    }

    pub(super) fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The columns with this code: a number that became another metric's may be there twice.
    pub(super) fn find(&self, code: Code) -> impl Iterator<Item = u32> {
        let at = |index: usize| match self.order.get(index) {
            Some(column) => *column,
            None => index as u32,
        };
        let (mut low, mut high) = (0, self.codes.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.codes[at(middle) as usize] < code {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..self.codes.len())
            .map(at)
            .take_while(move |column| self.codes[*column as usize] == code)
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.codes) + size_of_val(&*self.order)
    }
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.codes == other.codes
    }
}

impl Eq for Layout {}

impl Hash for Layout {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.codes.hash(state);
    }
}

/// All layouts in use, each once.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    shared: HashSet<Arc<Layout>, RandomState>,
}

/// Holders of a layout that no target has: the set, and whoever asks.
const UNUSED: usize = 2;

impl Layouts {
    /// The layout with these codes.
    pub(super) fn intern(&mut self, codes: Vec<Code>) -> Arc<Layout> {
        let layout = Layout::new(codes.into());
        if let Some(shared) = self.shared.get(&layout) {
            return Arc::clone(shared);
        }
        let layout = Arc::new(layout);
        self.shared.insert(Arc::clone(&layout));
        layout
    }

    /// Takes back a layout that a target no longer has.
    pub(super) fn release(&mut self, layout: &Arc<Layout>) {
        if Arc::strong_count(layout) <= UNUSED {
            self.shared.remove(layout);
        }
        if self.shared.len() < self.shared.capacity() / 4 {
            self.shared.shrink_to_fit();
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let layouts = self.shared.iter().map(|layout| layout.heap_bytes());
        self.shared.allocation_size() + layouts.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(numbers: &[u32]) -> Vec<Code> {
        let code = |number: &u32| Code::in_target(MetricId(*number));
        numbers.iter().map(code).collect()
    }

    fn check(numbers: &[u32], wanted: u32, columns: &[u32]) {
        let layout = Layout::new(codes(numbers).into());
        let found: Vec<u32> = layout.find(Code::in_target(MetricId(wanted))).collect();
        assert_eq!(found, columns, "{wanted} in {numbers:?}");
    }

    #[test]
    fn finds_columns_by_code() {
        check(&[], 1, &[]);
        check(&[1, 2, 3], 2, &[1]);
        check(&[1, 2, 3], 4, &[]);
        check(&[3, 1, 2], 3, &[0]);
        check(&[3, 1, 2], 0, &[]);
        check(&[3, 1, 3, 2], 3, &[0, 2]);
        check(&[1, 1, 2], 1, &[0, 1]);
    }

    #[test]
    fn equal_layouts_are_one() {
        let mut layouts = Layouts::default();
        let first = layouts.intern(codes(&[3, 1]));
        let second = layouts.intern(codes(&[3, 1]));
        assert!(Arc::ptr_eq(&first, &second));
        layouts.release(&first);
        drop(first);
        assert_eq!(layouts.shared.len(), 1);
        layouts.release(&second);
        assert_eq!(layouts.shared.len(), 0);
    }
}
