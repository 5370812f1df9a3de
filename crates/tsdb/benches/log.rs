//! What the log costs: bytes per sample, and samples per second in and out. `cargo bench -p tsdb --bench log`.
//!
//! Recorded scrapes of three exporters go in, at their one second and every fifteenth of them, in commits of one row and of ten (as
//! when ten targets fall into one commit). The disk is memory, so that the log is measured and not the disk.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use model::{Labels, Timestamp};
use platform::SimulatedDisk;
use tsdb::log::{Log, LogOptions, Names, Record, Row, Scope, TargetId, Visitor};

const RECORDINGS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];

struct Scrape {
    time_ms: i64,
    columns: Vec<u32>,
    values: Vec<f64>,
}

/// The lines of a recording's `.series`.
struct Series(Vec<String>);

impl Names for Series {
    fn target(&self, _: TargetId) -> Labels {
        Labels::from_pairs([("instance", "localhost:9100"), ("job", "node")])
    }

    fn column(&self, _: TargetId, column: u32) -> (Scope, Labels) {
        // The text as it is: as many bytes as the labels have.
        let labels = Labels::from_pairs([("__name__", &self.0[column as usize])]);
        (Scope::InTarget, labels)
    }
}

/// Counts samples.
#[derive(Default)]
struct Counted(usize);

impl Visitor for Counted {
    fn target(&mut self, _: TargetId, _: Labels) {}

    fn column(&mut self, _: TargetId, _: u32, _: Scope, _: Labels) {}

    fn record(&mut self, _: u64, record: Record<'_>) {
        if let Record::Row(row) = record {
            self.0 += row.values.len();
        }
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/recorded");
    if !folder.exists() {
        return writeln!(out, "no recordings at {}", folder.display());
    }
    writeln!(
        out,
        "{:<16} {:>4} {:>5} {:>12} {:>12} {:>10} {:>10}",
        "recording", "rate", "rows", "B/sample", "without names", "in M/s", "out M/s"
    )?;
    for every in [15, 1] {
        for rows in [1, 10] {
            let mut all = Measured::default();
            for name in RECORDINGS {
                let (series, scrapes) = read(&folder, name);
                let some: Vec<&Scrape> = scrapes.iter().step_by(every).collect();
                let measured = measure(&series, &some, rows);
                all.add(&measured);
                measured.print(&mut out, name, every, rows)?;
            }
            all.print(&mut out, "all", every, rows)?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Measured {
    samples: usize,
    bytes: u64,
    names_bytes: u64,
    in_s: f64,
    out_s: f64,
}

impl Measured {
    fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.bytes += other.bytes;
        self.names_bytes += other.names_bytes;
        self.in_s += other.in_s;
        self.out_s += other.out_s;
    }

    fn print(
        &self,
        out: &mut impl std::io::Write,
        name: &str,
        every: usize,
        rows: usize,
    ) -> std::io::Result<()> {
        let samples = self.samples as f64;
        writeln!(
            out,
            "{name:<16} {every:>3}s {rows:>5} {:>12.3} {:>12.3} {:>10.1} {:>10.1}",
            self.bytes as f64 / samples,
            (self.bytes - self.names_bytes) as f64 / samples,
            samples / self.in_s / 1e6,
            samples / self.out_s / 1e6,
        )
    }
}

fn measure(series: &Series, scrapes: &[&Scrape], rows: usize) -> Measured {
    let disk = Arc::new(SimulatedDisk::new(0));
    let options = LogOptions {
        folder: "log".to_owned(),
        segment_bytes: 32 << 20,
    };
    let opened = Log::open(disk.clone(), options.clone(), &mut Counted::default());
    let (mut log, _) = opened.expect("an empty disk");
    // Names cost once per segment: a log of nothing else tells how much.
    let mut samples = 0;
    let mut bytes = 0;
    let mut names_bytes = 0;
    let mut in_s = 0.0;
    for (index, some) in scrapes.chunks(rows).enumerate() {
        let start = now();
        for scrape in some {
            let row = Row {
                target: TargetId(0),
                time: Timestamp(scrape.time_ms),
                columns: &scrape.columns,
                values: &scrape.values,
                details: &[],
            };
            log.append(&Record::Row(row), series).expect("a good row");
            samples += scrape.values.len();
        }
        let written = log.commit().expect("a good disk").written_bytes;
        in_s += start.elapsed().as_secs_f64();
        bytes += written;
        if index == 0 {
            names_bytes = names_only(series, some[0]).min(written);
        }
    }
    drop(log);
    let start = now();
    let mut counted = Counted::default();
    Log::open(disk, options, &mut counted).expect("a good disk");
    let out_s = start.elapsed().as_secs_f64();
    assert_eq!(counted.0, samples);
    Measured {
        samples,
        bytes,
        names_bytes,
        in_s,
        out_s,
    }
}

/// Bytes of a log that names the columns of `scrape` and says nothing else.
fn names_only(series: &Series, scrape: &Scrape) -> u64 {
    let options = LogOptions {
        folder: "log".to_owned(),
        segment_bytes: 32 << 20,
    };
    let disk = Arc::new(SimulatedDisk::new(0));
    let opened = Log::open(disk, options, &mut Counted::default());
    let (mut log, _) = opened.expect("an empty disk");
    let row = Row {
        target: TargetId(0),
        time: Timestamp(0),
        columns: &scrape.columns,
        values: &vec![0.0; scrape.columns.len()],
        details: &[],
    };
    log.append(&Record::Row(row), series).expect("a good row");
    log.commit().expect("a good disk").written_bytes
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn read(folder: &Path, name: &str) -> (Series, Vec<Scrape>) {
    let path: PathBuf = folder.join(format!("{name}.series"));
    let text = platform::file::read_text(&path).expect("the list of series");
    let series = Series(text.lines().map(str::to_owned).collect());
    let packed = folder.join(format!("{name}.scrapes.xz"));
    let unpacked = Command::new("xz").arg("-dc").arg(packed).output();
    let bytes = unpacked.expect("xz").stdout;
    (series, scrapes_of(&bytes))
}

fn scrapes_of(mut bytes: &[u8]) -> Vec<Scrape> {
    let mut scrapes = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(16) {
        let count = u32::from_le_bytes(head[8..12].try_into().expect("four bytes")) as usize;
        let (body, rest) = rest.split_at(count * 12);
        let mut pairs: Vec<(u32, f64)> = body
            .chunks_exact(12)
            .map(|pair| {
                let column = u32::from_le_bytes(pair[..4].try_into().expect("four bytes"));
                let value = f64::from_le_bytes(pair[4..].try_into().expect("eight bytes"));
                (column, value)
            })
            .collect();
        pairs.sort_by_key(|pair| pair.0);
        pairs.dedup_by_key(|pair| pair.0);
        scrapes.push(Scrape {
            time_ms: i64::from_le_bytes(head[..8].try_into().expect("eight bytes")),
            columns: pairs.iter().map(|pair| pair.0).collect(),
            values: pairs.iter().map(|pair| pair.1).collect(),
        });
        bytes = rest;
    }
    scrapes
}
