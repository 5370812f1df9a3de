//! Threads that help a query: how many there may be, and how work is shared out among them.
//!
//! What a query reads is cut into *runs* of groups that are worth about the same (see [`operator::exchange`](crate::operator::exchange)). What a run is worth is
//! counted in values, more or less: what a selector hands out, and something for each series and group whatever its length. A value takes a few
//! nanoseconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon_core::{Scope, ThreadPool, ThreadPoolBuilder};

/// The work of a group besides that of its series.
const GROUP_WORK: u64 = 256;

/// The work of a series besides that of its values.
const SERIES_WORK: u64 = 64;

/// What a run is worth at least: some 100 to 300 microseconds, so that handing it over costs next to nothing.
const RUN_WORK: u64 = 1 << 15;

/// A run of a large selection is worth so much more at most. Groups that follow each other share pages of the store, and where a run
/// ends within a page two threads decode it; a page has samples of some dozens of targets.
const RUN_GROWTH_MAX: u64 = 4;

/// Into so many runs for each thread a selection is cut before they grow, so that all threads end at about the same time.
const RUNS_OF_A_THREAD: u64 = 8;

/// A selection that is worth fewer runs is read by one thread: starting another would take as long.
pub(crate) const RUNS_MIN: u64 = 4;

/// How a query shares out its work.
#[derive(Clone, Debug)]
pub struct Threads {
    /// What it shares with all queries that run beside it.
    pub cores: Arc<Cores>,
    /// What each thread takes at once, in values, or up to a few times that of a large selection. With 0 it is a single group, and even the smallest selection is shared out: what a test wants.
    pub run_work: u64,
}

impl Threads {
    /// One for each of `cores`, while no other query has it.
    #[must_use]
    pub fn new(cores: &Arc<Cores>) -> Self {
        Self {
            cores: Arc::clone(cores),
            run_work: RUN_WORK,
        }
    }

    /// The query's own, and no other.
    #[must_use]
    pub fn one() -> Self {
        Self::new(&Cores::new(1))
    }
}

impl Threads {
    /// What a run is worth of a selection that is worth `total`.
    pub(crate) fn run_work_of(&self, total: u64) -> u64 {
        let runs = RUNS_OF_A_THREAD * self.cores.count as u64;
        (total / runs).clamp(self.run_work, RUN_GROWTH_MAX * self.run_work)
    }
}

/// What it is worth to read so many series at so many steps, as one group.
pub(crate) fn work_of_group(series: usize, steps: usize) -> u64 {
    let each = SERIES_WORK.saturating_add(steps as u64);
    GROUP_WORK.saturating_add(each.saturating_mul(series as u64))
}

/// The cores that all queries share.
///
/// A query's own thread needs no leave to run; threads that help it do, and never wait for it. Those who help live as long as this, since starting a
/// thread takes as long as many a query.
#[derive(Debug)]
pub struct Cores {
    count: usize,
    busy: AtomicUsize,
    /// One thread less than there are cores; `None` where there is only one.
    helpers: Option<ThreadPool>,
}

impl Cores {
    /// So many. With one, no query is helped; nor where the system gives no threads.
    #[must_use]
    pub fn new(count: usize) -> Arc<Self> {
        let helpers = || {
            ThreadPoolBuilder::new()
                .num_threads(count - 1)
                .thread_name(|number| format!("query-helper-{number}"))
                .build()
        };
        Arc::new(Self {
            count,
            busy: AtomicUsize::new(0),
            helpers: (count > 1).then(helpers).and_then(Result::ok),
        })
    }

    /// Calls `work` with where it may have help, if it may, and returns when nobody helps any more.
    pub(crate) fn scope<'q, T>(&self, work: impl FnOnce(Option<&Scope<'q>>) -> T) -> T {
        match &self.helpers {
            Some(helpers) => helpers.in_place_scope(|scope| work(Some(scope))),
            None => work(None),
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Takes one, whether it is free or not.
    pub(crate) fn occupy(self: &Arc<Self>) -> Core {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Core(Arc::clone(self))
    }

    /// Takes one if it is free.
    pub(crate) fn try_take(self: &Arc<Self>) -> Option<Core> {
        let more = |busy| (busy < self.count).then_some(busy + 1);
        let taken = self
            .busy
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.is_ok().then(|| Core(Arc::clone(self)))
    }
}

/// A core in use, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Core(Arc<Cores>);

impl Drop for Core {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_grow_with_a_selection_up_to_a_bound() {
        let threads = Threads::new(&Cores::new(2));
        let check = |total: u64, run_work: u64| assert_eq!(threads.run_work_of(total), run_work);
        check(0, RUN_WORK);
        check(16 * RUN_WORK, RUN_WORK);
        check(32 * RUN_WORK, 2 * RUN_WORK);
        check(u64::MAX, RUN_GROWTH_MAX * RUN_WORK);
    }

    #[test]
    fn who_helps_takes_only_what_is_free() {
        let cores = Cores::new(2);
        let own = cores.occupy();
        let helper = cores.try_take().expect("one is free");
        assert!(cores.try_take().is_none(), "all are taken");
        let other = cores.occupy();
        drop(helper);
        assert!(
            cores.try_take().is_none(),
            "queries' own threads alone take all"
        );
        drop(other);
        assert!(cores.try_take().is_some());
        drop(own);
    }
}
