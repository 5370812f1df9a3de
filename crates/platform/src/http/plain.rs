//! HTTP/1.1 over a bare socket.
//!
//! ```text
//!  request ──► idle socket, or a new one ──► head, body ──► answer's head ──► body, into the caller's buffer ──► idle
//! ```
//!
//! Most of what Ferula asks of others is a page of an exporter beside it, every few seconds for ever: no TLS, no proxy, no second request on the way. For that a
//! general client has a task, two channels and some buffers for each connection, and copies the page twice. Here the one who asks also reads, straight into the buffer
//! that the page is wanted in, and between two requests a connection is a socket and nothing more.
//!
//! What is absent: TLS, HTTP/2, proxies and upgrades, which go through hyper (see `connections`).

mod arriving;
mod incoming;
mod message;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use http::{HeaderMap, Method, StatusCode, Uri};
use hyper::body::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::buffers::Buffers;
use super::connections::{IDLE_PER_SERVER_MAX, IDLE_TIMEOUT};
use super::{Reason, dial, url};
use crate::words;
use arriving::Sizes;
pub(super) use incoming::Incoming;

/// Sockets that nobody has used for too long are looked for so often.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// One request.
pub(super) struct Outgoing<'r> {
    pub(super) method: &'r Method,
    /// Absolute.
    pub(super) uri: &'r Uri,
    pub(super) headers: &'r HeaderMap,
    pub(super) body: &'r Bytes,
}

/// The head of an answer, and the body that is still to come.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Incoming,
}

/// Keeps sockets between requests. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Sockets {
    idle: Arc<Mutex<Idle>>,
    buffers: Buffers,
}

#[derive(Default)]
struct Idle {
    /// By host and port, as the URL has them. The one that was used last comes last.
    servers: HashMap<Box<str>, Vec<Resting>, RandomState>,
    swept: Option<Instant>,
}

/// A socket that waits for its next request.
struct Resting {
    socket: TcpStream,
    since: Instant,
    /// Of the last answer that came by it: the next one will be much the same.
    sizes: Sizes,
}

impl Sockets {
    /// None yet; bodies come in `buffers`.
    pub(super) fn new(buffers: Buffers) -> Self {
        Self {
            idle: Arc::default(),
            buffers,
        }
    }

    /// Sends a request and reads the answer's head.
    pub(super) async fn send(&self, request: Outgoing<'_>) -> Result<Answer, Reason> {
        let message = message::write(&request);
        if let Some((socket, sizes)) = self.take(&request) {
            match self.exchange((socket, sizes), &request, &message).await {
                // The server may have closed it in the moment that we used it. Asking twice does no harm.
                Err(Reason::Closed) if *request.method == Method::GET => {}
                result => return result,
            }
        }
        let socket = dial::connect(url::host(request.uri), url::port(request.uri)).await;
        let new = (socket?, Sizes::default());
        self.exchange(new, &request, &message).await
    }

    async fn exchange(
        &self,
        (mut socket, sizes): (TcpStream, Sizes),
        request: &Outgoing<'_>,
        message: &[u8],
    ) -> Result<Answer, Reason> {
        socket
            .write_all(message)
            .await
            .map_err(|error| broken(&error))?;
        if !request.body.is_empty() {
            socket
                .write_all(request.body)
                .await
                .map_err(|error| broken(&error))?;
        }
        let (head, early) = arriving::read(&mut socket, sizes, &self.buffers).await?;
        let server = authority(request.uri);
        let body = Incoming::new(socket, request.method, (&head, early), self.clone(), server)?;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    /// A socket to the request's server on which nothing has happened since its last answer.
    fn take(&self, request: &Outgoing<'_>) -> Option<(TcpStream, Sizes)> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let resting = idle.servers.get_mut(authority(request.uri))?;
        while let Some(Resting {
            socket,
            since,
            sizes,
        }) = resting.pop()
        {
            // A server that says something unasked, or has nothing more to say, is done with this connection.
            let is_quiet = matches!(
                socket.try_read(&mut [0]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock
            );
            if is_quiet && since.elapsed() < IDLE_TIMEOUT {
                return Some((socket, sizes));
            }
        }
        None
    }

    /// Keeps a socket whose last answer was read to its end.
    fn put(&self, server: &str, socket: TcpStream, sizes: Sizes) {
        let since = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.sweep(since);
        let resting = match idle.servers.get_mut(server) {
            Some(resting) => resting,
            None => idle.servers.entry(server.into()).or_default(),
        };
        if resting.len() < IDLE_PER_SERVER_MAX {
            resting.push(Resting {
                socket,
                since,
                sizes,
            });
        }
    }
}

impl Idle {
    fn sweep(&mut self, now: Instant) {
        let swept = *self.swept.get_or_insert(now);
        if now < swept + SWEEP_INTERVAL {
            return;
        }
        self.swept = Some(now);
        self.servers.retain(|_, resting| {
            resting.retain(|resting| now < resting.since + IDLE_TIMEOUT);
            !resting.is_empty()
        });
    }
}

/// Host and port as the URL has them.
fn authority(uri: &Uri) -> &str {
    uri.authority().map_or("", |authority| authority.as_str())
}

/// What a failing socket means before there is an answer.
fn broken(error: &std::io::Error) -> Reason {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => Reason::Closed,
        _ => Reason::Connection(words::of_io(error)),
    }
}
