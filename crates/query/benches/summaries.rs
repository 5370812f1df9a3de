//! What summaries of parts save: queries with windows of a day and a week over a month, with them and without.
//!
//! `cargo bench -p query --bench summaries`. Thirty days of ten hosts with eight series each, scraped each 15 s, all of it merged; processor time of one core, best of a few
//! runs. *Across* begins a minute later, so that windows end within cells and samples are read.

use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use model::{Labels, Timestamp};
use platform::SystemDisk;
use promql::Features;
use query::{CancelToken, Detail, Limits, MemoryPool, Request, Threads, Window, execute};
use storage::{Sample, SeriesKey, SeriesRef, Store as _};
use tsdb::{Store, StoreOptions};

#[path = "../tests/summaries/untold.rs"]
mod untold;

use untold::Watched;

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TARGETS: usize = 10;
const SERIES: usize = 4;
const SCRAPE_MS: i64 = 15_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const DAYS: i64 = 30;
const RUNS: usize = 5;
const MINUTE_MS: i64 = 60_000;

/// Queries, hours between steps, and how much later than whole hours they are.
const QUERIES: [(&str, i64, i64); 9] = [
    ("max_over_time(gauge[1d])", 24, 0),
    ("max_over_time(gauge[1d])", 2, 0),
    ("max_over_time(gauge[1d])", 24, MINUTE_MS),
    ("max_over_time(gauge[1d])", 2, MINUTE_MS),
    ("avg_over_time(gauge[1d])", 2, 0),
    ("increase(counter_total[7d])", 24, 0),
    ("increase(counter_total[7d])", 2, 0),
    ("sum(increase(counter_total[30d]))", 0, MINUTE_MS),
    ("count_over_time(gauge[7d])", 2, 0),
];

fn main() {
    let mut out = std::io::stdout().lock();
    let folder = std::env::temp_dir().join(format!("ferula-summaries-{}", std::process::id()));
    let store = filled(folder.clone());
    let (telling, silent) = (Watched::new(&store, true), Watched::new(&store, false));
    for (query, step_h, late_ms) in QUERIES {
        let (told, read) = measure_both(&telling, &silent, query, step_h, late_ms);
        let across = if late_ms > 0 { "across" } else { "" };
        let groups = telling.told.swap(0, Ordering::Relaxed);
        let way = if groups > 0 { "told" } else { "read" };
        let _ = writeln!(
            out,
            "{query:<36} each {step_h:>2} h {across:<6} {told:>10.2?}  without {read:>10.2?}  {:>6.1} times  {way}",
            read.as_secs_f64() / told.as_secs_f64()
        );
    }
    drop(store);
    let removed = std::fs::remove_dir_all(&folder);
    removed.expect("the folder was made here");
}

fn filled(folder: PathBuf) -> Store {
    let disk = SystemDisk::new(folder).expect("a folder");
    let (store, _) = Store::open(Arc::new(disk), StoreOptions::usual()).expect("a store");
    let names = ["gauge", "counter_total"].into_iter();
    let metrics: Vec<Labels> = names
        .flat_map(|name| {
            (0..SERIES)
                .map(move |n| Labels::from_pairs([("__name__", name), ("n", &n.to_string())]))
        })
        .collect();
    let mut references: Vec<Option<SeriesRef>> = vec![None; TARGETS * metrics.len()];
    let mut values = vec![0.0; references.len()];
    let mut seed: u64 = 42;
    let rows_of_a_day = DAY_MS / SCRAPE_MS;
    for day in 0..DAYS {
        let mut appender = store.appender();
        for row in day * rows_of_a_day..(day + 1) * rows_of_a_day {
            for target in 0..TARGETS {
                let instance = format!("host-{target}");
                let labels = Labels::from_pairs([("instance", instance.as_str()), ("job", "node")]);
                appender.row(&labels, Timestamp(row * SCRAPE_MS + target as i64));
                for (at, metric) in metrics.iter().enumerate() {
                    let place = target * metrics.len() + at;
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let step = (seed >> 58) as f64;
                    // A gauge stays about where it is, and is a whole number, never -0.
                    let (before, centre) = (values[place], if at < SERIES { 31.5 } else { 0.0 });
                    values[place] = before + step - centre;
                    let key =
                        references[place].map_or(SeriesKey::InTarget(metric), SeriesKey::Known);
                    let value = if at < SERIES {
                        (values[place] as i64) as f64
                    } else {
                        values[place] / 4.0
                    };
                    let appended = appender.append(key, Sample::float(value));
                    references[place] = Some(appended.expect("a sample in order"));
                }
            }
        }
        appender.commit().expect("a disk that works");
        store.flush().expect("a disk that works");
    }
    while store.merge_cold().expect("a disk that works").is_some() {}
    store
}

/// The best times with and without summaries, in turns.
fn measure_both(
    telling: &Watched<'_>,
    silent: &Watched<'_>,
    query: &str,
    step_h: i64,
    late_ms: i64,
) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        best.0 = best.0.min(measure(telling, query, step_h, late_ms));
        best.1 = best.1.min(measure(silent, query, step_h, late_ms));
    }
    best
}

fn measure(store: &Watched<'_>, query: &str, step_h: i64, late_ms: i64) -> Duration {
    let end = Timestamp(DAYS * DAY_MS - 2 * HOUR_MS + late_ms);
    let window = match step_h {
        0 => Window::Instant(end),
        _ => Window::Range {
            start: Timestamp(DAY_MS + late_ms),
            end,
            step_ms: step_h * HOUR_MS,
        },
    };
    let request = Request {
        text: query.to_owned(),
        expr: promql::parse(query, &Features::STABLE).expect("a query"),
        window,
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: u64::MAX,
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
