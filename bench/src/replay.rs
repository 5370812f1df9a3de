//! Serves a fleet: `/<encoding>/<n>/metrics` is instance n, with `identity` or `gzip` bodies.
//!
//! Each instance has an address of its own on the loopback, so that nobody shares a connection between instances, which no real targets would allow.
//! Each instance is somewhere else in its exporter's life, and turns to its next page at its own moment of the second, so that values differ
//! between instances, move from scrape to scrape, and are now and then the same twice, as with real clocks. Pages are rendered ahead, one of
//! each exporter a second, by a thread of their own.

use std::collections::VecDeque;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::exporter::Exporter;
use crate::fleet::Fleet;

/// How far apart neighbouring instances of one exporter are, in seconds of its life.
const INSTANCE_SECONDS: u64 = 7;
/// How far apart any two may be. All pages of that time are kept.
const SPREAD_SECONDS: u64 = 240;
/// How many pages are kept behind and rendered ahead, for a late request or a late thread.
const SPARE_PAGES: u64 = 5;

/// A running replay.
pub(crate) struct Replay {
    pub(crate) port: u16,
    state: Arc<Serving>,
    /// Ends the server when it goes.
    _runtime: Runtime,
}

struct Serving {
    fleet: Fleet,
    pages: RwLock<Pages>,
    start: Instant,
    /// Samples served, by who asked.
    served: [AtomicU64; AGENTS.len()],
    ended: AtomicBool,
}

/// The pages of a stretch of time.
struct Pages {
    /// The second of the first.
    first: u64,
    /// By second, then by exporter.
    seconds: VecDeque<Vec<Arc<Page>>>,
}

struct Page {
    text: Bytes,
    gzip: OnceLock<Bytes>,
    samples: u64,
}

/// What the peers call themselves, in the order of [`Serving::served`].
pub(crate) const AGENTS: [&str; 3] = ["Ferula", "Prometheus", "vm_promscrape"];

impl Replay {
    pub(crate) fn start(fleet: Fleet, instances: usize) -> Self {
        let mut seconds = VecDeque::new();
        for second in 0..SPREAD_SECONDS + SPARE_PAGES {
            seconds.push_back(render(&fleet.exporters, second));
        }
        let state = Arc::new(Serving {
            fleet,
            pages: RwLock::new(Pages { first: 0, seconds }),
            start: Instant::now(),
            served: Default::default(),
            ended: AtomicBool::new(false),
        });
        std::thread::spawn({
            let state = Arc::clone(&state);
            move || render_ahead(&state)
        });
        let runtime = Runtime::new().expect("threads");
        let router = Router::new()
            .route("/{encoding}/{instance}/metrics", get(page))
            .with_state(Arc::clone(&state));
        let mut port = 0;
        let mut listeners = Vec::new();
        for instance in 0..instances {
            let address = (address(instance), port);
            let listener = runtime.block_on(TcpListener::bind(address));
            let listener = listener.expect("an address on the loopback");
            port = listener.local_addr().expect("an address").port();
            listeners.push(listener);
        }
        let options = web::ServeOptions {
            connections_max: 10_000,
            read_timeout: Duration::from_secs(60),
        };
        runtime.spawn(web::serve(
            listeners,
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

    pub(crate) fn fleet(&self) -> &Fleet {
        &self.state.fleet
    }

    /// Samples served so far to the peer of this number in [`AGENTS`].
    pub(crate) fn served(&self, peer: usize) -> u64 {
        self.state.served[peer].load(Ordering::Relaxed)
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
    }
}

/// Where an instance is.
pub(crate) fn address(instance: usize) -> Ipv4Addr {
    const PER_NETWORK: usize = 250;
    let [network, host] = [instance / PER_NETWORK, instance % PER_NETWORK]
        .map(|number| u8::try_from(number + 1).expect("fewer instances than addresses"));
    Ipv4Addr::new(127, 0, network, host)
}

fn render(exporters: &[Exporter], second: u64) -> Vec<Arc<Page>> {
    let page = |exporter: &Exporter| {
        let (text, samples) = exporter.page(second);
        Arc::new(Page {
            text: Bytes::from(text),
            gzip: OnceLock::new(),
            samples: samples as u64,
        })
    };
    exporters.iter().map(page).collect()
}

/// Keeps the pages of the next seconds ready.
fn render_ahead(state: &Serving) {
    while !state.ended.load(Ordering::Relaxed) {
        let now = state.start.elapsed().as_secs();
        loop {
            let next = {
                let pages = state.pages.read().expect("no panic before");
                pages.first + pages.seconds.len() as u64
            };
            if next >= now + SPREAD_SECONDS + SPARE_PAGES {
                break;
            }
            let rendered = render(&state.fleet.exporters, next);
            let mut pages = state.pages.write().expect("no panic before");
            pages.seconds.push_back(rendered);
            while pages.first + SPARE_PAGES < now {
                pages.seconds.pop_front();
                pages.first += 1;
            }
        }
        std::thread::park_timeout(Duration::from_millis(250));
    }
}

impl Serving {
    /// The page that an instance shows now.
    fn page(&self, instance: usize) -> Option<Arc<Page>> {
        let kinds = self.fleet.exporters.len();
        let (kind, number) = (instance % kinds, (instance / kinds) as u64);
        // The golden section spreads the moments evenly, however many there are.
        let moment_ms = number.wrapping_mul(618_034) / 1000 % 1000;
        let second = (self.start.elapsed().as_millis() as u64 + moment_ms) / 1000;
        let second = second + number * INSTANCE_SECONDS % SPREAD_SECONDS;
        let pages = self.pages.read().expect("no panic before");
        let last = (pages.seconds.len() as u64).checked_sub(1)?;
        let at = second.saturating_sub(pages.first).min(last);
        Some(Arc::clone(&pages.seconds[at as usize][kind]))
    }
}

impl Page {
    fn gzip(&self) -> Bytes {
        let packed = self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&self.text).expect("a vector takes all");
            Bytes::from(encoder.finish().expect("a vector takes all"))
        });
        packed.clone()
    }
}

async fn page(
    State(state): State<Arc<Serving>>,
    Path((encoding, instance)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Response {
    let Some(page) = state.page(instance) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if let Some(peer) = AGENTS.iter().position(|name| agent.starts_with(name)) {
        state.served[peer].fetch_add(page.samples, Ordering::Relaxed);
    }
    let packed = encoding == "gzip";
    let body = if packed {
        page.gzip()
    } else {
        page.text.clone()
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    if packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
