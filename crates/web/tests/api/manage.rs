//! `/-/…`, and the time before and after the server can answer.

use crate::harness::{Edge, check, text};
use tokio::sync::mpsc;
use web::{Lifecycle, Phase};

async fn check_request(edge: &Edge, method: &str, path: &str, status: u16, body: &str) {
    let response = edge.request(method, path, &[], "").await;
    let found = (response.status().as_u16(), text(response).await);
    assert_eq!(
        (found.0, found.1.as_str()),
        (status, body),
        "{method} {path}"
    );
}

/// Expectations are what Prometheus 2.42 answered.
#[tokio::test]
async fn says_how_it_is() {
    check("/-/healthy", 200, "Prometheus Server is Healthy.\n").await;
    check("/-/ready", 200, "Prometheus Server is Ready.\n").await;
    let edge = Edge::new();
    check_request(&edge, "HEAD", "/-/ready", 200, "").await;
    check_request(&edge, "POST", "/-/healthy", 405, "Method Not Allowed\n").await;
}

/// Expectations are what Prometheus 2.42 answered.
#[tokio::test]
async fn commands_are_off_unless_wanted() {
    let edge = Edge::new();
    for path in ["/-/reload", "/-/quit"] {
        check_request(&edge, "POST", path, 403, "Lifecycle API is not enabled.").await;
        check_request(&edge, "PUT", path, 403, "Lifecycle API is not enabled.").await;
        check_request(&edge, "GET", path, 405, "Only POST or PUT requests allowed").await;
    }
}

#[tokio::test]
async fn commands_reach_the_server() {
    let (reload, mut reloads) = mpsc::channel::<web::Reload>(1);
    let (quit, mut quits) = mpsc::channel(1);
    let edge = Edge::with(|sources, _| sources.lifecycle = Some(Lifecycle { reload, quit }));
    let server = tokio::spawn(async move {
        for outcome in [Ok(()), Err("line 3: unknown field: foo".to_owned())] {
            let asked = reloads.recv().await.expect("a reload is asked for");
            asked.send(outcome).expect("somebody waits for it");
        }
        quits.recv().await.expect("an end is asked for");
    });
    check_request(&edge, "POST", "/-/reload", 200, "").await;
    check_request(
        &edge,
        "POST",
        "/-/reload",
        500,
        "failed to reload config: line 3: unknown field: foo\n",
    )
    .await;
    check_request(
        &edge,
        "PUT",
        "/-/quit",
        200,
        "Requesting termination... Goodbye!",
    )
    .await;
    server.await.expect("everything was asked for");
    check_request(
        &edge,
        "POST",
        "/-/reload",
        500,
        "failed to reload config: the server is stopping\n",
    )
    .await;
}

/// Source: Prometheus' management API; the header tells a start from an end.
#[tokio::test]
async fn keeps_requests_out_until_ready() {
    for (phase, stopping) in [(Phase::Starting, "false"), (Phase::Stopping, "true")] {
        let edge = Edge::with(|sources, _| sources.readiness.enter(phase));
        for path in ["/-/ready", "/api/v1/labels", "/api/v1/query?query=1"] {
            let response = edge.get(path).await;
            assert_eq!(response.status(), 503, "{path}");
            assert_eq!(
                response.headers()["x-prometheus-stopping"],
                stopping,
                "{path}"
            );
            assert_eq!(text(response).await, "Service Unavailable", "{path}");
        }
        for path in ["/-/healthy", "/api/v1/status/walreplay", "/"] {
            assert_eq!(edge.get(path).await.status(), 200, "{path}");
        }
    }
}
