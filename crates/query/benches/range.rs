//! How long the queries of `bench/queries/pods.txt` take, in process, on one core and on two: 1,000 pods with fifteen series each, scraped each
//! 30 s, six hours by 30 s.
//!
//! `cargo bench -p query --bench range` prints the best and the median of a few runs for each query: those on one core in processor
//! time, those on two by the clock on the wall, which only a machine with nothing else to do tells; `cargo bench -p query --bench range -- sort` those
//! with `sort` in them.

use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use model::{Labels, Timestamp};
use promql::Features;
use std::sync::Arc;

use query::{CancelToken, Cores, Detail, Limits, MemoryPool, Request, Threads, Window, execute};
use rustix::time::ClockId;
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SeriesKey, Store};

/// The queries, one a line.
const QUERIES: &str = include_str!("../../../bench/queries/pods.txt");

const PODS: usize = 1_000;
const CONTAINERS: usize = 3;
/// Upper bounds of the histogram's buckets.
const BOUNDS: [&str; 11] = [
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf",
];
const SCRAPE_MS: i64 = 30_000;
const STEP_MS: i64 = 30_000;
const STEPS: i64 = 720;
const RUNS: usize = 9;

fn main() {
    let mut out = std::io::stdout().lock();
    let store = filled();
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    let queries = QUERIES.lines().filter(|line| !line.starts_with('#'));
    for query in queries.filter(|query| query.contains(&wanted)) {
        let [mut one, mut two] = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            one.push(measure(&store, query, 1, ClockId::ThreadCPUTime));
            two.push(measure(&store, query, 2, ClockId::Monotonic));
        }
        one.sort_unstable();
        two.sort_unstable();
        let _ = writeln!(
            out,
            "{query:<70} one: best {:>10.2?}  median {:>10.2?}  two: best {:>10.2?}  median {:>10.2?}",
            one[0],
            one[RUNS / 2],
            two[0],
            two[RUNS / 2]
        );
    }
}

/// Counters that go up by a pseudo-random amount, so that no column is a constant or a stride.
fn filled() -> MemoryStore {
    let store = MemoryStore::new(MemoryOptions {
        bytes_max: 4 << 30,
        late_window_ms: 0,
        exemplars_max: 0,
    });
    let rows = STEPS * STEP_MS / SCRAPE_MS + 20;
    let mut seed: u64 = 42;
    let metrics = metrics();
    for pod in 0..PODS {
        let target = Labels::from_pairs([("pod", format!("pod-{pod}"))]);
        let mut values = vec![0.0; metrics.len()];
        let mut appender = store.appender();
        for row in 0..rows {
            appender.row(&target, Timestamp(row * SCRAPE_MS));
            for (value, metric) in values.iter_mut().zip(&metrics) {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *value += (seed >> 60) as f64;
                appender
                    .append(SeriesKey::InTarget(metric), Sample::float(*value))
                    .expect("a sample in order");
            }
        }
        appender.commit().expect("a store in memory");
    }
    store
}

/// What each pod exposes.
fn metrics() -> Vec<Labels> {
    let containers = (0..CONTAINERS).map(|number| {
        let container = format!("c{number}");
        Labels::from_pairs([
            ("__name__", "http_requests_total"),
            ("container", &container),
        ])
    });
    let responses = Labels::from_pairs([("__name__", "http_responses_total")]);
    let buckets = BOUNDS.iter().map(|bound| {
        Labels::from_pairs([("__name__", "http_response_seconds_bucket"), ("le", bound)])
    });
    containers.chain([responses]).chain(buckets).collect()
}

fn measure(store: &MemoryStore, query: &str, cores: usize, clock: ClockId) -> Duration {
    let start = 20 * SCRAPE_MS;
    let request = Request {
        text: query.to_owned(),
        expr: promql::parse(query, &Features::STABLE).expect("a query"),
        window: Window::Range {
            start: Timestamp(start),
            end: Timestamp(start + (STEPS - 1) * STEP_MS),
            step_ms: STEP_MS,
        },
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: 50_000_000,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads::new(&Cores::new(cores)),
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal: false,
        start_timestamps: false,
    };
    let begin = now(clock);
    let answer = execute(store, &request, &CancelToken::default()).expect("an answer");
    let elapsed = now(clock) - begin;
    black_box(answer);
    elapsed
}

fn now(clock: ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
