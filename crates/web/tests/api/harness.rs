//! A router over known sources, and ways to ask it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use model::{Exemplar, Labels, Metadata, MetricKind, Timestamp};
use platform::clock::SimulatedClock;
use scrape::status::{Health, PoolStatus, Status, TargetStatus};
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SeriesKey, Store};
use tower::ServiceExt as _;
use web::{
    AllowedOrigins, BuildDescription, Options, Phase, QueryOptions, Readiness, ReplayStatus,
    RuntimeStatus, Sources,
};

/// What the clock shows: 2023-11-14T22:13:20Z.
pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);

pub(crate) struct Edge {
    router: Router,
}

impl Edge {
    pub(crate) fn new() -> Self {
        Self::with(|_, _| {})
    }

    /// An edge whose sources and options were changed before.
    pub(crate) fn with(change: impl FnOnce(&mut Sources, &mut Options)) -> Self {
        let (mut sources, mut options) = (sources(), options());
        change(&mut sources, &mut options);
        let router = web::router(sources, options).expect("no metric is registered twice");
        Self { router }
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response<Body> {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        self.request("GET", path, headers, "").await
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(escaped(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned()));
        self.send(request.expect("the test's request is one")).await
    }
}

/// Escapes what a URI can't have, so that tests can write queries as people do.
pub(crate) fn escaped(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            0x80..
            | b'"'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b' '
            | b'^'
            | b'|'
            | b'\\'
            | b'`' => {
                uri.push_str(&format!("%{byte:02X}"));
            }
            byte => uri.push(char::from(byte)),
        }
    }
    uri
}

pub(crate) async fn bytes(response: Response<Body>) -> Vec<u8> {
    let body = response
        .into_body()
        .collect()
        .await
        .expect("the body is whole");
    body.to_bytes().to_vec()
}

pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(bytes(response).await).expect("the body is text")
}

/// Sends a GET to a new edge, and compares status and body.
pub(crate) async fn check(path: &str, status: u16, body: &str) {
    let response = Edge::new().get(path).await;
    let found = (response.status().as_u16(), text(response).await);
    assert_eq!((found.0, found.1.as_str()), (status, body), "{path}");
}

pub(crate) async fn check_data(path: &str, data: &str) {
    let body = format!(r#"{{"status":"success","data":{data}}}"#);
    check(path, 200, &body).await;
}

pub(crate) async fn check_error(path: &str, status: u16, kind: &str, error: &str) {
    let error = error.replace('\\', "\\\\").replace('"', "\\\"");
    let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"{error}"}}"#);
    check(path, status, &body).await;
}

fn options() -> Options {
    Options {
        external_url: "http://watch.example:9090".parse().expect("a URL"),
        route_prefix: String::new(),
        cors: AllowedOrigins::Any,
        page_title: "Watch <it>".to_owned(),
        queries: QueryOptions {
            concurrency_max: 4,
            timeout_ms: 120_000,
            lookback_ms: 300_000,
            samples_max: 50_000_000,
            bytes_max: 1 << 30,
            bytes_max_total: 1 << 30,
            threads_max: 2,
            per_step_stats: true,
            features: promql::Features::STABLE,
            delayed_name_removal: false,
            start_timestamps: false,
        },
    }
}

