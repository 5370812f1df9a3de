//! The life of one target: wait, fetch, ingest, until it is gone.
//!
//! ```text
//!           ┌────────── order: run with another plan ─────────┐
//!           ▼                                                 │
//!   wait for the grid ──► fetch (timeout) ──► hand over to the intake, which ingests and notes how it went
//!           │                  │
//!           ├── order: remove ─┴─► wait two intervals ──► stale markers
//!           └── order: stop ───┴─► (nothing: after a restart the series go on)
//! ```
//!
//! Nobody is woken when a page has become rows: the loop asks for that when it needs its ingester again, at the next scrape.

use std::sync::Arc;
use std::time::Duration;

use ferula::Summary;
use model::Timestamp;
use model::duration::Milliseconds;
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::error::{FetchError, ScrapeError};
use crate::ingest::Ingester;
use crate::intake::{Done, What, Work};
use crate::job::Job;
use crate::pool::Shared;
use crate::roster::Place;
use crate::schedule::Grid;
use crate::source::{Page, Source};
use crate::state::TargetState;
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
    /// With the intake since the last scrape, or back from there.
    pub(crate) ingester: Option<Held>,
    /// When the last scrape began.
    pub(crate) last: Option<Timestamp>,
    /// Where the interval's length is counted, and which interval that is for.
    pub(crate) lengths: Option<(i64, Summary)>,
}

/// Where the ingester is.
pub(crate) enum Held {
    Here(Box<Ingester>),
    Intake {
        done: oneshot::Receiver<Done>,
        /// Whether the rules have changed since.
        forgets: bool,
    },
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
                Woken::Order(Order::Stop) => return self.settle().await,
                Woken::Order(Order::Remove) => {
                    self.settle().await;
                    return self.leave(planned_ms).await;
                }
                Woken::Order(Order::Run(plan)) => {
                    self.change(plan);
                    if grid != self.grid() {
                        grid = self.grid();
                        planned_ms = grid.after(self.now_ms());
                    }
                }
                Woken::Time => {
                    self.settle().await;
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
        if !plan.job.reads_alike(&self.plan.job) {
            match &mut self.ingester {
                Some(Held::Here(ingester)) => ingester.forget_meanings(),
                Some(Held::Intake { forgets, .. }) => *forgets = true,
                None => {}
            }
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
        let done = self.hand_over(&plan, time, what).await;
        let forgets = false;
        self.ingester = Some(Held::Intake { done, forgets });
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

    /// Has the intake write a row.
    async fn hand_over(
        &mut self,
        plan: &Arc<Plan>,
        time: Timestamp,
        what: What,
    ) -> oneshot::Receiver<Done> {
        let work = Work {
            world: Arc::clone(&self.world),
            plan: Arc::clone(plan),
            state: Arc::clone(&self.state),
            time,
            what,
        };
        let ingester = self.take_back().await;
        self.shared.intake.take(ingester, work)
    }

    /// Waits until what was handed over is done.
    async fn settle(&mut self) {
        self.ingester = Some(Held::Here(self.take_back().await));
    }

    async fn take_back(&mut self) -> Box<Ingester> {
        match self.ingester.take() {
            Some(Held::Here(ingester)) => ingester,
            Some(Held::Intake { done, forgets }) => {
                // After a mistake of ours nothing is known of the series.
                let ingester = done.await.map(|done| done.ingester);
                let mut ingester = ingester.unwrap_or_else(|_| self.shared.ingester());
                if forgets {
                    ingester.forget_meanings();
                }
                ingester
            }
            None => self.shared.ingester(),
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
        let done = self.hand_over(&plan, time, What::End).await.await;
        if let Ok(Done {
            error: Some(error), ..
        }) = done
        {
            warn!(job = self.plan.job.options.name, url = self.plan.target.url, %error, "stale markers were not written");
        }
    }
}
