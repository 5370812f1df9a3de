//! What the edge counts about itself, in Prometheus' names.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use ferula::{Buckets, Counter, Error, Family, Gauge, Histogram, Registry, Summary};
use hyper::body::{Bytes, Frame, SizeHint};
use platform::Clock;

/// Upper bounds of request durations, in seconds. Prometheus' own.
const DURATION_BUCKETS: [f64; 9] = [0.1, 0.2, 0.4, 1.0, 3.0, 8.0, 20.0, 60.0, 120.0];

/// The metrics of the edge. Clones are the same metrics.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    requests: Family<Counter>,
    durations: Family<Histogram>,
    sizes: Family<Histogram>,
    /// Queries that run or wait.
    pub(crate) queries: Gauge,
    /// Seconds per query, by part of the work (`slice`).
    pub(crate) query_durations: Family<Summary>,
}

impl Metrics {
    pub(crate) fn register(registry: &Registry, concurrency_max: usize) -> Result<Self, Error> {
        let durations = Buckets::new(&DURATION_BUCKETS)?;
        let sizes = Buckets::exponential(100.0, 10.0, 8)?;
        let concurrent = Gauge::builder(
            "prometheus_engine_queries_concurrent_max",
            "The max number of concurrent queries.",
        );
        concurrent.register(registry)?.set(concurrency_max as f64);
        Ok(Self {
            requests: Counter::builder(
                "prometheus_http_requests_total",
                "Counter of HTTP requests.",
            )
            .labels(["code", "handler"])
            .register(registry)?,
            durations: Histogram::builder(
                "prometheus_http_request_duration_seconds",
                "Histogram of latencies for HTTP requests.",
            )
            .buckets(durations)
            .labels(["handler"])
            .register(registry)?,
            sizes: Histogram::builder(
                "prometheus_http_response_size_bytes",
                "Histogram of response size for HTTP requests.",
            )
            .buckets(sizes)
            .labels(["handler"])
            .register(registry)?,
            queries: Gauge::builder(
                "prometheus_engine_queries",
                "The current number of queries being executed or waiting.",
            )
            .register(registry)?,
            query_durations: Summary::builder(
                "prometheus_engine_query_duration_seconds",
                "Query timings",
            )
            .labels(["slice"])
            .register(registry)?,
        })
    }

    /// What counts the requests of one route. Its series appear with its first request.
    pub(crate) fn of_handler(&self, handler: &str, clock: &Arc<dyn Clock>) -> HandlerMetrics {
        HandlerMetrics {
            handler: handler.into(),
            metrics: self.clone(),
            clock: Arc::clone(clock),
        }
    }
}

/// Counts the requests of one route.
#[derive(Clone)]
pub(crate) struct HandlerMetrics {
    handler: Arc<str>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

/// Counts a request, with the time until its last byte is out and the bytes of its body.
pub(crate) async fn observe(
    State(handler): State<HandlerMetrics>,
    request: Request,
    next: Next,
) -> Response {
    let begun_ns = handler.clock.monotonic_ns();
    let response = next.run(request).await;
    let code = response.status();
    let requests = &handler.metrics.requests;
    requests.with(&[code.as_str(), &handler.handler]).inc();
    response.map(|body| {
        Body::new(ObservedBody {
            body,
            bytes: 0,
            begun_ns,
            handler,
        })
    })
}

/// A body that is measured. When it is dropped it is over, be it at its end or since the client went away.
struct ObservedBody {
    body: Body,
    bytes: u64,
    begun_ns: u64,
    handler: HandlerMetrics,
}

impl hyper::body::Body for ObservedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ObservedBody {
    fn drop(&mut self) {
        let HandlerMetrics {
            handler,
            metrics,
            clock,
        } = &self.handler;
        let elapsed_ns = clock.monotonic_ns().saturating_sub(self.begun_ns);
        let duration = metrics.durations.with(&[handler]);
        duration.observe(elapsed_ns as f64 / 1e9);
        metrics.sizes.with(&[handler]).observe(self.bytes as f64);
    }
}
