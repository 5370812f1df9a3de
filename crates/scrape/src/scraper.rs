//! Scraping as a whole: start, reload, look, stop.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::error;

use crate::job::{Job, JobError};
use crate::options::JobOptions;
use crate::pool::{Pool, PoolOrder, Shared};
use crate::state::PoolState;
use crate::status::Status;
use crate::world::World;

/// Scrapes the targets of all jobs. Lives on the runtime that it was started on; stop it before that ends.
pub struct Scraper {
    world: Arc<World>,
    shared: Shared,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// In the order of the configuration.
    pools: Vec<Running>,
    /// Of jobs that are gone, whose series are not ended yet.
    leaving: Vec<Running>,
}

struct Running {
    job: Arc<Job>,
    state: Arc<PoolState>,
    orders: watch::Sender<PoolOrder>,
    task: JoinHandle<()>,
}

impl Scraper {
    /// Starts to scrape. Must be called on a tokio runtime.
    /// A job whose client can't be made, say for a certificate that isn't there, is left out and comes back as an error: the
    /// others need not wait for it.
    pub fn start(world: World, jobs: Vec<JobOptions>) -> (Self, Vec<JobError>) {
        let world = Arc::new(world);
        let scraper = Self {
            shared: Shared::new(&world),
            world,
            inner: Mutex::default(),
        };
        let mut left_out = Vec::new();
        let mut inner = scraper.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for options in jobs {
            match Job::new(options, &scraper.world, None) {
                Ok(job) => inner.pools.push(scraper.begin(Arc::new(job))),
                Err(error) => left_out.push(error),
            }
        }
        drop(inner);
        (scraper, left_out)
    }

    /// Makes `jobs` the jobs that run. Targets that stay keep their place in time and what is known of their series. Must
    /// be called on the runtime that it was started on.
    ///
    /// # Errors
    ///
    /// When a job's client can't be made; then all goes on as before.
    pub fn apply(&self, jobs: Vec<JobOptions>) -> Result<(), JobError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let made = jobs.into_iter().map(|options| {
            let before = inner
                .pools
                .iter()
                .find(|pool| pool.job.options.name == options.name);
            let before = before.map(|pool| &*pool.job);
            Job::new(options, &self.world, before).map(Arc::new)
        });
        let made: Vec<Arc<Job>> = made.collect::<Result<_, _>>()?;

        let mut before = std::mem::take(&mut inner.pools);
        for job in made {
            let same = |pool: &Running| pool.job.options.name == job.options.name;
            match before.iter().position(same) {
                Some(at) => {
                    let mut pool = before.swap_remove(at);
                    // The receiver lives as long as the pool, and that until it is told otherwise.
                    drop(pool.orders.send(PoolOrder::Run(Arc::clone(&job))));
                    pool.job = job;
                    inner.pools.push(pool);
                }
                None => inner.pools.push(self.begin(job)),
            }
        }
        for pool in before {
            drop(pool.orders.send(PoolOrder::Remove));
            inner.leaving.push(pool);
        }
        inner.leaving.retain(|pool| !pool.task.is_finished());
        Ok(())
    }

    fn begin(&self, job: Arc<Job>) -> Running {
        let (orders, receiver) = watch::channel(PoolOrder::Run(Arc::clone(&job)));
        let pool = Pool::start(
            Arc::clone(&self.world),
            self.shared.clone(),
            Arc::clone(&job),
        );
        Running {
            job,
            state: pool.state(),
            orders,
            task: tokio::spawn(pool.run(receiver)),
        }
    }

    /// How the targets are.
    #[must_use]
    pub fn status(&self) -> Status {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let pools = inner.pools.iter();
        Status {
            pools: pools
                .map(|pool| pool.state.status(&pool.job.options.name))
                .collect(),
        }
    }

    /// Stops. Scrapes under way are given up; no series ends, since after a restart all go on.
    pub async fn stop(&self) {
        let inner = std::mem::take(&mut *self.inner.lock().unwrap_or_else(PoisonError::into_inner));
        let all: Vec<Running> = inner.pools.into_iter().chain(inner.leaving).collect();
        for pool in &all {
            drop(pool.orders.send(PoolOrder::Stop));
        }
        for pool in all {
            if let Err(error) = pool.task.await {
                error!(job = pool.job.options.name, %error, "a scrape pool ended badly");
            }
        }
    }
}

#[cfg(test)]
mod tests;
