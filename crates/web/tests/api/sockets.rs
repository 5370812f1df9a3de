//! Over real connections on loopback: limits, clients that go away, and the end.

use std::sync::Arc;
use std::time::Duration;

use model::{Labels, Matcher, TimeRange};
use storage::{Appender, Broken, Deleted, FamilyMetadata, MemoryStore, Querier, Statistics, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use web::{ServeOptions, serve};

use crate::harness::{Edge, empty_store, text};

/// A server on a port of its own.
pub(crate) struct Server {
    pub(crate) address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(edge: &Edge, options: ServeOptions) -> Self {
        let listener = web::listen("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let router = edge.router();
        let task = tokio::spawn(async move {
            let shutdown = async { stopped.await.unwrap_or_default() };
            serve(vec![listener], router, options, shutdown).await;
        });
        Self {
            address,
            stop,
            task,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("it runs");
        self.task.await.expect("it ends well");
    }
}

pub(crate) const OPTIONS: ServeOptions = ServeOptions {
    connections_max: 512,
    read_timeout: Duration::from_secs(300),
};

pub(crate) async fn ask(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it takes a request");
}

/// Reads a response of known length; answers with its status and body.
pub(crate) async fn read(stream: &mut TcpStream) -> (String, String) {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.expect("a length").parse().expect("a number");
            if body.len() >= length {
                let status = head.lines().next().expect("a status line");
                return (status.to_owned(), body.to_owned());
            }
        }
        let read = stream.read_buf(&mut received).await.expect("it answers");
        assert!(read > 0, "cut off after {text:?}");
    }
}

const HEALTHY: (&str, &str) = ("HTTP/1.1 200 OK", "Prometheus Server is Healthy.\n");

#[tokio::test]
async fn what_cannot_be_listened_on_is_refused() {
    let taken = web::listen("127.0.0.1:0").await.expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let refusal = web::listen(&address).await.expect_err("it is taken");
    assert_eq!(refusal.kind(), std::io::ErrorKind::AddrInUse);
    assert!(web::listen("127.0.0.1").await.is_err(), "a port is needed");
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let server = Server::start(&Edge::new(), OPTIONS).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        ask(&mut stream, "/-/healthy").await;
        let (status, body) = read(&mut stream).await;
        assert_eq!((status.as_str(), body.as_str()), HEALTHY);
    }
    drop(stream);
    server.stop().await;
}

/// The second connection waits until the first is gone.
#[tokio::test]
async fn connections_above_the_limit_wait() {
    let options = ServeOptions {
        connections_max: 1,
        ..OPTIONS
    };
    let server = Server::start(&Edge::new(), options).await;
    let mut first = server.connect().await;
    ask(&mut first, "/-/healthy").await;
    read(&mut first).await;
    let mut second = server.connect().await;
    ask(&mut second, "/-/healthy").await;
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(50), second.read(&mut byte)).await;
    assert!(
        early.is_err(),
        "the second was served while the first was open"
    );
    drop(first);
    assert_eq!(read(&mut second).await.0, HEALTHY.0);
    drop(second);
    server.stop().await;
}

#[tokio::test]
async fn heads_have_a_size_and_a_time() {
    let options = ServeOptions {
        read_timeout: Duration::from_millis(50),
        ..OPTIONS
    };
    let server = Server::start(&Edge::new(), options).await;
    let mut slow = server.connect().await;
    slow.write_all(b"GET / HTTP/1.1\r\nHost")
        .await
        .expect("it takes that");
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.expect("it hangs up");

    let mut large = server.connect().await;
    let header = "x".repeat(web::limits::HEADER_BYTES_MAX);
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {header}\r\nB: {header}\r\n\r\n");
    // It may hang up before it has everything.
    let _ = large.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = large.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    server.stop().await;
}

/// Told to stop while a request is open, the server answers it first.
#[tokio::test]
async fn open_requests_are_answered_before_the_end() {
    let gate = Gate::default();
    let edge = gated_edge(&gate);
    let server = Server::start(&edge, OPTIONS).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/api/v1/query?query=count(up)&time=1").await;
    gate.entered().await;
    server.stop.send(()).expect("it runs");
    gate.open();
    let (status, body) = read(&mut stream).await;
    assert_eq!(status, HEALTHY.0, "{body}");
    server.task.await.expect("it ends well");
}

