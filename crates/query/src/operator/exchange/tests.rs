use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use model::Timestamp;
use promql::Features;

use super::*;
use crate::answer::QueryError;
use crate::memory::MemoryPool;
use crate::request::{CancelToken, Detail, Limits, Request, Window};
use crate::steps::Steps;
use crate::threads::{Cores, Threads};

const STEPS: usize = 3;

/// Series whose values are their numbers.
#[derive(Clone)]
struct Numbers {
    widths: Arc<[usize]>,
    next: usize,
    end: usize,
    trouble: Trouble,
    is_twin: bool,
    /// Columns that twins made.
    by_twins: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    None,
    /// Whoever makes the column of this series fails.
    At(usize),
    /// Whoever helps fails with it.
    HelperAt(usize),
    /// Whoever helps panics there.
    PanicAt(usize),
}

fn failed() -> QueryError {
    QueryError::Execution("the store fails here".to_owned())
}

impl InstantOperator for Numbers {
    fn series(&mut self) -> Result<Vec<Series>> {
        self.end = self.widths.iter().sum();
        let series = (0..self.end).map(|_| Series::new(model::Labels::empty()));
        Ok(series.collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        assert!(self.next < self.end, "beyond the run: {}", self.next);
        match self.trouble {
            Trouble::At(series) if series == self.next => return Err(failed()),
            Trouble::HelperAt(series) if self.is_twin && series <= self.next => {
                return Err(failed());
            }
            Trouble::PanicAt(series) if self.is_twin && series <= self.next => {
                std::panic::resume_unwind(Box::new("a helper panics"));
            }
            _ => {}
        }
        out.clear(STEPS);
        out.floats.fill(self.next as f64);
        self.next += 1;
        let made = usize::from(self.is_twin);
        self.by_twins.fetch_add(made, Ordering::Relaxed);
        Ok(())
    }
}

impl Shareable for Numbers {
    type Twin = Self;

    fn widths(&self) -> Vec<usize> {
        self.widths.to_vec()
    }

    fn twin(&self) -> Self {
        Self {
            is_twin: true,
            next: 0,
            end: 0,
            ..self.clone()
        }
    }

