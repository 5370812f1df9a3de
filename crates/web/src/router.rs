//! Which path leads where.
//!
//! `routes` is the one table of paths; the router is built from it, and so is the test that holds it against
//! `openapi.yaml`. Each route gets the same layers, from the outside in:
//!
//! ```text
//!  observe ──► share (CORS) ──► compress ──► gate (503 unless ready) ──► handler
//! ```

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter};
use query::{CancelToken, Cores, MemoryPool};

use crate::errors::ApiError;
use crate::observe::Metrics;
use crate::running::Running;
use crate::state::{Options, Sources};
use crate::workers::Workers;
use crate::{api, compress, cors, exposition, federate, manage, observe, ready, respond, ui};

/// What all handlers share.
pub(crate) struct Web {
    pub(crate) sources: Sources,
    pub(crate) options: Options,
    pub(crate) metrics: Metrics,
    /// For queries.
    pub(crate) queries: Workers,
    /// Those that run or wait.
    pub(crate) running: Running,
    /// The memory that they share.
    pub(crate) memory: Arc<MemoryPool>,
    /// The cores that they share.
    pub(crate) cores: Arc<Cores>,
    /// For what reads labels and metadata: kept apart, so that an editor's suggestions don't wait behind dashboards.
    reads: Workers,
    /// For our own metrics, which somebody wants to see above all when everything else is busy.
    pub(crate) pages: Workers,
}

/// Pages of our own metrics that are written at once.
const PAGES_MAX: usize = 2;

impl Web {
    /// Runs something that reads the store.
    pub(crate) async fn read<T, W>(&self, work: W) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: FnOnce(&CancelToken) -> Result<T, ApiError> + Send + 'static,
    {
        self.reads.run(self.query_timeout(), work).await
    }

    pub(crate) fn query_timeout(&self) -> Duration {
        Duration::from_millis(self.options.queries.timeout_ms.max(0).unsigned_abs())
    }
}

/// A path, what it takes, and where it leads.
pub(crate) struct Route {
    /// In axum's notation.
    pub(crate) path: &'static str,
    /// The methods that are not answered with 405. HEAD goes with GET, and OPTIONS with everything under `/api`.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the description is held against it")
    )]
    pub(crate) methods: &'static [&'static str],
    /// Whether it waits until the server is ready.
    gated: bool,
    handler: MethodRouter<Arc<Web>>,
}

impl Route {
    fn get<H: Handler<T, Arc<Web>>, T: 'static>(path: &'static str, handler: H) -> Self {
        let handler = MethodRouter::new().on(MethodFilter::GET, handler);
        Self::new(path, &["GET"], handler)
    }

    /// For parameters that are too long for a URL.
    fn form<H: Handler<T, Arc<Web>>, T: 'static>(path: &'static str, handler: H) -> Self {
        let methods = MethodFilter::GET.or(MethodFilter::POST);
        let handler = MethodRouter::new().on(methods, handler);
        Self::new(path, &["GET", "POST"], handler)
    }

    /// For what changes the server.
    fn command<H: Handler<T, Arc<Web>>, T: 'static>(path: &'static str, handler: H) -> Self {
        let handler = MethodRouter::new().on(MethodFilter::POST.or(MethodFilter::PUT), handler);
        let mut route = Self::new(path, &["POST", "PUT"], handler);
        route.handler = route.handler.fallback(manage::only_post_or_put);
        route.ungated()
    }

    /// For what changes the store.
    fn change<H: Handler<T, Arc<Web>>, T: 'static>(path: &'static str, handler: H) -> Self {
        let handler = MethodRouter::new().on(MethodFilter::POST.or(MethodFilter::PUT), handler);
        Self::new(path, &["POST", "PUT"], handler)
    }

    fn new(
        path: &'static str,
        methods: &'static [&'static str],
        handler: MethodRouter<Arc<Web>>,
    ) -> Self {
        Self {
            path,
            methods,
            gated: true,
            handler: handler.fallback(respond::method_not_allowed),
        }
    }

    fn ungated(mut self) -> Self {
        self.gated = false;
        self
    }

    /// As Prometheus writes it in its metrics: `/api/v1/label/:name/values`.
    fn handler_name(&self) -> String {
        self.path
            .replace("{*", "*")
            .replace('{', ":")
            .replace('}', "")
    }
}

