//! `/api/v1/status/runtimeinfo`: what the process is like.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use crate::params::time::to_rfc3339;
use crate::respond::{Answer, Reply};
use crate::router::Web;

/// Keys that only mean something in Go are there because clients require them, with what comes closest.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Runtime {
    start_time: String,
    #[serde(rename = "CWD")]
    working_directory: String,
    hostname: String,
    server_time: String,
    reload_config_success: bool,
    last_config_time: String,
    corruption_count: u64,
    goroutine_count: u64,
    #[serde(rename = "GOMAXPROCS")]
    parallelism: u64,
    #[serde(rename = "GOMEMLIMIT")]
    memory_limit_bytes: u64,
    #[serde(rename = "GOGC")]
    collector: &'static str,
    #[serde(rename = "GODEBUG")]
    debug: &'static str,
    storage_retention: String,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<Runtime> {
    let status = (web.sources.runtime)();
    Ok(Reply::new(Runtime {
        start_time: to_rfc3339(status.started),
        working_directory: status.working_directory,
        hostname: status.hostname,
        server_time: to_rfc3339(web.sources.clock.now()),
        reload_config_success: status.reload_succeeded,
        last_config_time: to_rfc3339(status.configured),
        corruption_count: status.corruptions,
        goroutine_count: status.tasks,
        parallelism: status.parallelism,
        // Go says "no limit" with the largest signed number.
        memory_limit_bytes: status.memory_limit_bytes.unwrap_or(i64::MAX as u64),
        collector: "",
        debug: "",
        storage_retention: status.retention,
    }))
}
