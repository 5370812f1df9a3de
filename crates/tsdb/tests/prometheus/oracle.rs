//! The programs, and samples as they print them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use model::{Histogram, Labels, TimeRange, Timestamp, Value};
use platform::disk::SystemDisk;
use tempfile::TempDir;
use tsdb::prometheus::{Block, BlockWriter, Bounds, Sample, Ulid};

/// A folder that goes with the test.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn disk(&self) -> SystemDisk {
        SystemDisk::new(self.path()).expect("the folder is there")
    }

    pub(crate) fn text(&self) -> &str {
        self.path().to_str().expect("we named it")
    }
}

/// What `promtool` prints; none when it isn't installed.
#[expect(
    clippy::disallowed_macros,
    reason = "a missing oracle is told on stderr"
)]
pub(crate) fn promtool(arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new("promtool").args(arguments).output() else {
        eprintln!("skipped: promtool is not installed");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "promtool {arguments:?}: {errors}");
    Some(String::from_utf8(output.stdout).expect("it prints text"))
}

/// What `promtool tsdb dump` prints of a folder; sorted, as its order differs between versions.
pub(crate) fn dump(folder: &Path) -> Option<Vec<String>> {
    // Without a log it refuses the folder.
    std::fs::create_dir_all(folder.join("wal")).expect("a folder can be made");
    let text = promtool(&["tsdb", "dump", folder.to_str().expect("we named it")])?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    Some(lines)
}

/// Prometheus on a folder, ended with the test.
pub(crate) struct Prometheus {
    process: Child,
    port: u16,
}

impl Prometheus {
    /// None when it isn't installed.
    #[expect(
        clippy::disallowed_macros,
        reason = "a missing oracle is told on stderr"
    )]
    pub(crate) fn start(scratch: &Scratch) -> Option<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let config = scratch.path().join("prometheus.yml");
        #[expect(clippy::disallowed_methods, reason = "input for another program")]
        std::fs::write(&config, "global: {}\n").expect("a file can be written");
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", scratch.text()))
            .arg("--storage.tsdb.retention.time=100y")
            .arg("--enable-feature=native-histograms,exemplar-storage")
            .arg("--web.enable-remote-write-receiver")
            .arg("--web.enable-admin-api")
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            eprintln!("skipped: prometheus is not installed");
            return None;
        };
        Some(Self { process, port })
    }

    /// Ends it as an operator would, and waits.
    pub(crate) fn end(mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.process.wait();
    }

    fn get(&self, path: &str) -> Option<String> {
        self.ask(&format!("GET {path} HTTP/1.0\r\n\r\n"), &[])
    }

    /// Sends a body, once it is ready.
    pub(crate) fn post(&self, path: &str, body: &[u8]) {
        self.wait_for("/-/ready");
        let head = format!(
            "POST {path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.ask(&head, body).expect("it takes the body");
    }

    fn ask(&self, head: &str, body: &[u8]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.starts_with("HTTP/1.0 20").then(|| body.to_owned())
    }

    /// The answer, once it is ready.
    pub(crate) fn wait_for(&self, path: &str) -> String {
        for _ in 0..3000 {
            if self.get("/-/ready").is_some() {
                return self.get(path).expect("it is ready");
            }
            // Another process needs its time; nothing tells us when it has had it.
            let _ = Command::new("sleep").arg("0.02").status();
        }
        panic!("prometheus is not ready");
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A line of the dump: `{a="1", b="2"} 1.5 1700000000000`.
pub(crate) fn line(labels: &Labels, timestamp_ms: i64, value: f64) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={}", model::labels::Quoted(value)))
        .collect();
    format!("{{{}}} {} {timestamp_ms}", pairs.join(", "), number(value))
}

/// As Go's `%g` prints it.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let exponent_form = format!("{value:e}");
    let (digits, exponent) = exponent_form.split_once('e').expect("it was asked for");
    let exponent: i32 = exponent.parse().expect("a number");
    if (-4..21).contains(&exponent) {
        format!("{value}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    }
}

/// All samples of a block that are floats, as lines of the dump.
pub(crate) fn lines(block: &Block<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let read = block.for_each(TimeRange::ALL, |series, samples| {
        for sample in samples {
            if let Value::Float(value) = sample.value {
                lines.push(line(&series.labels, sample.timestamp_ms, value));
            }
        }
        std::ops::ControlFlow::Continue(())
    });
    read.expect("the block is whole");
    lines.sort();
    lines
}

/// Writes a block of these series.
pub(crate) fn write(scratch: &Scratch, series: &[(Labels, Vec<Sample>)]) -> Ulid {
    let id = Ulid::new(Timestamp(1_700_000_000_000), 42);
    let disk = scratch.disk();
    let mut writer = BlockWriter::create(&disk, "", id).expect("the folder is empty");
    for (labels, samples) in series {
        let samples = samples.iter().cloned();
        writer.series(labels, samples).expect("series are in order");
    }
    writer.finish(Bounds::Samples).expect("there are samples");
    id
}

pub(crate) fn float(timestamp_ms: i64, value: f64) -> Sample {
    Sample {
        timestamp_ms,
        value: Value::Float(value),
    }
}

pub(crate) fn histogram(timestamp_ms: i64, histogram: Histogram) -> Sample {
    Sample {
        timestamp_ms,
        value: Value::Histogram(Arc::new(histogram)),
    }
}
