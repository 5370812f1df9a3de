//! What merging costs: hot parts of half an hour into one, and that into a cold one.
//!
//! `cargo bench -p tsdb --bench merge`. Wants `xz`, and the recordings beside the repository; says so if they are missing. Each exporter is many instances,
//! each of which lags some scrapes behind the one before, so that no two are alike.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program that measures and prints"
)]

#[path = "shared/recorded.rs"]
mod recorded;

use std::sync::Arc;
use std::time::Instant;

use model::{Labels, MatchOp, Matcher};
use platform::{Disk, SimulatedDisk};
use storage::{Column, Values};
use tsdb::catalog::Catalog;
use tsdb::merge::merge;
use tsdb::part::{Facts, Level, PartError, Source};

use recorded::{EXPORTERS, Mix, Recorded, read, recordings};

/// Instances of each exporter.
const INSTANCES: usize = 40;
/// Rows of each.
const ROWS: usize = 300;
/// Parts that become one.
const PARTS: usize = 5;
/// Samples per second of a million series at 15 s.
const RATE: f64 = 1e6 / 15.0;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The rows `rows` of the recording, as if they had been those of the first instance's time.
fn instance(recorded: &Recorded, number: usize, rows: std::ops::Range<usize>) -> Recorded {
    let rows = rows.start + number..rows.end + number;
    let mut builder = recorded.target.to_builder();
    builder.set("instance", &format!("host-{number}"));
    let mut labels = Vec::new();
    let mut columns = Vec::new();
    for (own, column) in recorded.labels.iter().zip(&recorded.columns) {
        let Values::Floats(floats) = &column.values else {
            continue;
        };
        let from = rows.start.max(column.first_row);
        let to = rows.end.min(column.first_row + floats.len());
        if from < to {
            let mut own_column = Column {
                first_row: from - rows.start,
                values: Values::Floats(
                    floats[from - column.first_row..to - column.first_row].to_vec(),
                ),
                ..Column::default()
            };
            own_column.find_stale();
            labels.push(own.clone());
            columns.push(own_column);
        }
    }
    // Each has its own jitter.
    let timestamps = recorded.timestamps[rows].iter();
    Recorded {
        target: builder.build(),
        timestamps: timestamps.map(|at| at - 15_000 * number as i64).collect(),
        labels,
        columns,
    }
}

