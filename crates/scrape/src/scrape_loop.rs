//! The life of one target: wait, fetch, ingest, until it is gone.
//!
//! ```text
//!           ┌────────── order: run with another plan ─────────┐
//!           ▼                                                 │
//!   wait for the grid ──► fetch (timeout) ──► ingest ──► state
//!           │                  │
//!           ├── order: remove ─┴─► wait two intervals ──► stale markers
//!           └── order: stop ───┴─► (nothing: after a restart the series go on)
//! ```

use std::sync::Arc;
use std::time::Duration;

use ferula::Summary;
use model::Timestamp;
use model::duration::Milliseconds;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use crate::error::{FetchError, PageError, ScrapeError};
use crate::ingest::{Counts, Ingester};
use crate::intake::{What, Work, is_too_large};
use crate::job::Job;
use crate::pool::Shared;
use crate::roster::Place;
use crate::schedule::Grid;
use crate::source::{Page, Source};
use crate::state::{LastScrape, TargetState};
use crate::target::Target;
use crate::world::World;

/// What a target's loop is to do.
#[derive(Clone)]
pub(crate) enum Order {
    /// Scrape so.
    Run(Arc<Plan>),
    /// The target is gone: end its series.
    Remove,
    /// The server stops.
    Stop,
}

/// How a target is scraped.
pub(crate) struct Plan {
    pub(crate) job: Arc<Job>,
    pub(crate) target: Arc<Target>,
    pub(crate) source: Arc<dyn Source>,
    /// Why it must not be scraped: how many targets the job has, if those are too many.
    pub(crate) too_many: Option<usize>,
}

/// One target's loop.
pub(crate) struct ScrapeLoop {
    pub(crate) world: Arc<World>,
    pub(crate) shared: Shared,
    /// Given up when the target is gone.
    pub(crate) place: Option<Place>,
    pub(crate) state: Arc<TargetState>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) orders: watch::Receiver<Order>,
    /// With the intake while a row is written; then nothing else is done.
    pub(crate) ingester: Option<Box<Ingester>>,
    /// When the last scrape began.
    pub(crate) last: Option<Timestamp>,
    /// Where the interval's length is counted, and which interval that is for.
    pub(crate) lengths: Option<(i64, Summary)>,
}

/// Why the loop stopped waiting.
enum Woken {
    Time,
    Order(Order),
}

impl ScrapeLoop {
    pub(crate) async fn run(mut self) {
        let mut grid = self.grid();
        let mut planned_ms = grid.after(self.now_ms());
        loop {
            match self.wait_until(planned_ms).await {
                Woken::Order(Order::Stop) => return,
                Woken::Order(Order::Remove) => return self.leave(planned_ms).await,
                Woken::Order(Order::Run(plan)) => {
                    self.change(plan);
                    if grid != self.grid() {
                        grid = self.grid();
                        planned_ms = grid.after(self.now_ms());
                    }
                }
                Woken::Time => {
                    let now_ms = self.now_ms();
                    if grid.is_early(planned_ms, now_ms) {
                        // The wall clock was set back, or runs slower than the timer.
                        planned_ms = planned_ms.min(grid.after(now_ms));
                        continue;
                    }
                    let time = Timestamp(grid.aligned(planned_ms, now_ms));
                    self.scrape(time).await;
                    planned_ms = grid.next(planned_ms, self.now_ms());
                }
            }
        }
    }

    fn now_ms(&self) -> i64 {
        self.world.clock.now().0
    }

    fn grid(&self) -> Grid {
        let target = &self.plan.target;
        Grid::new(target.interval_ms, target.stable_hash(), self.world.seed)
    }

    async fn wait_until(&mut self, planned_ms: i64) -> Woken {
        // An order may have come while nobody waited for one.
        let order = self.orders.borrow_and_update().clone();
        match order {
            Order::Run(plan) if Arc::ptr_eq(&plan, &self.plan) => {}
            order => return Woken::Order(order),
        }
        let wait_ms = (planned_ms - self.now_ms()).max(0).unsigned_abs();
        tokio::select! {
            biased;
            changed = self.orders.changed() => match changed {
                Ok(()) => Woken::Order(self.orders.borrow_and_update().clone()),
                Err(_) => Woken::Order(Order::Stop),
            },
            () = sleep(Duration::from_millis(wait_ms)) => Woken::Time,
        }
    }

    fn change(&mut self, plan: Arc<Plan>) {
        if !plan.job.reads_alike(&self.plan.job)
            && let Some(ingester) = &mut self.ingester
        {
            ingester.forget_meanings();
        }
        self.state.set_target(Arc::clone(&plan.target));
        self.plan = plan;
    }

