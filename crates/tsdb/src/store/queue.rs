//! Commits form groups by themselves.
//!
//! Whoever commits puts the batch into the queue, or several, and then waits for them. If nobody writes the log just now, the committer does: takes all that is in the queue, and settles it with
//! one sync. Whoever comes in the meantime waits, and finds either its batch settled or nobody writing. So one committer alone
//! waits for nothing, and a hundred share a sync; no clock is needed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use storage::{Broken, Committed};

use super::batch::Batch;

/// What became of a commit.
pub(super) type Outcome = Result<Committed, Broken>;

/// A batch's place in the queue. Whoever has it must wait for its outcome.
#[derive(Debug)]
#[must_use]
pub(super) struct Ticket(u64);

/// Batches that wait, and those that were settled.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<Waiting>,
    settled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Of the next batch.
    ticket: u64,
    batches: Vec<(u64, Batch)>,
    outcomes: Vec<(u64, Outcome)>,
    is_led: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the batch into the queue.
    pub(super) fn submit(&self, batch: Batch) -> Ticket {
        let mut state = self.state();
        let ticket = state.ticket;
        state.ticket += 1;
        state.batches.push((ticket, batch));
        Ticket(ticket)
    }

    /// Returns when the batch was settled; `settle` settles batches, each with an outcome.
    pub(super) fn wait(
        &self,
        Ticket(ticket): Ticket,
        settle: impl FnOnce(Vec<Batch>) -> Vec<Outcome>,
    ) -> Outcome {
        let mut state = self.state();
        loop {
            let mut outcomes = state.outcomes.iter();
            if let Some(at) = outcomes.position(|(other, _)| *other == ticket) {
                return state.outcomes.swap_remove(at).1;
            }
            if !state.is_led {
                break;
            }
            state = self
                .settled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.is_led = true;
        let (tickets, batches): (Vec<u64>, Vec<Batch>) =
            std::mem::take(&mut state.batches).into_iter().unzip();
        drop(state);
        let leading = Leading { queue: self };
        let mut outcomes = settle(batches);
        let own = tickets.iter().position(|other| *other == ticket);
        let own = own.expect("a batch that nobody settled is in the queue");
        let outcome = outcomes[own].clone();
        let others = tickets.into_iter().zip(outcomes.drain(..));
        let others = others.filter(|(other, _)| *other != ticket);
        self.state().outcomes.extend(others);
        drop(leading);
        outcome
    }
}

/// Lets another lead when it is dropped, even by a panic; batches that a panic took with it are left without an outcome.
struct Leading<'q> {
    queue: &'q Queue,
}

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        self.queue.state().is_led = false;
        self.queue.settled.notify_all();
    }
}
