//! What a thread knows of families' tables: how a look-up gets at a table without writing to anything that other threads
//! read.
//!
//! A table may be replaced at any time and must live while somebody looks into it. Counting its readers would make each
//! look-up of each thread write to one word, which is a lock in all but name. So each thread keeps a share of its own of the
//! table it saw last, and only compares a version that hardly ever changes.
//!
//! A thread keeps the table it saw last until it looks again, or ends: a thread that sleeps for ever keeps alive what
//! a family had then.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::table::Table;
use crate::node::Metric;

/// This thread's tables of one kind of metric, by the family's place.
pub(crate) type Tables<M> = RefCell<Vec<Option<Rc<Local<M>>>>>;

/// Gives a kind of metric its tables: a static for each kind, since there are no generic ones.
macro_rules! tables {
    ($metric:ty) => {
        fn tables<R>(then: impl FnOnce(&$crate::family::Tables<$metric>) -> R) -> Option<R> {
            thread_local! {
                static TABLES: $crate::family::Tables<$metric> =
                    const { std::cell::RefCell::new(Vec::new()) };
            }
            // A thread at its end has no locals any more.
            TABLES.try_with(then).ok()
        }
    };
}
pub(crate) use tables;

/// A table as a thread keeps it.
#[derive(Debug)]
pub struct Local<M: Metric> {
    family: u64,
    version: u64,
    pub(crate) table: Arc<Table<M>>,
}

/// Where threads keep a family's table, and who it is: places are used again.
#[derive(Debug)]
pub(crate) struct Seat {
    place: usize,
    family: u64,
}

/// Places of families that are gone. Nobody waits for it, so that a fork cannot leave it locked: a place more or less is
/// no loss.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
/// Families so far.
static FAMILIES: AtomicU64 = AtomicU64::new(0);
/// Places so far.
static PLACES: AtomicU64 = AtomicU64::new(0);

impl Seat {
    pub(crate) fn take() -> Self {
        let free = FREE.try_lock().ok().and_then(|mut free| free.pop());
        Self {
            place: free.unwrap_or_else(|| PLACES.fetch_add(1, Relaxed) as usize),
            family: FAMILIES.fetch_add(1, Relaxed),
        }
    }

    /// What this thread has, if it is of this version.
    #[inline]
    pub(crate) fn get<M: Metric>(&self, version: u64) -> Option<Rc<Local<M>>> {
        M::tables(|tables| {
            let tables = tables.borrow();
            let local = tables.get(self.place)?.as_ref()?;
            let is = local.version == version && local.family == self.family;
            is.then(|| Rc::clone(local))
        })?
    }

    /// Keeps a table for this thread's next look-up.
    pub(crate) fn put<M: Metric>(&self, version: u64, table: Arc<Table<M>>) -> Rc<Local<M>> {
        let local = Rc::new(Local {
            family: self.family,
            version,
            table,
        });
        let kept = Rc::clone(&local);
        let old = M::tables(|tables| {
            let mut tables = tables.borrow_mut();
            if tables.len() <= self.place {
                tables.resize(self.place + 1, None);
            }
            tables[self.place].replace(kept)
        });
        // Dropped where nothing is borrowed: the last share of a table drops its children.
        drop(old);
        local
    }

    /// Lets go of what this thread has. Other threads do when they use the place for another family, or end.
    pub(crate) fn forget<M: Metric>(&self) {
        let old = M::tables(|tables| {
            let mut tables = tables.borrow_mut();
            tables.get_mut(self.place).and_then(Option::take)
        });
        drop(old);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Ok(mut free) = FREE.try_lock() {
            free.push(self.place);
        }
    }
}
