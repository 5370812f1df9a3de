//! What is wrong with a request, in Prometheus' words.
//!
//! `oracle.rs` holds the same answers against a real Prometheus; these cases are those in which 3.x says it differently
//! from the 2.42 there, and those that the oracle can't produce.

use crate::harness::{Edge, check, check_error, text};

async fn bad(path: &str, error: &str) {
    check_error(path, 400, "bad_data", error).await;
}

#[tokio::test]
async fn times() {
    let reason = r#"invalid time value for 'time': cannot parse "x" to a valid timestamp"#;
    bad(
        "/api/v1/query?query=up&time=x",
        &format!(r#"invalid parameter "time": {reason}"#),
    )
    .await;
    for path in [
        "series?match[]=up&",
        "labels?",
        "label/job/values?",
        "query_exemplars?query=up&",
    ] {
        for name in ["start", "end"] {
            bad(
                &format!("/api/v1/{path}{name}=x"),
                &format!(
                    r#"invalid parameter "{name}": invalid time value for '{name}': cannot parse "x" to a valid timestamp"#
                ),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn limits() {
    let syntax = r#"invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax"#;
    let negative = r#"invalid parameter "limit": limit must be non-negative"#;
    for path in [
        "query?query=up&",
        "query_range?query=up&start=1&end=2&step=1&",
        "series?match[]=up&",
        "labels?",
        "label/job/values?",
    ] {
        bad(&format!("/api/v1/{path}limit=x"), syntax).await;
        bad(&format!("/api/v1/{path}limit=-1"), negative).await;
    }
}

#[tokio::test]
async fn options_of_queries() {
    bad(
        "/api/v1/query?query=up&lookback_delta=x",
        r#"error parsing lookback delta duration: cannot parse "x" to a valid duration"#,
    )
    .await;
}

#[tokio::test]
async fn queries() {
    bad(
        "/api/v1/query_range?query=up or&start=0&end=20&step=1",
        r#"invalid parameter "query": 1:6: parse error: unexpected end of input"#,
    )
    .await;
    bad(
        "/api/v1/query_range?query=up[5m]&start=0&end=20&step=1",
        concat!(
            r#"invalid parameter "query": invalid expression type "range vector" "#,
            "for range query, must be Scalar or instant Vector"
        ),
    )
    .await;
    bad("/api/v1/label//values", r#"invalid label name: """#).await;
}

#[tokio::test]
async fn paths_that_are_not_there() {
    for path in ["/api/v1/nope", "/api/v2/query", "/nope", "/api/v1/"] {
        check(path, 404, "404 page not found\n").await;
    }
}

/// What Prometheus has and we don't yet is named.
#[tokio::test]
async fn paths_that_are_not_there_yet() {
    check("/user/x", 404, "not supported yet: /user/x").await;
    let error = "not supported yet: /api/v1/read";
    check_error("/api/v1/read", 404, "not_found", error).await;
    let edge = Edge::new();
    let response = edge.request("POST", "/api/v1/write", &[], "").await;
    assert_eq!(response.status(), 404);
    assert!(
        text(response)
            .await
            .contains("not supported yet: /api/v1/write")
    );
}

/// Far apart, the ends of time must not overflow.
#[tokio::test]
async fn ranges_of_all_time() {
    bad(
        "/api/v1/query_range?query=1&start=-9000000000000000&end=9000000000000000&step=1y",
        concat!(
            "exceeded maximum resolution of 11,000 points per timeseries. ",
            "Try decreasing the query resolution (?step=XX)"
        ),
    )
    .await;
}
