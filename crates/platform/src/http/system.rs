//! The network as it is.
//!
//! ```text
//!  Request ──► headers, authorisation ─┬─► pool ──► TLS ──► Dial (proxy) ──► server
//!     ▲                                └─► plain: a bare socket ─────────────► server
//!     └── redirect: at most REDIRECTS_MAX                                        │
//!  buffer ◄── BodyReader: unpack, stop at the limit ◄────────────────────────────┘
//! ```

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION};
use http::{HeaderMap, Method, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy;
use tokio::time::{Instant, timeout_at};

use super::authorize::{Identity, basic_value};
use super::body::BodyReader;
use super::buffers::Buffers;
use super::connections::Connections;
use super::dial::DialError;
use super::proxy::Route;
use super::{
    BodyError, BuildError, ClientOptions, HttpClient, HttpError, Network, Reason, Reply, Request,
};
use super::{plain, tls, url};
use crate::words;

/// Redirects that a request follows.
pub const REDIRECTS_MAX: usize = 10;
/// The real network. Its clients share the buffers that bodies come in.
#[derive(Clone, Debug, Default)]
pub struct SystemNetwork {
    buffers: Buffers,
}

impl Network for SystemNetwork {
    fn client(&self, options: &ClientOptions) -> Result<Arc<dyn HttpClient>, BuildError> {
        let client = SystemClient::with(options, self.buffers.clone())?;
        Ok(Arc::new(client))
    }
}

/// A client of the real network. Files with certificates are read again when they change, files with secrets each time.
pub struct SystemClient {
    connections: Connections,
    sockets: plain::Sockets,
    identity: Identity,
    follow_redirects: bool,
    buffers: Buffers,
}

impl SystemClient {
    /// A client that does as `options` say.
    ///
    /// # Errors
    ///
    /// When the options ask for what can't be had.
    pub fn new(options: &ClientOptions) -> Result<Self, BuildError> {
        Self::with(options, Buffers::default())
    }

    fn with(options: &ClientOptions, buffers: Buffers) -> Result<Self, BuildError> {
        let route = Arc::new(Route::new(&options.proxy)?);
        Ok(Self {
            connections: Connections::new(&options.tls, options.enable_http2, route)?,
            sockets: plain::Sockets::new(buffers.clone()),
            identity: Identity::new(options)?,
            follow_redirects: options.follow_redirects,
            buffers,
        })
    }

    /// Follows redirects to the first answer that is none. An error comes with the URL it happened at.
    async fn follow(&self, request: &Request) -> Result<Answer, (String, Reason)> {
        let mut hop = Hop::first(request);
        let start = url::parse(&request.url).map_err(|reason| (request.url.clone(), reason))?;
        let mut place = Cow::Borrowed(&start);
        for _ in 0..=REDIRECTS_MAX {
            let at = |reason| (hop.url.clone().into_owned(), reason);
            let is_home = url::same_server(&start.uri, &place.uri);
            let response = self.once(&hop, &place, is_home).await.map_err(at)?;
            if !self.follow_redirects || !is_redirect(response.status) {
                return Ok(response);
            }
            let status = response.status;
            let location = response.headers.get(LOCATION);
            let Some(location) = location.and_then(|value| value.to_str().ok()) else {
                // Without a place to go to, a 3xx is only an answer for 304 and its like; these were sorted out before.
                return Err(at(Reason::NoLocation(status.as_u16())));
            };
            let next = url::join(&place.uri, location);
            hop.redirect(status, next);
            let next = url::parse(&hop.url);
            place = Cow::Owned(next.map_err(|reason| (hop.url.clone().into_owned(), reason))?);
        }
        Err((hop.url.into_owned(), Reason::Redirects(REDIRECTS_MAX)))
    }

    async fn once(
        &self,
        hop: &Hop<'_>,
        place: &url::Place,
        is_home: bool,
    ) -> Result<Answer, Reason> {
        let headers = self.headers(hop, place, is_home).await?;
        let is_plain = place.uri.scheme() == Some(&http::uri::Scheme::HTTP);
        if is_plain && self.connections.route().server(&place.uri).is_none() {
            let request = plain::Outgoing {
                method: &hop.method,
                uri: &place.uri,
                headers: &headers,
                body: &hop.body,
            };
            return Ok(self.sockets.send(request).await?.into());
        }
        let mut request = http::Request::new(Full::new(hop.body.clone()));
        *request.method_mut() = hop.method.clone();
        *request.uri_mut() = place.uri.clone();
        *request.headers_mut() = headers.into_owned();
        self.through_pool(request).await
    }

    /// Over TLS or by a proxy.
    async fn through_pool(&self, request: http::Request<Full<Bytes>>) -> Result<Answer, Reason> {
        let again = (request.method() == Method::GET).then(|| request.clone());
        let pool = self.connections.pool()?;
        let first = pool.request(request).await;
        let response = match (first.map_err(|error| reason(&error)), again) {
            // An idle connection may be closed by the server in the moment that we use it. Asking twice does no harm.
            (Err(Reason::Closed), Some(again)) => {
                pool.request(again).await.map_err(|error| reason(&error))
            }
            (result, _) => result,
        };
        let (head, incoming) = response?.into_parts();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: Body::Pooled(incoming),
        })
    }

    /// What the request says, and who we are.
    async fn headers<'h>(
        &self,
        hop: &'h Hop<'_>,
        place: &url::Place,
        is_home: bool,
    ) -> Result<Cow<'h, HeaderMap>, Reason> {
        let is_proxied = self.connections.route().server(&place.uri).is_some();
        if is_home && place.userinfo.is_none() && self.identity.is_nobody() && !is_proxied {
            return Ok(Cow::Borrowed(&*hop.headers));
        }
        let mut headers = HeaderMap::clone(&hop.headers);
        if let Some(userinfo) = &place.userinfo {
            let (username, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let value = basic_value(&url::unescaped(username), &url::unescaped(password));
            let value = HeaderValue::try_from(value)
                .map_err(|_| Reason::Url(hop.url.clone().into_owned()))?;
            headers.entry(AUTHORIZATION).or_insert(value);
        }
        // Secrets are for the server they were meant for, not for where it sends us.
        if is_home {
            self.identity.add_to(&mut headers).await?;
        } else {
            headers.remove(AUTHORIZATION);
        }
        self.add_proxy_authorization(&place.uri, &mut headers);
        Ok(Cow::Owned(headers))
    }

    /// For requests that the proxy reads; for a tunnel it goes with CONNECT.
    fn add_proxy_authorization(&self, uri: &Uri, headers: &mut HeaderMap) {
        if uri.scheme() == Some(&http::uri::Scheme::HTTP)
            && let Some(server) = self.connections.route().server(uri)
            && let Some(value) = &server.authorization
        {
            headers.insert(http::header::PROXY_AUTHORIZATION, value.clone());
        }
    }

    async fn exchange(&self, request: &Request, body: &mut Vec<u8>) -> Result<Reply, HttpError> {
        body.clear();
        let failed = |url, reason| HttpError::Exchange {
            method: request.method.clone(),
            url,
            reason,
        };
        let mut has_answered = false;
        let exchange = async {
            let answer = self.follow(request).await;
            let answer = answer.map_err(|(url, reason)| failed(url, reason))?;
            has_answered = true;
            let limit = request.body_bytes_max;
            let reader = BodyReader::new(&answer.headers, body, limit, &self.buffers);
            Ok(Reply {
                status: answer.status,
                wire_bytes: answer.body.receive(reader).await?,
                headers: answer.headers,
            })
        };
        match timeout_at(Instant::now() + request.timeout, exchange).await {
            Ok(result) => result,
            Err(_) if has_answered => Err(BodyError::TimedOut.into()),
            Err(_) => Err(failed(request.url.clone(), Reason::TimedOut)),
        }
    }
}

