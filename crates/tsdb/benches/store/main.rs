//! What the store costs, log included: samples per core-second through the contract, resident bytes per series, a start after a kill, a flush.
//! `cargo bench -p tsdb --bench store`; `FERULA_BENCH_SERIES` and `FERULA_BENCH_ROWS` make it smaller.
//!
//! Recorded scrapes of three exporters are replayed as if many targets had been scraped every 15 s; each target is at another place of its recording.

#[path = "../shared/scrapes.rs"]
mod scrapes;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use model::{Labels, MatchOp, Matcher, TimeRange, Timestamp};
use platform::SystemDisk;
use scrapes::Scrape;
use storage::{Sample, SeriesKey, SeriesRef, Store as _};
use tsdb::{Store, StoreOptions};

/// As in the server, since what is resident is the allocator's doing too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXPORTERS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];
const SERIES: usize = 500_000;
/// Half an hour.
const ROWS: usize = 120;
const INTERVAL_MS: i64 = 15_000;
/// Targets whose rows come in one commit.
const TARGETS_PER_COMMIT: usize = 10;

/// What a scraper remembers of a target.
struct Target {
    labels: Labels,
    recording: usize,
    at: usize,
    references: Vec<Option<SeriesRef>>,
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/recorded");
    if !folder.exists() {
        return writeln!(out, "no recordings at {}", folder.display());
    }
    let rows = from_environment("FERULA_BENCH_ROWS").unwrap_or(ROWS);
    let series = from_environment("FERULA_BENCH_SERIES").unwrap_or(SERIES);
    let recordings: Vec<Vec<Scrape>> = EXPORTERS
        .iter()
        .map(|name| scrapes::read(&folder, name))
        .collect();
    let mut targets = targets(&recordings, series, rows);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store-bench");
    let _ = remove(&root);
    let disk = Arc::new(SystemDisk::new(&root).expect("a folder"));
    let empty = resident_bytes();
    let (store, _) = Store::open(disk.clone(), StoreOptions::usual()).expect("a store");
    let samples = fill(&mut out, (&store, empty), &mut targets, &recordings, rows)?;
    let state = store.state();
    // The references are the scraper's.
    let held: usize = targets
        .iter()
        .map(|own| own.references.capacity() * 16 + own.labels.size_bytes())
        .sum();
    writeln!(
        out,
        "(of this the references that a scraper holds: {:.1} B/series)",
        held as f64 / state.head_series as f64
    )?;
    queries(&mut out, &store, rows)?;
    report(&mut out, "after queries", &store, empty)?;
    drop(store);

    let start = now();
    let (store, _) = Store::open(disk, StoreOptions::usual()).expect("a store");
    let opened = start.elapsed();
    let cpu = cpu_seconds();
    let replayed = store.replay().expect("a replay");
    writeln!(
        out,
        "open {opened:.1?}, replayed {} samples after {:.2?}; {:.2} s of a processor to decode them",
        replayed.samples,
        start.elapsed(),
        cpu_seconds() - cpu
    )?;
    report(&mut out, "after the replay", &store, empty)?;
    let start = now();
    store.flush().expect("a flush");
    writeln!(
        out,
        "flush {:.2?}, {:.3} B/sample",
        start.elapsed(),
        parts_bytes(&root) as f64 / samples as f64
    )?;
    report(&mut out, "after the flush", &store, empty)?;
    drop(store);
    remove(&root)
}

/// Scrapes all rows, and says what that took; returns how many samples there were.
fn fill(
    out: &mut impl Write,
    (store, empty): (&Store, usize),
    targets: &mut [Target],
    recordings: &[Vec<Scrape>],
    rows: usize,
) -> std::io::Result<u64> {
    let (mut samples, mut cpu_s, mut steady) = (0_u64, 0.0, 0_u64);
    for row in 0..rows {
        let start = cpu_seconds();
        let taken = scrape(store, targets, recordings, row);
        samples += taken;
        if row > 0 {
            cpu_s += cpu_seconds() - start;
            steady += taken;
        }
        if [0, 1, rows / 2 - 1, rows - 1].contains(&row) {
            report(out, &format!("row {}", row + 1), store, empty)?;
        }
    }
    let state = store.state();
    writeln!(
        out,
        "append: {:.1} M samples per core-second; log {:.3} B/sample, {} syncs; {samples} samples",
        steady as f64 / cpu_s / 1e6,
        state.log_bytes as f64 / samples as f64,
        state.syncs
    )?;
    Ok(samples)
}

