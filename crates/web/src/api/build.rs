//! `/api/v1/status/buildinfo`: what was built. Also `/version`, the same without the envelope.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use crate::json;
use crate::respond::{Answer, Reply, document};
use crate::router::Web;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Build {
    version: String,
    revision: String,
    branch: String,
    build_user: String,
    build_date: String,
    go_version: String,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<Build> {
    Ok(Reply::new(build(&web)))
}

pub(crate) async fn version(State(web): State<Arc<Web>>) -> Response {
    document(StatusCode::OK, json::to_bytes(&build(&web)))
}

fn build(web: &Web) -> Build {
    let build = web.sources.build.clone();
    Build {
        version: build.version,
        revision: build.revision,
        branch: build.branch,
        build_user: build.user,
        build_date: build.date,
        go_version: build.compiler,
    }
}
