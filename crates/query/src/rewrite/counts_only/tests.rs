use model::Timestamp;
use promql::Features;

use super::*;
use crate::plan::{Times, lower};
use crate::request::Window;

/// `marked` says of each selector, from left to right, whether it is marked.
fn check(query: &str, marked: &[bool]) {
    let expr = promql::parse(query, &Features::STABLE).expect("a query");
    let times = Times::new(Window::Instant(Timestamp(0)), 60_000);
    let node = mark(lower(&expr, &times).expect("a plan"));
    let text = format!("{node:?}");
    let found: Vec<bool> = text
        .match_indices("counts_only: ")
        .map(|(at, key)| text[at + key.len()..].starts_with("true"))
        .collect();
    assert_eq!(found, marked, "{query}");
}

#[test]
fn counts_of_counts_need_no_buckets() {
    check("histogram_count(h)", &[true]);
    check("histogram_sum(sum by (job) (rate(h[5m])))", &[true]);
    check("histogram_avg(a + 2 * b)", &[true, true]);
}

#[test]
fn whoever_looks_at_buckets_gets_them() {
    check("h", &[false]);
    check("histogram_quantile(0.9, rate(h[5m]))", &[false]);
    check("histogram_stddev(h)", &[false]);
    check("histogram_count(rate(h[5m:1m]))", &[false]);
    check("histogram_count(h == g)", &[false, false]);
    check("histogram_count(a) + b", &[true, false]);
    check("histogram_count(h) > scalar(g)", &[true, false]);
}
