//! The envelope of the API's answers, and plain text for everything else.
//!
//! `{"status":"success","data":…,"warnings":[…],"infos":[…]}`, or
//! `{"status":"error","errorType":"bad_data","error":"…"}`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use serde::Serialize;

use crate::errors::ApiError;
use crate::json;

/// What a handler of the API yields.
pub(crate) type Answer<T> = Result<Reply<T>, ApiError>;

/// A successful answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply<T> {
    data: T,
    warnings: Vec<String>,
}

impl<T> Reply<T> {
    pub(crate) fn new(data: T) -> Self {
        Self {
            data,
            warnings: Vec::new(),
        }
    }

    /// An answer with the warnings of the store that it came from.
    pub(crate) fn with_warnings(data: T, warnings: Vec<String>) -> Self {
        Self { data, warnings }
    }

    /// The same with a warning, if there is reason for it.
    pub(crate) fn warn_if(mut self, reason: bool, warning: &str) -> Self {
        if reason {
            self.warnings.push(warning.to_owned());
        }
        self
    }
}

/// What the store found, and what it says that may be lacking.
pub(crate) type Found<T> = (T, Vec<String>);

#[derive(Serialize)]
struct Envelope<'a, T> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a T>,
    #[serde(rename = "errorType", skip_serializing_if = "Option::is_none")]
    error_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warnings: &'a [String],
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let envelope = Envelope {
            status: "success",
            data: Some(&self.data),
            error_type: None,
            error: None,
            warnings: &self.warnings,
        };
        document(StatusCode::OK, json::to_bytes(&envelope))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let envelope = Envelope::<()> {
            status: "error",
            data: None,
            error_type: Some(self.kind()),
            error: Some(self.to_string()),
            warnings: &[],
        };
        document(self.status(), json::to_bytes(&envelope))
    }
}

/// A JSON document.
pub(crate) fn document(status: StatusCode, body: impl Into<Body>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, JSON)], body.into()).into_response()
}

/// Plain text, as Go's servers send it when something is wrong.
pub(crate) fn text(status: StatusCode, text: impl Into<Body>) -> Response {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
    const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
    let headers = [(CONTENT_TYPE, TEXT), (X_CONTENT_TYPE_OPTIONS, NOSNIFF)];
    (status, headers, text.into()).into_response()
}

/// The answer to a path that is not there.
pub(crate) async fn not_found() -> Response {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// The answer to a method that a path does not take.
pub(crate) async fn method_not_allowed() -> Response {
    text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n")
}