/// Seconds that this thread has run: others may be at work beside us.
fn run_seconds() -> f64 {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = said
        .split_whitespace()
        .next()
        .and_then(|first| first.parse().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// A million series that don't factor, with values of their own.
const PLAIN: u32 = 1_000_000;

struct Plain {
    target: Labels,
    series: Vec<Labels>,
    times: Vec<i64>,
}

impl Plain {
    fn new(part: i64) -> Self {
        let labels = |number: u32| {
            Labels::from_pairs([
                ("__name__", format!("family_{}", number % 100)),
                ("cluster", "one".to_owned()),
                (
                    "pod",
                    format!("pod-{:08x}", number.wrapping_mul(0x9e37_79b9)),
                ),
                ("zone", format!("zone-{}", number % 7)),
            ])
        };
        Self {
            target: Labels::empty(),
            series: (0..PLAIN).map(labels).collect(),
            times: (0..4).map(|row| (part * 4 + row) * 15_000).collect(),
        }
    }
}

impl Source for Plain {
    fn groups(&self) -> usize {
        1
    }
    fn target(&self, _: usize) -> &Labels {
        &self.target
    }
    fn series(&self, _: usize) -> &[Labels] {
        &self.series
    }
    fn timestamps(&self, _: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        out.clone_from(&self.times);
        Ok(())
    }
    fn column(&mut self, _: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let value = |row: usize| ((series * 7 + row * (series % 3)) % 1_000) as f64;
        *out = Column {
            values: Values::Floats((0..self.times.len()).map(value).collect()),
            ..Column::default()
        };
        Ok(())
    }
}

fn plain() {
    let disk: Arc<dyn Disk> = Arc::new(SimulatedDisk::new(1));
    let (mut catalog, _) = Catalog::open(disk, "parts").expect("memory");
    let mut numbers = Vec::new();
    for part in 0..2 {
        let mut source = Plain::new(part);
        let start = run_seconds();
        let written = catalog
            .write(&mut source, Level::Hot, &Facts::default())
            .expect("memory")
            .expect("samples");
        println!(
            "a million plain series: written in {:.2} s, {} B of labels",
            run_seconds() - start,
            written.sizes.labels
        );
        numbers.push(written.number);
        catalog.publish(vec![written]).expect("memory");
    }
    let part = catalog.parts()[0].part();
    let timed = |what: &str, act: &mut dyn FnMut() -> usize| {
        let start = run_seconds();
        let count = act();
        let seconds = run_seconds() - start;
        println!("  {what}: {:.3} ms, {count}", seconds * 1e3);
    };
    timed("tables read, bytes", &mut || {
        part.tables().expect("own bytes");
        part.heap_bytes()
    });
    let tables = part.tables().expect("own bytes");
    let equal = [Matcher::equal("pod", "pod-9e3779b9")];
    let contains = Matcher::new("pod", MatchOp::Regex, ".*3779b.*").expect("an expression");
    let general = Matcher::new("pod", MatchOp::Regex, "pod-[0-3]+7.*9").expect("an expression");
    for matchers in [
        equal.clone(),
        equal,
        [Matcher::equal("__name__", "family_7")],
        [contains],
        [general],
    ] {
        timed(&format!("{}", matchers[0]), &mut || {
            let selected = tables.select(&matchers);
            selected.iter().map(|one| one.metrics.len()).sum()
        });
    }
    println!(
        "  tables with what selections needed: {} B",
        part.heap_bytes()
    );
    drop(tables);
    let before = memory_high();
    step(&mut catalog, &numbers, Level::Cold);
    println!(
        "  memory at its highest: {} MB, {before} before",
        memory_high()
    );
}

/// The most memory that this process has had, in MB.
fn memory_high() -> u64 {
    let said = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

fn main() {
    plain();
    let recorded: Option<Vec<Recorded>> = EXPORTERS.iter().map(|name| read(name, 15)).collect();
    let Some(recorded) = recorded else {
        println!("recordings are missing: {}", recordings().display());
        return;
    };
    let disk = SimulatedDisk::new(1);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (mut catalog, _) = Catalog::open(shared, "parts").expect("memory");
    let mut numbers = Vec::new();
    let mut samples = 0;
    let start = run_seconds();
    for part in 0..PARTS {
        let width = ROWS / PARTS;
        let rows = part * width..(part + 1) * width;
        let groups = recorded.iter().flat_map(|one| {
            let rows = rows.clone();
            (0..INSTANCES).map(move |number| instance(one, number, rows.clone()))
        });
        let mut mix = Mix(groups.collect());
        let written = catalog
            .write(&mut mix, Level::Hot, &Facts::default())
            .expect("memory")
            .expect("samples");
        numbers.push(written.number);
        samples += written.sizes.samples;
        catalog.publish(vec![written]).expect("memory");
    }
    let written = run_seconds() - start;
    println!("{samples} samples in {PARTS} parts, written in {written:.2} s (copying included)");
    select(&catalog);
    let hot = step(&mut catalog, &numbers, Level::Hot);
    let before = memory_high();
    let cold = step(&mut catalog, &[hot.number], Level::Cold);
    println!(
        "memory at its highest: {} MB, {before} before",
        memory_high()
    );
    let again = step(&mut catalog, &[cold.number], Level::Cold);
    let all = hot.seconds_per_sample + cold.seconds_per_sample + again.seconds_per_sample;
    println!(
        "a million series at 15 s, merged into 2 h, 1 d and 8 d: {:.2} % of a core",
        100.0 * RATE * all
    );
}

/// What a step did.
struct Step {
    number: u64,
    seconds_per_sample: f64,
}

fn step(catalog: &mut Catalog, numbers: &[u64], level: Level) -> Step {
    let start = run_seconds();
    let merged = merge(catalog, numbers, level).expect("memory");
    let seconds = run_seconds() - start;
    let (number, sizes) = merged.part.expect("samples");
    let samples = sizes.samples as f64;
    println!(
        "{} parts into one, {level:?}: {:.3} s, {:.1} M samples per core-second, {:.0} ns each, {:.3} B per sample",
        numbers.len(),
        seconds,
        samples / seconds / 1e6,
        seconds / samples * 1e9,
        sizes.total() as f64 / samples,
    );
    Step {
        number,
        seconds_per_sample: seconds / samples,
    }
}

/// That a part's tables are small.
fn select(catalog: &Catalog) {
    let part = catalog.parts()[0].part();
    let before = part.heap_bytes();
    let tables = part.tables().expect("own bytes");
    let matchers = [Matcher::equal("instance", "host-7")];
    let start = Instant::now();
    let selected = tables.select(&matchers);
    println!(
        "tables of {} series: {} B, none before; the first selection {:.0} us, {} groups",
        tables.series_count(),
        part.heap_bytes() - before,
        start.elapsed().as_secs_f64() * 1e6,
        selected.len(),
    );
}
