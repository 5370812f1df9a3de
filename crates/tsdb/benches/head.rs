//! What the head costs: nanoseconds per sample in, and resident bytes per series. `cargo bench -p tsdb --bench head`.
//!
//! Recorded scrapes of three exporters, every fifteenth of them (15 s), are replayed as if many targets had been scraped, until there are
//! half a million series; each target is at another place of its recording, and so at other values. Then half of the half hour is frozen, written to
//! a part and released.

#[path = "shared/scrapes.rs"]
mod scrapes;

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use model::{Labels, TimeRange, Timestamp};
use scrapes::{Scrape, read};
use storage::Columns;
use tsdb::head::{Head, HeadOptions};
use tsdb::log::{Names, Row, Scope, TargetId};
use tsdb::part::{Facts, Level, write};

/// As in the server, since what is resident is the allocator's doing too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXPORTERS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];
const SERIES: usize = 500_000;
const ROWS: usize = 120;
const INTERVAL_MS: i64 = 15_000;

struct Numbered;

impl Names for Numbered {
    fn target(&self, target: TargetId) -> Labels {
        Labels::from_pairs([("instance", target.0.to_string())])
    }

    fn column(&self, _: TargetId, column: u32) -> (Scope, Labels) {
        let labels = Labels::from_pairs([("__name__", format!("metric_{column}"))]);
        (Scope::InTarget, labels)
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/recorded");
    if !folder.exists() {
        return writeln!(out, "no recordings at {}", folder.display());
    }
    let recordings: Vec<Vec<Scrape>> = EXPORTERS.iter().map(|name| read(&folder, name)).collect();
    let widths: usize = recordings.iter().map(|all| all[0].columns.len()).sum();
    let targets = SERIES / widths * EXPORTERS.len();
    let mut head = Head::new(HeadOptions { late_window_ms: 0 });
    let resident_before = resident_bytes();
    let (mut samples, mut spent) = (0, Duration::ZERO);
    for row in 0..ROWS {
        let start = now();
        for target in 0..targets {
            let recording = &recordings[target % EXPORTERS.len()];
            let at = (target / EXPORTERS.len()) % (recording.len() - ROWS);
            let scrape = &recording[at + row];
            let row = Row {
                target: TargetId(target as u32),
                time: Timestamp(row as i64 * INTERVAL_MS + target as i64),
                columns: &scrape.columns,
                values: &scrape.values,
                details: &[],
            };
            samples += head.apply(&row).samples;
        }
        spent += start.elapsed();
        if [0, 1, ROWS / 2 - 1, ROWS - 1].contains(&row) {
            let resident = resident_bytes() - resident_before;
            print(&mut out, &format!("row {}", row + 1), &head, resident)?;
        }
    }
    let per_sample = spent.as_nanos() as f64 / samples as f64;
    writeln!(out, "append: {per_sample:.1} ns/sample, {samples} samples")?;
    let before = Timestamp(ROWS as i64 / 2 * INTERVAL_MS);
    read_all(&mut out, &head, targets)?;
    flush(&mut out, &mut head, before)?;
    let resident = resident_bytes() - resident_before;
    print(&mut out, "after the flush of a half", &head, resident)
}

fn print(
    out: &mut impl std::io::Write,
    title: &str,
    head: &Head,
    resident: usize,
) -> std::io::Result<()> {
    let series = head.series();
    let per = |bytes: usize| bytes as f64 / series as f64;
    writeln!(
        out,
        "{title}: {series} series, {:.1} B/series counted, {:.1} resident",
        per(head.heap_bytes()),
        per(resident)
    )
}

fn read_all(out: &mut impl std::io::Write, head: &Head, targets: usize) -> std::io::Result<()> {
    let start = now();
    let mut columns = Columns::default();
    let mut values = 0;
    for target in 0..targets as u32 {
        let target = TargetId(target);
        let regular: Vec<u32> = (0..1000)
            .filter(|column| head.is_regular(target, *column))
            .collect();
        head.read(target, &regular, TimeRange::ALL, &mut columns);
        let lengths = columns.columns.iter().map(|column| column.values.len());
        values += lengths.sum::<usize>();
    }
    let per_value = start.elapsed().as_nanos() as f64 / values as f64;
    writeln!(out, "read: {per_value:.1} ns/value, {values} values")
}

fn flush(out: &mut impl std::io::Write, head: &mut Head, before: Timestamp) -> std::io::Result<()> {
    let start = now();
    let range = TimeRange::new(Timestamp::MIN, Timestamp(before.0 - 1));
    let mut frozen = head.freeze(range, &Numbered);
    let froze = start.elapsed();
    let start = now();
    let mut bytes = Vec::new();
    let sizes =
        write(&mut frozen, Level::Hot, &Facts::default(), &mut bytes).expect("a vector takes all");
    let wrote = start.elapsed();
    drop((frozen, bytes));
    let start = now();
    head.release(before);
    let released = start.elapsed();
    writeln!(
        out,
        "freeze {froze:.1?}, part of {} samples in {} bytes {wrote:.1?}, release {released:.1?}",
        sizes.samples,
        sizes.total()
    )
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
