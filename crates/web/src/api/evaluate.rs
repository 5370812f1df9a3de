//! What `/api/v1/query` and `/api/v1/query_range` share: reading the options, running the query on a worker, and
//! turning the answer into a response.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use model::labels::Quoted;
use promql::ValueType;
use query::{
    CancelToken, Detail, Limits, Looks, QueryError, Request, Severity, Threads, Value, Window,
};

use super::explanation::ExplanationNode;
use super::parse;
use super::query_statistics::{QueryStatistics, Times, seconds};
use crate::asker::Asker;
use crate::errors::ApiError;
use crate::json;
use crate::json::result::{Document, Tail};
use crate::limits::{ANNOTATIONS_MAX, HEAVY_QUERY_BYTES};
use crate::params::limit::TRUNCATED;
use crate::params::{Params, duration, limit};
use crate::query_log::{self, Logged};
use crate::result_body::query_result;
use crate::router::Web;
use crate::running::{Entry, Ticket};

/// What a request says besides what to evaluate and when.
#[derive(Clone, Debug)]
pub(super) struct QueryParams {
    text: String,
    timeout: Duration,
    lookback_ms: i64,
    stats: Stats,
    /// Whether the answer says where the time went: `explain=true`, Ferula's own.
    explains: bool,
}

/// Whether the answer says what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stats {
    No,
    Yes,
    /// Yes, and what each step looked at, if that is switched on.
    All,
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
                "true" => Stats::Yes,
                "all" => Stats::All,
                other => Stats::Unknown(other.to_owned()),
            },
            explains: match params.get("explain") {
                "" | "false" => false,
                "true" => true,
                other => {
                    let reason = format!("neither \"true\" nor \"false\": {}", Quoted(other));
                    return Err(ApiError::parameter("explain", reason));
                }
            },
        })
    }
}

/// Runs the query and answers with its result.
pub(super) async fn evaluate(
    web: &Arc<Web>,
    asker: Asker,
    query: QueryParams,
    window: Window,
    series_max: Option<usize>,
) -> Result<Response, ApiError> {
    let _running = web.metrics.queries.track_in_progress();
    let clock = &web.sources.clock;
    let arrived_ns = clock.monotonic_ns();
    let entry = Entry::new(&query.text, window, asker, clock.now(), arrived_ns);
    let ticket = web.running.enter(entry);
    let entry = Arc::clone(&ticket.entry);
    let (timeout, options) = (query.timeout, query.clone());
    let work = web.queries.run_with(entry.token.clone(), timeout, {
        let web = Arc::clone(web);
        // The ticket goes along, so that the query is listed as long as it has a thread.
        move |token| run(&web, query, &ticket, token)
    });
    let (answer, times) = tokio::select! {
        done = work => done?,
        () = entry.stopped() => return Err(QueryError::Stopped.into()),
    };
    observe(web, times);

    let mut tail = Tail::default();
    let mut value = answer.value;
    if truncate(&mut value, series_max) {
        tail.warnings.push(TRUNCATED.to_owned());
    }
    if let Stats::Unknown(word) = &options.stats {
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
    if options.stats != Stats::No {
        let shows_steps = options.stats == Stats::All && web.options.queries.per_step_stats;
        let per_step = &answer.samples_per_step;
        let statistics = QueryStatistics::new(times, answer.statistics, per_step, shows_steps);
        tail.stats = Some(json::to_bytes(&statistics));
    }
    tail.explanation = answer
        .explanation
        .map(|root| json::to_bytes(&ExplanationNode::from(root)));
    Ok(query_result(Document::new(value, tail), answer.lease))
}

/// On a worker: from the text to the answer, and a line in the log.
fn run(
    web: &Web,
    query: QueryParams,
    ticket: &Ticket,
    token: &CancelToken,
) -> Result<(query::Answer, Times), ApiError> {
    let (clock, entry) = (&web.sources.clock, &ticket.entry);
    let begun = clock.monotonic_ns();
    entry.begin(begun);
    let mut times = Times {
        arrived: entry.arrived_ns,
        begun,
        prepared: begun,
        evaluated: begun,
    };
    let answer = prepare(web, query, entry).and_then(|request| {
        times.prepared = clock.monotonic_ns();
        query::execute(&*web.sources.store, &request, token).map_err(ApiError::from)
    });
    times.evaluated = clock.monotonic_ns();
    if entry.progress.bytes_peak() > HEAVY_QUERY_BYTES {
        (web.sources.let_go)();
    }
    // As in Prometheus, what can't be read is no query.
    if web.sources.query_log.is_on() && !matches!(answer, Err(ApiError::BadData(_))) {
        log(web, entry, times, &answer);
    }
    answer.map(|answer| (answer, times))
}

fn log(web: &Web, entry: &Entry, times: Times, answer: &Result<query::Answer, ApiError>) {
    let (cost, per_step) = match answer {
        Ok(answer) => (answer.statistics, answer.samples_per_step.as_slice()),
        Err(_) => (query::Statistics::default(), &[][..]),
    };
    let line = query_log::render(&Logged {
        at: web.sources.clock.now(),
        text: &entry.text,
        window: entry.window,
        statistics: &QueryStatistics::new(times, cost, per_step, false),
        error: answer.as_ref().err().map(ToString::to_string),
        asker: &entry.asker,
    });
    web.sources.query_log.write(&line);
}

fn prepare(web: &Web, query: QueryParams, entry: &Entry) -> Result<Request, ApiError> {
    let options = &web.options.queries;
    let expr = parse(web, &query.text)?;
    if let Window::Range { .. } = entry.window {
        check_type(expr.value_type())?;
    }
    let clock = Arc::clone(&web.sources.clock);
    let ticks: query::Ticks = Arc::new(move || clock.monotonic_ns());
    Ok(Request {
        text: query.text,
        expr,
        window: entry.window,
        lookback_ms: query.lookback_ms,
        default_step_ms: (web.sources.default_step_ms)(),
        limits: Limits {
            samples_max: options.samples_max,
            bytes_max: options.bytes_max,
            pool: Arc::clone(&web.memory),
            threads: Threads::new(&web.cores),
        },
        progress: Arc::clone(&entry.progress),
        detail: Detail {
            looks: match query.stats {
                Stats::No => Looks::No,
                Stats::All if options.per_step_stats => Looks::EachStep,
                Stats::All | Stats::Yes | Stats::Unknown(_) => Looks::Total,
            },
            explain: query.explains.then_some(ticks),
        },
        delayed_name_removal: options.delayed_name_removal,
        start_timestamps: options.start_timestamps,
    })
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
