//! Which other sites' pages may read answers: cross-origin resource sharing.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};
use model::{Regexp, RegexpError};

/// The sites whose pages may read answers.
#[derive(Clone, Debug)]
pub enum AllowedOrigins {
    /// Every one.
    Any,
    /// Those whose origin (`https://example.com`) matches.
    Matching(Regexp),
}

impl AllowedOrigins {
    /// Reads the regular expression of `--web.cors.origin`; `.*` allows every origin without a look at it.
    ///
    /// # Errors
    ///
    /// When `text` is no regular expression.
    pub fn new(text: &str) -> Result<Self, RegexpError> {
        match text {
            ".*" => Ok(Self::Any),
            text => Regexp::new(text).map(Self::Matching),
        }
    }
}

const HEADERS: HeaderValue =
    HeaderValue::from_static("Accept, Authorization, Content-Type, Origin");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const EXPOSED: HeaderValue = HeaderValue::from_static("Date");

/// Adds the headers that browsers ask for, and answers their questions before a request.
pub(crate) async fn share(
    State(allowed): State<AllowedOrigins>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else {
        return response;
    };
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    match allowed {
        AllowedOrigins::Any => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        AllowedOrigins::Matching(expression) => {
            if origin
                .to_str()
                .is_ok_and(|origin| expression.is_match(origin))
            {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            }
        }
    }
    response
}
