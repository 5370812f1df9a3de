//! A thousand pods with fifteen series each, six hours by 30 s: made, and brought into each program by its own door.
//!
//! ```text
//!  text ──► promtool ──► blocks = Prometheus' data ──► ferula tsdb import
//!  JSON lines ──► VictoriaMetrics' import
//! ```

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

use e2e::Program;

use super::{List, Loaded};
use crate::ask::{self, Range};
use crate::peer::{Peer, Place};
use crate::report::now;
use crate::{Run, Scale};

/// Upper bounds of the histogram's buckets.
const BOUNDS: [&str; 11] = [
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf",
];
const BUCKETS: &str = "http_response_seconds_bucket";
const CONTAINERS: usize = 3;
const SCRAPE_SECONDS: i64 = 30;
const STEPS: i64 = 720;
/// Scrapes before the first step, for windows to reach back to.
const BEFORE: i64 = 120;
/// The newest sample is as old: blocks never overlap with what a program has in memory.
const AGE_SECONDS: i64 = 3600;
/// Series in one body of VictoriaMetrics' import.
const SERIES_PER_BODY: usize = 300;

/// The data, as a rule.
struct Pods {
    pods: usize,
    /// Seconds since 1970 of the newest sample.
    end: i64,
}

/// A series: its labels, as `name{...}`'s parts.
struct Series {
    name: &'static str,
    labels: Vec<(&'static str, String)>,
}

pub(super) fn load(run: Run) -> Option<Loaded> {
    let data = Pods {
        pods: match run.scale {
            Scale::Full => 1000,
            Scale::Quick => 50,
        },
        end: (now() as i64 - AGE_SECONDS) / SCRAPE_SECONDS * SCRAPE_SECONDS,
    };
    eprintln!("making {} pods", data.pods);
    let blocks = blocks(&data)?;
    let peers = run.peers().iter();
    let programs = peers.filter_map(|peer| Some((*peer, filled(*peer, &data, blocks.path())?)));
    let programs: Vec<(Peer, Program)> = programs.collect();
    let range = Range {
        end: data.end as f64,
        length: ((STEPS - 1) * SCRAPE_SECONDS) as f64,
        step: SCRAPE_SECONDS as f64,
    };
    let list = |kind: &str, queries: Vec<&str>| List {
        title: format!("{kind}: {} pods, six hours each 30 s", data.pods),
        queries: queries.into_iter().map(str::to_owned).collect(),
        range,
    };
    let lists = vec![
        list("What engines are compared by", ask::pods()),
        list("Other engines' benchmarks", ask::engines()),
    ];
    Some(Loaded { programs, lists })
}

/// Prometheus' blocks, in a folder of their own.
fn blocks(data: &Pods) -> Option<e2e::Sandbox> {
    let sandbox = e2e::Sandbox::new("bench-pods");
    let text = sandbox.path().join("samples.txt");
    write_text(data, &text).expect("a file with samples");
    let mut promtool = e2e::program_or_skip("promtool")?;
    promtool.args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"]);
    promtool.arg(&text).arg(sandbox.path().join("blocks"));
    let output = promtool.output().expect("promtool");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "promtool: {said}");
    let _ = std::fs::remove_file(&text);
    Some(sandbox)
}

/// Starts a program with the data.
fn filled(peer: Peer, data: &Pods, sandbox: &Path) -> Option<Program> {
    eprintln!("filling {}", peer.name);
    let blocks = sandbox.join("blocks");
    let place = peer.empty_place();
    match peer.name {
        "Ferula" => {
            let from = blocks.to_str().expect("a path of ours");
            let to = place.data();
            let to = to.to_str().expect("a path of ours");
            let ended = e2e::run_ferula(&["tsdb", "import", from, "--data", to], &[]);
            assert_eq!(ended.code, Some(0), "import: {}", ended.err);
            place.start()
        }
        "Prometheus" => {
            let mut copy = Command::new("cp");
            let copied = copy.arg("-r").arg(&blocks).arg(place.data()).status();
            assert!(copied.is_ok_and(|status| status.success()), "no copy");
            place.start()
        }
        _ => import_lines(data, &place),
    }
}

