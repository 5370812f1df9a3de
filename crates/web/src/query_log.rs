//! The query log: a line of JSON for each query that was run, as Prometheus writes it.
//!
//! ```text
//! {"time":"2026-11-20T12:00:00.123Z","level":"INFO","source":"query_log","msg":"promql query logged",
//!  "params":{"end":"…","query":"up","start":"…","step":15},"stats":{"timings":{…},"samples":{…}},
//!  "httpRequest":{"clientIP":"127.0.0.1","method":"GET","path":"/api/v1/query_range"}}
//! ```
//!
//! A query that failed has an `error` too. Times are in UTC; `step` is in seconds, 0 for an instant query.

use model::Timestamp;
use query::Window;
use serde::Serialize;

use crate::api::query_statistics::QueryStatistics;
use crate::asker::Asker;
use crate::json;
use crate::params::time::NEVER;

/// Where lines go. The server owns the file.
pub trait QueryLog: Send + Sync {
    /// Whether anybody wants lines.
    fn is_on(&self) -> bool;

    /// Takes a line, its end included. May block: it is called on the thread that ran the query.
    fn write(&self, line: &[u8]);
}

/// No log.
#[derive(Clone, Copy, Debug)]
pub struct NoQueryLog;

impl QueryLog for NoQueryLog {
    fn is_on(&self) -> bool {
        false
    }

    fn write(&self, _line: &[u8]) {}
}

/// What a line tells.
pub(crate) struct Logged<'a> {
    pub(crate) at: Timestamp,
    pub(crate) text: &'a str,
    pub(crate) window: Window,
    pub(crate) statistics: &'a QueryStatistics,
    pub(crate) error: Option<String>,
    pub(crate) asker: &'a Asker,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    level: &'static str,
    source: &'static str,
    msg: &'static str,
    params: Parameters<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    stats: &'a QueryStatistics,
    #[serde(rename = "httpRequest")]
    http_request: HttpRequest<'a>,
}

#[derive(Serialize)]
struct Parameters<'a> {
    end: String,
    query: &'a str,
    start: String,
    step: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRequest<'a> {
    #[serde(rename = "clientIP")]
    client_ip: String,
    method: &'a str,
    path: &'a str,
}

/// RFC 3339 in UTC, always with three digits behind the seconds.
fn in_milliseconds(time: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(time.0) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        Err(_) => NEVER.to_owned(),
    }
}

/// Renders a line, its end included.
pub(crate) fn render(logged: &Logged<'_>) -> Vec<u8> {
    let (start, end, step_ms) = match logged.window {
        Window::Instant(at) => (at, at, 0),
        Window::Range {
            start,
            end,
            step_ms,
        } => (start, end, step_ms),
    };
    let asker = logged.asker;
    let mut line = json::to_bytes(&Line {
        time: in_milliseconds(logged.at),
        level: "INFO",
        source: "query_log",
        msg: "promql query logged",
        params: Parameters {
            end: in_milliseconds(end),
            query: logged.text,
            start: in_milliseconds(start),
            step: step_ms / 1000,
        },
        error: logged.error.as_deref(),
        stats: logged.statistics,
        http_request: HttpRequest {
            client_ip: asker.address.map(|ip| ip.to_string()).unwrap_or_default(),
            method: &asker.method,
            path: &asker.path,
        },
    });
    line.push(b'\n');
    line
}