    async fn scrape(&mut self, time: Timestamp) {
        self.note_interval(time);
        let started_ns = self.world.clock.monotonic_ns();
        // The next line after this may replace the plan, so this scrape keeps its own.
        let plan = Arc::clone(&self.plan);
        let mut page = Page::default();
        let fetched = match plan.too_many {
            Some(targets) => Err(ScrapeError::TargetLimit {
                targets,
                limit: plan.job.options.limits.targets,
            }),
            None => match self.fetch(&plan, &mut page).await {
                Some(fetched) => fetched.map_err(ScrapeError::from),
                // Removed or stopped: what is on its way no longer counts.
                None => return,
            },
        };
        let page = fetched.map(|()| page);
        let what = What::Scrape { page, started_ns };
        let (counts, error) = self.write(&plan, time, what).await;
        self.warn_of_refusals(&counts);
        if let Some(error) = &error {
            debug!(job = plan.job.options.name, url = plan.target.url, %error, "scrape failed");
            self.count_error(error);
        }
        self.state.set_last(LastScrape {
            time,
            duration_ns: self.world.clock.monotonic_ns() - started_ns,
            error: error.map(|error| error.to_string()).unwrap_or_default(),
            samples: counts.scraped,
        });
    }

    /// `None` if an order came that ends the loop.
    async fn fetch(&mut self, plan: &Plan, page: &mut Page) -> Option<Result<(), FetchError>> {
        let limit = Duration::from_millis(plan.target.timeout_ms.unsigned_abs());
        let fetched = timeout(limit, plan.source.fetch(page));
        tokio::select! {
            biased;
            fetched = fetched => Some(fetched.unwrap_or(Err(FetchError::TimedOut))),
            _ = self.orders.wait_for(|order| !matches!(order, Order::Run(_))) => None,
        }
    }

    /// Writes a row.
    async fn write(
        &mut self,
        plan: &Arc<Plan>,
        time: Timestamp,
        what: What,
    ) -> (Counts, Option<ScrapeError>) {
        let work = Work {
            world: Arc::clone(&self.world),
            plan: Arc::clone(plan),
            time,
            what,
        };
        // After a mistake of ours nothing is known of the series.
        let ingester = self.ingester.take();
        let ingester = ingester.unwrap_or_else(|| self.shared.ingester());
        let done = self.shared.intake.take(ingester, work);
        match done.await {
            Some(done) => {
                self.ingester = Some(done.ingester);
                (done.counts, done.error)
            }
            None => (Counts::default(), Some(ScrapeError::Panicked)),
        }
    }

    fn note_interval(&mut self, time: Timestamp) {
        if let Some(last) = self.last.replace(time) {
            let interval_ms = self.plan.target.interval_ms;
            self.lengths.take_if(|(own_ms, _)| *own_ms != interval_ms);
            let (_, lengths) = self.lengths.get_or_insert_with(|| {
                let interval = Milliseconds(interval_ms).to_string();
                let family = &self.world.telemetry.interval_length;
                (interval_ms, family.handle(&[&interval]))
            });
            lengths.observe(time.seconds() - last.seconds());
        }
    }

    fn count_error(&self, error: &ScrapeError) {
        let telemetry = &self.world.telemetry;
        match error {
            ScrapeError::Page(PageError::SampleLimit) => telemetry.sample_limit.inc(),
            ScrapeError::Page(
                PageError::LabelLimit { .. }
                | PageError::LabelNameLimit { .. }
                | PageError::LabelValueLimit { .. },
            ) => telemetry.label_limits.inc(),
            error if is_too_large(error) => telemetry.body_size_limit.inc(),
            _ => {}
        }
    }

    fn warn_of_refusals(&self, counts: &Counts) {
        self.world.telemetry.count(counts);
        let refusals = [
            (
                counts.duplicates,
                "samples with different value but same timestamp",
            ),
            (counts.out_of_order, "out-of-order samples"),
            (
                counts.out_of_bounds,
                "samples that are too old or are too far into the future",
            ),
            (counts.no_room, "samples for which the store has no room"),
        ];
        for (dropped, what) in refusals.into_iter().filter(|(dropped, _)| *dropped > 0) {
            let (job, url) = (&self.plan.job.options.name, &self.plan.target.url);
            warn!(job, url, dropped, "error on ingesting {what}");
        }
    }

    /// Ends the target's series, as if the scrape at `planned_ms` had found nothing.
    ///
    /// The same target may come back under another job or with other rules, so the markers wait for two intervals: if
    /// somebody writes to the series by then, the store finds the markers too old and refuses them.
    async fn leave(mut self, planned_ms: i64) {
        self.place = None;
        let interval_ms = self.plan.target.interval_ms;
        let time = Timestamp(planned_ms);
        let until_ms = planned_ms + interval_ms + interval_ms / 10;
        let wait_ms = (until_ms - self.now_ms()).max(0).unsigned_abs();
        tokio::select! {
            biased;
            _ = self.orders.wait_for(|order| matches!(order, Order::Stop)) => return,
            () = sleep(Duration::from_millis(wait_ms)) => {}
        }
        if self.shared.roster.has(&self.plan.target.labels) {
            return;
        }
        let plan = Arc::clone(&self.plan);
        if let (_, Some(error)) = self.write(&plan, time, What::End).await {
            warn!(job = self.plan.job.options.name, url = self.plan.target.url, %error, "stale markers were not written");
        }
    }
}
