//! How long queries of the durable store take, in process and on one core: a thousand hosts with 512 series each, scraped each 15 s for
//! a quarter of an hour, all of it still in the head.
//!
//! `cargo bench -p query --bench store` prints the best and the median of a few runs for each query, in processor time; `-- count` those with
//! `count` in them.

use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Labels, Timestamp};
use platform::SystemDisk;
use promql::Features;
use query::{CancelToken, Detail, Limits, MemoryPool, Request, Threads, Window, execute};
use storage::{Sample, SeriesKey, SeriesRef, Store as _};
use tsdb::{Store, StoreOptions};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TARGETS: usize = 1_000;
const SERIES: usize = 512;
/// Of these, so many are processors' times.
const PROCESSOR_SERIES: usize = 16;
/// One in so many of the others changes from scrape to scrape.
const CHANGING_SHARE: usize = 3;
const ROWS: i64 = 60;
const SCRAPE_MS: i64 = 15_000;
/// After the last row of each host.
const END_MS: i64 = (ROWS - 1) * SCRAPE_MS + TARGETS as i64;
const RUNS: usize = 11;

/// Queries, and over how many steps back from the end.
const QUERIES: [(&str, i64); 8] = [
    ("count({instance=~\"host-node-1.*\"})", 1),
    ("count({__name__=~\"node_.+\"})", 1),
    ("count by (__name__) ({__name__=~\"node_.+\"})", 1),
    ("sum by (mode) (rate(node_cpu_seconds_total[5m]))", 21),
    ("sum by (instance) (rate(node_cpu_seconds_total[5m]))", 21),
    ("rate(node_cpu_seconds_total[5m])", 21),
    ("node_metric_40", 21),
    ("sum(avg_over_time(node_metric_40[5m]))", 1),
];

fn main() {
    let mut out = std::io::stdout().lock();
    let folder = std::env::temp_dir().join(format!("ferula-bench-{}", std::process::id()));
    let store = filled(folder.clone());
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    for (query, steps) in QUERIES
        .into_iter()
        .filter(|(query, _)| query.contains(&wanted))
    {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| measure(&store, query, steps)).collect();
        times.sort_unstable();
        let (best, median) = (times[0], times[RUNS / 2]);
        let _ = writeln!(
            out,
            "{query:<60} best {best:>10.2?}  median {median:>10.2?}"
        );
    }
    drop(store);
    let removed = std::fs::remove_dir_all(&folder);
    removed.expect("the folder was made here");
}

fn metric(number: usize) -> Labels {
    if number < PROCESSOR_SERIES {
        let modes = [
            "idle", "user", "system", "iowait", "irq", "nice", "softirq", "steal",
        ];
        return Labels::from_pairs([
            ("__name__", "node_cpu_seconds_total"),
            ("cpu", &(number / modes.len()).to_string()),
            ("mode", modes[number % modes.len()]),
        ]);
    }
    Labels::from_pairs([
        ("__name__", format!("node_metric_{}", number / 4)),
        ("device", format!("device-{}", number % 4)),
    ])
}

/// Counters that go up by pseudo-random amounts, and others that stand still.
fn filled(folder: PathBuf) -> Store {
    let disk = SystemDisk::new(folder).expect("a folder");
    let (store, _) = Store::open(Arc::new(disk), StoreOptions::usual()).expect("a store");
    let metrics: Vec<Labels> = (0..SERIES).map(metric).collect();
    let targets: Vec<Labels> = (0..TARGETS)
        .map(|n| {
            let instance = format!("host-node-{n}.example:9100");
            Labels::from_pairs([("instance", instance.as_str()), ("job", "node")])
        })
        .collect();
    let mut references: Vec<Option<SeriesRef>> = vec![None; TARGETS * SERIES];
    let mut values = vec![0.0; TARGETS * SERIES];
    let mut seed: u64 = 42;
    for row in 0..ROWS {
        let mut appender = store.appender();
        for (number, target) in targets.iter().enumerate() {
            appender.row(target, Timestamp(row * SCRAPE_MS + number as i64));
            for (at, metric) in metrics.iter().enumerate() {
                let place = number * SERIES + at;
                if at < PROCESSOR_SERIES || at % CHANGING_SHARE == 0 {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    // Exporters print decimals, and sums of them would be none.
                    values[place] += (seed >> 54) as f64;
                }
                let key = references[place].map_or(SeriesKey::InTarget(metric), SeriesKey::Known);
                let appended = appender.append(key, Sample::float(values[place] / 100.0));
                references[place] = Some(appended.expect("a sample in order"));
            }
        }
        appender.commit().expect("a disk that works");
    }
    store
}

fn measure(store: &Store, query: &str, steps: i64) -> Duration {
    let end = Timestamp(END_MS);
    let window = match steps {
        1 => Window::Instant(end),
        _ => Window::Range {
            start: Timestamp(END_MS - (steps - 1) * SCRAPE_MS),
            end,
            step_ms: SCRAPE_MS,
        },
    };
    let request = Request {
        text: query.to_owned(),
        expr: promql::parse(query, &Features::STABLE).expect("a query"),
        window,
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: 50_000_000,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads::one(),
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
