//! Bytes per sample on disk: each recorded series once, every 15th scrape.
//!
//! Copies of a recording would compress against each other and say nothing. Prometheus' share is what promtool makes of the samples, which are the
//! blocks that the server would make; VictoriaMetrics takes them over its import interface and merges. Ours comes from `cargo bench -p tsdb --bench size`,
//! which writes the same samples as parts.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use e2e::{Program, Sandbox, free_port};

use crate::Scale;
use crate::recording::{self, RECORDED, Recording};
use crate::report::{Report, Table};
use crate::usage::file_bytes;
use crate::wait;

/// Of the recorded scrapes, which are a second apart, one in so many.
const EVERY: usize = 15;
/// Of those, so many when it has to be quick.
const QUICK_SCRAPES: usize = 40;

/// Files that have not changed for so long won't.
const SETTLED: Duration = Duration::from_secs(5);

/// What a program's files take, in bytes.
struct Sizes {
    samples: u64,
    all: u64,
}

pub(super) fn run(scale: Scale, report: &mut Report) -> Option<()> {
    let sandbox = Sandbox::new("bench-disk");
    let recordings: Vec<Recording> = RECORDED
        .into_iter()
        .map(recording::read)
        .collect::<Option<_>>()?;
    let scrapes_max = match scale {
        Scale::Full => usize::MAX,
        Scale::Quick => QUICK_SCRAPES,
    };
    let (lines, count) = lines(&recordings, scrapes_max);
    report.title(&format!(
        "Disk, bytes per sample: {count} samples, one in {EVERY} s, each series once"
    ));
    let mut table = Table::new(&["program", "samples", "with the index"]);
    let programs = [
        ("Prometheus", prometheus(&sandbox, &lines)),
        ("VictoriaMetrics", victoria(&sandbox, &lines)),
    ];
    for (name, sizes) in programs {
        if let Some(Sizes { samples, all }) = sizes {
            let per_sample = |bytes: u64| format!("{:.3}", bytes as f64 / count as f64);
            table.row(&[name.to_owned(), per_sample(samples), per_sample(all)]);
        }
    }
    report.table(&table);
    if scale == Scale::Full {
        report.line(&format!("\n```text\n{}```", own()));
    }
    Some(())
}

/// One sample of the recordings.
struct Line {
    /// `name{job="…",…}`
    series: String,
    value: f64,
    time_ms: i64,
}

/// All samples in the order of time, and their count.
fn lines(recordings: &[Recording], scrapes_max: usize) -> (Vec<Line>, usize) {
    let mut lines = Vec::new();
    for (job, recording) in RECORDED.iter().zip(recordings) {
        let series: Vec<String> = recording
            .series
            .iter()
            .map(|text| with_job(text, job))
            .collect();
        for scrape in recording.scrapes.iter().step_by(EVERY).take(scrapes_max) {
            lines.extend(scrape.values.iter().map(|(index, value)| Line {
                series: series[*index].clone(),
                value: *value,
                time_ms: scrape.time_ms,
            }));
        }
    }
    lines.sort_by_key(|line| line.time_ms);
    let count = lines.len();
    (lines, count)
}

fn with_job(series: &str, job: &str) -> String {
    match series.split_once('{') {
        // The text format takes a blank between labels, OpenMetrics doesn't.
        Some((name, labels)) => format!("{name}{{job=\"{job}\",{}", labels.replace("\", ", "\",")),
        None => format!("{series}{{job=\"{job}\"}}"),
    }
}

fn prometheus(sandbox: &Sandbox, lines: &[Line]) -> Option<Sizes> {
    let mut promtool = e2e::program_or_skip("promtool")?;
    let mut page = String::new();
    for Line {
        series,
        value,
        time_ms,
    } in lines
    {
        let seconds = *time_ms as f64 / 1000.0;
        let _ = writeln!(page, "{series} {value} {seconds}");
    }
    page.push_str("# EOF\n");
    let page = sandbox.write("recordings.om", &page);
    let data = sandbox.path().join("prometheus");
    promtool.args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"]);
    succeed(promtool.arg(page).arg(&data))?;
    Some(Sizes {
        samples: chunk_bytes(&data),
        all: file_bytes(&data),
    })
}

fn victoria(sandbox: &Sandbox, lines: &[Line]) -> Option<Sizes> {
    let port = free_port();
    let mut command = e2e::program_or_skip("victoria-metrics")?;
    command.args([
        "-storageDataPath=victoria".to_owned(),
        format!("-httpListenAddr=127.0.0.1:{port}"),
        "-retentionPeriod=100y".to_owned(),
    ]);
    let mut program = Program::start(sandbox, "victoria-metrics", command, port, "/health");
    for lines in lines.chunks(50_000) {
        let mut page = String::new();
        for Line {
            series,
            value,
            time_ms,
        } in lines
        {
            let _ = writeln!(page, "{series} {value} {time_ms}");
        }
        ureq::post(format!("{}/api/v1/import/prometheus", program.url))
            .send(page)
            .ok()?;
    }
    for path in ["/internal/force_flush", "/internal/force_merge"] {
        e2e::get(&program.url, path).ok()?;
    }
    let data = sandbox.path().join("victoria");
    let mut sizes = (file_bytes(&data), Instant::now());
    wait::until("all is merged and nothing changes", || {
        let bytes = file_bytes(&data);
        if bytes != sizes.0 {
            sizes = (bytes, Instant::now());
        }
        let metrics = e2e::get(&program.url, "/metrics").map(|answer| answer.body);
        sizes.1.elapsed() > SETTLED && metrics.is_ok_and(|page| active_merges(&page) == 0.0)
    });
    program.signal("TERM");
    program.wait();
    Some(Sizes {
        samples: file_bytes(&data.join("data")),
        all: file_bytes(&data),
    })
}

/// Merges under way, of a page of VictoriaMetrics' own metrics.
fn active_merges(page: &str) -> f64 {
    let lines = page
        .lines()
        .filter(|line| line.starts_with("vm_active_merges"));
    let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    values.sum()
}

/// The chunks of all blocks.
fn chunk_bytes(data: &Path) -> u64 {
    let Ok(blocks) = std::fs::read_dir(data) else {
        return 0;
    };
    let blocks = blocks.filter_map(Result::ok);
    blocks
        .map(|block| file_bytes(&block.path().join("chunks")))
        .sum()
}

/// What our own parts take, as their benchmark prints it.
fn own() -> String {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "bench",
        "--quiet",
        "--package",
        "tsdb",
        "--bench",
        "size",
        "--",
        "15s",
    ]);
    match cargo.output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => format!("can't run cargo: {error}\n"),
    }
}

fn succeed(command: &mut Command) -> Option<()> {
    let output = command.output().ok()?;
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    Some(())
}
