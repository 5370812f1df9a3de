//! A layer that counts the requests of a web server: axum's, or any other's that is made of tower services.
//!
//! ```
//! use axum::{Router, routing::get};
//! use ferula::{HttpMetrics, Registry};
//!
//! let registry = Registry::new();
//! let metrics = HttpMetrics::builder().register(&registry)?;
//! let app: Router = Router::new()
//!     .route("/users/{id}", get(async || "hello"))
//!     .layer(metrics.layer());
//! # Ok::<(), ferula::Error>(())
//! ```
//!
//! A request is counted under its route's template, never under its path: paths are made by whoever calls, and have no
//! end. All requests without a route share one value, [`UNMATCHED`].

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::extract::MatchedPath;
use http::{Method, Request, Response};
use tower::{Layer, Service};

use crate::{Buckets, Counter, Error, Family, Gauge, Histogram, Native, Registry};

/// The route of requests that have none.
pub const UNMATCHED: &str = "__unmatched__";
/// The method of requests whose method is none of HTTP's own.
const OTHER_METHOD: &str = "OTHER";
/// The status of requests whose client went away before there was an answer; nginx' own number.
const GONE: &str = "499";

/// What is counted. Clones are the same metrics.
#[derive(Clone, Debug)]
pub struct HttpMetrics(Arc<Metrics>);

#[derive(Debug)]
struct Metrics {
    requests: Family<Counter>,
    durations: Family<Histogram>,
    in_progress: Family<Gauge>,
    group_status: bool,
    excluded: Vec<String>,
}

/// What is to be counted, and under which names.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it registers its metrics"]
pub struct HttpMetricsBuilder {
    prefix: String,
    buckets: Buckets,
    native: Option<Native>,
    group_status: bool,
    excluded: Vec<String>,
}

impl HttpMetrics {
    /// Begins with `http_requests_total`, `http_request_duration_seconds` and `http_requests_in_progress`.
    pub fn builder() -> HttpMetricsBuilder {
        HttpMetricsBuilder {
            prefix: "http".to_owned(),
            buckets: Buckets::default(),
            native: None,
            group_status: false,
            excluded: Vec::new(),
        }
    }

    /// The layer. Put it outside of what shall be measured; with axum, on the `Router`, so that it knows the route.
    #[must_use]
    pub fn layer(&self) -> HttpMetricsLayer {
        HttpMetricsLayer(self.clone())
    }

    fn begin<B>(&self, request: &Request<B>) -> Option<Measured> {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or(UNMATCHED, MatchedPath::as_str);
        if self.0.excluded.iter().any(|excluded| excluded == route) {
            return None;
        }
        let method = method(request.method());
        let in_progress = self.0.in_progress.with(&[method, route]);
        Some(Measured {
            metrics: self.clone(),
            method,
            route: route.into(),
            started: now(),
            status: None,
            in_progress: in_progress.track_in_progress(),
        })
    }
}

impl HttpMetricsBuilder {
    /// What the names begin with, before the first underscore: `http` if not said.
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Other buckets than the default ones.
    pub fn buckets(mut self, buckets: Buckets) -> Self {
        self.buckets = buckets;
        self
    }

    /// Native buckets besides.
    pub fn native(mut self, native: Native) -> Self {
        self.native = Some(native);
        self
    }

    /// Whether the status is shown as `2xx` rather than `204`.
    pub fn group_status(mut self, group: bool) -> Self {
        self.group_status = group;
        self
    }

    /// A route that is not counted, by its template: `/metrics`, `/healthz`.
    pub fn exclude(mut self, route: &str) -> Self {
        self.excluded.push(route.to_owned());
        self
    }

    /// Puts the metrics on `registry`.
    ///
    /// # Errors
    /// When the names are wrong or taken.
    pub fn register(self, registry: &Registry) -> Result<HttpMetrics, Error> {
        let name = |rest: &str| format!("{}_{rest}", self.prefix);
        let requests = Counter::builder(&name("requests_total"), "Requests answered.");
        let durations = Histogram::builder(
            &name("request_duration_seconds"),
            "Time from a request's head to the head of its answer.",
        );
        let durations = durations.buckets(self.buckets);
        let durations = match self.native {
            Some(native) => durations.native(native),
            None => durations,
        };
        let in_progress = Gauge::builder(
            &name("requests_in_progress"),
            "Requests that wait for their answer.",
        );
        let in_progress = in_progress.merge(crate::Merge {
            by: crate::MergeBy::Sum,
            live: true,
        });
        Ok(HttpMetrics(Arc::new(Metrics {
            requests: requests
                .labels(["method", "route", "status"])
                .register(registry)?,
            durations: durations.labels(["method", "route"]).register(registry)?,
            in_progress: in_progress.labels(["method", "route"]).register(registry)?,
            group_status: self.group_status,
            excluded: self.excluded,
        })))
    }
}

/// HTTP's own methods by their names; what a client makes up is one of a kind.
fn method(method: &Method) -> &'static str {
    let known = [
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE",
    ];
    let found = known.into_iter().find(|known| *known == method.as_str());
    found.unwrap_or(OTHER_METHOD)
}

#[expect(
    clippy::disallowed_methods,
    reason = "lib/ has no platform crate: it runs in any program"
)]
fn now() -> Instant {
    Instant::now()
}

/// A request under way. However it ends, it is counted once.
#[derive(Debug)]
struct Measured {
    metrics: HttpMetrics,
    method: &'static str,
    route: Box<str>,
    started: Instant,
    /// `None` until there is an answer.
    status: Option<u16>,
    #[expect(dead_code, reason = "kept until it is dropped")]
    in_progress: crate::InProgress,
}

impl Drop for Measured {
    fn drop(&mut self) {
        let metrics = &self.metrics.0;
        let status = self.status.map(|status| match metrics.group_status {
            true => format!("{}xx", status / 100),
            false => status.to_string(),
        });
        let status = status.as_deref().unwrap_or(GONE);
        metrics
            .requests
            .with(&[self.method, &self.route, status])
            .inc();
        let duration = metrics.durations.with(&[self.method, &self.route]);
        duration.observe(self.started.elapsed().as_secs_f64());
    }
}

/// Makes services that count: see [`HttpMetrics::layer`].
#[derive(Clone, Debug)]
pub struct HttpMetricsLayer(HttpMetrics);

impl<S> Layer<S> for HttpMetricsLayer {
    type Service = HttpMetricsService<S>;

    fn layer(&self, inner: S) -> HttpMetricsService<S> {
        HttpMetricsService {
            inner,
            metrics: self.0.clone(),
        }
    }
}

/// A service whose requests are counted.
#[derive(Clone, Debug)]
pub struct HttpMetricsService<S> {
    inner: S,
    metrics: HttpMetrics,
}

impl<S, B, R> Service<Request<B>> for HttpMetricsService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Answering<S::Future> {
        let measured = self.metrics.begin(&request);
        Answering {
            answer: self.inner.call(request),
            measured,
        }
    }
}

pin_project_lite::pin_project! {
    /// An answer on its way.
    #[derive(Debug)]
    pub struct Answering<F> {
        #[pin]
        answer: F,
        measured: Option<Measured>,
    }
}

impl<F, R, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(context));
        if let Some(mut measured) = this.measured.take() {
            // An error of the service itself is a failure of the server, though nobody has put a number on it.
            let status = answer
                .as_ref()
                .map_or(500, |answer| answer.status().as_u16());
            measured.status = Some(status);
        }
        Poll::Ready(answer)
    }
}
