//! What is measured while a query runs, and what a query may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Timestamp;
use query::{CancelToken, Explained, Looks, MemoryPool, QueryError, Window, execute};

use super::{Cell, QUERIES, request, store, window};

/// Six series with a sample each ten seconds, from 0 to 190 s.
fn full() -> storage::MemoryStore {
    store(&vec![vec![Cell::Value(1.0); 20]; 6])
}

#[test]
fn memory_is_kept_within_bounds_and_given_back() {
    let store = full();
    for query in QUERIES {
        let mut request = request(query, window());
        let enough = execute(&store, &request, &CancelToken::default()).expect("an answer");
        let peak = enough.statistics.bytes_peak;
        if enough.statistics.samples_read == 0 {
            continue; // It looks where nothing is.
        }
        assert_eq!(request.progress.bytes_peak(), peak, "{query}");
        for bytes_max in [0, peak / 2, peak - 1, peak] {
            request.limits.bytes_max = bytes_max;
            match execute(&store, &request, &CancelToken::default()) {
                Ok(answer) => assert!(answer.statistics.bytes_peak <= bytes_max, "{query}"),
                Err(error) => {
                    assert_eq!(error, QueryError::TooManyBytes { bytes_max }, "{query}");
                    assert!(bytes_max < peak, "{query}");
                }
            }
        }
        drop(enough);
        assert_eq!(request.limits.pool.leased_bytes(), 0, "{query}");
    }
}

#[test]
fn queries_share_one_pool() {
    let store = full();
    let mut request = request("x_total", window());
    let bytes_max = 1 << 20;
    request.limits.pool = MemoryPool::new(bytes_max);
    let first = execute(&store, &request, &CancelToken::default()).expect("an answer");
    let second = execute(&store, &request, &CancelToken::default());
    assert_eq!(
        second.map(|_| ()),
        Err(QueryError::PoolExhausted { bytes_max })
    );
    drop(first);
    assert!(execute(&store, &request, &CancelToken::default()).is_ok());
}

fn check_steps(query: &str, expected: [u64; 3]) {
    let mut request = request(
        query,
        Window::Range {
            start: Timestamp(60_000),
            end: Timestamp(80_000),
            step_ms: 10_000,
        },
    );
    request.detail.looks = Looks::Total;
    let answer = execute(&full(), &request, &CancelToken::default()).expect("an answer");
    let total = Some(expected.iter().sum());
    assert_eq!(answer.statistics.samples_looked_at, total, "{query}");
    assert_eq!(answer.samples_per_step, [], "{query}");
    request.detail.looks = Looks::EachStep;
    let answer = execute(&full(), &request, &CancelToken::default()).expect("an answer");
    assert_eq!(answer.statistics.samples_looked_at, total, "{query}");
    let counts: Vec<u64> = answer.samples_per_step.iter().map(|(_, n)| *n).collect();
    assert_eq!(counts, expected, "{query}");
    assert_eq!(answer.samples_per_step[2].0, Timestamp(80_000));
}

#[test]
fn steps_count_what_they_look_at() {
    check_steps("x_total", [6, 6, 6]);
    check_steps("x_total{a=\"0\"} + on (b) group_right x_total", [9, 9, 9]);
    // Three samples in each window of half a minute; the windows overlap, and each step counts its own.
    check_steps("sum(rate(x_total[30s]))", [18, 18, 18]);
    // Pinned, it is read once and yet part of each step.
    check_steps("x_total @ 60", [6, 6, 6]);
    // Of a subquery its own points count, not the samples that these were made of.
    check_steps("max_over_time(rate(x_total[30s])[20s:10s])", [12, 12, 12]);
    check_steps("vector(1)", [0, 0, 0]);
}

fn explained(query: &str) -> Explained {
    let mut request = request(query, window());
    let now = AtomicU64::new(0);
    request.detail.explain = Some(Arc::new(move || now.fetch_add(1, Ordering::Relaxed)));
    let answer = execute(&full(), &request, &CancelToken::default()).expect("an answer");
    let plain = execute(
        &full(),
        &super::request(query, window()),
        &CancelToken::default(),
    );
    assert_eq!(answer.value, plain.expect("an answer").value, "{query}");
    answer.explanation.expect("an explanation")
}

/// `name(inputs)` of the whole tree.
fn shape(node: &Explained) -> String {
    let inputs: Vec<String> = node.inputs.iter().map(shape).collect();
    if inputs.is_empty() {
        return node.name.clone();
    }
    format!("{}({})", node.name, inputs.join(", "))
}

#[test]
fn a_plan_is_explained_node_by_node() {
    let root = explained("sum by (a) (rate(x_total[30s]))");
    assert_eq!(shape(&root), "sum(rate(select))");
    assert_eq!((root.series, root.detail.as_str()), (2, "by (a)"));
    let rate = &root.inputs[0];
    let select = &rate.inputs[0];
    assert_eq!((rate.series, select.series), (6, 6));
    assert_eq!(select.samples_read, 120, "six series of twenty samples");
    assert_eq!(select.detail, "{__name__=\"x_total\"}[30s]");
    assert_eq!(root.samples_read, 120, "its inputs' included");
    assert!(root.bytes_peak >= select.bytes_peak && select.bytes_peak > 0);
    assert_eq!(root.own_ns + rate.total_ns, root.total_ns);
}

#[test]
fn every_query_can_be_explained() {
    for query in QUERIES {
        let root = explained(query);
        assert!(root.total_ns > 0 && !root.name.is_empty(), "{query}");
    }
    assert_eq!(
        shape(&explained(
            "x_total / on (b) group_left sum by (b) (x_total @ 60)"
        )),
        "/(select, once(sum(select)))"
    );
    assert_eq!(
        shape(&explained("max_over_time(rate(x_total[30s])[1m:15s])")),
        "max_over_time(subquery(rate(select)))"
    );
}