/// A client that goes away while its query runs takes the query with it: the engine meets a token that is set.
#[tokio::test]
async fn a_client_that_goes_away_cancels_its_query() {
    let gate = Gate::default();
    let edge = gated_edge(&gate);
    let server = Server::start(&edge, OPTIONS).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "/api/v1/query?query=count(up)&time=1").await;
    gate.entered().await;
    drop(stream);
    // The gauge falls when the request is dropped, though the store still holds the engine back.
    loop {
        let page = text(edge.get("/metrics").await).await;
        if page
            .lines()
            .any(|line| line == "prometheus_engine_queries 0")
        {
            break;
        }
        tokio::task::yield_now().await;
    }
    gate.open();
    server.stop().await;
}

/// Far more queries than may run: each is answered, none panics, and the server is well afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_queries_at_once_do_no_harm() {
    let edge = Arc::new(Edge::new());
    let queries: Vec<_> = (0..10_000)
        .map(|number| {
            let edge = Arc::clone(&edge);
            tokio::spawn(async move {
                let path = format!("/api/v1/query?query=up+%2B+{number}");
                edge.get(&path).await.status().as_u16()
            })
        })
        .collect();
    let mut answered = 0;
    for query in queries {
        let status = query.await.expect("no panic");
        assert!(matches!(status, 200 | 503), "{status}");
        answered += usize::from(status == 200);
    }
    assert!(answered > 0);
    assert_eq!(edge.get("/api/v1/query?query=up").await.status(), 200);
}

/// Holds back whoever opens the store, until it is opened.
#[derive(Clone)]
pub(crate) struct Gate {
    entered: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            entered: watch::Sender::new(false),
            open: watch::Sender::new(false),
        }
    }
}

impl Gate {
    pub(crate) async fn entered(&self) {
        let mut entered = self.entered.subscribe();
        entered
            .wait_for(|entered| *entered)
            .await
            .expect("the gate lives");
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// On a worker's thread.
    fn pass(&self) {
        self.entered.send_replace(true);
        let mut open = self.open.subscribe();
        let opened = open.wait_for(|open| *open);
        let runtime = tokio::runtime::Handle::current();
        runtime.block_on(opened).expect("the gate lives");
    }
}

pub(crate) fn gated_edge(gate: &Gate) -> Edge {
    let store = gated_store(gate);
    Edge::with(|sources, _| sources.store = store)
}

pub(crate) fn gated_store(gate: &Gate) -> Arc<dyn Store> {
    Arc::new(GatedStore {
        store: empty_store(),
        gate: gate.clone(),
    })
}

struct GatedStore {
    store: MemoryStore,
    gate: Gate,
}

impl Store for GatedStore {
    fn appender(&self) -> Box<dyn Appender + '_> {
        self.store.appender()
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        self.gate.pass();
        self.store.querier(range)
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.store.metadata(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        self.store.delete(matchers, range)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        self.store.statistics(limit)
    }
}

/// A panic in the store, or anywhere below, is an answer like any other, and only of the query that met it.
#[tokio::test]
async fn a_panic_is_an_answer() {
    struct Panics(MemoryStore);
    impl Store for Panics {
        fn appender(&self) -> Box<dyn Appender + '_> {
            self.0.appender()
        }
        fn querier(&self, _: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
            panic!("index out of bounds: {}", Labels::empty())
        }
        fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
            self.0.metadata(wanted)
        }
        fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
            self.0.delete(matchers, range)
        }
        fn statistics(&self, limit: usize) -> Statistics {
            self.0.statistics(limit)
        }
    }
    let edge = Edge::with(|sources, _| sources.store = Arc::new(Panics(empty_store())));
    let response = edge.get("/api/v1/query?query=up").await;
    assert_eq!(response.status(), 422);
    assert_eq!(
        text(response).await,
        r#"{"status":"error","errorType":"execution","error":"unexpected error: index out of bounds: {}"}"#
    );
    assert_eq!(edge.get("/-/healthy").await.status(), 200);
}
