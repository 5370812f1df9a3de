//! The UI's page under all of its paths.

use crate::harness::{Edge, text};

#[tokio::test]
async fn every_page_is_the_one_page() {
    let edge = Edge::new();
    let first = text(edge.get("/").await).await;
    assert!(first.contains("<title>Watch &lt;it&gt;</title>"), "{first}");
    for path in [
        "/query",
        "/graph?g0.expr=up",
        "/targets",
        "/status",
        "/dashboards/a/b",
    ] {
        let response = edge.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(
            response.headers()["content-type"],
            "text/html; charset=utf-8",
            "{path}"
        );
        assert_eq!(text(response).await, first, "{path}");
    }
}

#[tokio::test]
async fn a_known_page_is_not_sent_again() {
    let edge = Edge::new();
    let tag = edge.get("/").await.headers()["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    let weak = format!("W/{tag}");
    for known in [
        tag.as_str(),
        weak.as_str(),
        "*",
        &format!("\"other\", {tag}"),
    ] {
        let response = edge.get_with("/", &[("if-none-match", known)]).await;
        assert_eq!(response.status(), 304, "{known}");
        assert_eq!(text(response).await, "", "{known}");
    }
    let response = edge.get_with("/", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn pages_are_not_framed_by_strangers() {
    let response = Edge::new().get("/").await;
    let policy = &response.headers()["content-security-policy"];
    assert!(
        policy
            .to_str()
            .expect("text")
            .contains("frame-ancestors 'self'")
    );
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
}
