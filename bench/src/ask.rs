//! Questions to a program, over HTTP.
//!
//! What is timed goes over a bare socket: a client that takes answers apart would be a part of what it measures.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use e2e::Program;

use crate::peer::Peer;

/// The queries that are asked, one a line.
const RANGE: &str = include_str!("../queries/range.txt");
const NODES: &str = include_str!("../queries/nodes.txt");
const COUNTS: &str = include_str!("../queries/counts.txt");
const PODS: &str = include_str!("../queries/pods.txt");
const ENGINES: &str = include_str!("../queries/engines.txt");

/// Longer than any query takes.
const PATIENCE: Duration = Duration::from_secs(150);
/// What is read at once.
const READ_BYTES: usize = 1 << 20;

/// What dashboards ask.
pub(crate) fn dashboards() -> Vec<&'static str> {
    queries(RANGE)
}

/// The same of five minutes, as measured before we began.
pub(crate) fn nodes() -> Vec<&'static str> {
    queries(NODES)
}

/// Instant queries that find many series.
pub(crate) fn counts() -> Vec<&'static str> {
    queries(COUNTS)
}

/// What engines are compared by.
pub(crate) fn pods() -> Vec<&'static str> {
    queries(PODS)
}

/// What the benchmarks of other engines ask besides.
pub(crate) fn engines() -> Vec<&'static str> {
    queries(ENGINES)
}

fn queries(list: &'static str) -> Vec<&'static str> {
    let lines = list.lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// The time that a query is about, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) end: f64,
    /// Without any it is an instant query.
    pub(crate) length: f64,
    pub(crate) step: f64,
}

/// An answer, in so far as it is measured.
#[derive(Clone, Copy)]
pub(crate) struct Answered {
    /// From the first byte of the question to the last of the answer.
    pub(crate) milliseconds: f64,
    /// How many series there were, and no series is without labels.
    pub(crate) series: usize,
}

/// Asks a query; `None` if the answer is an error.
pub(crate) fn ask(program: &Program, peer: Peer, query: &str, range: Range) -> Option<Answered> {
    timed(program, &path(peer, query, range))
}

/// Asks a range query; milliseconds until the answer was read, or `None` if it is an error.
pub(crate) fn range(program: &Program, peer: Peer, query: &str, range: Range) -> Option<f64> {
    ask(program, peer, query, range).map(|answer| answer.milliseconds)
}

/// Asks an instant query; milliseconds until the answer was read, or `None` if it is an error.
pub(crate) fn instant(program: &Program, peer: Peer, query: &str, time: f64) -> Option<f64> {
    timed(program, &instant_path(peer, query, time)).map(|answer| answer.milliseconds)
}

/// The one number that an instant query gives, 0 when it gives none; `None` when there is no answer yet.
pub(crate) fn value(program: &Program, peer: Peer, query: &str, time: f64) -> Option<f64> {
    let answer = e2e::get(&program.url, &instant_path(peer, query, time)).ok()?;
    if answer.status != 200 {
        return None;
    }
    let json = answer.json();
    let value = json["data"]["result"][0]["value"][1].as_str();
    Some(value.and_then(|value| value.parse().ok()).unwrap_or(0.0))
}

fn path(peer: Peer, query: &str, range: Range) -> String {
    let Range { end, length, step } = range;
    if length == 0.0 {
        return instant_path(peer, query, end);
    }
    let start = end - length;
    let (query, suffix) = (encoded(query), peer.query_suffix);
    format!("/api/v1/query_range?query={query}&start={start}&end={end}&step={step}{suffix}")
}

fn instant_path(peer: Peer, query: &str, time: f64) -> String {
    let suffix = peer.query_suffix;
    format!("/api/v1/query?query={}&time={time}{suffix}", encoded(query))
}

fn timed(program: &Program, path: &str) -> Option<Answered> {
    let mut answer = Vec::with_capacity(READ_BYTES);
    let milliseconds = exchange(program, path, &mut answer).expect("an answer");
    let series = answer.windows(METRIC.len()).filter(|at| *at == METRIC);
    answer.starts_with(b"HTTP/1.1 200 ").then(|| Answered {
        milliseconds,
        series: series.count(),
    })
}

/// Begins each series of an answer.
const METRIC: &[u8] = b"\"metric\":{";

/// Reads the whole answer, head and all; the milliseconds that took. The connection is there before, as a browser's is.
fn exchange(program: &Program, path: &str, answer: &mut Vec<u8>) -> io::Result<f64> {
    let mut stream = TcpStream::connect(("127.0.0.1", program.port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let question = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let begin = Instant::now();
    stream.write_all(question.as_bytes())?;
    stream.read_to_end(answer)?;
    Ok(begin.elapsed().as_secs_f64() * 1000.0)
}

fn encoded(query: &str) -> String {
    query.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
