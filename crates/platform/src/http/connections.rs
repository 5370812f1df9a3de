//! A client's pool of connections, made anew when the certificates it was made with are replaced.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::dial::Dial;
use super::proxy::Route;
use super::{BuildError, SecretSource, TlsOptions, tls};
use crate::file::{self, Stamp};

/// An unused connection is closed after this time. Most are used once a minute.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// Unused connections to one server.
pub(super) const IDLE_PER_SERVER_MAX: usize = 16;
/// Headers of an answer; hyper's own limit of 100 is less than what some proxies add up.
pub(super) const HEADERS_MAX: usize = 256;

/// hyper's pool. Clones share their connections.
pub(super) type Pool = Client<HttpsConnector<Dial>, Full<Bytes>>;

/// Makes and keeps the pool.
pub(super) struct Connections {
    tls: TlsOptions,
    enable_http2: bool,
    route: Arc<Route>,
    /// The files that the options name.
    files: Vec<PathBuf>,
    current: Mutex<Current>,
}

struct Current {
    pool: Pool,
    /// Of the files, when the pool was made; `None` for one that can't be looked at.
    stamps: Vec<Option<Stamp>>,
}

impl Connections {
    pub(super) fn new(
        tls: &TlsOptions,
        enable_http2: bool,
        route: Arc<Route>,
    ) -> Result<Self, BuildError> {
        let files = files(tls);
        // Stamped first: what changes while it is read is read again.
        let stamps = stamps(&files);
        let pool = pool(tls, enable_http2, &route)?;
        Ok(Self {
            tls: tls.clone(),
            enable_http2,
            route,
            files,
            current: Mutex::new(Current { pool, stamps }),
        })
    }

    pub(super) fn route(&self) -> &Route {
        &self.route
    }

    /// The pool, with the certificates that are in the files now.
    pub(super) fn pool(&self) -> Result<Pool, BuildError> {
        let stamps = stamps(&self.files);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.stamps != stamps {
            current.pool = pool(&self.tls, self.enable_http2, &self.route)?;
            current.stamps = stamps;
        }
        Ok(current.pool.clone())
    }
}

fn files(tls: &TlsOptions) -> Vec<PathBuf> {
    let own = tls
        .certificate
        .iter()
        .flat_map(|(certificate, key)| [certificate, key]);
    let sources = tls.ca.iter().chain(own);
    sources
        .filter_map(|source| match source {
            SecretSource::File(path) => Some(path.clone()),
            SecretSource::Inline(_) => None,
        })
        .collect()
}

fn stamps(files: &[PathBuf]) -> Vec<Option<Stamp>> {
    files.iter().map(|path| file::stamp(path).ok()).collect()
}

fn pool(tls: &TlsOptions, enable_http2: bool, route: &Arc<Route>) -> Result<Pool, BuildError> {
    let mut config = tls::config(tls)?;
    if enable_http2 {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    let dial = Dial {
        route: Arc::clone(route),
    };
    let connector = match tls::server_name(tls)? {
        Some(name) => {
            let resolver = Arc::new(FixedServerNameResolver::new(name));
            HttpsConnector::new(dial, config, false, resolver)
        }
        None => HttpsConnector::from((dial, config)),
    };
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_SERVER_MAX)
        .http1_max_headers(HEADERS_MAX)
        .build(connector))
}
