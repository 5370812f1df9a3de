//! How long range queries take, in process and on one core: 300 targets with ten counters each, scraped each 15 s, six hours by
//! 30 s.
//!
//! `cargo bench -p query` prints the best and the median of a few runs for each query, in processor
//! time; `cargo bench -p query -- topk` those with `topk` in them.

use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use model::{Labels, Timestamp};
use promql::Features;
use std::sync::Arc;

use query::{CancelToken, Detail, Limits, MemoryPool, Request, Window, execute};
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SeriesKey, Store};

const TARGETS: usize = 300;
const COUNTERS: usize = 10;
const SCRAPE_MS: i64 = 15_000;
const STEP_MS: i64 = 30_000;
const STEPS: i64 = 720;
const RUNS: usize = 15;

const QUERIES: [&str; 6] = [
    "sum by (pod) (rate(x[1m]))",
    "sum by (pod) (rate(x[5m]))",
    "sum(x)",
    "max_over_time(x[5m])",
    "sum by (pod) (rate(x[1m])) / on (pod) group_left sum by (pod) (x)",
    "topk(5, rate(x[1m]))",
];

fn main() {
    let mut out = std::io::stdout().lock();
    let store = filled();
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    for query in QUERIES.into_iter().filter(|query| query.contains(&wanted)) {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| measure(&store, query)).collect();
        times.sort_unstable();
        let (best, median) = (times[0], times[RUNS / 2]);
        let _ = writeln!(
            out,
            "{query:<70} best {best:>10.2?}  median {median:>10.2?}"
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
    let metrics: Vec<Labels> = (0..COUNTERS)
        .map(|counter| Labels::from_pairs([("__name__", "x"), ("path", &format!("/{counter}"))]))
        .collect();
    for target in 0..TARGETS {
        let pod = format!("pod-{target}");
        let target = Labels::from_pairs([("pod", pod.as_str()), ("job", "bench")]);
        let mut values = [0.0; COUNTERS];
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

fn measure(store: &MemoryStore, query: &str) -> Duration {
    let start = 10 * SCRAPE_MS;
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
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal: false,
        start_timestamps: false,
    };
    let begin = busy();
    let answer = execute(store, &request, &CancelToken::default()).expect("an answer");
    let elapsed = busy() - begin;
    black_box(answer);
    elapsed
}

/// Time that this thread was on a core: other work on the machine does not count.
fn busy() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
