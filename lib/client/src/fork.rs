//! One lock before all others of ours, so that a fork can wait until none is held.
//!
//! The child of a fork has one thread: a lock that another thread held stays held for ever. Whoever takes a lock of this
//! crate (to bear a child, to read the list of collectors) passes the gate first; whoever forks closes it meanwhile. Updates and
//! look-ups of children that exist take no lock, and never come here.

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};

static GATE: Mutex<()> = Mutex::new(());

thread_local! {
    /// The gate, while this thread forks.
    static FORKING: RefCell<Option<MutexGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Passes the gate; it is open again when the answer is dropped.
pub(crate) fn pass() -> MutexGuard<'static, ()> {
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes the gate before a fork: to be called by the thread that forks, as `pthread_atfork`'s *prepare*.
pub fn before_fork() {
    let guard = pass();
    // A thread whose locals are gone is at its end and forks no more.
    let _ended = FORKING.try_with(|forking| *forking.borrow_mut() = Some(guard));
}

/// Opens the gate after a fork: to be called in the parent and in the child, by the same thread.
pub fn after_fork() {
    let _ended = FORKING.try_with(|forking| forking.borrow_mut().take());
}
