//! `ferula exporter …`: a collector as a program of its own, on the port where the field looks for it.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use exporters::NodeCollector;
use ferula::{Process, Registry, Selection, Style, encode};
use platform::SystemClock;
use tracing::{error, info};
use web::ServeOptions;

use crate::cli::ExporterNode;
use crate::logging;

/// Connections at once: a few scrapers and a curious person.
const CONNECTIONS_MAX: usize = 64;
/// Time in which a request must have been sent.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

const LANDING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ferula node exporter</title>\
<body style=\"font-family: system-ui; margin: 3rem\"><h1>Ferula node exporter</h1><p><a href=\"/metrics\">Metrics</a></body></html>";

/// `ferula exporter node`
pub(crate) fn node(arguments: &ExporterNode) -> ExitCode {
    logging::start("info", "logfmt");
    let result = NodeCollector::new(&arguments.options(), Arc::new(SystemClock))
        .map_err(|error| error.to_string())
        .and_then(|collector| listen(&collector, &arguments.listen_address));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            error!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn listen(collector: &NodeCollector, address: &str) -> Result<(), String> {
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("can't start threads: {error}"))?;
    runtime.block_on(async {
        let bind = crate::serve::with_host(address);
        let listener = web::listen(&bind).await.map_err(|error| {
            format!("can't listen on {address}: {error}\n  hint: choose another with --web.listen-address=HOST:PORT")
        })?;
        // The exporter's own process stands on its page, as node_exporter's does.
        let own = Registry::new();
        own.register(Process::current()).map_err(|error| error.to_string())?;
        let state = State(Arc::new((collector.clone(), own)));
        let page = move |query: RawQuery, headers: HeaderMap| metrics(state, query, headers);
        let router = Router::new().route("/", get(Html(LANDING))).route("/metrics", get(page));
        info!("metrics are at http://{bind}/metrics");
        let options = ServeOptions { connections_max: CONNECTIONS_MAX, read_timeout: READ_TIMEOUT };
        web::serve(vec![listener], router, options, crate::serve::interrupted()).await;
        Ok(())
    })
}

/// The page, or with `collect[]` the parts that it names.
async fn metrics(
    State(state): State<Arc<(NodeCollector, Registry)>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (format, content_type) = web::negotiate(accept);
    let (node, own) = &*state;
    let names = parts(query.as_deref().unwrap_or_default());
    let shown = if names.is_empty() {
        Ok(node.clone())
    } else {
        node.only(&names)
    };
    let node = match shown {
        Ok(node) => node,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let page = Registry::new();
    let registered = page.register(node).and_then(|_| page.register(own.clone()));
    if let Err(error) = registered {
        return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response();
    }
    // Reading the host blocks.
    let bytes = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        encode(&page, &Selection::all(), Style::new(format), &mut bytes);
        bytes
    });
    (
        [(CONTENT_TYPE, content_type)],
        bytes.await.unwrap_or_default(),
    )
        .into_response()
}

/// The values of `collect[]` in a query string, as written or percent-encoded.
fn parts(query: &str) -> Vec<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| matches!(*name, "collect[]" | "collect%5B%5D" | "collect%5b%5d"))
        .map(|(_, value)| value.to_owned())
        .collect()
}
