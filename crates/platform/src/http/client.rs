//! What an HTTP client does, whichever network is behind it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use hyper::body::Bytes;

use super::{BuildError, ClientOptions, HttpError};

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// GET, POST, …
    pub method: Method,
    /// Absolute, escaped.
    pub url: String,
    /// What the caller wants to say; the client adds authorisation and the options' headers.
    pub headers: HeaderMap,
    /// What is sent; often empty.
    pub body: Bytes,
    /// All of it: connecting, redirects, and the body's last byte.
    pub timeout: Duration,
    /// The most bytes of the answer's body, as they come and unpacked.
    pub body_bytes_max: usize,
}

impl Request {
    /// A GET.
    #[must_use]
    pub fn get(url: impl Into<String>, timeout: Duration, body_bytes_max: usize) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout,
            body_bytes_max,
        }
    }

    /// A POST of `body`.
    #[must_use]
    pub fn post(
        url: impl Into<String>,
        body: impl Into<Bytes>,
        timeout: Duration,
        body_bytes_max: usize,
    ) -> Self {
        Self {
            method: Method::POST,
            body: body.into(),
            ..Self::get(url, timeout, body_bytes_max)
        }
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// The head of an answer; the body is in the caller's buffer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// 200, 404, …
    pub status: StatusCode,
    /// What the server said of itself and of the body.
    pub headers: HeaderMap,
    /// Bytes of the body as they came; fewer than in the buffer when they were packed.
    pub wire_bytes: u64,
}

impl Reply {
    /// A header as text, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Sends requests. Keeps its connections, so keep it.
pub trait HttpClient: Send + Sync {
    /// Sends `request`. The answer's body, unpacked if it came as gzip, replaces what is in `body`.
    ///
    /// A status that speaks of failure is an answer like any other.
    fn send<'a>(
        &'a self,
        request: &'a Request,
        body: &'a mut Vec<u8>,
    ) -> BoxFuture<'a, Result<Reply, HttpError>>;

    /// Takes back the buffer that a body came in, for the next one. Nobody has to give it back.
    fn reclaim(&self, body: Vec<u8>) {
        drop(body);
    }
}

/// Where clients come from: the real network, or a scripted one.
pub trait Network: Send + Sync {
    /// A client that does as `options` say.
    ///
    /// # Errors
    ///
    /// When the options ask for what can't be had.
    fn client(&self, options: &ClientOptions) -> Result<Arc<dyn HttpClient>, BuildError>;
}
