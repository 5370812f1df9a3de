//! A million series: bytes for each, and microseconds for each question, beside the index of the memory store.
//!
//! `cargo bench -p tsdb --bench index`; `-- memory` for the memory store too, which wants 2 GB.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program that measures and prints"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use model::{Labels, MatchOp, Matcher, TimeRange, Timestamp};
use storage::memory::MemoryOptions;
use storage::{Hints, MemoryStore, Sample, Selection, SeriesKey, Store};
use tsdb::index::Index;

const TARGETS: usize = 2_000;
const METRICS: usize = 500;
const PLAIN: usize = 1_000_000;
/// How long a question is repeated.
const PATIENCE: Duration = Duration::from_millis(300);

fn targets() -> Vec<Labels> {
    let target = |n: usize| {
        Labels::from_pairs([
            ("job", "node"),
            ("instance", &format!("host-node-{n}.example:9100")),
            ("datacenter", ["fra", "ams", "iad"][n % 3]),
            ("rack", &format!("rack-{}", n / 40)),
            ("environment", ["live", "test"][n % 2]),
        ])
    };
    (0..TARGETS).map(target).collect()
}

/// Like an exporter of hosts: 100 of processors' modes, the others in families of one to eight.
fn metrics() -> Vec<Labels> {
    let modes = [
        "idle", "user", "system", "iowait", "irq", "nice", "softirq", "steal", "guest", "other",
    ];
    let cpu = |n: usize| {
        Labels::from_pairs([
            ("__name__", "node_cpu_seconds_total"),
            ("cpu", &(n / modes.len()).to_string()),
            ("mode", modes[n % modes.len()]),
        ])
    };
    let other = |n: usize| {
        let prefix = if n.is_multiple_of(5) { "go" } else { "node" };
        Labels::from_pairs([
            ("__name__", format!("{prefix}_family_{}_total", n / 4)),
            ("device", format!("device-{}", n % 4)),
        ])
    };
    (0..100).map(cpu).chain((100..METRICS).map(other)).collect()
}

fn matcher(name: &str, op: MatchOp, value: &str) -> Matcher {
    Matcher::new(name, op, value).expect("a good expression")
}

fn questions() -> Vec<(&'static str, Vec<Matcher>)> {
    use MatchOp::{Equal, NotEqual, Regex};
    vec![
        (
            "name & mode=idle",
            vec![
                matcher("__name__", Equal, "node_cpu_seconds_total"),
                matcher("mode", Equal, "idle"),
            ],
        ),
        (
            "name & mode=idle & instance",
            vec![
                matcher("__name__", Equal, "node_cpu_seconds_total"),
                matcher("mode", Equal, "idle"),
                matcher("instance", Equal, "host-node-77.example:9100"),
            ],
        ),
        (
            "name & mode!=idle",
            vec![
                matcher("__name__", Equal, "node_cpu_seconds_total"),
                matcher("mode", NotEqual, "idle"),
            ],
        ),
        (
            "instance=~host-node-1.*",
            vec![matcher("instance", Regex, "host-node-1.*")],
        ),
        (
            "__name__=~node_.+",
            vec![matcher("__name__", Regex, "node_.+")],
        ),
        (
            "instance=~.*77.*",
            vec![matcher("instance", Regex, ".*77.*")],
        ),
        (
            "instance=~.*(7|8)[0-4].*",
            vec![matcher("instance", Regex, ".*(7|8)[0-4].*")],
        ),
    ]
}

/// Microseconds, the best of many.
fn measure(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let (mut best, mut answer) = (f64::INFINITY, 0);
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let start = Instant::now();
        answer = black_box(run());
        best = best.min(start.elapsed().as_secs_f64() * 1e6);
    }
    (best, answer)
}

fn main() {
    let (targets, metrics) = (targets(), metrics());
    factored(&targets, &metrics);
    plain();
    if std::env::args().any(|argument| argument == "memory") {
        memory(&targets, &metrics);
    }
}

