//! The targets of one job.
//!
//! A pool looks at the job's sources, makes targets of what it finds, and keeps one loop for each. A target that is still
//! there after a change keeps its loop, with its place in the interval and all that it knows of its series.

use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;
use storage::exposed::Layouts;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::{error, warn};

use crate::discovery::{LOOK_INTERVAL_MS, Sources};
use crate::ingest::Ingester;
use crate::intake::Intake;
use crate::job::Job;
use crate::roster::Roster;
use crate::scrape_loop::{Order, Plan, ScrapeLoop};
use crate::state::{PoolState, TargetState};
use crate::target::{Identity, Made, Target, make};
use crate::telemetry::PoolSize;
use crate::world::World;

/// What the pools have in common.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) roster: Roster,
    pub(crate) layouts: Layouts,
    pub(crate) intake: Arc<Intake>,
    tells_kinds: bool,
}

impl Shared {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            roster: Roster::default(),
            layouts: Layouts::default(),
            intake: Arc::new(Intake::new(Arc::clone(&world.store))),
            tells_kinds: world.type_and_unit_labels,
        }
    }

    /// One for another target.
    pub(crate) fn ingester(&self) -> Box<Ingester> {
        let ingester = Ingester::sharing(self.layouts.clone());
        Box::new(ingester.telling_kinds(self.tells_kinds))
    }
}

/// What a pool is to do.
#[derive(Clone)]
pub(crate) enum PoolOrder {
    /// Run the job.
    Run(Arc<Job>),
    /// The job is gone.
    Remove,
    /// The server stops.
    Stop,
}

/// A job's targets.
pub(crate) struct Pool {
    world: Arc<World>,
    job: Arc<Job>,
    sources: Sources,
    state: Arc<PoolState>,
    shared: Shared,
    running: HashMap<Identity, Running, RandomState>,
    /// Loops whose targets are gone and whose series are not ended yet.
    leaving: Vec<(watch::Sender<Order>, JoinHandle<()>)>,
}

/// A target that is being scraped.
struct Running {
    orders: watch::Sender<Order>,
    task: JoinHandle<()>,
    state: Arc<TargetState>,
}

/// What the sources and the rules make of a job.
#[derive(Default)]
struct Wanted {
    targets: HashMap<Identity, Target, RandomState>,
    dropped: Vec<Labels>,
    dropped_count: usize,
}

impl Pool {
    /// A pool that has found its first targets and scrapes them already.
    pub(crate) fn start(world: Arc<World>, shared: Shared, job: Arc<Job>) -> Self {
        world.telemetry.pools.inc();
        let mut pool = Self {
            sources: Sources::new(job.options.discoveries.clone()),
            world,
            job,
            state: Arc::default(),
            shared,
            running: HashMap::default(),
            leaving: Vec::new(),
        };
        pool.look();
        pool.sync();
        pool
    }

    pub(crate) fn state(&self) -> Arc<PoolState> {
        Arc::clone(&self.state)
    }

    /// Follows orders until one of them ends the pool.
    pub(crate) async fn run(mut self, mut orders: watch::Receiver<PoolOrder>) {
        loop {
            let order = tokio::select! {
                biased;
                changed = orders.changed() => match changed {
                    Ok(()) => orders.borrow_and_update().clone(),
                    Err(_) => PoolOrder::Stop,
                },
                () = sleep(Duration::from_millis(LOOK_INTERVAL_MS.unsigned_abs())), if self.sources.has_files() => {
                    if self.look() {
                        self.sync();
                    }
                    continue;
                }
            };
            match order {
                PoolOrder::Run(job) => self.change(job),
                PoolOrder::Stop => return self.stop().await,
                PoolOrder::Remove => {
                    self.remove_all();
                    return self.wait_for_leaving(orders).await;
                }
            }
        }
    }

    fn change(&mut self, job: Arc<Job>) {
        self.world.telemetry.pool_reloads.inc();
        if job.options.discoveries != self.job.options.discoveries {
            self.sources.change(job.options.discoveries.clone());
        }
        self.job = job;
        self.look();
        self.sync();
    }

    /// Looks at the sources. Answers whether they may have changed.
    fn look(&mut self) -> bool {
        let now_ms = self.world.clock.monotonic_ns() / 1_000_000;
        let look = self.sources.look(i64::try_from(now_ms).unwrap_or(i64::MAX));
        for error in &look.errors {
            self.world.telemetry.file_errors.inc();
            error!(job = self.job.options.name, %error, "error reading targets");
        }
        for (path, stamp) in self.sources.files() {
            let modified_seconds = stamp.map_or(0.0, |stamp| stamp.modified_ns as f64 / 1e9);
            let file = path.display().to_string();
            self.world
                .telemetry
                .file_modified
                .with(&[&file])
                .set(modified_seconds);
        }
        look.changed
    }

    fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        let job = &self.job.options;
        let remembered_max = match job.limits.keep_dropped_targets {
            0 => usize::MAX,
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        for group in self.sources.groups() {
            for address in &group.targets {
                match make(job, group, address) {
                    Ok(Made::Target(target)) => {
                        wanted.targets.insert(target.identity(), *target);
                    }
                    Ok(Made::Dropped(labels)) => {
                        wanted.dropped_count += 1;
                        if wanted.dropped.len() < remembered_max {
                            wanted.dropped.push(labels);
                        }
                    }
                    Err(error) => {
                        warn!(job = job.name, source = group.source, address, %error, "creating target failed");
                    }
                }
            }
        }
        wanted
    }

    /// Makes the running loops those that are wanted.
    fn sync(&mut self) {
        let started_ns = self.world.clock.monotonic_ns();
        let wanted = self.wanted();
        let dropped_count = wanted.dropped_count;
        let (count, limit) = (wanted.targets.len(), self.job.options.limits.targets);
        let too_many = (limit > 0 && count as u64 > limit).then_some(count);
        if too_many.is_some() {
            self.world.telemetry.target_limit.inc();
        }
        let gone: Vec<Identity> = self
            .running
            .keys()
            .filter(|identity| !wanted.targets.contains_key(*identity))
            .cloned()
            .collect();
        for identity in gone {
            self.remove(&identity);
        }
        for (identity, target) in wanted.targets {
            let target = Arc::new(target);
            let plan = Arc::new(Plan {
                source: self.job.source(&target, &self.world),
                job: Arc::clone(&self.job),
                target,
                too_many,
            });
            match self.running.get(&identity) {
                // The receiver lives as long as the loop does, and the loop until it is told otherwise.
                Some(running) => drop(running.orders.send(Order::Run(plan))),
                None => self.begin(identity, plan),
            }
        }
        self.leaving.retain(|(_, task)| !task.is_finished());
        let active = self
            .running
            .values()
            .map(|running| Arc::clone(&running.state));
        self.state
            .set(active.collect(), wanted.dropped, dropped_count);
        let size = PoolSize {
            targets: count,
            dropped: dropped_count,
            limit,
        };
        let seconds = (self.world.clock.monotonic_ns() - started_ns) as f64 / 1e9;
        let telemetry = &self.world.telemetry;
        telemetry.synced(&self.job.options.name, size, seconds);
    }

    fn begin(&mut self, identity: Identity, plan: Arc<Plan>) {
        let (orders, receiver) = watch::channel(Order::Run(Arc::clone(&plan)));
        let state = Arc::new(TargetState::new(Arc::clone(&plan.target)));
        let scrape_loop = ScrapeLoop {
            world: Arc::clone(&self.world),
            shared: self.shared.clone(),
            place: Some(self.shared.roster.enter(&plan.target.labels)),
            state: Arc::clone(&state),
            plan,
            orders: receiver,
            ingester: None,
            last: None,
            lengths: None,
        };
        let running = Running {
            orders,
            task: tokio::spawn(scrape_loop.run()),
            state,
        };
        self.running.insert(identity, running);
    }

    fn remove(&mut self, identity: &Identity) {
        if let Some(running) = self.running.remove(identity) {
            drop(running.orders.send(Order::Remove));
            self.leaving.push((running.orders, running.task));
        }
    }

    fn remove_all(&mut self) {
        let all: Vec<Identity> = self.running.keys().cloned().collect();
        for identity in all {
            self.remove(&identity);
        }
        self.state.set(Vec::new(), Vec::new(), 0);
        self.world.telemetry.forget(&self.job.options.name);
    }

    /// The series of the targets that are gone end in their own time, unless the server stops before.
    async fn wait_for_leaving(mut self, mut orders: watch::Receiver<PoolOrder>) {
        while let Some((_, task)) = self.leaving.last_mut() {
            let stops = tokio::select! {
                biased;
                order = orders.wait_for(|order| matches!(order, PoolOrder::Stop)) => {
                    drop(order);
                    true
                }
                _ = task => false,
            };
            if stops {
                return self.stop().await;
            }
            self.leaving.pop();
        }
    }

    async fn stop(self) {
        let running = self.running.into_values();
        let all: Vec<_> = running
            .map(|running| (running.orders, running.task))
            .chain(self.leaving)
            .collect();
        for (orders, _) in &all {
            drop(orders.send(Order::Stop));
        }
        for (_, task) in all {
            if let Err(error) = task.await {
                error!(job = self.job.options.name, %error, "a scrape loop ended badly");
            }
        }
    }
}
