//! What `/api/v1/query` and `/api/v1/query_range` share: reading the options, running the query on a worker, and
//! turning the answer into a response.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use model::labels::Quoted;
use promql::ValueType;
use query::{CancelToken, Request, Severity, Value, Window};
use serde::Serialize;

use super::parse;
use crate::errors::ApiError;
use crate::json;
use crate::json::result::{ResultWriter, Tail};
use crate::limits::ANNOTATIONS_MAX;
use crate::params::limit::TRUNCATED;
use crate::params::{Params, duration, limit};
use crate::respond::query_result;
use crate::router::Web;

/// What a request says besides what to evaluate and when.
#[derive(Clone, Debug)]
pub(super) struct QueryParams {
    text: String,
    timeout: Duration,
    lookback_ms: i64,
    stats: Stats,
}

/// Whether the answer says what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stats {
    No,
    Yes,
    /// Yes, though the word for it is none that we know.
    Unknown(String),
}

impl QueryParams {
    pub(super) fn read(web: &Web, params: &Params) -> Result<Self, ApiError> {
        let queries = &web.options.queries;
        let mut timeout = web.query_timeout();
        let text = params.get("timeout");
        if !text.is_empty() {
            let wanted_ms = duration::parse_ms(text)
                .map_err(|reason| ApiError::parameter("timeout", reason))?;
            timeout = timeout.min(Duration::from_millis(wanted_ms.max(0).unsigned_abs()));
        }
        let lookback_ms = match params.get("lookback_delta") {
            "" => 0,
            text => duration::parse_ms(text).map_err(|reason| {
                ApiError::BadData(format!("error parsing lookback delta duration: {reason}"))
            })?,
        };
        Ok(Self {
            text: params.get("query").to_owned(),
            timeout,
            lookback_ms: if lookback_ms > 0 {
                lookback_ms
            } else {
                queries.lookback_ms
            },
            stats: match params.get("stats") {
                "" => Stats::No,
                "true" | "all" => Stats::Yes,
                other => Stats::Unknown(other.to_owned()),
            },
        })
    }
}

/// Times of one query, in nanoseconds on the clock that never goes back.
#[derive(Clone, Copy, Debug)]
struct Times {
    arrived: u64,
    begun: u64,
    prepared: u64,
    evaluated: u64,
}

/// Runs the query and answers with its result.
pub(super) async fn evaluate(
    web: &Arc<Web>,
    query: QueryParams,
    window: Window,
    series_max: Option<usize>,
) -> Result<Response, ApiError> {
    let _running = web.metrics.queries.track_in_progress();
    let arrived = web.sources.clock.monotonic_ns();
    let stats = query.stats.clone();
    let (answer, times) = web
        .queries
        .run(query.timeout, {
            let web = Arc::clone(web);
            move |token| run(&web, query, window, arrived, token)
        })
        .await?;
    observe(web, times);

    let mut tail = Tail::default();
    let mut value = answer.value;
    if truncate(&mut value, series_max) {
        tail.warnings.push(TRUNCATED.to_owned());
    }
    if let Stats::Unknown(word) = &stats {
        tail.warnings.push(format!(
            "unknown value of parameter \"stats\", taken as \"true\": {}",
            Quoted(word)
        ));
    }
    for annotation in answer.annotations {
        match annotation.severity {
            Severity::Warning => tail.warnings.push(annotation.text),
            Severity::Info => tail.infos.push(annotation.text),
        }
    }
    cut(&mut tail.warnings, "warning");
    cut(&mut tail.infos, "info");
    if stats != Stats::No {
        tail.stats = Some(json::to_bytes(&statistics(times, answer.statistics)));
    }
    Ok(query_result(ResultWriter::new(value, tail)))
}

/// On a worker: from the text to the answer.
fn run(
    web: &Web,
    query: QueryParams,
    window: Window,
    arrived: u64,
    token: &CancelToken,
) -> Result<(query::Answer, Times), ApiError> {
    let clock = &web.sources.clock;
    let options = &web.options.queries;
    let begun = clock.monotonic_ns();
    let expr = parse(web, &query.text)?;
    if let Window::Range { .. } = window {
        check_type(expr.value_type())?;
    }
    let request = Request {
        text: query.text,
        expr,
        window,
        lookback_ms: query.lookback_ms,
        default_step_ms: (web.sources.default_step_ms)(),
        samples_max: options.samples_max,
        delayed_name_removal: options.delayed_name_removal,
        start_timestamps: options.start_timestamps,
    };
    let prepared = clock.monotonic_ns();
    let answer = query::execute(&*web.sources.store, &request, token)?;
    let times = Times {
        arrived,
        begun,
        prepared,
        evaluated: clock.monotonic_ns(),
    };
    Ok((answer, times))
}

/// Only what has one value per step can be evaluated step by step.
fn check_type(value_type: ValueType) -> Result<(), ApiError> {
    match value_type {
        ValueType::Scalar | ValueType::Vector => Ok(()),
        ValueType::Matrix | ValueType::String => Err(ApiError::parameter(
            "query",
            format_args!(
                "invalid expression type {} for range query, must be Scalar or instant Vector",
                Quoted(value_type.documented())
            ),
        )),
    }
}

fn truncate(value: &mut Value, series_max: Option<usize>) -> bool {
    match value {
        Value::Vector(_, samples) => limit::truncate(samples, series_max),
        Value::Matrix(series) => limit::truncate(series, series_max),
        Value::Scalar(..) | Value::String(..) => false,
    }
}

/// Keeps the first annotations, and counts the others in one more line.
fn cut(texts: &mut Vec<String>, kind: &str) {
    let more = texts.len().saturating_sub(ANNOTATIONS_MAX);
    if more > 0 {
        texts.truncate(ANNOTATIONS_MAX);
        texts.push(format!("{more} more {kind} annotations omitted"));
    }
}

fn seconds(from_ns: u64, to_ns: u64) -> f64 {
    to_ns.saturating_sub(from_ns) as f64 / 1e9
}

fn observe(web: &Web, times: Times) {
    let slices = &web.metrics.query_durations;
    let parts = [
        ("queue_time", times.arrived, times.begun),
        ("prepare_time", times.begun, times.prepared),
        ("inner_eval", times.prepared, times.evaluated),
    ];
    for (slice, from, to) in parts {
        slices.with(&[slice]).observe(seconds(from, to));
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Statistics {
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

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Samples {
    total_queryable_samples: u64,
    samples_read: u64,
    peak_samples: u64,
}

fn statistics(times: Times, cost: query::Statistics) -> Statistics {
    Statistics {
        timings: Timings {
            eval_total_time: seconds(times.begun, times.evaluated),
            result_sort_time: 0.0,
            query_preparation_time: seconds(times.begun, times.prepared),
            inner_eval_time: seconds(times.prepared, times.evaluated),
            exec_queue_time: seconds(times.arrived, times.begun),
            exec_total_time: seconds(times.arrived, times.evaluated),
        },
        samples: Samples {
            total_queryable_samples: cost.samples_read,
            samples_read: cost.samples_read,
            peak_samples: cost.samples_peak,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, expected: usize, last: &str) {
        let mut texts: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        cut(&mut texts, "info");
        assert_eq!(texts.len(), expected);
        assert_eq!(texts.last().map_or("", String::as_str), last);
    }

    #[test]
    fn no_more_annotations_than_ten_and_a_count() {
        check(0, 0, "");
        check(10, 10, "9");
        check(11, 11, "1 more info annotations omitted");
        check(25, 11, "15 more info annotations omitted");
    }
}
