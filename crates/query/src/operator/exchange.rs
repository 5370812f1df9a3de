//! Shares out the series of a selector among threads.
//!
//! What takes the time of most queries is to read a group of series and to make columns of its samples, and no group needs another one for that. So the groups
//! are cut into *runs* that are worth about the same, and whoever is free makes the columns of the next run:
//!
//! ```text
//!   runs       0   1   2   3   4   5   6   7   8 ...
//!              │   │   │   │   └─────── slots: at most AHEAD_MAX for each core
//!   state      handed out  │   ready  in work  ready   (nobody's)
//!                          └ the query's own thread hands these out now
//! ```
//!
//! - the query's own thread hands columns out strictly in order, so whoever asks sees what one thread alone would have answered, to the bit;
//! - when the run that it needs is nobody's, it makes the columns one by one as they are asked for, without a buffer; when a helper is
//!   still at it, it makes those of a later run meanwhile, and waits only when there is none to make;
//! - helpers are tasks of the query's scope on the threads of [`Cores`](crate::Cores), begun when there is enough to do and a core is free; they end when
//!   no run is left.
//!
//! # When something goes wrong
//!
//! What helpers do is tentative. If one fails, for whatever reason (the store is broken, there is no room, a panic), it leaves its run to the query's own thread and ends. That
//! thread comes to the run in its turn, and fails by itself, or doesn't. So errors are those that one thread alone would have met first, and nothing about them is
//! passed between threads.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rayon_core::Scope;

use crate::column::Column;
use crate::context::{Context, Room};
use crate::memory::histogram_bytes;
use crate::operator::{InstantOperator, Result};
use crate::series::{Series, SeriesSet};
use crate::threads::{RUNS_MIN, work_of_group};

#[cfg(test)]
mod tests;

/// Runs that may be in work or ready at once, for each core; their columns are in memory.
const AHEAD_MAX: usize = 2;

/// A run that is worth more, being one large group, is not buffered: the query's own thread makes its columns one by one.
const BUFFERED_WORK_MAX: u64 = 1 << 18;

/// An operator whose series can be shared out: each column depends on samples of its own group only.
pub(crate) trait Shareable: InstantOperator + Sized {
    /// What helpers have of it, which lives as long as the query, and not only as long as what it was built from.
    type Twin: Shareable;

    /// How many series each group has, in order. Known once series were asked for.
    fn widths(&self) -> Vec<usize>;

    /// The same operator for another thread, with scratch space of its own. Nothing is asked of it before it was told where to [`seek`](Self::seek).
    fn twin(&self) -> Self::Twin;

    /// Goes to a run: the next column is that of its first series, and there are no columns behind its last.
    fn seek(&mut self, run: &Run);
}

/// Groups, one behind the other, that one thread reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The numbers of the groups.
    pub groups: Range<usize>,
    /// The numbers of their series.
    pub series: Range<usize>,
    work: u64,
}

/// Cuts groups into runs that are worth `run_work`, or a little more.
fn cut(widths: &[usize], steps: usize, run_work: u64) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut series = 0;
    for (group, width) in widths.iter().enumerate() {
        let work = work_of_group(*width, steps);
        match runs.last_mut() {
            Some(run) if run.work < run_work => {
                run.groups.end = group + 1;
                run.series.end = series + width;
                run.work += work;
            }
            _ => runs.push(Run {
                groups: group..group + 1,
                series: series..series + width,
                work,
            }),
        }
        series += width;
    }
    runs
}

/// Where the threads of a query run.
#[derive(Clone, Copy)]
pub(crate) struct Crew<'s, 'q> {
    pub context: &'q Context<'q>,
    pub scope: &'s Scope<'q>,
}

/// Hands out the columns of `O`, some of which helpers have made.
pub(crate) struct ExchangeOperator<'s, 'q, O> {
    crew: Crew<'s, 'q>,
    own: O,
    steps: usize,
    /// `None` when nothing is shared out.
    desk: Option<Arc<Desk<'q>>>,
    current: Current<'q>,
}

/// The run whose columns are handed out.
enum Current<'q> {
    /// So many are still to be made, one by one.
    Own(usize),
    /// They were made before; those up to `next` are handed out.
    Made { made: Made<'q>, next: usize },
}

