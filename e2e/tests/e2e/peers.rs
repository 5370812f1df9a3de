//! The same targets and the same queries, on Ferula and on Prometheus 2.42.

use std::collections::BTreeSet;

use e2e::{Sandbox, get, query, query_range};
use serde_json::Value;

use crate::difference::{Tolerance, difference};
use crate::recorded::{PAGES, Recorded};

/// The seeds' queries as they stand there, and their kin.
const SEEDS: &[&str] = &[
    "hello_total",
    "rate(hello_total[1m])",
    "all_fruits",
    "count(recent_fruits)",
    "sum(recent_fruits)",
    "recent_fruits{fruit=\"banana\"}",
    "sum(http_latency_count)",
    "histogram_quantile(0.5, sum(rate(http_latency_bucket[5m])) by (le))",
    "histogram_quantile(0.95, sum(rate(http_latency_bucket[5m])) by (le))",
    "count by(job) ({__name__=~\".+\"})",
    "requests_total",
    "rate(requests_total[1m])",
    "requests_total{status=\"200\",endpoint=\"/treecounter\"}",
    "rate(ays_job_latency_sec_sum [1m]) / rate(ays_job_latency_sec_count [1m])",
    "rate(sanic_request_latency_sec_sum [10m]) / rate(sanic_request_latency_sec_count [10m])",
    "sum(ays_job_running)",
    "app:request_count_total{endpoint=\"/metrics\",http_status=\"200\",method=\"GET\"}",
    "sum by(mode)(rate(node_cpu_seconds_total{mode=~\"(user|system)\"}[1m]))",
];

/// One or more of each kind of thing that the language has.
const LANGUAGE: &[&str] = &[
    "{job=\"recorded\"}",
    "increase(hello_total[2m])",
    "irate(hello_total[1m])",
    "resets(hello_total[10m])",
    "changes(all_fruits[5m])",
    "delta(all_fruits[2m])",
    "idelta(all_fruits[1m])",
    "deriv(all_fruits[3m])",
    "predict_linear(all_fruits[3m], 600)",
    "avg_over_time(recent_fruits[2m])",
    "min_over_time(recent_fruits[2m]) < max_over_time(recent_fruits[2m])",
    "quantile_over_time(0.9, recent_fruits[5m])",
    "stddev_over_time(all_fruits[5m])",
    "last_over_time(now_and_then[8m])",
    "present_over_time(now_and_then[1m])",
    "absent(now_and_then)",
    "absent_over_time(now_and_then[1m])",
    "now_and_then offset 3m",
    "all_fruits - all_fruits offset 1m",
    "timestamp(now_and_then)",
    "topk(2, recent_fruits)",
    "bottomk by (job) (2, recent_fruits)",
    "quantile(0.3, recent_fruits)",
    "stdvar(recent_fruits)",
    "count_values(\"fruit\", ays_job_running)",
    "avg without (fruit) (recent_fruits)",
    "group(recent_fruits)",
    "requests_total / ignoring(status) group_left sum without (status) (requests_total)",
    "recent_fruits and on (fruit) recent_fruits{fruit=~\"a.*|o.*\"}",
    "recent_fruits unless recent_fruits{fruit!=\"pears\"}",
    "recent_fruits > bool 0",
    "recent_fruits > 0 or -recent_fruits",
    "label_replace(recent_fruits, \"initial\", \"$1\", \"fruit\", \"(.).*\")",
    "label_join(requests_total, \"both\", \"-\", \"status\", \"endpoint\")",
    "clamp(recent_fruits, -3, 3)",
    "round(recent_fruits, 0.5)",
    "histogram_quantile(0.9, rate(ays_job_latency_sec_bucket[2m]))",
    "max_over_time(rate(hello_total[1m])[5m:30s])",
    "sum_over_time(ays_job_running[4m:20s] offset 1m)",
    "hello_total @ end()",
    "rate(hello_total[1m] @ start())",
    "extreme",
    "extreme * 10",
    "sum_over_time(ays_job_running[10m]) % 7 ^ 2",
    "quoted",
    "vector(1) + scalar(all_fruits)",
    "time()",
    "\"text\"",
    "1 / 0",
    "hour() * 60 + minute()",
    "day_of_week(vector(time()))",
    "sgn(recent_fruits) + abs(recent_fruits) + exp(recent_fruits) + ln(abs(recent_fruits))",
    "sort_desc(recent_fruits)",
];

#[test]
fn the_same_samples_give_the_same_answers() {
    let sandbox = Sandbox::new("recorded");
    let Some(both) = Recorded::start(&sandbox) else {
        return;
    };
    let (ours, theirs) = (&both.ferula.url, &both.prometheus.url);
    let mut wrong = Vec::new();
    let mut series = 0;
    let mut compare = |text: &str, when: &str, ours: &Value, theirs: &Value| {
        series += theirs["result"].as_array().map_or(0, Vec::len);
        if let Some(what) = difference(ours, theirs, Tolerance::EXACT) {
            wrong.push(format!("{text} {when}: {what}"));
        }
    };
    for text in SEEDS.iter().chain(LANGUAGE) {
        // In the gaps, at the resets, after the end.
        for page in [2, 20, 23, 35, PAGES - 1, PAGES + 17] {
            let time = Some(both.time(page));
            compare(
                text,
                &format!("after page {page}"),
                &query(ours, text, time),
                &query(theirs, text, time),
            );
        }
        if text.starts_with('"') {
            continue;
        }
        let (start, end) = (both.time(-5), both.time(PAGES + 25));
        let range = |url: &str| query_range(url, text, start, end, 13.0);
        compare(text, "over all", &range(ours), &range(theirs));
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(series > 1000, "only {series} series were compared");
}

/// What there is: series, labels, values, metadata.
#[test]
fn the_same_samples_give_the_same_catalogue() {
    let sandbox = Sandbox::new("recorded_catalogue");
    let Some(both) = Recorded::start(&sandbox) else {
        return;
    };
    // To after now: Prometheus answers by blocks, and may name what has no samples in a narrower range.
    let range = format!("start={}&end={}", both.time(0), both.time(PAGES * 10));
    let matching = "match[]=%7Bjob%3D%22recorded%22%7D";
    for path in [
        format!("/api/v1/series?{matching}&{range}"),
        format!("/api/v1/series?match[]=recent_fruits&match[]=requests_total&{range}"),
        format!("/api/v1/labels?{matching}&{range}"),
        format!("/api/v1/labels?match[]=requests_total&{range}"),
        format!("/api/v1/label/__name__/values?{matching}&{range}"),
        format!("/api/v1/label/fruit/values?{range}"),
        format!("/api/v1/label/text/values?{range}"),
        format!("/api/v1/label/nothing/values?{range}"),
        "/api/v1/metadata".to_owned(),
        "/api/v1/metadata?metric=hello_total".to_owned(),
    ] {
        let [ours, theirs] = [&both.ferula, &both.prometheus].map(|server| {
            let answer = get(&server.url, &path).expect("an answer").json();
            entries(&answer["data"])
        });
        let apart: Vec<&String> = ours.symmetric_difference(&theirs).collect();
        assert!(apart.is_empty(), "{path}: {apart:?}");
        assert_eq!(theirs.is_empty(), path.contains("nothing"), "{path}");
    }
}

/// The entries of a list or an object, as text.
fn entries(data: &Value) -> BTreeSet<String> {
    match data {
        Value::Array(list) => list.iter().map(Value::to_string).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect(),
        other => panic!("neither a list nor an object: {other}"),
    }
}
