//! `ferula`: brings everything up, keeps it going, and takes it down.
//!
//! ```text
//!            configuration ──► jobs ──► Scraper ──► Store ◄── web ◄── HTTP
//!                  ▲                      │  ▲                 │
//!   SIGHUP, /-/reload                     ▼  └─ in-process: own registry, host collector
//!                                      status ──────────────► web
//! ```
//!
//! Order of coming up: configuration (a bad one ends it), sockets (a taken one ends it), the store (one in use ends it), scraping, answers. Going down is the
//! reverse: what is in memory written, no new connections, open answers finished, scrapes ended.

mod address;
mod features;
mod inside;
mod kept;
mod query_log;
mod reload;
mod runtime;
mod signals;
mod store;
mod telemetry;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use platform::http::SystemNetwork;
use platform::{Clock, SystemClock};
use scrape::{Scraper, Telemetry, World};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tracing::{error, info};
use web::{Lifecycle, Phase, Readiness, ServeOptions, Sources};

use crate::cli::ServeFlags;
use crate::{allocator, logging, version};
use kept::Kept;
use reload::Reloader;

pub(crate) use address::with_host;
pub(crate) use signals::interrupted;

/// Reload requests that may wait. Each is answered, so there is no use in more.
const RELOADS_WAITING_MAX: usize = 16;

/// Serves until it is told to stop. `values` are the flags as the status page shows them.
pub(crate) fn run(flags: &ServeFlags, values: BTreeMap<String, String>) -> ExitCode {
    logging::start(&flags.log_level, &flags.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            error!("can't start threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(serve(flags, values)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            error!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: &ServeFlags, values: BTreeMap<String, String>) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let features = features::read(&flags.features);
    let address = address::Public::new(flags)?;
    let config = reload::load_first(flags.config_file.as_deref(), address.port)?;
    let interrupted = interrupted();
    let listeners = listen(&flags.listen_addresses).await?;
    info!(version = version::FERULA, "Ferula starts");

    let registry = ferula::Registry::new();
    telemetry::register(&registry).map_err(|error| error.to_string())?;
    let kept = Kept::open(flags, &config, &clock, &registry)?;
    let world = World {
        store: kept.for_scrapes(),
        network: Arc::new(SystemNetwork::default()),
        sources: inside::sources(flags, &registry, &clock)?,
        clock: Arc::clone(&clock),
        seed: runtime::seed(&config.global.external_labels),
        agent: format!("Ferula/{}", version::FERULA),
        type_and_unit_labels: features.type_and_unit_labels,
        telemetry: Telemetry::new(&registry).map_err(|error| error.to_string())?,
    };
    let (scraper, left_out) = Scraper::start(world, config.jobs.clone());
    left_out
        .iter()
        .for_each(|problem| error!("{problem}; the other jobs run"));
    let reloader = Reloader::new(flags, &registry, config, scraper, kept.adjuster(), &clock)?;
    let reloader = Arc::new(reloader);

    let readiness = Readiness::default();
    let (quit, quitting) = mpsc::channel(1);
    let (reload, reloads) = mpsc::channel(RELOADS_WAITING_MAX);
    let lifecycle = flags.enable_lifecycle.then_some(Lifecycle { reload, quit });
    let sources = Sources {
        store: kept.for_queries(),
        targets: reloader.targets(),
        configuration: reloader.configuration(),
        external_labels: reloader.external_labels(),
        default_step_ms: reloader.evaluation_interval(),
        let_go: allocator::let_go,
        runtime: runtime::provider(&reloader, clock.now(), &kept),
        replay: kept.replay(),
        build: version::build(),
        query_log: reloader.query_log(),
        flags: values,
        registry,
        readiness: readiness.clone(),
        lifecycle,
        administration: kept.administration(flags, &clock),
        clock,
    };
    let options = address.options(flags, features)?;
    let router = web::router(sources, options).map_err(|error| error.to_string())?;

    tokio::spawn(Arc::clone(&reloader).serve_requests(reloads));
    tokio::spawn(signals::reload_on_hangup(Arc::clone(&reloader)));
    readiness.enter(Phase::Ready);
    info!("Ferula is ready: {}", address.greeting());
    let ending = kept.ending();
    let shutdown = async move {
        signals::stop(interrupted, quitting).await;
        ending.flush().await;
        readiness.enter(Phase::Stopping);
    };
    web::serve(listeners, router, serve_options(flags), shutdown).await;
    reloader.stop().await;
    kept.close().await;
    info!("Ferula has stopped");
    Ok(())
}

fn serve_options(flags: &ServeFlags) -> ServeOptions {
    let read_timeout = std::time::Duration::from_millis(flags.read_timeout_ms.unsigned_abs());
    ServeOptions {
        connections_max: flags.connections_max,
        read_timeout,
    }
}

async fn listen(addresses: &[String]) -> Result<Vec<TcpListener>, String> {
    let mut listeners = Vec::new();
    for text in addresses {
        let address = with_host(text);
        let listener = web::listen(&address).await.map_err(|error| {
            format!("can't listen on {text}: {error}\n  hint: choose another with --web.listen-address=HOST:PORT")
        })?;
        listeners.push(listener);
    }
    Ok(listeners)
}
