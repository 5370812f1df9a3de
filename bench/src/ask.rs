//! Questions to a program, over HTTP.

use std::time::Instant;

use e2e::Program;

use crate::peer::Peer;

/// The queries that are asked, one a line.
const RANGE: &str = include_str!("../queries/range.txt");
const NODES: &str = include_str!("../queries/nodes.txt");

/// What dashboards ask.
pub(crate) fn dashboards() -> Vec<&'static str> {
    queries(RANGE)
}

/// The same of five minutes, as measured before we began.
pub(crate) fn nodes() -> Vec<&'static str> {
    queries(NODES)
}

fn queries(list: &'static str) -> Vec<&'static str> {
    let lines = list.lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// The time that a range query is about, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) end: f64,
    pub(crate) length: f64,
    pub(crate) step: f64,
}

/// Asks a range query; milliseconds until the answer was read, or `None` if it is an error.
pub(crate) fn range(program: &Program, peer: Peer, query: &str, range: Range) -> Option<f64> {
    let Range { end, length, step } = range;
    let start = end - length;
    let (query, suffix) = (encoded(query), peer.query_suffix);
    timed(
        program,
        &format!("/api/v1/query_range?query={query}&start={start}&end={end}&step={step}{suffix}"),
    )
}

/// Asks an instant query; milliseconds until the answer was read, or `None` if it is an error.
pub(crate) fn instant(program: &Program, peer: Peer, query: &str, time: f64) -> Option<f64> {
    timed(program, &instant_path(peer, query, time))
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

fn instant_path(peer: Peer, query: &str, time: f64) -> String {
    let suffix = peer.query_suffix;
    format!("/api/v1/query?query={}&time={time}{suffix}", encoded(query))
}

fn timed(program: &Program, path: &str) -> Option<f64> {
    let begin = Instant::now();
    let answer = e2e::get(&program.url, path).expect("an answer");
    (answer.status == 200).then(|| begin.elapsed().as_secs_f64() * 1000.0)
}

fn encoded(query: &str) -> String {
    query.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
