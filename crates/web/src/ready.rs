//! Keeps requests out while the server can't answer them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};

use crate::respond::text;
use crate::state::{Phase, Readiness};

/// Tells clients that wait for a start from those that should go elsewhere.
const STOPPING: HeaderName = HeaderName::from_static("x-prometheus-stopping");

/// Lets requests through while the server is ready, and answers 503 before and after.
pub(crate) async fn gate(
    State(readiness): State<Readiness>,
    request: Request,
    next: Next,
) -> Response {
    let stopping = match readiness.phase() {
        Phase::Ready => return next.run(request).await,
        Phase::Starting => "false",
        Phase::Stopping => "true",
    };
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
    let stopping = HeaderValue::from_static(stopping);
    response.headers_mut().insert(STOPPING, stopping);
    response
}
