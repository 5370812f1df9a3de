//! `ferula exporter …`: a collector as a program of its own, on the port where the field looks for it.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use exporters::NodeCollector;
use exporters::node::Options;
use ferula::{Collector, Selection, Style, encode};
use platform::SystemClock;
use tokio::net::TcpListener;
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
    let mut options = Options::of_this_host();
    options.roots.proc.clone_from(&arguments.procfs);
    options.roots.sys.clone_from(&arguments.sysfs);
    let result = NodeCollector::new(&options, Arc::new(SystemClock))
        .map_err(|error| error.to_string())
        .and_then(|collector| listen(Arc::new(collector), &arguments.listen_address));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            error!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn listen(collector: Arc<dyn Collector>, address: &str) -> Result<(), String> {
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("can't start threads: {error}"))?;
    runtime.block_on(async {
        let bind = crate::serve::with_host(address);
        let listener = TcpListener::bind(&bind).await.map_err(|error| {
            format!("can't listen on {address}: {error}\n  hint: choose another with --web.listen-address=HOST:PORT")
        })?;
        let page = move |headers: HeaderMap| metrics(Arc::clone(&collector), headers);
        let router = Router::new().route("/", get(Html(LANDING))).route("/metrics", get(page));
        info!("metrics are at http://{bind}/metrics");
        let options = ServeOptions { connections_max: CONNECTIONS_MAX, read_timeout: READ_TIMEOUT };
        web::serve(vec![listener], router, options, crate::serve::interrupted()).await;
        Ok(())
    })
}

async fn metrics(collector: Arc<dyn Collector>, headers: HeaderMap) -> impl IntoResponse {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (format, content_type) = web::negotiate(accept);
    // Reading the host blocks.
    let page = tokio::task::spawn_blocking(move || {
        let mut page = Vec::new();
        encode(
            &*collector,
            &Selection::all(),
            Style::new(format),
            &mut page,
        );
        page
    });
    (
        [(CONTENT_TYPE, content_type)],
        page.await.unwrap_or_default(),
    )
}