fn import_lines(data: &Pods, place: &Place) -> Option<Program> {
    let program = place.start()?;
    let mut body = String::new();
    let url = format!("{}/api/v1/import", program.url);
    let send = |body: &mut String| {
        let sent = ureq::post(&url).send(body.as_bytes());
        assert!(sent.is_ok(), "import: {sent:?}");
        body.clear();
    };
    for (number, (series, values)) in data.series().enumerate() {
        push_line(data, &series, &values, &mut body);
        if number % SERIES_PER_BODY == SERIES_PER_BODY - 1 {
            send(&mut body);
        }
    }
    send(&mut body);
    let flushed = e2e::get(&program.url, "/internal/force_flush");
    assert!(flushed.is_ok(), "flush: {flushed:?}");
    Some(program)
}

fn push_line(data: &Pods, series: &Series, values: &[f64], out: &mut String) {
    let _ = write!(out, "{{\"metric\":{{\"__name__\":\"{}\"", series.name);
    for (name, value) in &series.labels {
        let _ = write!(out, ",\"{name}\":\"{value}\"");
    }
    out.push_str("},\"values\":[");
    let list = values.iter().map(f64::to_string).collect::<Vec<_>>();
    out.push_str(&list.join(","));
    out.push_str("],\"timestamps\":[");
    let list = data
        .times()
        .map(|time| (time * 1000).to_string())
        .collect::<Vec<_>>();
    out.push_str(&list.join(","));
    out.push_str("]}\n");
}

fn write_text(data: &Pods, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for (series, values) in data.series() {
        let labels = series.labels.iter();
        let labels: Vec<String> = labels.map(|(n, v)| format!("{n}=\"{v}\"")).collect();
        let text = format!("{}{{{}}}", series.name, labels.join(","));
        for (time, value) in data.times().zip(values) {
            writeln!(file, "{text} {value} {time}")?;
        }
    }
    writeln!(file, "# EOF")?;
    file.flush()
}

impl Pods {
    fn times(&self) -> impl Iterator<Item = i64> + '_ {
        let count = STEPS + BEFORE;
        (0..count).map(move |row| self.end - (count - 1 - row) * SCRAPE_SECONDS)
    }

    /// All series with their values: counters that go up by a pseudo-random amount, so that none is a constant or a straight line; a bucket
    /// has what the one below has besides.
    fn series(&self) -> impl Iterator<Item = (Series, Vec<f64>)> + '_ {
        let mut seed: u64 = 42;
        let mut below: Vec<f64> = Vec::new();
        let series = (0..self.pods).flat_map(of_pod);
        series.map(move |series| {
            let mut value = 0.0;
            let step = |_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                value += (seed >> 60) as f64;
                value
            };
            let mut values: Vec<f64> = (0..STEPS + BEFORE).map(step).collect();
            if series.name != BUCKETS {
                below.clear();
            } else if below.is_empty() {
                below.clone_from(&values);
            } else {
                for (value, below) in values.iter_mut().zip(&mut below) {
                    *below += *value;
                    *value = *below;
                }
            }
            (series, values)
        })
    }
}

/// What each pod exposes.
fn of_pod(pod: usize) -> impl Iterator<Item = Series> {
    let series = move |name, own: Option<(&'static str, String)>| {
        let pod = ("pod", format!("pod-{pod}"));
        Series {
            name,
            labels: std::iter::once(pod).chain(own).collect(),
        }
    };
    let requests = (0..CONTAINERS).map(move |number| {
        let container = ("container", format!("c{number}"));
        series("http_requests_total", Some(container))
    });
    let responses = std::iter::once(series("http_responses_total", None));
    let buckets = BOUNDS.iter().map(move |bound| {
        let le = ("le", (*bound).to_owned());
        series(BUCKETS, Some(le))
    });
    requests.chain(responses).chain(buckets)
}
