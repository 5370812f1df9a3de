//! `/api/v1/admin/tsdb/…`: what changes the store for good. Off unless the server was started with `--web.enable-admin-api`.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use model::labels::Quoted;
use serde::Serialize;
use storage::Broken;

use super::time_range;
use crate::errors::ApiError;
use crate::params::{Params, selectors};
use crate::respond::{Answer, Reply};
use crate::router::Web;
use crate::state::Administration;

/// Removes the samples of some series in a range of time.
pub(crate) async fn delete_series(
    State(web): State<Arc<Web>>,
    params: Params,
) -> Result<StatusCode, ApiError> {
    enabled(&web)?;
    if params.all("match[]").next().is_none() {
        return Err(ApiError::BadData(
            "no match[] parameter provided".to_owned(),
        ));
    }
    let range = time_range(&params)?;
    // Whoever asks for all series means it: no condition is needed here.
    let selectors =
        selectors::read_any(&params).map_err(|reason| ApiError::parameter("match[]", reason))?;
    let store = Arc::clone(&web.sources.store);
    if range.is_empty() {
        return Ok(StatusCode::NO_CONTENT);
    }
    unhurried(move || {
        for matchers in &selectors {
            store.delete(matchers, range)?;
        }
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Frees the space of what was deleted.
pub(crate) async fn clean_tombstones(State(web): State<Arc<Web>>) -> Result<StatusCode, ApiError> {
    let administration = enabled(&web)?;
    unhurried(move || {
        administration.clean_tombstones()?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Snapshot {
    name: String,
}

/// Makes a copy of the store beside it, under a name of its own.
pub(crate) async fn snapshot(State(web): State<Arc<Web>>, params: Params) -> Answer<Snapshot> {
    let administration = enabled(&web)?;
    let skip_head = boolean(params.get("skip_head"))
        .map_err(|reason| ApiError::parameter("skip_head", reason))?;
    unhurried(move || {
        let name = administration.snapshot(skip_head)?;
        Ok(Reply::new(Snapshot { name }))
    })
    .await
}

fn enabled(web: &Web) -> Result<Arc<dyn Administration>, ApiError> {
    let administration = web.sources.administration.as_ref();
    let administration =
        administration.ok_or_else(|| ApiError::Unavailable("admin APIs disabled".to_owned()))?;
    Ok(Arc::clone(administration))
}

/// Runs what may take as long as the disk needs, to its end, whether or not the client waits for it: half a deletion helps nobody.
async fn unhurried<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Broken> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|failure| ApiError::Internal(failure.to_string()))?;
    Ok(done?)
}

/// Reads a truth value as Go's `strconv.ParseBool` does; empty is false.
fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "" | "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!(
            "unable to parse boolean: strconv.ParseBool: parsing {}: invalid syntax",
            Quoted(text)
        )),
    }
}
