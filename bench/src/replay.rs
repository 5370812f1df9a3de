//! Serves recorded pages as many instances: `/<n>/metrics` is instance n.
//!
//! Each instance is somewhere else in the recording, so that values differ between instances and move from scrape to scrape.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::recording::Pages;

/// How far apart neighbouring instances are in the recording, in pages.
const INSTANCE_PAGES: usize = 7;

/// A running replay.
pub(crate) struct Replay {
    pub(crate) port: u16,
    state: Arc<Serving>,
    /// Ends the server when it goes.
    _runtime: Runtime,
}

struct Serving {
    pages: Vec<(Bytes, usize)>,
    start: Instant,
    /// Samples served, by who asked.
    served: [AtomicU64; 3],
}

/// What the peers call themselves, in the order of [`Serving::served`].
pub(crate) const AGENTS: [&str; 3] = ["Ferula", "Prometheus", "vm_promscrape"];

impl Replay {
    pub(crate) fn start(pages: &Pages) -> Self {
        let texts = pages.texts.iter().map(|text| Bytes::copy_from_slice(text));
        let state = Arc::new(Serving {
            pages: texts.zip(pages.samples.iter().copied()).collect(),
            start: Instant::now(),
            served: Default::default(),
        });
        let runtime = Runtime::new().expect("threads");
        let router = Router::new()
            .route("/{instance}/metrics", get(page))
            .with_state(Arc::clone(&state));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let options = web::ServeOptions {
            connections_max: 10_000,
            read_timeout: Duration::from_secs(60),
        };
        runtime.spawn(web::serve(
            vec![listener],
            router,
            options,
            std::future::pending(),
        ));
        Self {
            port,
            state,
            _runtime: runtime,
        }
    }

    /// Samples served so far to the peer of this number in [`AGENTS`].
    pub(crate) fn served(&self, peer: usize) -> u64 {
        self.state.served[peer].load(Ordering::Relaxed)
    }
}

async fn page(
    State(state): State<Arc<Serving>>,
    Path(instance): Path<usize>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let second = state.start.elapsed().as_secs() as usize;
    let (page, samples) = &state.pages[(second + instance * INSTANCE_PAGES) % state.pages.len()];
    if let Some(peer) = AGENTS.iter().position(|name| agent.starts_with(name)) {
        state.served[peer].fetch_add(*samples as u64, Ordering::Relaxed);
    }
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        page.clone(),
    )
}
