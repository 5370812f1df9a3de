//! Connections: straight, or through a proxy.
//!
//! Plain requests are handed to the proxy as they are; for TLS the proxy is asked for a tunnel (CONNECT) first.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Uri;
use http::uri::Scheme;
use hyper::rt;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::proxy::{self, Route, Server};
use super::url;
use crate::words;

/// Time for one address to accept a connection, unless the request's own time is over before.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// What one kind of address has ahead of the other.
const HEAD_START: Duration = Duration::from_millis(300);

/// The longest answer to CONNECT.
const TUNNEL_HEAD_BYTES_MAX: usize = 8 << 10;

/// No connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("dial tcp: lookup {host}: {reason}")]
    Lookup {
        /// The name.
        host: String,
        /// What the resolver says.
        reason: String,
    },
    /// Nobody there.
    #[error("dial tcp {address}: {reason}")]
    Connect {
        /// Address and port.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The proxy won't.
    #[error("proxy {proxy}: {reason}")]
    Proxy {
        /// Which.
        proxy: String,
        /// What it said.
        reason: String,
    },
}

/// Opens connections for a client.
#[derive(Clone, Debug)]
pub(super) struct Dial {
    pub(super) route: Arc<Route>,
}

impl tower_service::Service<Uri> for Dial {
    type Response = Stream;
    type Error = DialError;
    type Future = BoxFuture<'static, Result<Stream, DialError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let route = Arc::clone(&self.route);
        Box::pin(async move { open(&route, &uri).await })
    }
}

async fn open(route: &Route, uri: &Uri) -> Result<Stream, DialError> {
    let Some(server) = route.server(uri) else {
        let socket = connect(url::host(uri), url::port(uri)).await?;
        return Ok(Stream::new(socket, false));
    };
    let mut socket = connect(url::host(&server.uri), url::port(&server.uri)).await?;
    let is_tunnel = uri.scheme() == Some(&Scheme::HTTPS);
    if is_tunnel {
        let tunnel = tunnel(&mut socket, route, server, uri).await;
        tunnel.map_err(|reason| DialError::Proxy {
            proxy: server.uri.to_string(),
            reason,
        })?;
    }
    Ok(Stream::new(socket, !is_tunnel))
}

/// Connects to the host by the kind of address that the resolver prefers; if that takes long, by the other kind at the same time.
pub(super) async fn connect(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let addresses = tokio::net::lookup_host((host, port)).await;
    let addresses = addresses.map_err(|error| DialError::Lookup {
        host: host.to_owned(),
        reason: lookup_words(&words::of_io(&error)),
    })?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let Some(first) = addresses.first() else {
        return Err(DialError::Lookup {
            host: host.to_owned(),
            reason: "no such host".to_owned(),
        });
    };
    let (preferred, others): (Vec<SocketAddr>, Vec<SocketAddr>) = addresses
        .iter()
        .partition(|address| address.is_ipv4() == first.is_ipv4());
    if others.is_empty() {
        return connect_in_turn(&preferred).await;
    }
    race(connect_in_turn(&preferred), connect_in_turn(&others)).await
}

/// The first of `preferred` and, after a while or when that has failed, `other` that succeeds. If both fail, the error is `preferred`'s.
///
/// Source: RFC 8305, "Happy Eyeballs".
pub(super) async fn race<T, E>(
    preferred: impl Future<Output = Result<T, E>>,
    other: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    tokio::pin!(preferred, other);
    tokio::select! {
        biased;
        result = &mut preferred => match result {
            Ok(value) => return Ok(value),
            Err(error) => return other.await.map_err(|_| error),
        },
        () = sleep(HEAD_START) => {}
    }
    tokio::select! {
        biased;
        result = &mut preferred => match result {
            Ok(value) => Ok(value),
            Err(error) => other.await.map_err(|_| error),
        },
        result = &mut other => match result {
            Ok(value) => Ok(value),
            Err(_) => preferred.await,
        },
    }
}

/// Tries the addresses (of which there is one at least) one after the other; the first one's error is the one told.
async fn connect_in_turn(addresses: &[SocketAddr]) -> Result<TcpStream, DialError> {
    let mut first_error = None;
    for address in addresses {
        let reason = match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(socket)) => {
                // Failing to switch off Nagle's delay is no reason not to speak.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Ok(Err(error)) => format!("connect: {}", words::of_io(&error)),
            Err(_) => "i/o timeout".to_owned(),
        };
        let address = address.to_string();
        first_error.get_or_insert(DialError::Connect { address, reason });
    }
    Err(first_error.expect("an address at least"))
}

/// The C library's sentence is long and means this.
fn lookup_words(reason: &str) -> String {
    let unknown = ["Name or service not known", "No address associated"];
    match reason.split_once("address information: ") {
        Some((_, rest)) if unknown.iter().any(|words| rest.starts_with(words)) => {
            "no such host".to_owned()
        }
        Some((_, rest)) => rest.to_ascii_lowercase(),
        None => reason.to_owned(),
    }
}

async fn tunnel(
    socket: &mut TcpStream,
    route: &Route,
    server: &Server,
    uri: &Uri,
) -> Result<(), String> {
    let in_words = |error: std::io::Error| words::of_io(&error);
    let target = format!("{}:{}", uri.host().unwrap_or_default(), url::port(uri));
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    for (name, value) in proxy::connect_headers(route, server)? {
        request.extend_from_slice(name.as_str().as_bytes());
        request.extend_from_slice(b": ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    socket.write_all(&request).await.map_err(in_words)?;

    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > TUNNEL_HEAD_BYTES_MAX {
            return Err("the answer to CONNECT is too long".to_owned());
        }
        if socket.read_buf(&mut head).await.map_err(in_words)? == 0 {
            return Err("EOF".to_owned());
        }
    }
    let first_line = String::from_utf8_lossy(&head);
    let first_line = first_line.lines().next().unwrap_or_default();
    let (version, status) = first_line.split_once(' ').unwrap_or_default();
    match version.starts_with("HTTP/1.") && status.starts_with('2') {
        true => Ok(()),
        false => Err(status.trim().to_owned()),
    }
}

/// A connection.
pub(super) struct Stream {
    socket: TokioIo<TcpStream>,
    /// Whether requests must name the server, since a proxy reads them.
    proxied: bool,
}

impl Stream {
    fn new(socket: TcpStream, proxied: bool) -> Self {
        let socket = TokioIo::new(socket);
        Self { socket, proxied }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied)
    }
}

impl rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: rt::ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl rt::Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
