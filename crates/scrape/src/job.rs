//! A job and what its targets share.

use std::sync::Arc;

use platform::http::{BuildError, HeaderMap, HttpClient};

use crate::options::JobOptions;
use crate::source::{HttpSource, Source, request_headers};
use crate::target::Target;
use crate::world::World;

/// A job with its client.
pub(crate) struct Job {
    pub(crate) options: JobOptions,
    client: Arc<dyn HttpClient>,
    headers: HeaderMap,
}

/// A job that can't be run.
#[derive(Debug, thiserror::Error)]
#[error("error creating HTTP client of job {job:?}: {error}")]
pub struct JobError {
    /// Its name.
    pub job: String,
    /// What its client options ask for in vain.
    pub error: BuildError,
}

impl Job {
    /// `before` is the job of that name that ran until now: its connections are kept if they may be.
    pub(crate) fn new(
        options: JobOptions,
        world: &World,
        before: Option<&Self>,
    ) -> Result<Self, JobError> {
        let same = before.filter(|before| before.options.client == options.client);
        let client = match same {
            Some(before) => Arc::clone(&before.client),
            None => world
                .network
                .client(&options.client)
                .map_err(|error| JobError {
                    job: options.name.clone(),
                    error,
                })?,
        };
        Ok(Self {
            headers: request_headers(&options, &world.agent),
            options,
            client,
        })
    }

    pub(crate) fn source(&self, target: &Target, world: &World) -> Arc<dyn Source> {
        let own = world.sources.source(&self.options.name, target);
        own.unwrap_or_else(|| {
            Arc::new(HttpSource::new(
                Arc::clone(&self.client),
                &self.options,
                &self.headers,
                &target.url,
                target.timeout_ms,
            ))
        })
    }

    /// Whether a series on a page means the same to both.
    pub(crate) fn reads_alike(&self, other: &Self) -> bool {
        let (a, b) = (&self.options, &other.options);
        let switches = |options: &JobOptions| {
            (
                options.honor_labels,
                options.honor_timestamps,
                options.track_timestamps_staleness,
                options.limits,
            )
        };
        // Rules hold compiled expressions, which can only be compared as they print.
        let rules = |options: &JobOptions| format!("{:?}", options.metric_relabel_rules);
        switches(a) == switches(b) && rules(a) == rules(b)
    }
}