fn targets(recordings: &[Vec<Scrape>], series: usize, rows: usize) -> Vec<Target> {
    let widths: usize = recordings.iter().map(|all| all[0].columns.len()).sum();
    let count = (series / widths).max(1) * EXPORTERS.len();
    let target = |number: usize| {
        let recording = number % EXPORTERS.len();
        let length = recordings[recording].len();
        Target {
            labels: Labels::from_pairs([
                ("instance", format!("host-{number}:9100")),
                ("job", EXPORTERS[recording].to_owned()),
            ]),
            recording,
            at: (number / EXPORTERS.len()) % (length - rows.min(length - 1)),
            references: Vec::new(),
        }
    };
    (0..count).map(target).collect()
}

fn scrape(store: &Store, targets: &mut [Target], recordings: &[Vec<Scrape>], row: usize) -> u64 {
    let mut samples = 0;
    for (number, some) in targets.chunks_mut(TARGETS_PER_COMMIT).enumerate() {
        let mut appender = store.appender();
        for target in some {
            let page = &recordings[target.recording][target.at + row];
            let time = Timestamp(row as i64 * INTERVAL_MS + number as i64);
            appender.row(&target.labels, time);
            for (column, value) in page.columns.iter().zip(&page.values) {
                let column = *column as usize;
                if target.references.len() <= column {
                    target.references.resize(column + 1, None);
                }
                let sample = Sample::float(*value);
                let known = target.references[column].map(SeriesKey::Known);
                let appended = known.map(|key| appender.append(key, sample));
                if !matches!(appended, Some(Ok(_))) {
                    let own = metric(target.recording, column);
                    let at = appender.append(SeriesKey::InTarget(&own), sample);
                    target.references[column] = at.ok();
                }
            }
        }
        samples += appender.commit().expect("a commit").samples;
    }
    samples
}

fn metric(recording: usize, column: usize) -> Labels {
    Labels::from_pairs([
        ("__name__", format!("metric_{recording}_{}", column / 4)),
        ("mode", format!("mode-{}", column % 4)),
    ])
}

fn queries(out: &mut impl Write, store: &Store, rows: usize) -> std::io::Result<()> {
    let range = TimeRange::new(Timestamp(0), Timestamp(rows as i64 * INTERVAL_MS));
    for (name, value) in [("instance", "host-1.*"), ("instance", ".+")] {
        let start = now();
        let querier = store.querier(range).expect("a querier");
        let matcher = Matcher::new(name, MatchOp::Regex, value).expect("a matcher");
        let selection = storage::Selection {
            matchers: &[matcher],
            range,
            hints: storage::Hints::default(),
        };
        let groups = querier.select(&selection).expect("groups");
        let found = start.elapsed();
        let mut columns = storage::Columns::default();
        let mut values = 0;
        for group in &groups {
            group.read(range, &mut columns).expect("columns");
            values += columns
                .columns
                .iter()
                .map(|column| column.values.len())
                .sum::<usize>();
        }
        writeln!(
            out,
            "{name}=~{value}: selected {} groups in {found:.1?}, {values} values read after {:.1?}",
            groups.len(),
            start.elapsed()
        )?;
    }
    Ok(())
}

fn report(out: &mut impl Write, title: &str, store: &Store, empty: usize) -> std::io::Result<()> {
    let state = store.state();
    let per = |bytes: usize| bytes as f64 / state.head_series.max(1) as f64;
    let resident = resident_bytes();
    writeln!(
        out,
        "{title}: {} series, counted {:.1} B/series, resident {:.1} (of the process {:.1})",
        state.head_series,
        per(state.head_bytes as usize),
        per(resident.saturating_sub(empty)),
        per(resident),
    )
}

fn from_environment(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

/// What the system says that this process has in memory.
fn resident_bytes() -> usize {
    let status = platform::file::read_text(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kib.unwrap_or(0) * 1024
}

/// Time that this process has spent on processors, system calls included.
fn cpu_seconds() -> f64 {
    let text = platform::file::read_text(Path::new("/proc/self/schedstat")).unwrap_or_default();
    let nanoseconds = text
        .split_whitespace()
        .next()
        .and_then(|word| word.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

fn parts_bytes(root: &Path) -> u64 {
    let files = std::fs::read_dir(root.join("parts"))
        .into_iter()
        .flatten()
        .flatten();
    files
        .filter_map(|file| Some(file.metadata().ok()?.len()))
        .sum()
}

fn remove(root: &Path) -> std::io::Result<()> {
    if root.exists() {
        std::fs::remove_dir_all(root)?;
    }
    Ok(())
}
