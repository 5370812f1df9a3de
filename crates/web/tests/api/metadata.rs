//! Series, labels, exemplars and what families say of themselves.

use std::sync::Arc;

use model::Labels;
use storage::{Sample, SeriesKey, Store as _};

use crate::harness::{Edge, NOW, check, check_data, empty_store, text};

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

/// Shape and order are what Prometheus 2.42 answered; external labels are added where a series has none of the name.
#[tokio::test]
async fn newest_samples_for_another_server() {
    check(
        "/federate?match[]=up&match[]=requests_total",
        200,
        concat!(
            "# TYPE requests_total untyped\n",
            "requests_total{code=\"200\",instance=\"a:80\",job=\"api\",zone=\"z1\"} 180 1700000000000\n",
            "# TYPE up untyped\n",
            "up{instance=\"a:80\",job=\"api\",zone=\"z1\"} 1 1700000000000\n",
            "up{instance=\"b:9100\",job=\"node\",zone=\"z1\"} 1 1700000000000\n",
        ),
    )
    .await;
    check("/federate?match[]=down", 200, "").await;
}

/// A series that ended is not told on, and one without an instance says so.
#[tokio::test]
async fn ended_series_are_not_for_others() {
    let edge = Edge::with(|sources, _| {
        let store = empty_store();
        let series = |name: &str| Labels::from_pairs([("__name__", name)]);
        for (ms, name, value) in [
            (-2000, "lives", 1.0),
            (-2000, "ended", 1.0),
            (-1000, "lives", 1e6),
            (-1000, "ended", model::STALE_NAN),
        ] {
            let mut appender = store.appender();
            appender.row(&Labels::from_pairs([("job", "push")]), NOW.plus_ms(ms));
            let key = series(name);
            appender
                .append(SeriesKey::InTarget(&key), Sample::float(value))
                .expect("it is newer");
            appender.commit().expect("memory does not break");
        }
        sources.store = Arc::new(store);
    });
    let accept = [("accept", "application/openmetrics-text; version=1.0.0")];
    let path = "/federate?match[]={job=\"push\"}";
    assert_eq!(
        text(edge.get(path).await).await,
        "# TYPE lives untyped\nlives{job=\"push\",zone=\"z1\",instance=\"\"} 1e+06 1699999999000\n"
    );
    let page = text(edge.get_with(path, &accept).await).await;
    assert!(page.starts_with("# TYPE lives unknown\n"), "{page}");
    assert!(page.ends_with("\n# EOF\n"), "{page}");
}
