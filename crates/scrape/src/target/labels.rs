//! From an address to a target.

use model::duration::{self, DurationError, Milliseconds};
use model::relabel::{self, Verdict};
use model::{Labels, LabelsBuilder};

use super::{Target, url};
use crate::options::{JobOptions, TargetGroup};

pub(super) const ADDRESS: &str = "__address__";
pub(super) const SCHEME: &str = "__scheme__";
pub(super) const METRICS_PATH: &str = "__metrics_path__";
pub(super) const PARAM_PREFIX: &str = "__param_";
const INTERVAL: &str = "__scrape_interval__";
const TIMEOUT: &str = "__scrape_timeout__";
const INSTANCE: &str = "instance";
const JOB: &str = "job";
/// Labels that begin so are for discovery and relabelling, and not for series.
const PRIVATE_PREFIX: &str = "__";

/// What became of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is scraped.
    Target(Box<Target>),
    /// The rules dropped it; its labels before them.
    Dropped(Labels),
}

/// An address that no target can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The rules left none.
    #[error("no address")]
    NoAddress,
    /// A path where a host and a port should be.
    #[error("{0:?} is not a valid hostname")]
    Hostname(String),
    /// `__scheme__` is something else.
    #[error("unsupported scheme {0:?}: use http or https")]
    Scheme(String),
    /// `__scrape_interval__` or `__scrape_timeout__` is none.
    #[error("error parsing scrape {what}: {error}")]
    Duration {
        /// `interval` or `timeout`.
        what: &'static str,
        /// What is wrong with it.
        error: DurationError,
    },
    /// The same, and it is 0.
    #[error("scrape {0} cannot be 0")]
    Zero(&'static str),
    /// A scrape can't take longer than the time until the next.
    #[error("scrape timeout cannot be greater than scrape interval ({timeout:?} > {interval:?})")]
    TimeoutAboveInterval {
        /// What `__scrape_timeout__` says.
        timeout: String,
        /// What `__scrape_interval__` says.
        interval: String,
    },
}

/// Makes what `job` says of `address` in `group`.
///
/// # Errors
///
/// When the labels after relabelling describe nothing that can be scraped.
pub fn make(job: &JobOptions, group: &TargetGroup, address: &str) -> Result<Made, TargetError> {
    let mut labels = discovered(job, group, address);
    let before = labels.build();
    if relabel::apply(&job.relabel_rules, &mut labels) == Verdict::Drop {
        return Ok(Made::Dropped(before));
    }
    let address = labels.value(ADDRESS);
    if address.is_empty() {
        return Err(TargetError::NoAddress);
    }
    if address.contains('/') {
        return Err(TargetError::Hostname(address.to_owned()));
    }
    let scheme = labels.value(SCHEME);
    if scheme != "http" && scheme != "https" {
        return Err(TargetError::Scheme(scheme.to_owned()));
    }
    let interval_ms = milliseconds(&labels, INTERVAL, "interval")?;
    let timeout_ms = milliseconds(&labels, TIMEOUT, "timeout")?;
    if timeout_ms > interval_ms {
        return Err(TargetError::TimeoutAboveInterval {
            timeout: Milliseconds(timeout_ms).to_string(),
            interval: Milliseconds(interval_ms).to_string(),
        });
    }
    let url = url::build(&labels, &job.params);
    if labels.value(INSTANCE).is_empty() {
        let address = address.to_owned();
        labels.set(INSTANCE, &address);
    }
    labels.retain(|name, _| !name.starts_with(PRIVATE_PREFIX));
    Ok(Made::Target(Box::new(Target {
        discovered: before,
        labels: labels.build(),
        url,
        interval_ms,
        timeout_ms,
    })))
}

/// The group's labels stand before the job's defaults.
fn discovered(job: &JobOptions, group: &TargetGroup, address: &str) -> LabelsBuilder {
    let mut labels = LabelsBuilder::default();
    for (name, value) in &group.labels {
        labels.set(name, value);
    }
    labels.set(ADDRESS, address);
    let mut default = |name: &str, value: &str| {
        if labels.value(name).is_empty() {
            labels.set(name, value);
        }
    };
    default(JOB, &job.name);
    default(INTERVAL, &Milliseconds(job.interval_ms).to_string());
    default(TIMEOUT, &Milliseconds(job.timeout_ms).to_string());
    default(METRICS_PATH, &job.metrics_path);
    default(SCHEME, &job.scheme);
    for (name, values) in &job.params {
        if let Some(first) = values.first() {
            default(&format!("{PARAM_PREFIX}{name}"), first);
        }
    }
    labels
}

fn milliseconds(
    labels: &LabelsBuilder,
    name: &str,
    what: &'static str,
) -> Result<i64, TargetError> {
    match duration::parse_ms(labels.value(name)) {
        Ok(0) => Err(TargetError::Zero(what)),
        Ok(ms) => Ok(ms),
        Err(error) => Err(TargetError::Duration { what, error }),
    }
}
