//! Queries that run: the list of them, how to end one, their log, and where their time went.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use web::QueryLog;

use crate::harness::{Edge, check_error, text};
use crate::sockets::{Gate, OPTIONS, Server, gated_edge, read};

async fn get(edge: &Edge, path: &str) -> Value {
    serde_json::from_str(&text(edge.get(path).await).await).expect("it is JSON")
}

async fn running(edge: &Edge) -> Vec<Value> {
    let mut list = get(edge, "/api/ferula/v1/queries").await;
    match list["data"]["queries"].take() {
        Value::Array(queries) => queries,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_running_query_is_listed_and_can_be_stopped() {
    let gate = Gate::default();
    let edge = gated_edge(&gate);
    let server = Server::start(&edge, OPTIONS).await;
    let mut stream = server.connect().await;
    let request = "GET /api/v1/query_range?query=count(up)&start=1&end=61&step=30 HTTP/1.1\r\n\
        Host: x\r\nUser-Agent: Grafana/12\r\nX-Forwarded-For: 10.0.0.7\r\n\r\n";
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it takes a request");
    gate.entered().await;

    let [query] = running(&edge).await.try_into().expect("one query runs");
    assert_eq!(query["query"], "count(up)");
    assert_eq!(query["state"], "running");
    let times = [&query["start"], &query["end"], &query["step"]];
    assert_eq!(times, [&json!(1), &json!(61), &json!(30)]);
    assert_eq!(
        query["asker"],
        json!({
            "address": "127.0.0.1",
            "forwardedFor": "10.0.0.7",
            "agent": "Grafana/12",
            "path": "/api/v1/query_range",
        })
    );

    let stop = format!("/api/ferula/v1/queries/{}/stop", query["id"]);
    let response = edge.request("POST", &stop, &[], "").await;
    assert_eq!(response.status(), 200, "{}", text(response).await);
    // Whoever asked hears of it at once, though the store still holds the engine back.
    let (status, body) = read(&mut stream).await;
    assert!(status.starts_with("HTTP/1.1 499"), "{status}");
    assert_eq!(
        body,
        r#"{"status":"error","errorType":"canceled","error":"query was stopped in query execution: an operator asked for it"}"#
    );
    let [query] = running(&edge).await.try_into().expect("it has a thread");
    assert_eq!(query["state"], "stopping");
    gate.open();
    while !running(&edge).await.is_empty() {
        tokio::task::yield_now().await;
    }
    drop(stream);
    server.stop().await;
}

#[tokio::test]
async fn what_does_not_run_can_not_be_stopped() {
    let edge = Edge::new();
    for id in ["7", "x", "-1"] {
        let path = format!("/api/ferula/v1/queries/{id}/stop");
        let response = edge.request("POST", &path, &[], "").await;
        assert_eq!(response.status(), 404, "{id}");
    }
    assert!(running(&edge).await.is_empty());
}

/// Two with room for one: the second waits, and is stopped while it does.
#[tokio::test]
async fn a_waiting_query_is_listed_and_can_be_stopped() {
    let gate = Gate::default();
    let edge = Arc::new(gated_edge_for_one(&gate));
    let ask = |path: &'static str| {
        let edge = Arc::clone(&edge);
        tokio::spawn(async move { text(edge.get(path).await).await })
    };
    let first = ask("/api/v1/query?query=up&time=1");
    gate.entered().await;
    let second = ask("/api/v1/query?query=down&time=1");
    let waiting = loop {
        let queries = running(&edge).await;
        if let [_, query] = queries.as_slice() {
            break query.clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&waiting["query"], &waiting["state"]),
        (&json!("down"), &json!("waiting"))
    );
    let stop = format!("/api/ferula/v1/queries/{}/stop", waiting["id"]);
    assert_eq!(edge.request("PUT", &stop, &[], "").await.status(), 200);
    let body = second.await.expect("no panic");
    assert!(body.contains("an operator asked for it"), "{body}");
    gate.open();
    let body = first.await.expect("no panic");
    assert!(body.contains("success"), "{body}");
}

fn gated_edge_for_one(gate: &Gate) -> Edge {
    let store = crate::sockets::gated_store(gate);
    Edge::with(|sources, options| {
        sources.store = store;
        options.queries.concurrency_max = 1;
    })
}

/// Keeps the lines.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl QueryLog for Lines {
    fn is_on(&self) -> bool {
        true
    }

    fn write(&self, line: &[u8]) {
        let line = String::from_utf8(line.to_vec()).expect("a line is text");
        self.0.lock().expect("no panic").push(line);
    }
}

