//! Series, labels, exemplars and what families say of themselves.

use crate::harness::{Edge, check, check_data, text};

const API_UP: &str = r#"{"__name__":"up","instance":"a:80","job":"api"}"#;
const NODE_UP: &str = r#"{"__name__":"up","instance":"b:9100","job":"node"}"#;
const REQUESTS: &str =
    r#"{"__name__":"requests_total","code":"200","instance":"a:80","job":"api"}"#;

#[tokio::test]
async fn series() {
    check_data(
        "/api/v1/series?match[]=up",
        &format!("[{API_UP},{NODE_UP}]"),
    )
    .await;
    check_data(
        r#"/api/v1/series?match[]=up&match[]={job="api"}"#,
        &format!("[{REQUESTS},{API_UP},{NODE_UP}]"),
    )
    .await;
    check_data("/api/v1/series?match[]=down", "[]").await;
    check_data("/api/v1/series?match[]=up&start=10&end=1", "[]").await;
    check_data("/api/v1/series?match[]=up&start=1&end=10", "[]").await;
    check(
        "/api/v1/series?match[]=up&limit=1",
        200,
        &format!(
            r#"{{"status":"success","data":[{API_UP}],"warnings":["results truncated due to limit"]}}"#
        ),
    )
    .await;
}

#[tokio::test]
async fn labels() {
    check_data("/api/v1/labels", r#"["__name__","code","instance","job"]"#).await;
    check_data(
        "/api/v1/labels?match[]=up",
        r#"["__name__","instance","job"]"#,
    )
    .await;
    check_data(
        r#"/api/v1/labels?match[]=up&match[]=requests_total"#,
        r#"["__name__","code","instance","job"]"#,
    )
    .await;
    check_data("/api/v1/label/job/values", r#"["api","node"]"#).await;
    check_data(
        "/api/v1/label/__name__/values",
        r#"["requests_total","up"]"#,
    )
    .await;
    check_data("/api/v1/label/U____name__/values", "[]").await;
    check_data("/api/v1/label/U__job/values", r#"["api","node"]"#).await;
    check_data("/api/v1/label/no-such/values", "[]").await;
    check_data(
        r#"/api/v1/label/job/values?match[]={code!=""}"#,
        r#"["api"]"#,
    )
    .await;
    check(
        "/api/v1/label/job/values?limit=1",
        200,
        r#"{"status":"success","data":["api"],"warnings":["results truncated due to limit"]}"#,
    )
    .await;
}

#[tokio::test]
async fn exemplars() {
    let series = format!(
        r#"{{"seriesLabels":{REQUESTS},"exemplars":[{{"labels":{{"trace_id":"abc"}},"value":"0.25","timestamp":1699999999.5}}]}}"#
    );
    let query = "/api/v1/query_exemplars?query=rate(requests_total[5m]) / on () requests_total";
    check_data(&query.replace('+', "%2B"), &format!("[{series}]")).await;
    check_data("/api/v1/query_exemplars?query=up", "[]").await;
    check_data(
        "/api/v1/query_exemplars?query=requests_total&start=1&end=2",
        "[]",
    )
    .await;
}

#[tokio::test]
async fn families() {
    let requests = r#"{"type":"counter","help":"All \u003crequests\u003e.","unit":""}"#;
    let up = r#"{"type":"gauge","help":"Whether it answers.","unit":""}"#;
    check_data(
        "/api/v1/metadata",
        &format!(r#"{{"requests":[{requests}],"up":[{up}]}}"#),
    )
    .await;
    check_data("/api/v1/metadata?metric=up", &format!(r#"{{"up":[{up}]}}"#)).await;
    check_data("/api/v1/metadata?metric=down", "{}").await;
    check_data(
        "/api/v1/metadata?limit=1",
        &format!(r#"{{"requests":[{requests}]}}"#),
    )
    .await;
    check_data("/api/v1/metadata?limit=0", "{}").await;
    check_data(
        "/api/v1/metadata?limit=-1&limit_per_metric=0",
        &format!(r#"{{"requests":[{requests}],"up":[{up}]}}"#),
    )
    .await;
}

#[tokio::test]
async fn families_of_targets() {
    let api = r#"{"instance":"a:80","job":"api"}"#;
    let node = r#"{"instance":"b:9100","job":"node"}"#;
    let up = r#""type":"gauge","help":"Whether it answers.","unit":"""#;
    check_data(
        "/api/v1/targets/metadata?metric=up",
        &format!(r#"[{{"target":{api},{up}}},{{"target":{node},{up}}}]"#),
    )
    .await;
    check_data(
        r#"/api/v1/targets/metadata?match_target={job="node"}"#,
        &format!(r#"[{{"target":{node},"metric":"up",{up}}}]"#),
    )
    .await;
    check_data(
        "/api/v1/targets/metadata?metric=up&limit=1",
        &format!(r#"[{{"target":{api},{up}}}]"#),
    )
    .await;
    check_data("/api/v1/targets/metadata?metric=down", "[]").await;
}

/// A form and the URL are one: here the selector comes in one, the limit in the other.
#[tokio::test]
async fn forms_are_taken() {
    let edge = Edge::new();
    let form = [(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    )];
    let response = edge
        .request(
            "POST",
            "/api/v1/series?limit=1",
            &form,
            "match%5B%5D=up&limit=2",
        )
        .await;
    assert_eq!(
        text(response).await,
        format!(r#"{{"status":"success","data":[{API_UP},{NODE_UP}]}}"#)
    );
}
