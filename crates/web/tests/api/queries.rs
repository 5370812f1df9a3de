//! Queries through the engine: shapes of results, options, trees.

use crate::harness::{Edge, check, check_data, check_error, text};

const API: &str = r#"{"__name__":"up","instance":"a:80","job":"api"}"#;
const NODE: &str = r#"{"__name__":"up","instance":"b:9100","job":"node"}"#;

#[tokio::test]
async fn one_time() {
    check_data(
        "/api/v1/query?query=up",
        &format!(
            r#"{{"resultType":"vector","result":[{{"metric":{API},"value":[1700000000,"1"]}},{{"metric":{NODE},"value":[1700000000,"1"]}}]}}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/query?query=sum(up)&time=1699999999.5",
        r#"{"resultType":"vector","result":[{"metric":{},"value":[1699999999.500,"2"]}]}"#,
    )
    .await;
    check_data(
        "/api/v1/query?query=1e21&time=1.5",
        r#"{"resultType":"scalar","result":[1.5,"1000000000000000000000"]}"#,
    )
    .await;
    check_data(
        r#"/api/v1/query?query="a<b"&time=2015-07-01T20:10:51.781Z"#,
        r#"{"resultType":"string","result":[1435781451.781,"a\u003cb"]}"#,
    )
    .await;
    check_data(
        r#"/api/v1/query?query=requests_total[2m]"#,
        concat!(
            r#"{"resultType":"matrix","result":[{"metric":{"__name__":"requests_total","code":"200","#,
            r#""instance":"a:80","job":"api"},"values":[[1699999940,"120"],[1700000000,"180"]]}]}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/query?query=down",
        r#"{"resultType":"vector","result":[]}"#,
    )
    .await;
}

#[tokio::test]
async fn a_range() {
    check_data(
        "/api/v1/query_range?query=requests_total&start=1699999880&end=1700000000&step=1m",
        concat!(
            r#"{"resultType":"matrix","result":[{"metric":{"__name__":"requests_total","code":"200","#,
            r#""instance":"a:80","job":"api"},"values":[[1699999880,"60"],[1699999940,"120"],[1700000000,"180"]]}]}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/query_range?query=1&start=0&end=1.5&step=0.5",
        concat!(
            r#"{"resultType":"matrix","result":[{"metric":{},"#,
            r#""values":[[0,"1"],[0.500,"1"],[1,"1"],[1.500,"1"]]}]}"#
        ),
    )
    .await;
    let response = Edge::new()
        .get("/api/v1/query_range?query=1&start=1&end=11001&step=1")
        .await;
    assert_eq!(response.status(), 200, "11,001 points are still taken");
}

#[tokio::test]
async fn limits_cut() {
    check(
        "/api/v1/query?query=up&limit=1",
        200,
        &format!(
            r#"{{"status":"success","data":{{"resultType":"vector","result":[{{"metric":{API},"value":[1700000000,"1"]}}]}},"warnings":["results truncated due to limit"]}}"#
        ),
    )
    .await;
    let response = Edge::new()
        .get("/api/v1/query_range?query=up&start=1699999940&end=1700000000&step=60&limit=1")
        .await;
    let body = text(response).await;
    assert_eq!(body.matches("\"metric\"").count(), 1, "{body}");
    assert!(
        body.ends_with(r#","warnings":["results truncated due to limit"]}"#),
        "{body}"
    );
}

/// Five minutes unless told: the newest sample is from the time of the harness' clock.
#[tokio::test]
async fn lookback() {
    let empty = r#"{"resultType":"vector","result":[]}"#;
    let one = r#"{"resultType":"vector","result":[{"metric":{},"value":[1700000200,"2"]}]}"#;
    check_data("/api/v1/query?query=count(up)&time=1700000200", one).await;
    check_data("/api/v1/query?query=count(up)&time=1700000301", empty).await;
    check_data(
        "/api/v1/query?query=count(up)&time=1700000200&lookback_delta=3m",
        empty,
    )
    .await;
}

#[tokio::test]
async fn time_that_is_over() {
    for timeout in ["0", "-1"] {
        check_error(
            &format!("/api/v1/query?query=up&timeout={timeout}"),
            503,
            "timeout",
            "query timed out in query execution",
        )
        .await;
    }
}

/// What can't be evaluated is no bad request, but one that can't be processed.
#[tokio::test]
async fn what_cannot_be_evaluated() {
    let edge = Edge::with(|_, options| options.queries.samples_max = 3);
    let response = edge
        .get("/api/v1/query_range?query=up&start=1699999820&end=1700000000&step=1")
        .await;
    assert_eq!(response.status(), 422);
    assert_eq!(
        text(response).await,
        concat!(
            r#"{"status":"error","errorType":"execution","error":"#,
            r#""query processing would load too many samples into memory in query execution"}"#
        )
    );
}

#[tokio::test]
async fn costs_are_told_when_asked_for() {
    let edge = Edge::new();
    for (stats, warned) in [("true", false), ("all", false), ("1", true)] {
        let path = format!("/api/v1/query?query=up&stats={stats}");
        let body = text(edge.get(&path).await).await;
        let document: serde_json::Value = serde_json::from_str(&body).expect("it is JSON");
        let stats = &document["data"]["stats"];
        for timing in [
            "evalTotalTime",
            "resultSortTime",
            "queryPreparationTime",
            "innerEvalTime",
            "execQueueTime",
            "execTotalTime",
        ] {
            assert!(stats["timings"][timing].is_number(), "{timing}: {body}");
        }
        for samples in ["totalQueryableSamples", "samplesRead", "peakSamples"] {
            assert!(stats["samples"][samples].is_u64(), "{samples}: {body}");
        }
        assert_eq!(document.get("warnings").is_some(), warned, "{body}");
    }
    let body = text(edge.get("/api/v1/query?query=up").await).await;
    assert!(!body.contains("stats"), "{body}");
}

#[tokio::test]
async fn formatted() {
    check_data(
        "/api/v1/format_query?query=sum(rate(x[5m]))by(job)<5",
        r#""sum by (job) (rate(x[5m])) \u003c 5""#,
    )
    .await;
    check_error(
        "/api/v1/format_query",
        400,
        "bad_data",
        r#"invalid parameter "query": unknown position: parse error: no expression found in input"#,
    )
    .await;
}

/// From the example in Prometheus' documentation of the endpoint, with what later versions added.
#[tokio::test]
async fn parsed() {
    let selector = |name: &str| {
        format!(
            concat!(
                r#"{{"anchored":false,"matchers":[{{"name":"__name__","type":"=","value":"{name}"}}],"#,
                r#""name":"{name}","offset":0,"smoothed":false,"startOrEnd":null,"timestamp":null,"#,
                r#""type":"vectorSelector"}}"#
            ),
            name = name
        )
    };
    check_data(
        "/api/v1/parse_query?query=foo/bar",
        &format!(
            concat!(
                r#"{{"bool":false,"lhs":{},"matching":{{"card":"one-to-one","#,
                r#""fillValues":{{"lhs":null,"rhs":null}},"include":[],"labels":[],"on":false}},"#,
                r#""op":"/","rhs":{},"type":"binaryExpr"}}"#
            ),
            selector("foo"),
            selector("bar")
        ),
    )
    .await;
    check_data(
        "/api/v1/parse_query?query=topk(3,-rate(foo[5m] offset 1h))",
        concat!(
            r#"{"expr":{"expr":{"args":[{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"foo"}],"#,
            r#""name":"foo","offset":3600000,"range":300000,"smoothed":false,"startOrEnd":null,"timestamp":null,"#,
            r#""type":"matrixSelector"}],"func":{"argTypes":["matrix"],"name":"rate","returnType":"vector","variadic":0},"#,
            r#""type":"call"},"op":"-","type":"unaryExpr"},"grouping":[],"op":"topk","#,
            r#""param":{"type":"numberLiteral","val":"3"},"type":"aggregation","without":false}"#
        ),
    )
    .await;
    check_data(
        "/api/v1/parse_query?query=(foo)[1h:5m] @ 1.5",
        &format!(
            concat!(
                r#"{{"expr":{{"expr":{},"type":"parenExpr"}},"offset":0,"range":3600000,"#,
                r#""startOrEnd":null,"step":300000,"timestamp":1500,"type":"subquery"}}"#
            ),
            selector("foo")
        ),
    )
    .await;
    check_data(
        "/api/v1/parse_query?query=\"x\"",
        r#"{"type":"stringLiteral","val":"x"}"#,
    )
    .await;
}

/// The edge counts itself, under the names that dashboards for Prometheus have.
#[tokio::test]
async fn own_metrics() {
    let edge = Edge::new();
    text(edge.get("/api/v1/query?query=up").await).await;
    text(edge.get("/api/v1/query?query=up(").await).await;
    text(edge.get("/api/v1/label/job/values").await).await;
    let response = edge.get("/metrics").await;
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let page = text(response).await;
    for line in [
        r#"prometheus_http_requests_total{code="200",handler="/api/v1/query"} 1"#,
        r#"prometheus_http_requests_total{code="400",handler="/api/v1/query"} 1"#,
        r#"prometheus_http_requests_total{code="200",handler="/api/v1/label/:name/values"} 1"#,
        r#"prometheus_http_request_duration_seconds_count{handler="/api/v1/query"} 2"#,
        r#"prometheus_http_response_size_bytes_bucket{handler="/api/v1/query",le="1000"} 2"#,
        r#"prometheus_engine_queries 0"#,
        r#"prometheus_engine_queries_concurrent_max 4"#,
        r#"prometheus_engine_query_duration_seconds_count{slice="inner_eval"} 1"#,
    ] {
        assert!(
            page.lines().any(|found| found == line),
            "{line} in:\n{page}"
        );
    }
    let accept = [("accept", "application/openmetrics-text;version=1.0.0")];
    let response = edge
        .get_with("/metrics?name[]=prometheus_engine_queries", &accept)
        .await;
    assert_eq!(
        response.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let page = text(response).await;
    assert!(
        page.ends_with("prometheus_engine_queries 0\n# EOF\n")
            || page.ends_with("prometheus_engine_queries 0.0\n# EOF\n"),
        "{page}"
    );
}