fn fill(targets: &[Labels], metrics: &[Labels]) -> Index {
    let start = Instant::now();
    let mut index = Index::new();
    for target in targets {
        for metric in metrics {
            index.add(target, metric);
        }
    }
    let (series, bytes) = (index.len(), index.heap_bytes());
    println!(
        "{series} series: {:.2} bytes each, {:.0} ns to add one",
        bytes as f64 / series as f64,
        start.elapsed().as_secs_f64() * 1e9 / series as f64
    );
    index
}

fn factored(targets: &[Labels], metrics: &[Labels]) {
    let mut index = fill(targets, metrics);
    for (name, matchers) in questions() {
        let (time, series) = measure(|| {
            let groups = index.select(&matchers);
            groups.iter().map(|group| group.metrics.len()).sum()
        });
        println!("  {time:>9.1} us  {name}: {series} series");
    }
    let (time, values) = measure(|| index.label_values("instance", &questions()[0].1).len());
    println!("  {time:>9.1} us  values of instance under name & mode=idle: {values}");
    let (time, _) = measure(|| index.statistics(10).series_by_pair.len());
    println!("  {time:>9.1} us  statistics");
    let start = Instant::now();
    for group in index.select(&[]) {
        index.forget_target(group.target);
    }
    println!(
        "  forgotten in {:.0} ms, {} bytes left",
        start.elapsed().as_secs_f64() * 1e3,
        index.heap_bytes()
    );
}

/// Pushed: nothing factors, and each has a value of its own.
fn plain() {
    let metric = |n: usize| {
        Labels::from_pairs([
            ("__name__", "pushed_total"),
            ("job", "batch"),
            (
                "id",
                &format!("{:016x}", (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            ),
            ("shard", &(n % 100).to_string()),
        ])
    };
    let metrics: Vec<Labels> = (0..PLAIN).map(metric).collect();
    let index = fill(&[Labels::empty()], &metrics);
    let one = metrics[4_711].value("id");
    for (name, matchers) in [
        (
            "name & shard=7",
            vec![
                Matcher::equal("__name__", "pushed_total"),
                Matcher::equal("shard", "7"),
            ],
        ),
        ("id=<one>", vec![Matcher::equal("id", one)]),
        ("id=~abc.*", vec![matcher("id", MatchOp::Regex, "abc.*")]),
        (
            "id=~.*abcdef.*",
            vec![matcher("id", MatchOp::Regex, ".*abcdef.*")],
        ),
        ("id=~.+", vec![matcher("id", MatchOp::Regex, ".+")]),
        (
            "id=~.*[a-c]9f[0-4]0.*",
            vec![matcher("id", MatchOp::Regex, ".*[a-c]9f[0-4]0.*")],
        ),
    ] {
        let (time, series) = measure(|| {
            let groups = index.select(&matchers);
            groups.iter().map(|group| group.metrics.len()).sum()
        });
        println!("  {time:>9.1} us  {name}: {series} series");
    }
}

fn memory(targets: &[Labels], metrics: &[Labels]) {
    let store = MemoryStore::new(MemoryOptions {
        bytes_max: u64::MAX,
        late_window_ms: 0,
        exemplars_max: 0,
    });
    for target in targets {
        let mut appender = store.appender();
        appender.row(target, Timestamp(1_000));
        for metric in metrics {
            let added = appender.append(SeriesKey::InTarget(metric), Sample::float(1.0));
            black_box(added.is_ok());
        }
        black_box(appender.commit().is_ok());
    }
    println!("the memory store, labels cloned too");
    let range = TimeRange::new(Timestamp(0), Timestamp(9_000));
    let querier = store.querier(range).expect("memory can be read");
    for (name, matchers) in questions() {
        let selection = Selection {
            matchers: &matchers,
            range,
            hints: Hints::default(),
        };
        let (time, series) = measure(|| {
            let groups = querier.select(&selection).expect("memory can be read");
            groups.iter().map(|group| group.labels().len()).sum()
        });
        println!("  {time:>9.1} us  {name}: {series} series");
    }
}
