//! The UI's page under all of its paths.

use std::io::Read as _;

use crate::harness::{Edge, bytes, text};

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

/// What the page refers to is there: hashed files for good, compressed for those who take that. Without a built UI the
/// page refers to nothing.
#[tokio::test]
async fn the_page_finds_its_files() {
    let edge = Edge::new();
    let page = text(edge.get("/").await).await;
    let parts = page.split('"').skip(1).step_by(2);
    let files: Vec<&str> = parts.filter(|part| part.starts_with("/assets/")).collect();
    let is_placeholder = page.contains("cargo xtask run");
    assert_eq!(files.is_empty(), is_placeholder, "{page}");
    for file in files {
        let plain = edge.get(file).await;
        assert_eq!(plain.status(), 200, "{file}");
        let headers = plain.headers();
        assert_eq!(
            headers["cache-control"], "public, max-age=31536000, immutable",
            "{file}"
        );
        assert_ne!(
            headers["content-type"], "application/octet-stream",
            "{file}"
        );
        let tag = headers["etag"].to_str().expect("text").to_owned();
        let known = edge.get_with(file, &[("if-none-match", &tag)]).await;
        assert_eq!(known.status(), 304, "{file}");
        let plain = bytes(plain).await;
        let sent = edge.get_with(file, &[("accept-encoding", "gzip")]).await;
        if sent.headers().contains_key("content-encoding") {
            let packed = bytes(sent).await;
            let mut unpacked = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(&packed[..]);
            decoder.read_to_end(&mut unpacked).expect("it is gzip");
            assert_eq!(unpacked, plain, "{file}");
        } else {
            assert_eq!(bytes(sent).await, plain, "{file}");
        }
    }
}
