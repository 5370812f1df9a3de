//! `/api/v1/status/…`, targets, and the lists that are empty for now.

use crate::harness::{check, check_data, check_error};

#[tokio::test]
async fn status() {
    check_data(
        "/api/v1/status/buildinfo",
        concat!(
            r#"{"version":"3.14.0","revision":"abc","branch":"main","buildUser":"me@here","#,
            r#""buildDate":"20231114-22:13:20","goVersion":"rustc 1.95.0"}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/status/runtimeinfo",
        concat!(
            r#"{"startTime":"2023-11-14T22:11:49.5Z","CWD":"/srv/ferula","hostname":"watch","#,
            r#""serverTime":"2023-11-14T22:13:20Z","reloadConfigSuccess":true,"#,
            r#""lastConfigTime":"2023-11-14T22:11:50Z","corruptionCount":0,"goroutineCount":12,"#,
            r#""GOMAXPROCS":2,"GOMEMLIMIT":9223372036854775807,"GOGC":"","GODEBUG":"","#,
            r#""storageRetention":"15d"}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/status/flags",
        r#"{"config.file":"\u003cstdin\u003e","query.timeout":"2m"}"#,
    )
    .await;
    check_data(
        "/api/v1/status/config",
        r#"{"yaml":"global:\n  scrape_interval: 15s\n"}"#,
    )
    .await;
    check_data(
        "/api/v1/status/walreplay",
        r#"{"min":3,"max":9,"current":5}"#,
    )
    .await;
}

/// Three series: job and instance differ, `up` twice, `requests_total` once.
#[tokio::test]
async fn counts_of_what_is_stored() {
    let response = crate::harness::Edge::new()
        .get("/api/v1/status/tsdb?limit=1")
        .await;
    let body = crate::harness::text(response).await;
    let document: serde_json::Value = serde_json::from_str(&body).expect("it is JSON");
    let data = &document["data"];
    assert_eq!(data["headStats"]["numSeries"], 3);
    assert_eq!(data["headStats"]["minTime"], 1_699_999_820_000_i64);
    assert_eq!(data["headStats"]["maxTime"], 1_700_000_000_000_i64);
    assert_eq!(
        data["seriesCountByMetricName"],
        serde_json::json!([{"name": "up", "value": 2}])
    );
    for list in [
        "labelValueCountByLabelName",
        "memoryInBytesByLabelName",
        "seriesCountByLabelValuePair",
    ] {
        assert_eq!(data[list].as_array().map(Vec::len), Some(1), "{list}");
    }
    let positive = "limit must be a positive number";
    check_error("/api/v1/status/tsdb?limit=x", 400, "bad_data", positive).await;
    check_error("/api/v1/status/tsdb?limit=0", 400, "bad_data", positive).await;
    let largest = "limit must not exceed 10000";
    check_error("/api/v1/status/tsdb?limit=10001", 400, "bad_data", largest).await;
}

#[tokio::test]
async fn targets_with_their_health() {
    let target = |port: &str, last_scrape: &str, health: &str| {
        format!(
            concat!(
                r#"{{"discoveredLabels":{{"__address__":"localhost:{port}"}},"#,
                r#""labels":{{"instance":"localhost:{port}","job":"node"}},"scrapePool":"node","#,
                r#""scrapeUrl":"http://localhost:{port}/metrics","#,
                r#""globalUrl":"http://watch.example:{port}/metrics","lastError":"","#,
                r#""lastScrape":"{last_scrape}","lastScrapeDuration":0.002993429,"#,
                r#""health":"{health}","scrapeInterval":"15s","scrapeTimeout":"10s"}}"#
            ),
            port = port,
            last_scrape = last_scrape,
            health = health,
        )
    };
    let active = format!(
        "{},{}",
        target("9100", "2023-11-14T22:13:20Z", "up"),
        target("9101", "0001-01-01T00:00:00Z", "unknown")
    );
    let dropped = r#"{"discoveredLabels":{"__address__":"localhost:1"},"scrapePool":"node"}"#;
    let data = |active: &str, dropped: &str, counts: &str| {
        format!(
            r#"{{"activeTargets":[{active}],"droppedTargets":[{dropped}],"droppedTargetCounts":{counts}}}"#
        )
    };
    let counts = r#"{"db":0,"node":3}"#;
    check_data("/api/v1/targets", &data(&active, dropped, counts)).await;
    check_data(
        "/api/v1/targets?state=any&scrapePool=db",
        &data("", "", r#"{"db":0}"#),
    )
    .await;
    check_data("/api/v1/targets?state=Active", &data(&active, "", "{}")).await;
    check_data("/api/v1/targets?state=dropped", &data("", dropped, counts)).await;
    check_data("/api/v1/targets?state=bogus", &data("", "", "{}")).await;
    check_data("/api/v1/scrape_pools", r#"{"scrapePools":["db","node"]}"#).await;
}

/// What a Prometheus without rules answers.
#[tokio::test]
async fn nothing_alerts() {
    check_data("/api/v1/rules", r#"{"groups":[]}"#).await;
    check_data("/api/v1/rules?type=alert", r#"{"groups":[]}"#).await;
    check_data("/api/v1/alerts", r#"{"alerts":[]}"#).await;
    check_data(
        "/api/v1/alertmanagers",
        r#"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#,
    )
    .await;
}

#[tokio::test]
async fn version_has_no_envelope() {
    check(
        "/version",
        200,
        concat!(
            r#"{"version":"3.14.0","revision":"abc","branch":"main","buildUser":"me@here","#,
            r#""buildDate":"20231114-22:13:20","goVersion":"rustc 1.95.0"}"#
        ),
    )
    .await;
}
