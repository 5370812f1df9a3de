//! The envelope of the API's answers, and plain text for everything else.
//!
//! `{"status":"success","data":…,"warnings":[…],"infos":[…]}`, or
//! `{"status":"error","errorType":"bad_data","error":"…"}`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::body::{Bytes, Frame, SizeHint};
use query::Lease;
use serde::Serialize;

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::errors::ApiError;
use crate::json;
use crate::json::result::ResultWriter;

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

/// The result of a query: whole when it is short, else written while it is sent. `lease` is its memory.
pub(crate) fn query_result(mut result: ResultWriter, lease: Lease) -> Response {
    let first = result.next().unwrap_or_default();
    if result.is_done() {
        return document(StatusCode::OK, first);
    }
    document(
        StatusCode::OK,
        Body::new(ResultBody {
            first: Some(first),
            rest: result,
            _lease: lease,
        }),
    )
}

/// A body whose pieces are written when the connection asks for them.
struct ResultBody {
    first: Option<Vec<u8>>,
    rest: ResultWriter,
    /// Given back when the body is sent, or nobody wants it any more.
    _lease: Lease,
}

impl hyper::body::Body for ResultBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.first.take().or_else(|| self.rest.next());
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_done()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}