fn sources() -> Sources {
    let readiness = Readiness::default();
    readiness.enter(Phase::Ready);
    Sources {
        store: Arc::new(store()),
        clock: Arc::new(SimulatedClock::new(NOW)),
        targets: Arc::new(targets),
        configuration: Arc::new(|| "global:\n  scrape_interval: 15s\n".to_owned()),
        external_labels: Arc::new(|| Labels::from_pairs([("job", "no"), ("zone", "z1")])),
        default_step_ms: Arc::new(|| 60_000),
        let_go: || {},
        runtime: Arc::new(|| RuntimeStatus {
            started: NOW.plus_ms(-90_500),
            working_directory: "/srv/ferula".to_owned(),
            hostname: "watch".to_owned(),
            reload_succeeded: true,
            configured: NOW.plus_ms(-90_000),
            corruptions: 0,
            tasks: 12,
            parallelism: 2,
            memory_limit_bytes: None,
            retention: "15d".to_owned(),
        }),
        replay: Arc::new(|| ReplayStatus {
            first: 3,
            last: 9,
            current: 5,
        }),
        build: BuildDescription {
            version: "3.14.0".to_owned(),
            revision: "abc".to_owned(),
            branch: "main".to_owned(),
            user: "me@here".to_owned(),
            date: "20231114-22:13:20".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
        },
        flags: BTreeMap::from([
            ("query.timeout".to_owned(), "2m".to_owned()),
            ("config.file".to_owned(), "<stdin>".to_owned()),
        ]),
        query_log: Arc::new(web::NoQueryLog),
        registry: ferula::Registry::new(),
        readiness,
        lifecycle: None,
        administration: None,
    }
}

fn targets() -> Status {
    let active = |port: &str, health, last_error: &str, last_scrape| TargetStatus {
        discovered: Labels::from_pairs([("__address__", format!("localhost:{port}"))]),
        labels: Labels::from_pairs([("job", "node"), ("instance", &format!("localhost:{port}"))]),
        url: format!("http://localhost:{port}/metrics"),
        health,
        last_error: last_error.to_owned(),
        last_scrape,
        last_duration_ns: 2_993_429,
        interval_ms: 15_000,
        timeout_ms: 10_000,
        samples: 7,
    };
    Status {
        pools: vec![
            PoolStatus {
                name: "node".to_owned(),
                active: vec![
                    active("9100", Health::Up, "", Some(NOW)),
                    active("9101", Health::Unknown, "", None),
                ],
                dropped: vec![Labels::from_pairs([("__address__", "localhost:1")])],
                dropped_count: 3,
            },
            PoolStatus {
                name: "db".to_owned(),
                active: Vec::new(),
                dropped: Vec::new(),
                dropped_count: 0,
            },
        ],
    }
}

pub(crate) fn empty_store() -> MemoryStore {
    MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 24,
        late_window_ms: 0,
        exemplars_max: 16,
    })
}

/// Two jobs that say `up` for three minutes until now, one of which counts requests, with an exemplar at the end.
fn store() -> MemoryStore {
    let store = empty_store();
    let up = Labels::from_pairs([("__name__", "up")]);
    let requests = Labels::from_pairs([("__name__", "requests_total"), ("code", "200")]);
    let described = |kind, help: &str| Metadata {
        kind,
        help: help.to_owned(),
        unit: String::new(),
    };
    for step in -3..=0_i64 {
        let time = NOW.plus_ms(step * 60_000);
        let mut appender = store.appender();
        for (job, instance) in [("api", "a:80"), ("node", "b:9100")] {
            let target = Labels::from_pairs([("job", job), ("instance", instance)]);
            appender.row(&target, time);
            appender.metadata("up", &described(MetricKind::Gauge, "Whether it answers."));
            let sample = Sample::float(1.0);
            appender
                .append(SeriesKey::InTarget(&up), sample)
                .expect("it is new");
            if job != "api" {
                continue;
            }
            appender.metadata(
                "requests",
                &described(MetricKind::Counter, "All <requests>."),
            );
            let exemplar = Exemplar {
                labels: Labels::from_pairs([("trace_id", "abc")]),
                value: 0.25,
                timestamp: NOW.plus_ms(-500),
            };
            let sample = Sample {
                exemplars: if step == 0 {
                    std::slice::from_ref(&exemplar)
                } else {
                    &[]
                },
                ..Sample::float(((step + 3) * 60) as f64)
            };
            appender
                .append(SeriesKey::InTarget(&requests), sample)
                .expect("it is new");
        }
        appender.commit().expect("memory does not break");
    }
    store
}
