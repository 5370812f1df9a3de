//! `/api/v1/status/tsdb`: how much of what is stored.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use storage::{Count, Statistics};

use crate::errors::ApiError;
use crate::limits::{STATUS_ENTRIES_DEFAULT, STATUS_ENTRIES_MAX};
use crate::params::{Params, limit};
use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    head_stats: Head,
    series_count_by_metric_name: Vec<Entry>,
    label_value_count_by_label_name: Vec<Entry>,
    memory_in_bytes_by_label_name: Vec<Entry>,
    series_count_by_label_value_pair: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    num_series: u64,
    num_label_pairs: u64,
    chunk_count: u64,
    min_time: i64,
    max_time: i64,
}

#[derive(Clone, Debug, Serialize)]
struct Entry {
    name: String,
    value: u64,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>, params: Params) -> Answer<Status> {
    let entries = entries_wanted(&params)?;
    let store = Arc::clone(&web.sources.store);
    let found = web.read(move |_| Ok(store.statistics(entries))).await?;
    Ok(Reply::new(status(found)))
}

fn entries_wanted(params: &Params) -> Result<usize, ApiError> {
    let text = params.get("limit");
    if text.is_empty() {
        return Ok(STATUS_ENTRIES_DEFAULT);
    }
    match limit::atoi(text)
        .ok()
        .and_then(|limit| usize::try_from(limit).ok())
    {
        None | Some(0) => Err(ApiError::BadData(
            "limit must be a positive number".to_owned(),
        )),
        Some(entries) if entries > STATUS_ENTRIES_MAX => Err(ApiError::BadData(format!(
            "limit must not exceed {STATUS_ENTRIES_MAX}"
        ))),
        Some(entries) => Ok(entries),
    }
}

fn status(found: Statistics) -> Status {
    Status {
        head_stats: Head {
            num_series: found.series,
            num_label_pairs: found.label_pairs,
            chunk_count: found.chunks,
            // An empty store has the ends of time in the wrong order, as in Prometheus.
            min_time: found.range.map_or(i64::MAX, |range| range.start.0),
            max_time: found.range.map_or(i64::MIN, |range| range.end.0),
        },
        series_count_by_metric_name: entries(found.series_by_metric),
        label_value_count_by_label_name: entries(found.values_by_label),
        memory_in_bytes_by_label_name: entries(found.bytes_by_label),
        series_count_by_label_value_pair: entries(found.series_by_pair),
    }
}

fn entries(counts: Vec<Count>) -> Vec<Entry> {
    let entry = |count: Count| Entry {
        name: count.name,
        value: count.count,
    };
    counts.into_iter().map(entry).collect()
}