#[tokio::test]
async fn queries_are_logged_as_prometheus_logs_them() {
    let lines = Arc::new(Lines::default());
    let log = Arc::clone(&lines);
    let edge = Edge::with(|sources, options| {
        sources.query_log = log;
        options.queries.samples_max = 100;
    });
    for path in [
        "/api/v1/query_range?query=up&start=1699999880&end=1700000000&step=60",
        "/api/v1/query?query=up&time=1700000000.5",
        "/api/v1/query?query=sum_over_time(vector(1)[1h:1s])&time=1700000000",
        "/api/v1/query?query=up(",
    ] {
        let _ = text(edge.get(path).await).await;
    }
    let lines = lines.0.lock().expect("no panic").clone();
    let [range, instant, failed] = lines.try_into().expect("what can't be read is not logged");
    assert!(
        range.ends_with("}\n") && range.lines().count() == 1,
        "{range}"
    );
    let line: Value = serde_json::from_str(&range).expect("it is JSON");
    assert_eq!(line["msg"], "promql query logged");
    assert_eq!(
        line["params"],
        json!({
            "end": "2023-11-14T22:13:20.000Z",
            "query": "up",
            "start": "2023-11-14T22:11:20.000Z",
            "step": 60,
        })
    );
    assert_eq!(
        line["httpRequest"],
        json!({"clientIP": "", "method": "GET", "path": "/api/v1/query_range"})
    );
    assert!(line["stats"]["timings"]["evalTotalTime"].is_number());
    assert!(line["stats"]["samples"]["peakSamples"].is_u64());
    assert!(line.get("error").is_none());
    let line: Value = serde_json::from_str(&instant).expect("it is JSON");
    assert_eq!(line["params"]["step"], 0);
    assert_eq!(line["params"]["start"], "2023-11-14T22:13:20.500Z");
    assert_eq!(line["params"]["end"], line["params"]["start"]);
    let line: Value = serde_json::from_str(&failed).expect("it is JSON");
    assert_eq!(
        line["error"],
        "query processing would load too many samples into memory in query execution"
    );
}

#[tokio::test]
async fn a_query_explains_itself_when_asked() {
    let edge = Edge::new();
    let path = "/api/v1/query_range?query=sum(up)&start=1699999880&end=1700000000&step=60";
    let plain = get(&edge, path).await;
    let explained = get(&edge, &format!("{path}&explain=true&stats=all")).await;
    assert_eq!(plain["data"]["result"], explained["data"]["result"]);
    assert!(plain["data"].get("explanation").is_none());
    let root = &explained["data"]["explanation"];
    assert_eq!((&root["name"], &root["series"]), (&json!("sum"), &json!(1)));
    assert_eq!(root["steps"], 3);
    let select = &root["inputs"][0];
    assert_eq!(select["name"], "select");
    assert_eq!(select["span"], json!([4, 6]));
    assert_eq!(select["inputs"], json!([]));
    let steps = &explained["data"]["stats"]["samples"]["totalQueryableSamplesPerStep"];
    let times: Vec<&Value> = steps
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| &step[0])
        .collect();
    assert_eq!(
        times,
        [&json!(1699999880), &json!(1699999940), &json!(1700000000)]
    );
    check_error(
        "/api/v1/query?query=up&explain=yes",
        400,
        "bad_data",
        r#"invalid parameter "explain": neither "true" nor "false": "yes""#,
    )
    .await;
}

#[tokio::test]
async fn a_query_that_needs_too_much_memory_fails() {
    let edge = Edge::with(|_, options| options.queries.bytes_max = 10_000);
    let path = "/api/v1/query?query=sum_over_time(vector(1)[1h:1s])&time=1700000000";
    let answer = get(&edge, path).await;
    assert_eq!(answer["errorType"], "execution");
    assert_eq!(
        answer["error"],
        "query processing would take too much memory in query execution: more than 10000 bytes; hint: --query.max-mib"
    );
}
