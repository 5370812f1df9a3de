//! How long it takes to parse and to print queries of common sizes: `cargo bench -p promql`.
//!
//! Prints nanoseconds per query, the best of several rounds, since noise only ever adds.

use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use promql::{Features, parse, pretty};

const ROUNDS: usize = 20;
const QUERIES_PER_ROUND: u32 = 2_000;

const QUERIES: [(&str, &str); 5] = [
    ("name", "up"),
    (
        "rate",
        r#"rate(http_requests_total{job="api",code=~"5..",handler!="/metrics"}[5m])"#,
    ),
    (
        "ratio",
        r#"sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / on (job) group_left (team) sum by (job) (rate(http_requests_total[5m]))"#,
    ),
    (
        "quantile",
        r#"histogram_quantile(0.99, sum by (le, job) (rate(http_request_duration_seconds_bucket{job=~"api|web"}[5m]))) > 0.5"#,
    ),
    (
        "forecast",
        r#"predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}[6h:1m], 4 * 3600) < 0 and node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.2 unless on (instance) (up == 0 or absent(up offset 5m))"#,
    ),
];

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<10} {:>6} {:>9} {:>9}",
        "query", "bytes", "parse ns", "print ns"
    )?;
    for (name, query) in QUERIES {
        let expr = parse(query, &Features::STABLE).map_err(std::io::Error::other)?;
        let parse_ns = nanos(|| drop(black_box(parse(black_box(query), &Features::STABLE))));
        let print_ns = nanos(|| drop(black_box(pretty(black_box(&expr)))));
        writeln!(
            out,
            "{name:<10} {:>6} {parse_ns:>9} {print_ns:>9}",
            query.len()
        )?;
    }
    Ok(())
}

/// The best time of one call.
fn nanos(mut call: impl FnMut()) -> u128 {
    let mut best = u128::MAX;
    for _ in 0..ROUNDS {
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
        let start = Instant::now();
        for _ in 0..QUERIES_PER_ROUND {
            call();
        }
        best = best.min(start.elapsed().as_nanos() / u128::from(QUERIES_PER_ROUND));
    }
    best
}