/// The head of an answer, and the body that is still to come.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

/// A body that is still to come.
enum Body {
    Plain(plain::Incoming),
    Pooled(Incoming),
}

impl From<plain::Answer> for Answer {
    fn from(answer: plain::Answer) -> Self {
        Self {
            status: answer.status,
            headers: answer.headers,
            body: Body::Plain(answer.body),
        }
    }
}

impl Body {
    /// Reads it to its end; says how many bytes came over the wire.
    async fn receive(self, reader: BodyReader<'_>) -> Result<u64, BodyError> {
        match self {
            Self::Plain(incoming) => incoming.receive(reader).await,
            Self::Pooled(incoming) => receive(incoming, reader).await,
        }
    }
}

impl HttpClient for SystemClient {
    fn send<'a>(
        &'a self,
        request: &'a Request,
        body: &'a mut Vec<u8>,
    ) -> BoxFuture<'a, Result<Reply, HttpError>> {
        Box::pin(self.exchange(request, body))
    }

    fn reclaim(&self, body: Vec<u8>) {
        self.buffers.put(body);
    }
}

/// One request on the way through redirects.
struct Hop<'r> {
    method: Method,
    url: Cow<'r, str>,
    headers: Cow<'r, HeaderMap>,
    body: Bytes,
}

impl<'r> Hop<'r> {
    fn first(request: &'r Request) -> Self {
        Self {
            method: request.method.clone(),
            url: Cow::Borrowed(&request.url),
            headers: Cow::Borrowed(&request.headers),
            body: request.body.clone(),
        }
    }