/// All routes but those of the UI.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::form("/api/v1/query", api::query::answer),
        Route::form("/api/v1/query_range", api::query_range::answer),
        Route::form("/api/v1/query_exemplars", api::exemplars::answer),
        Route::form("/api/v1/format_query", api::format_query::answer),
        Route::form("/api/v1/parse_query", api::parse_query::answer),
        Route::form("/api/v1/series", api::series::answer),
        Route::form("/api/v1/labels", api::labels::names),
        Route::get("/api/v1/label/{name}/values", api::labels::values),
        Route::get("/api/v1/metadata", api::metadata::by_family),
        Route::get("/api/v1/targets", api::targets::answer),
        Route::get("/api/v1/targets/metadata", api::metadata::by_target),
        Route::get("/api/v1/scrape_pools", api::scrape_pools::answer),
        Route::get("/api/v1/rules", api::alerting::rules),
        Route::get("/api/v1/alerts", api::alerting::alerts),
        Route::get("/api/v1/alertmanagers", api::alerting::alertmanagers),
        Route::get("/api/v1/status/config", api::configuration::answer),
        Route::get("/api/v1/status/runtimeinfo", api::runtime::answer),
        Route::get("/api/v1/status/buildinfo", api::build::answer),
        Route::get("/api/v1/status/flags", api::flags::answer),
        Route::get("/api/v1/status/tsdb", api::statistics::answer),
        Route::get("/api/v1/status/walreplay", api::replay::answer).ungated(),
        Route::change(
            "/api/v1/admin/tsdb/delete_series",
            api::admin::delete_series,
        ),
        Route::change(
            "/api/v1/admin/tsdb/clean_tombstones",
            api::admin::clean_tombstones,
        ),
        Route::change("/api/v1/admin/tsdb/snapshot", api::admin::snapshot),
        Route::get("/api/v1/openapi.yaml", api::description::answer).ungated(),
        Route::get("/api/ferula/v1/queries", api::queries::list),
        Route::change("/api/ferula/v1/queries/{id}/stop", api::queries::stop),
        Route::get("/federate", federate::answer),
        Route::get("/metrics", exposition::answer).ungated(),
        Route::get("/version", api::build::version),
        Route::get("/-/healthy", manage::healthy).ungated(),
        Route::get("/-/ready", manage::ready),
        Route::command("/-/reload", manage::reload),
        Route::command("/-/quit", manage::quit),
    ]
}

/// Why there is no router.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// The registry has a metric by one of our names already.
    #[error(transparent)]
    Metrics(#[from] ferula::Error),
}

/// Builds the router that [`serve`](crate::serve::serve) takes.
///
/// # Errors
///
/// When the edge's own metrics can't be registered.
pub fn router(sources: Sources, options: Options) -> Result<Router, RouterError> {
    let concurrency_max = options.queries.concurrency_max;
    let web = Arc::new(Web {
        metrics: Metrics::register(&sources.registry, concurrency_max)?,
        queries: Workers::new(concurrency_max),
        running: Running::default(),
        memory: MemoryPool::new(options.queries.bytes_max_total),
        cores: Cores::new(options.queries.threads_max),
        reads: Workers::new(concurrency_max),
        pages: Workers::new(PAGES_MAX),
        sources,
        options,
    });
    let prefix = web.options.route_prefix.clone();
    let mut router = Router::new();
    let others = missing_routes().chain(ui_routes(&web));
    for route in routes().into_iter().chain(others) {
        let path = format!("{prefix}{}", route.path);
        router = router.route(&path, layered(&web, route));
    }
    if !prefix.is_empty() {
        router = router.route("/", ui::redirect(&format!("{prefix}/")));
    }
    Ok(router.fallback(respond::not_found).with_state(web))
}

/// What answers that it isn't there, whatever the method.
fn missing_routes() -> impl Iterator<Item = Route> {
    let answer = || MethodRouter::new().fallback(api::missing::answer);
    let paths = api::missing::PATHS.into_iter();
    paths.map(move |path| Route {
        path,
        methods: &[],
        gated: false,
        handler: answer(),
    })
}

fn ui_routes(web: &Arc<Web>) -> impl Iterator<Item = Route> {
    let pages = ui::pages(&web.options);
    pages
        .into_iter()
        .map(|(path, page)| Route::new(path, &["GET"], page).ungated())
}

fn layered(web: &Arc<Web>, route: Route) -> MethodRouter<Arc<Web>> {
    let metrics = web
        .metrics
        .of_handler(&route.handler_name(), &web.sources.clock);
    let is_api = route.path.starts_with("/api/");
    let mut handler = route.handler;
    if is_api {
        // The layer below answers it, but axum only calls layers for methods that a route takes.
        handler = handler.on(MethodFilter::OPTIONS, async || http::StatusCode::NO_CONTENT);
    }
    if route.gated {
        let readiness = web.sources.readiness.clone();
        handler = handler.layer(from_fn_with_state(readiness, ready::gate));
    }
    handler = handler.layer(from_fn(compress::compress));
    if is_api {
        let origins = web.options.cors.clone();
        handler = handler.layer(from_fn_with_state(origins, cors::share));
    }
    handler.layer(from_fn_with_state(metrics, observe::observe))
}

#[cfg(test)]
mod tests;
