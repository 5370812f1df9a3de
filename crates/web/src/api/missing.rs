//! What Prometheus serves and we don't yet: each answers with an error that names it, so that nobody looks for a typo.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::Uri;

use crate::errors::ApiError;
use crate::respond::text;

/// Paths of Prometheus 3.14 that are not among ours.
pub(crate) const PATHS: [&str; 16] = [
    "/api/v1/features",
    "/api/v1/notifications",
    "/api/v1/notifications/live",
    "/api/v1/otlp/v1/metrics",
    "/api/v1/read",
    "/api/v1/scrape_pools/config",
    "/api/v1/search/label_names",
    "/api/v1/search/label_values",
    "/api/v1/search/metric_names",
    "/api/v1/status/self_metrics",
    "/api/v1/status/tsdb/blocks",
    "/api/v1/targets/relabel_steps",
    "/api/v1/write",
    "/consoles/{*rest}",
    "/debug/{*rest}",
    "/user/{*rest}",
];

pub(crate) async fn answer(uri: Uri) -> Response {
    let message = format!("not supported yet: {}", uri.path());
    if uri.path().contains("/api/") {
        ApiError::NotFound(message).into_response()
    } else {
        text(StatusCode::NOT_FOUND, message)
    }
}
