//! Methods, compression, other sites, prefixes.

use std::io::Read as _;

use crate::harness::{Edge, bytes, text};
use web::AllowedOrigins;

#[tokio::test]
async fn methods_that_a_path_does_not_take() {
    let edge = Edge::new();
    for (method, path) in [
        ("DELETE", "/api/v1/query"),
        ("POST", "/api/v1/metadata"),
        ("POST", "/api/v1/label/job/values"),
        ("PUT", "/api/v1/series"),
    ] {
        let response = edge.request(method, path, &[], "").await;
        assert_eq!(response.status(), 405, "{method} {path}");
        assert!(response.headers().contains_key("allow"), "{method} {path}");
        assert_eq!(
            text(response).await,
            "Method Not Allowed\n",
            "{method} {path}"
        );
    }
}

/// Small answers are sent as they are; the headers of a family are not small once there are a few.
#[tokio::test]
async fn compresses_what_is_worth_it() {
    let edge = Edge::with(|sources, _| {
        sources.configuration = std::sync::Arc::new(|| "job_name: x\n".repeat(10_000));
    });
    let accept = [("accept-encoding", "deflate, gzip")];
    let plain = bytes(edge.get("/api/v1/status/config").await).await;
    let response = edge.get_with("/api/v1/status/config", &accept).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(
        response
            .headers()
            .get_all("vary")
            .iter()
            .any(|value| value == "Accept-Encoding")
    );
    let packed = bytes(response).await;
    assert!(packed.len() * 10 < plain.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut unpacked)
        .expect("it is gzip");
    assert_eq!(unpacked, plain);

    let small = edge.get_with("/api/v1/scrape_pools", &accept).await;
    assert!(!small.headers().contains_key("content-encoding"));
}

/// Headers and values are what Prometheus 2.42 answered.
#[tokio::test]
async fn other_sites_may_read_answers() {
    let headers = |response: &http::Response<axum::body::Body>| {
        let value = |name: &str| {
            let value = response.headers().get(name);
            value
                .map_or("", |value| value.to_str().expect("text"))
                .to_owned()
        };
        [
            value("access-control-allow-origin"),
            value("access-control-allow-methods"),
            value("access-control-allow-headers"),
            value("access-control-expose-headers"),
        ]
    };
    let rest = [
        "GET, POST, OPTIONS",
        "Accept, Authorization, Content-Type, Origin",
        "Date",
    ];
    let origin = [("origin", "https://grafana.example")];
    let any = Edge::new();
    let asked = any.request("OPTIONS", "/api/v1/query", &origin, "").await;
    assert_eq!(asked.status(), 204);
    assert_eq!(headers(&asked), ["*", rest[0], rest[1], rest[2]]);
    let asked = any
        .request("OPTIONS", "/api/v1/status/walreplay", &origin, "")
        .await;
    assert_eq!(asked.status(), 204);
    let answer = any.get_with("/api/v1/scrape_pools", &origin).await;
    assert_eq!(headers(&answer), ["*", rest[0], rest[1], rest[2]]);
    let same_site = any.get("/api/v1/scrape_pools").await;
    assert_eq!(headers(&same_site), ["", "", "", ""]);

    let some = Edge::with(|_, options| {
        let expression = r"https?://(grafana|wiki)\.example";
        options.cors = AllowedOrigins::new(expression).expect("an expression");
    });
    let friend = some.get_with("/api/v1/scrape_pools", &origin).await;
    assert_eq!(headers(&friend)[0], "https://grafana.example");
    let other = [("origin", "https://grafana.example.evil")];
    let stranger = some.get_with("/api/v1/scrape_pools", &other).await;
    assert_eq!(headers(&stranger)[0], "");
    assert!(
        stranger
            .headers()
            .get_all("vary")
            .iter()
            .any(|value| value == "Origin")
    );
}

#[tokio::test]
async fn everything_moves_under_the_prefix() {
    let edge = Edge::with(|_, options| options.route_prefix = "/watch".to_owned());
    assert_eq!(edge.get("/watch/api/v1/labels").await.status(), 200);
    assert_eq!(edge.get("/watch/").await.status(), 200);
    assert_eq!(edge.get("/api/v1/labels").await.status(), 404);
    let root = edge.get("/").await;
    assert_eq!(root.status(), 302);
    assert_eq!(root.headers()["location"], "/watch/");
}

#[tokio::test]
async fn forms_have_a_size() {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "x".repeat(web::limits::FORM_BYTES_MAX + 1);
    let response = Edge::new()
        .request("POST", "/api/v1/labels", &form, &body)
        .await;
    assert_eq!(response.status(), 400);
}
