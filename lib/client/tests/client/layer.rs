//! The layer on a real axum router.

use std::task::Context;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use ferula::{Answer, Buckets, HttpMetrics, Registry, Selection};
use http::{Request, StatusCode};
use tower::Service;

fn ask(app: &mut Router, method: &str, path: &str) -> Result<StatusCode, http::Error> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())?;
    let mut answer = Box::pin(Service::call(app, request));
    // Handlers that wait for nothing are ready at once.
    let mut context = Context::from_waker(std::task::Waker::noop());
    match answer.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Ok(answer)) => Ok(answer.status()),
        std::task::Poll::Pending => Ok(StatusCode::CONTINUE),
        std::task::Poll::Ready(Err(never)) => match never {},
    }
}

fn samples(registry: &Registry, prefix: &str) -> Vec<String> {
    let page = Answer::TEXT.page(registry, &Selection::all());
    let page = String::from_utf8(page).expect("text");
    let lines = page.lines().filter(|line| line.starts_with(prefix));
    lines.map(|line| line[prefix.len()..].to_owned()).collect()
}

#[test]
fn requests_are_counted_by_route() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let metrics = HttpMetrics::builder()
        .buckets(Buckets::new(&[60.0])?)
        .exclude("/metrics")
        .register(&registry)?;
    let mut app = Router::new()
        .route("/users/{id}", get(async || "hello"))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/slow", get(std::future::pending::<()>))
        .route("/metrics", get(async || ""))
        .layer(metrics.layer());
    for (method, path, expected) in [
        ("GET", "/users/1", 200),
        ("GET", "/users/2", 200),
        ("POST", "/users/2", 405),
        ("BREW", "/users/2", 405),
        ("GET", "/broken", 500),
        ("GET", "/wp-login.php", 404),
        ("GET", "/.env", 404),
        ("GET", "/metrics", 200),
        // Never answered, and given up by the client.
        ("GET", "/slow", 100),
    ] {
        assert_eq!(
            ask(&mut app, method, path)?.as_u16(),
            expected,
            "{method} {path}"
        );
    }
    assert_eq!(
        samples(&registry, "http_requests_total"),
        [
            r#"{method="GET",route="/users/{id}",status="200"} 2"#,
            r#"{method="POST",route="/users/{id}",status="405"} 1"#,
            r#"{method="OTHER",route="/users/{id}",status="405"} 1"#,
            r#"{method="GET",route="/broken",status="500"} 1"#,
            r#"{method="GET",route="__unmatched__",status="404"} 2"#,
            r#"{method="GET",route="/slow",status="499"} 1"#,
        ]
    );
    let counts = samples(&registry, "http_request_duration_seconds_count");
    assert_eq!(counts[0], r#"{method="GET",route="/users/{id}"} 2"#);
    let in_progress = samples(&registry, "http_requests_in_progress");
    assert!(
        in_progress.iter().all(|line| line.ends_with(" 0")),
        "{in_progress:?}"
    );
    Ok(())
}

#[test]
fn statuses_may_be_grouped() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let metrics = HttpMetrics::builder().prefix("app").group_status(true);
    let metrics = metrics.register(&registry)?;
    let mut app = Router::new()
        .route("/", get(async || ""))
        .layer(metrics.layer());
    ask(&mut app, "GET", "/")?;
    assert_eq!(
        samples(&registry, "app_requests_total"),
        [r#"{method="GET",route="/",status="2xx"} 1"#]
    );
    Ok(())
}
