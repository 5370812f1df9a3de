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

use ferula_exposition::negotiate::format_of;
use model::Timestamp;
use model::duration::Milliseconds;
use platform::http::{BodyError, HttpError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use crate::error::{FetchError, PageError, ScrapeError};
use crate::ingest::{Counts, Ingester, Row};
use crate::job::Job;
use crate::report::{ExtraReport, Report};
use crate::roster::{Place, Roster};
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
    pub(crate) roster: Roster,
    /// Given up when the target is gone.
    pub(crate) place: Option<Place>,
    pub(crate) state: Arc<TargetState>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) orders: watch::Receiver<Order>,
    pub(crate) ingester: Ingester,
    /// The last page's size: the next one's will be much the same.
    pub(crate) page_bytes: usize,
    /// When the last scrape began.
    pub(crate) last: Option<Timestamp>,
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
        if !plan.job.reads_alike(&self.plan.job) {
            self.ingester.forget_meanings();
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
        page.bytes.reserve(self.page_bytes + self.page_bytes / 8);
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
        self.page_bytes = page.bytes.len();
        let (counts, error) = self.ingest(&plan, time, started_ns, fetched.map(|()| &page));
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

    fn ingest(
        &mut self,
        plan: &Plan,
        time: Timestamp,
        started_ns: u64,
        fetched: Result<&Page, ScrapeError>,
    ) -> (Counts, Option<ScrapeError>) {
        let row = Row {
            job: &plan.job.options,
            target: &plan.target.labels,
            time,
        };
        let clock = Arc::clone(&self.world.clock);
        let report = |counts: &Counts, up: bool, body_size_bytes: i64| Report {
            up,
            duration_seconds: (clock.monotonic_ns() - started_ns) as f64 / 1e9,
            scraped: counts.scraped,
            kept: counts.kept,
            added: counts.added,
            extra: plan.job.options.extra_metrics.then(|| ExtraReport {
                timeout_seconds: plan.target.timeout_ms as f64 / 1000.0,
                sample_limit: plan.job.options.limits.samples,
                body_size_bytes,
            }),
        };
        let store = &*self.world.store;
        let page = fetched.and_then(|page| {
            let fallback = plan.job.options.fallback_protocol;
            let agreed = format_of(Some(&page.content_type), fallback)?;
            if let Some(warning) = agreed.warning {
                debug!(url = plan.target.url, "{warning}");
            }
            Ok((page, agreed.format))
        });
        let (page, format) = match page {
            Ok(page) => page,
            Err(error) => {
                let report = report(
                    &Counts::default(),
                    false,
                    if is_too_large(&error) { -1 } else { 0 },
                );
                let written = self.ingester.nothing(store, row, &report);
                return (
                    Counts::default(),
                    Some(written.err().map_or(error, ScrapeError::from)),
                );
            }
        };
        let size = i64::try_from(page.bytes.len()).unwrap_or(i64::MAX);
        let said =
            |counts: &Counts, error: Option<&PageError>| report(counts, error.is_none(), size);
        match self.ingester.page(store, row, &page.bytes, format, said) {
            Ok((counts, error)) => {
                self.warn_of_refusals(&counts);
                (counts, error.map(ScrapeError::from))
            }
            Err(broken) => (Counts::default(), Some(broken.into())),
        }
    }

    fn note_interval(&mut self, time: Timestamp) {
        if let Some(last) = self.last.replace(time) {
            let interval = Milliseconds(self.plan.target.interval_ms).to_string();
            let lengths = self.world.telemetry.interval_length.with(&[&interval]);
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
        if self.roster.has(&self.plan.target.labels) {
            return;
        }
        let row = Row {
            job: &self.plan.job.options,
            target: &self.plan.target.labels,
            time,
        };
        if let Err(error) = self.ingester.end(&*self.world.store, row) {
            warn!(job = self.plan.job.options.name, url = self.plan.target.url, %error, "stale markers were not written");
        }
    }
}

fn is_too_large(error: &ScrapeError) -> bool {
    matches!(
        error,
        ScrapeError::Fetch(FetchError::Http(HttpError::Body(
            BodyError::TooLarge { .. }
        )))
    )
}