/// The columns of a run. They count against the budget until they are dropped.
struct Made<'q> {
    context: &'q Context<'q>,
    held: Room,
    columns: Vec<Column>,
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        self.context.release(self.held);
    }
}

/// What becomes of a run.
enum Slot<'q> {
    InWork,
    Ready(Made<'q>),
    /// The query's own thread makes its columns one by one.
    Left,
}

/// Where runs are taken and handed over.
struct Desk<'q> {
    runs: Vec<Run>,
    /// How many slots there are.
    ahead_max: usize,
    state: Mutex<State<'q>>,
    /// A run is no longer in work.
    is_done: Condvar,
    /// Another run may be taken, or none ever.
    has_room: Condvar,
}

#[derive(Default)]
struct State<'q> {
    /// Runs that the query's own thread has come to.
    begun: usize,
    /// The runs behind those that somebody has taken.
    slots: VecDeque<Slot<'q>>,
    /// Buffers to use again.
    spare: Vec<Vec<Column>>,
    /// Helpers that have not ended.
    helpers: usize,
    /// No helper is wanted any more.
    is_over: bool,
}

impl<'q> Desk<'q> {
    fn new(runs: Vec<Run>, ahead_max: usize) -> Arc<Self> {
        Arc::new(Self {
            runs,
            ahead_max,
            state: Mutex::default(),
            is_done: Condvar::new(),
            has_room: Condvar::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State<'q>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs that nobody has taken.
    fn nobodys(&self, state: &State<'_>) -> usize {
        self.runs.len() - state.begun - state.slots.len()
    }

    /// Takes the first run that nobody has, to make all of its columns.
    fn take(&self, state: &mut State<'_>) -> Option<(usize, Vec<Column>)> {
        while state.slots.len() < self.ahead_max {
            let number = state.begun + state.slots.len();
            if self.runs.get(number)?.work <= BUFFERED_WORK_MAX {
                state.slots.push_back(Slot::InWork);
                return Some((number, state.spare.pop().unwrap_or_default()));
            }
            state.slots.push_back(Slot::Left);
        }
        None
    }

    /// The same for a helper: waits until there is room, and ends when no run is left.
    fn wait_and_take(&self) -> Option<(usize, Vec<Column>)> {
        let mut state = self.state();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(taken) = self.take(&mut state) {
                return Some(taken);
            }
            if self.nobodys(&state) == 0 {
                return None;
            }
            let woken = self.has_room.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A run is no longer in work.
    fn put(&self, number: usize, slot: Slot<'q>) {
        let mut state = self.state();
        let place = number - state.begun;
        // Once all is over nobody wants it.
        if let Some(taken) = state.slots.get_mut(place) {
            *taken = slot;
        }
        drop(state);
        self.is_done.notify_one();
    }

    /// Ends all helpers after what they are at.
    fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.slots.clear();
        drop(state);
        self.has_room.notify_all();
    }
}

impl<'s, 'q, O: Shareable<Twin: 'q>> ExchangeOperator<'s, 'q, O> {
    pub(crate) fn new(crew: Crew<'s, 'q>, own: O, steps: usize) -> Self {
        Self {
            crew,
            own,
            steps,
            desk: None,
            current: Current::Own(0),
        }
    }

    /// Shares out if that pays; called when the series are known. Helpers are at work from here on, while labels are sorted.
    fn share_out(&mut self) {
        let threads = self.crew.context.threads();
        if threads.cores.count() == 1 {
            return;
        }
        let widths = self.own.widths();
        let works = widths.iter().map(|width| work_of_group(*width, self.steps));
        let total: u64 = works.sum();
        if widths.len() > 1 && total >= RUNS_MIN * threads.run_work {
            let runs = cut(&widths, self.steps, threads.run_work_of(total));
            let desk = Desk::new(runs, AHEAD_MAX * threads.cores.count());
            self.recruit(&desk);
            self.desk = Some(desk);
        }
    }

    /// Starts helpers, as many as there are free cores and runs for them.
    fn recruit(&self, desk: &Arc<Desk<'q>>) {
        let cores = &self.crew.context.threads().cores;
        let mut state = desk.state();
        while !state.is_over && state.helpers + 1 < cores.count() && desk.nobodys(&state) > 1 {
            let Some(core) = cores.try_take() else {
                return;
            };
            let (context, desk, twin) = (self.crew.context, Arc::clone(desk), self.own.twin());
            let steps = self.steps;
            self.crew.scope.spawn(move |_| {
                let _core = core;
                help(context, &desk, twin, steps);
                desk.state().helpers -= 1;
            });
            state.helpers += 1;
        }
    }

    /// Goes to the next run.
    fn advance(&mut self, desk: &Arc<Desk<'q>>) -> Result<()> {
        let context = self.crew.context;
        let last = std::mem::replace(&mut self.current, Current::Own(0));
        if let Current::Made { mut made, .. } = last {
            let columns = std::mem::take(&mut made.columns);
            desk.state().spare.push(columns);
        }
        loop {
            context.check()?;
            self.recruit(desk);
            let mut state = desk.state();
            if let Some(Slot::InWork) = state.slots.front() {
                if let Some((number, columns)) = desk.take(&mut state) {
                    drop(state);
                    let run = &desk.runs[number];
                    let made = make(context, &mut self.own, run, self.steps, columns);
                    desk.put(number, made.map_or(Slot::Left, Slot::Ready));
                } else {
                    drop(desk.is_done.wait(state));
                }
                continue;
            }
            let run = desk.runs.get(state.begun);
            let run = run.unwrap_or_else(|| unreachable!("more columns than series"));
            state.begun += 1;
            self.current = match state.slots.pop_front() {
                Some(Slot::Ready(made)) => Current::Made { made, next: 0 },
                _ => {
                    self.own.seek(run);
                    Current::Own(run.series.len())
                }
            };
            drop(state);
            desk.has_room.notify_all();
            return Ok(());
        }
    }
}

/// What a helper does.
fn help<'q, O: Shareable>(context: &'q Context<'q>, desk: &Desk<'q>, mut chain: O, steps: usize) {
    while let Some((number, columns)) = desk.wait_and_take() {
        let run = &desk.runs[number];
        // What was half done is dropped with the chain.
        let made = catch_unwind(AssertUnwindSafe(|| {
            make(context, &mut chain, run, steps, columns)
        }));
        let Ok(Ok(made)) = made else {
            desk.state().is_over = true;
            desk.put(number, Slot::Left);
            return;
        };
        desk.put(number, Slot::Ready(made));
    }
}

/// Makes the columns of a run.
fn make<'q>(
    context: &'q Context<'q>,
    chain: &mut impl Shareable,
    run: &Run,
    steps: usize,
    columns: Vec<Column>,
) -> Result<Made<'q>> {
    let mut made = Made {
        context,
        held: Room::default(),
        columns,
    };
    let room = Room::floats(run.series.len() * steps);
    context.hold(room)?;
    made.held = room;
    made.columns.resize_with(run.series.len(), Column::default);
    chain.seek(run);
    let mut histograms = 0;
    for column in &mut made.columns {
        chain.next(column)?;
        let all = column.histograms.iter().flatten();
        histograms += all.map(|one| histogram_bytes(one)).sum::<u64>();
    }
    let room = Room::default().and_bytes(histograms);
    context.hold(room)?;
    made.held = made.held.plus(room);
    Ok(made)
}

impl<'q, O: Shareable<Twin: 'q>> InstantOperator for ExchangeOperator<'_, 'q, O> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(self.series_set()?.whole())
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let series = self.own.series_set()?;
        self.share_out();
        Ok(series)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        let Some(desk) = self.desk.clone() else {
            return self.own.next(out);
        };
        loop {
            match &mut self.current {
                Current::Own(left) if *left > 0 => {
                    *left -= 1;
                    return self.own.next(out);
                }
                Current::Made { made, next } if *next < made.columns.len() => {
                    std::mem::swap(out, &mut made.columns[*next]);
                    *next += 1;
                    return Ok(());
                }
                _ => self.advance(&desk)?,
            }
        }
    }
}

impl<O> Drop for ExchangeOperator<'_, '_, O> {
    fn drop(&mut self) {
        if let Some(desk) = &self.desk {
            desk.end();
        }
    }
}
