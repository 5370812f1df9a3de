//! What reading costs: values per second through a querier, from the head and from parts, and the selection of many series.
//! `cargo bench -p tsdb --bench read`.
//!
//! Two hours of 250 hosts with 40 series each: ten that stand still, ten that go up by small steps, ten with two digits behind the point, ten that are any
//! floats at all. Times are of one core; resident bytes are those that reading added.
//!
//! Then two days of twenty of them, merged: what a short range costs where a page has many hours, asked once and again. `-- cold` measures this alone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::SystemDisk;
use storage::{Columns, Hints, Sample, Selection, SeriesKey, SeriesRef, Store as _};
use tsdb::{Store, StoreOptions};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TARGETS: usize = 250;
const KINDS: [&str; 4] = ["constant", "counter", "decimal", "noise"];
const SERIES_PER_KIND: usize = 10;
const ROWS: i64 = 480;
const SCRAPE_MS: i64 = 15_000;
const RUNS: usize = 11;

const COLD_TARGETS: usize = 20;
const COLD_ROWS: i64 = 2 * 5760;

fn main() {
    let mut out = std::io::stdout().lock();
    let folder = std::env::temp_dir().join(format!("ferula-read-{}", std::process::id()));
    if !std::env::args().any(|argument| argument == "cold") {
        let store = filled(folder.join("fresh"), TARGETS, ROWS);
        measure_all(&mut out, &store, "head");
        store.flush().expect("a disk that works");
        measure_all(&mut out, &store, "parts");
    }
    let store = filled(folder.join("cold"), COLD_TARGETS, COLD_ROWS);
    store.flush().expect("a disk that works");
    while store.merge_cold().expect("a disk that works").is_some() {}
    measure_cold(&mut out, &store);
    drop(store);
    let removed = std::fs::remove_dir_all(&folder);
    removed.expect("the folder was made here");
}

/// A day and five minutes of one family, of all hosts and of one.
fn measure_cold(out: &mut impl Write, store: &Store) {
    let last = Timestamp(COLD_ROWS * SCRAPE_MS / 2);
    for kind in KINDS {
        for (hosts, instance) in [("all hosts", None), ("one host", Some("host-7"))] {
            for minutes in [1_380, 5] {
                let range = TimeRange::new(Timestamp(last.0 - minutes * 60_000), last);
                let mut matchers = vec![Matcher::equal("__name__", kind)];
                matchers.extend(instance.map(|instance| Matcher::equal("instance", instance)));
                let (best, values) = measure(store, &matchers, range, false);
                let _ = writeln!(
                    out,
                    "cold   {kind:<9} {hosts:<9} {minutes:>4} min: {best:>9.2?}, {:>7.1} M values/s",
                    values as f64 / best.as_secs_f64() / 1e6
                );
            }
        }
    }
}

fn measure_all(out: &mut impl Write, store: &Store, place: &str) {
    let before = resident_bytes();
    let last = Timestamp(ROWS * SCRAPE_MS);
    let minutes = |count: i64| TimeRange::new(Timestamp(last.0 - count * 60_000), last);
    for kind in KINDS {
        let matchers = [Matcher::equal("__name__", kind)];
        for range in [minutes(120), minutes(10)] {
            let (best, values) = measure(store, &matchers, range, false);
            let minutes = (range.end.0 - range.start.0) / 60_000;
            let _ = writeln!(
                out,
                "{place:<6} {kind:<9} {minutes:>4} min: {best:>9.2?}, {:>7.1} M values/s",
                values as f64 / best.as_secs_f64() / 1e6
            );
        }
    }
    let (best, values) = measure(store, &[Matcher::equal("device", "3")], minutes(1), true);
    let _ = writeln!(
        out,
        "{place:<6} newest of {values} series of 250 targets: {best:.2?}"
    );
    let (best, values) = measure(store, &[], minutes(5), true);
    let _ = writeln!(out, "{place:<6} newest of {values} series: {best:.2?}");
    let grown = resident_bytes().saturating_sub(before);
    let _ = writeln!(out, "{place:<6} resident bytes that this added: {grown}");
}

/// Best time, and how many values were read.
fn measure(
    store: &Store,
    matchers: &[Matcher],
    range: TimeRange,
    newest_only: bool,
) -> (Duration, usize) {
    let mut best = Duration::MAX;
    let mut values = 0;
    let mut columns = Columns::default();
    for _ in 0..RUNS {
        let start = busy();
        let querier = store.querier(range).expect("a querier");
        let hints = Hints {
            newest_only,
            ..Hints::default()
        };
        let selection = Selection {
            matchers,
            range,
            hints,
        };
        values = 0;
        for group in querier.select(&selection).expect("a selection") {
            group.read(range, &mut columns).expect("columns");
            let lengths = columns.columns.iter().map(|column| column.values.len());
            values += lengths.sum::<usize>();
        }
        best = best.min(busy() - start);
    }
    (best, values)
}

fn filled(folder: PathBuf, targets: usize, rows: i64) -> Store {
    let disk = SystemDisk::new(folder).expect("a folder");
    let (store, _) = Store::open(Arc::new(disk), StoreOptions::usual()).expect("a store");
    let metric = |kind: &&str, number: usize| {
        Labels::from_pairs([("__name__", *kind), ("device", &number.to_string())])
    };
    let kinds = KINDS.iter();
    let metrics: Vec<Labels> = kinds
        .flat_map(|kind| (0..SERIES_PER_KIND).map(move |number| metric(kind, number)))
        .collect();
    let mut references: Vec<Option<SeriesRef>> = vec![None; targets * metrics.len()];
    let mut values = vec![0.0_f64; references.len()];
    let mut seed: u64 = 42;
    for row in 0..rows {
        let mut appender = store.appender();
        for target in 0..targets {
            let instance = format!("host-{target}");
            let labels = Labels::from_pairs([("instance", instance.as_str()), ("job", "node")]);
            appender.row(&labels, Timestamp(row * SCRAPE_MS + target as i64));
            for (at, metric) in metrics.iter().enumerate() {
                let place = target * metrics.len() + at;
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let step = (seed >> 56) as f64;
                values[place] = match at / SERIES_PER_KIND {
                    0 => 1.0,
                    1 => values[place] + step,
                    2 => (values[place] * 100.0 + step).round() / 100.0,
                    _ => seed as f64 / 1e21,
                };
                let key = references[place].map_or(SeriesKey::InTarget(metric), SeriesKey::Known);
                let appended = appender.append(key, Sample::float(values[place]));
                references[place] = Some(appended.expect("a sample in order"));
            }
        }
        appender.commit().expect("a disk that works");
    }
    store
}

/// Time that this thread was on a core: other work on the machine does not count.
fn busy() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// What the system says that this process has in memory.
fn resident_bytes() -> usize {
    let status = platform::file::read_text(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kib.unwrap_or(0) * 1024
}
