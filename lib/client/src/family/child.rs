//! A child that a thread has borrowed for a moment.

use std::ops::Deref;
use std::rc::Rc;

use super::local::Local;
use crate::node::Metric;

/// A child of a [`Family`](crate::Family), found by label values.
///
/// It is used like the handle it stands for, and stays with the thread that looked it up; [`handle`](Self::handle)
/// gives one to keep. It holds no lock: two of one family are no problem.
#[derive(Debug)]
#[must_use = "looking a child up counts nothing"]
pub struct Child<M: Metric> {
    local: Rc<Local<M>>,
    place: usize,
}

impl<M: Metric> Child<M> {
    /// `place` is taken in the table.
    #[inline]
    pub(super) fn new(local: Rc<Local<M>>, place: usize) -> Self {
        Self { local, place }
    }

    /// A handle to keep.
    pub fn handle(&self) -> M {
        M::clone(self)
    }
}

impl<M: Metric> Deref for Child<M> {
    type Target = M;

    #[inline]
    fn deref(&self) -> &M {
        let handle = self.local.table.get(self.place);
        handle.expect("a place that was found is taken")
    }
}