    fn seek(&mut self, run: &Run) {
        (self.next, self.end) = (run.series.start, run.series.end);
    }
}

fn request(threads: usize, run_work: u64) -> Request {
    Request {
        text: String::new(),
        expr: promql::parse("x", &Features::STABLE).expect("a query"),
        window: Window::Instant(Timestamp(0)),
        lookback_ms: 1,
        default_step_ms: 1,
        limits: Limits {
            samples_max: u64::MAX,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads {
                cores: Cores::new(threads),
                run_work,
            },
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal: false,
        start_timestamps: false,
    }
}

/// What comes before the first error, and that; `after` is called with the number of columns so far.
fn columns(
    request: &Request,
    numbers: &Numbers,
    cancel: &CancelToken,
    after: impl Fn(usize),
) -> (Vec<f64>, Option<QueryError>) {
    let context = Context::new(request, cancel, Steps::once(0));
    let own_core = request.limits.threads.cores.occupy();
    let mut got = Vec::new();
    let error = request.limits.threads.cores.scope(|scope| {
        let numbers = numbers.clone();
        let mut exchange: Box<dyn InstantOperator> = match scope {
            None => Box::new(numbers),
            Some(scope) => {
                let crew = Crew {
                    context: &context,
                    scope,
                };
                Box::new(ExchangeOperator::new(crew, numbers, STEPS))
            }
        };
        let mut column = Column::default();
        for _ in exchange.series()? {
            exchange.next(&mut column)?;
            assert_eq!(column.floats, vec![column.floats[0]; STEPS]);
            got.push(column.floats[0]);
            after(got.len());
        }
        Ok(())
    });
    drop(own_core);
    assert_eq!(context.bytes_held(), 0, "all room is given back");
    let cores = &request.limits.threads.cores;
    assert!(cores.try_take().is_some(), "all cores are free again");
    (got, error.err())
}

fn numbers(widths: &[usize], trouble: Trouble) -> Numbers {
    Numbers {
        widths: widths.into(),
        next: 0,
        end: 0,
        trouble,
        is_twin: false,
        by_twins: Arc::default(),
    }
}

/// How many come, in order, and with which error it ends.
fn check(widths: &[usize], trouble: Trouble, length: usize, expected: Option<&QueryError>) {
    for threads in 1..=4 {
        for run_work in [0, 1, 2000] {
            let request = request(threads, run_work);
            let numbers = numbers(widths, trouble);
            let (got, error) = columns(&request, &numbers, &CancelToken::default(), |_| {});
            let all: Vec<f64> = (0..length).map(|number| number as f64).collect();
            assert_eq!(got, all, "{widths:?} {trouble:?} {threads} {run_work}");
            assert_eq!(error.as_ref(), expected, "{widths:?} {trouble:?} {threads}");
        }
    }
}

#[test]
fn columns_come_in_order() {
    check(&[], Trouble::None, 0, None);
    check(&[5], Trouble::None, 5, None);
    check(&[1, 1], Trouble::None, 2, None);
    check(&[2; 500], Trouble::None, 1000, None);
    let uneven: Vec<usize> = (0..200).map(|group| 1 + group * 7 % 11).collect();
    check(&uneven, Trouble::None, uneven.iter().sum(), None);
    // Two are too large to be buffered.
    check(&[3, 5000, 2, 5000, 1], Trouble::None, 10006, None);
}

#[test]
fn the_first_error_in_order_ends_it() {
    for series in [0, 1, 7, 99, 100, 399] {
        check(&[2; 200], Trouble::At(series), series, Some(&failed()));
    }
}

#[test]
fn a_helper_that_fails_is_done_without() {
    for series in [0, 50, 399] {
        check(&[2; 200], Trouble::HelperAt(series), 400, None);
        check(&[2; 200], Trouble::PanicAt(series), 400, None);
    }
}

#[test]
fn no_room_to_work_ahead_is_no_failure() {
    let mut request = request(3, 0);
    request.limits.bytes_max = 1;
    let numbers = numbers(&[2; 200], Trouble::None);
    let (got, error) = columns(&request, &numbers, &CancelToken::default(), |_| {});
    assert_eq!((got.len(), error), (400, None));
    assert_eq!(numbers.by_twins.load(Ordering::Relaxed), 0);
}

#[test]
fn what_is_called_off_midway_ends_soon() {
    for threads in 1..=3 {
        let token = CancelToken::default();
        let stop = |so_far| {
            if so_far == 100 {
                token.cancel();
            }
        };
        let request = request(threads, 0);
        let numbers = numbers(&[2; 200], Trouble::None);
        let (got, error) = columns(&request, &numbers, &token, stop);
        if threads == 1 {
            // Here the operator itself would have asked.
            assert_eq!((got.len(), error), (400, None));
            continue;
        }
        assert_eq!((got.len(), error), (100, Some(QueryError::Canceled)));
    }
}

#[test]
fn helpers_help() {
    let request = request(2, 0);
    let numbers = numbers(&[1; 100], Trouble::None);
    let wait = |so_far| {
        // Until the helper has filled all slots of two cores nothing else is asked for.
        while so_far == 1 && numbers.by_twins.load(Ordering::Relaxed) < 2 * AHEAD_MAX {
            thread::yield_now();
        }
    };
    let (got, error) = columns(&request, &numbers, &CancelToken::default(), wait);
    assert_eq!((got.len(), error), (100, None));
}

#[test]
fn runs_are_worth_about_the_same() {
    let each = work_of_group(2, 10);
    let run = |groups: Range<usize>, series: Range<usize>, work| Run {
        groups,
        series,
        work,
    };
    assert_eq!(
        cut(&[2, 2, 2], 10, 0),
        [
            run(0..1, 0..2, each),
            run(1..2, 2..4, each),
            run(2..3, 4..6, each)
        ]
    );
    assert_eq!(
        cut(&[2, 2, 2], 10, each + 1),
        [run(0..2, 0..4, 2 * each), run(2..3, 4..6, each)]
    );
    assert_eq!(cut(&[], 10, 1), []);
}
