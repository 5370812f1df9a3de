//! `/api/v1/openapi.yaml`: what we serve, for programs.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue};

/// Written by us; a test holds it against the routes.
pub(crate) const DESCRIPTION: &str = include_str!("../../openapi.yaml");

pub(crate) async fn answer() -> Response {
    let yaml = HeaderValue::from_static("application/yaml");
    ([(CONTENT_TYPE, yaml)], DESCRIPTION).into_response()
}