    /// 307 and 308 repeat the request; the older ones make it a GET.
    fn redirect(&mut self, status: StatusCode, url: String) {
        self.url = Cow::Owned(url);
        let repeats = [
            StatusCode::TEMPORARY_REDIRECT,
            StatusCode::PERMANENT_REDIRECT,
        ]
        .contains(&status);
        if !repeats && self.method != Method::HEAD {
            self.method = Method::GET;
            self.body = Bytes::new();
            let headers = self.headers.to_mut();
            headers.remove(CONTENT_TYPE);
            headers.remove(CONTENT_LENGTH);
        }
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

async fn receive(mut incoming: Incoming, mut reader: BodyReader<'_>) -> Result<u64, BodyError> {
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| broken_body(&error))?;
        if let Some(piece) = frame.data_ref() {
            reader.push(piece)?;
        }
    }
    reader.finish()
}

fn broken_body(error: &hyper::Error) -> BodyError {
    if error.is_incomplete_message() || error.is_closed() {
        return BodyError::Truncated;
    }
    match find::<std::io::Error>(error) {
        Some(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => BodyError::Truncated,
        Some(io) => BodyError::Connection(words::of_io(io)),
        None => BodyError::Connection(error.to_string()),
    }
}

fn reason(error: &legacy::Error) -> Reason {
    if let Some(dial) = find::<DialError>(error) {
        return Reason::Dial(dial.clone());
    }
    if let Some(tls) = find_tls(error) {
        return Reason::Tls(tls::words(tls));
    }
    if let Some(hyper) = find::<hyper::Error>(error) {
        if hyper.is_incomplete_message() {
            return Reason::Closed;
        }
        if hyper.is_parse() {
            return Reason::Malformed(hyper.to_string());
        }
    }
    match find::<std::io::Error>(error) {
        Some(io) => Reason::Connection(words::of_io(io)),
        None => Reason::Connection(last(error)),
    }
}

/// The first error of a kind among the causes.
fn find<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref())
}

/// TLS errors hide inside I/O errors, which don't count them among their causes.
fn find_tls<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    let inner = |error: &'e std::io::Error| {
        error
            .get_ref()
            .map(|inner| inner as &(dyn StdError + 'static))
    };
    let mut io: Option<&std::io::Error> = find(error);
    while let Some(error) = io {
        let inside = inner(error)?;
        if let Some(tls) = inside.downcast_ref() {
            return Some(tls);
        }
        io = inside.downcast_ref();
    }
    None
}

/// The deepest cause's message.
fn last(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
