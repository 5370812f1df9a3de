//! Listening: from sockets to the router, within limits, until told to stop.
//!
//! Invariants:
//! - no more than `connections_max` connections are open; others wait in the kernel's queue;
//! - a client that does not send its request in time, or sends a head that is too large, loses its connection;
//! - after the shutdown signal no connection is accepted, open requests get [`SHUTDOWN_TIMEOUT`], then are cut.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::asker::Peer;
use crate::limits::{
    ACCEPT_RETRY_DELAY, CONNECTIONS_WAITING_MAX, HEADER_BYTES_MAX, SHUTDOWN_TIMEOUT,
};

/// How to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServeOptions {
    /// Connections that may be open at once, over all listeners: `--web.max-connections`.
    pub connections_max: usize,
    /// Time in which a client must have sent the head of a request; also how long a connection may lie idle:
    /// `--web.read-timeout`.
    pub read_timeout: Duration,
}

/// Listens on `host:port`, with a queue that is long enough for thousands who come at once.
///
/// # Errors
///
/// When the host has no address, or none of its addresses can be had.
pub async fn listen(address: &str) -> io::Result<TcpListener> {
    let mut refusal = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in lookup_host(address).await? {
        match listen_at(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Else a restart would have to wait until the kernel has forgotten the connections of the last run.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CONNECTIONS_WAITING_MAX)
}

/// Serves until `shutdown` completes and open requests are answered or cut.
pub async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    options: ServeOptions,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(options.connections_max.max(1)));
    let (stop, stopping) = watch::channel(());
    let mut acceptors = JoinSet::new();
    for listener in listeners {
        acceptors.spawn(accept(
            listener,
            router.clone(),
            builder(options),
            Arc::clone(&slots),
            stopping.clone(),
        ));
    }
    drop(stopping);
    shutdown.await;
    drop(stop);
    while acceptors.join_next().await.is_some() {}
}

fn builder(options: ServeOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.read_timeout)
        .max_buf_size(HEADER_BYTES_MAX);
    builder.http2().timer(TokioTimer::new());
    builder
}

/// Accepts connections of one listener until told to stop, then waits for those that are open.
async fn accept(
    listener: TcpListener,
    router: Router,
    builder: Builder<TokioExecutor>,
    slots: Arc<Semaphore>,
    mut stopping: watch::Receiver<()>,
) {
    let open = GracefulShutdown::new();
    let service = TowerToHyperService::new(router);
    loop {
        let connection = tokio::select! {
            // The sender says nothing: that it is gone is the signal.
            _ = stopping.changed() => break,
            connection = next_connection(&listener, &slots) => connection,
        };
        let (stream, slot) = match connection {
            Ok(connection) => connection,
            Err(error) => {
                // Usually too many open files: trying again at once would only burn time.
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let from = stream.peer_addr().ok();
        let serving = builder
            .serve_connection(TokioIo::new(stream), knowing(from, service.clone()))
            .into_owned();
        let serving = open.watch(serving);
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::debug!(error, "a connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were cut since they did not end in time");
    }
}

/// The service, which finds in each request where it came from.
fn knowing<S, B>(
    from: Option<SocketAddr>,
    service: S,
) -> impl hyper::service::Service<
    http::Request<B>,
    Response = S::Response,
    Error = S::Error,
    Future = S::Future,
> + Clone
where
    S: hyper::service::Service<http::Request<B>> + Clone,
{
    Knowing { from, service }
}

/// See [`knowing`].
#[derive(Clone)]
struct Knowing<S> {
    from: Option<SocketAddr>,
    service: S,
}

impl<S, B> hyper::service::Service<http::Request<B>> for Knowing<S>
where
    S: hyper::service::Service<http::Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: http::Request<B>) -> S::Future {
        if let Some(from) = self.from {
            request.extensions_mut().insert(Peer(from));
        }
        self.service.call(request)
    }
}

async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // Answers are written in large pieces, so waiting for more of them only delays the last one.
    stream.set_nodelay(true)?;
    Ok((stream, slot))
}
