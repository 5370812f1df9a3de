//! `/api/ferula/v1/queries`: the queries that run or wait now, by whom and how heavy, and a way to stop one.

use std::sync::Arc;

use axum::extract::{Path, State};
use query::Window;
use serde::Serialize;

use super::query_statistics::seconds;
use crate::errors::ApiError;
use crate::respond::{Answer, Reply};
use crate::router::Web;
use crate::running::Entry;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queries {
    /// Oldest first.
    queries: Vec<QueryItem>,
    /// How many may run at once.
    concurrency_max: usize,
    waiting: usize,
    memory: Memory,
}

/// Bytes, as estimated.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    held_bytes: u64,
    max_bytes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct QueryItem {
    id: u64,
    query: String,
    /// `running`, `waiting` or `stopping`.
    state: &'static str,
    /// Seconds since the epoch.
    start: f64,
    end: f64,
    /// Seconds; 0 for an instant query.
    step: f64,
    arrived: f64,
    waited_seconds: f64,
    running_seconds: f64,
    series: u64,
    samples_read: u64,
    held_bytes: u64,
    peak_bytes: u64,
    asker: AskerItem,
}

/// What is known of who asked; empty where it isn't.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AskerItem {
    address: String,
    forwarded_for: String,
    agent: String,
    path: String,
}

pub(crate) async fn list(State(web): State<Arc<Web>>) -> Answer<Queries> {
    let now_ns = web.sources.clock.monotonic_ns();
    let entries = web.running.list();
    Ok(Reply::new(Queries {
        queries: entries.iter().map(|entry| item(entry, now_ns)).collect(),
        concurrency_max: web.options.queries.concurrency_max,
        waiting: web.queries.waiting(),
        memory: Memory {
            held_bytes: web.memory.leased_bytes(),
            max_bytes: web.memory.bytes_max(),
        },
    }))
}

/// Ends the query with this number. It is told at once, and gone when it has looked up from its work.
pub(crate) async fn stop(State(web): State<Arc<Web>>, Path(id): Path<String>) -> Answer<Stopped> {
    let number: Option<u64> = id.parse().ok();
    match number.filter(|id| web.running.stop(*id)) {
        Some(id) => Ok(Reply::new(Stopped { id })),
        None => Err(ApiError::NotFound(format!(
            "no query with this number runs or waits: {id}"
        ))),
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Stopped {
    id: u64,
}

fn item(entry: &Entry, now_ns: u64) -> QueryItem {
    let (start, end, step_ms) = match entry.window {
        Window::Instant(at) => (at, at, 0),
        Window::Range {
            start,
            end,
            step_ms,
        } => (start, end, step_ms),
    };
    let begun_ns = entry.begun_ns();
    let state = match (entry.token.is_set(), begun_ns) {
        (true, _) => "stopping",
        (false, Some(_)) => "running",
        (false, None) => "waiting",
    };
    let (asker, progress) = (&entry.asker, &entry.progress);
    QueryItem {
        id: entry.id,
        query: entry.text.clone(),
        state,
        start: start.seconds(),
        end: end.seconds(),
        step: step_ms as f64 / 1000.0,
        arrived: entry.at.seconds(),
        waited_seconds: seconds(entry.arrived_ns, begun_ns.unwrap_or(now_ns)),
        running_seconds: begun_ns.map_or(0.0, |begun_ns| seconds(begun_ns, now_ns)),
        series: progress.series(),
        samples_read: progress.samples_read(),
        held_bytes: progress.bytes_held(),
        peak_bytes: progress.bytes_peak(),
        asker: AskerItem {
            address: asker.address.map(|ip| ip.to_string()).unwrap_or_default(),
            forwarded_for: asker.forwarded_for.clone(),
            agent: asker.agent.clone(),
            path: asker.path.clone(),
        },
    }
}
