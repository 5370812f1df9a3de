//! What a query cost, as the API and the query log tell it.

use model::Timestamp;
use serde::Serialize;

/// Times of one query, in nanoseconds on the clock that never goes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) arrived: u64,
    pub(crate) begun: u64,
    pub(crate) prepared: u64,
    pub(crate) evaluated: u64,
}

/// Seconds between two of them.
pub(crate) fn seconds(from_ns: u64, to_ns: u64) -> f64 {
    to_ns.saturating_sub(from_ns) as f64 / 1e9
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct QueryStatistics {
    timings: Timings,
    samples: Samples,
}

/// Seconds.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Timings {
    eval_total_time: f64,
    /// Results come out sorted, so there is no time apart for it.
    result_sort_time: f64,
    query_preparation_time: f64,
    inner_eval_time: f64,
    exec_queue_time: f64,
    exec_total_time: f64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Samples {
    /// Pairs of a time in seconds and a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_queryable_samples_per_step: Option<Vec<(f64, u64)>>,
    total_queryable_samples: u64,
    samples_read: u64,
    peak_samples: u64,
}

impl QueryStatistics {
    /// Where nobody counted what was looked at, what was read stands for it.
    pub(crate) fn new(
        times: Times,
        cost: query::Statistics,
        per_step: &[(Timestamp, u64)],
        shows_steps: bool,
    ) -> Self {
        let steps = || per_step.iter().map(|(at, count)| (at.seconds(), *count));
        Self {
            timings: Timings {
                eval_total_time: seconds(times.begun, times.evaluated),
                result_sort_time: 0.0,
                query_preparation_time: seconds(times.begun, times.prepared),
                inner_eval_time: seconds(times.prepared, times.evaluated),
                exec_queue_time: seconds(times.arrived, times.begun),
                exec_total_time: seconds(times.arrived, times.evaluated),
            },
            samples: Samples {
                total_queryable_samples_per_step: shows_steps.then(|| steps().collect()),
                total_queryable_samples: cost.samples_looked_at.unwrap_or(cost.samples_read),
                samples_read: cost.samples_read,
                peak_samples: cost.samples_peak,
            },
        }
    }
}
