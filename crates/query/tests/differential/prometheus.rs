//! A Prometheus on loopback that holds the samples and ends with the test.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::answer::{Answer, Cell};
use crate::samples::{Samples, Series, When};

/// Time for an answer; a peer that takes longer has a problem that the test should tell.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Peer {
    process: Child,
    address: String,
    _folder: TempDir,
}

impl Peer {
    /// `None`, and a line on stderr, when no Prometheus is installed.
    pub(crate) fn start(samples: &Samples) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder for the peer");
        let configuration = folder.path().join("empty.yml");
        #[expect(clippy::disallowed_methods, reason = "the peer reads a real file")]
        std::fs::write(&configuration, "{}\n").expect("a file for the peer");
        let started = Command::new("prometheus")
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .args([
                "--web.listen-address=127.0.0.1:0",
                "--web.enable-remote-write-receiver",
            ])
            .args([
                "--enable-feature=promql-at-modifier",
                "--storage.tsdb.retention.time=100y",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut process) = started else {
            let hint = "there is no prometheus to compare with: apt-get install prometheus";
            writeln!(std::io::stderr(), "skipped: {hint}").expect("somebody listens");
            return None;
        };
        let log = process.stderr.take().expect("it is piped");
        let mut lines = BufReader::new(log).lines().map_while(Result::ok);
        // It says both when it is up, in either order.
        let (mut address, mut is_ready) = (None, false);
        while address.is_none() || !is_ready {
            let line = lines.next().expect("the peer gets ready");
            is_ready |= line.contains("Server is ready");
            if line.contains("msg=\"Listening on\"") {
                let (_, after) = line.split_once("address=").expect("it says where");
                address = Some(after.trim().to_owned());
            }
        }
        let address = address.expect("it listens");
        // Somebody has to read what else it says, or it would wait for that.
        std::thread::spawn(move || lines.for_each(drop));
        let peer = Self {
            address,
            process,
            _folder: folder,
        };
        peer.load(&samples.series);
        Some(peer)
    }

    /// What it answers; `None` for a query that it can't read.
    pub(crate) fn ask(&self, query: &str, when: When) -> Option<Answer> {
        let path = format!(
            "/api/v1/query_range?query={}&start={}&end={}&step={}",
            escaped(query),
            when.start_ms / 1000,
            when.end_ms() / 1000,
            when.step_ms / 1000
        );
        let (_, body) = self.send(&format!("GET {path} HTTP/1.0\r\n\r\n"), &[]);
        let answer: Value = serde_json::from_slice(&body).expect("it answers in JSON");
        if answer["status"] == "error" {
            let error = answer["error"].as_str().unwrap_or_default().to_owned();
            let is_unknown = answer["errorType"] == "bad_data";
            return (!is_unknown).then_some(Answer::Failed(error));
        }
        let series = answer["data"]["result"].as_array().expect("a matrix");
        Some(Answer::Matrix(series.iter().map(row).collect()))
    }

    /// By remote write, in one message.
    fn load(&self, series: &[Series]) {
        let body = snappy(&write_request(series));
        let head = format!(
            "POST /api/v1/write HTTP/1.0\r\nContent-Encoding: snappy\r\n\
             Content-Type: application/x-protobuf\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let (status, body) = self.send(&head, &body);
        assert_eq!(status, 204, "{}", String::from_utf8_lossy(&body));
    }

    /// In HTTP 1.0, whose bodies end with the connection.
    fn send(&self, head: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("the peer listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout that is none of zero");
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
            .expect("it takes a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.expect("a head") + 4);
        let head = String::from_utf8(answer).expect("the head is text");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.expect("a status code"), body)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn row(series: &Value) -> (String, BTreeMap<i64, Cell>) {
    let labels: BTreeMap<&str, &str> = series["metric"]
        .as_object()
        .expect("labels")
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().expect("a text")))
        .collect();
    let values = series["values"].as_array().expect("floats").iter();
    let values = values.map(|pair| {
        let seconds = pair[0].as_f64().expect("a time");
        let value = pair[1].as_str().expect("a value");
        let value = value.replace("+Inf", "inf").parse().expect("a number");
        ((seconds * 1000.0) as i64, Cell::float(value))
    });
    (format!("{labels:?}"), values.collect())
}

fn escaped(query: &str) -> String {
    query.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// The message of remote write 1.0, as its specification has it.
fn write_request(series: &[Series]) -> Vec<u8> {
    let mut request = Vec::new();
    for one in series {
        let mut message = Vec::new();
        for (name, value) in &one.labels {
            let mut label = Vec::new();
            push_field(&mut label, 1, name.as_bytes());
            push_field(&mut label, 2, value.as_bytes());
            push_field(&mut message, 1, &label);
        }
        for (time, value) in &one.samples {
            let mut sample = vec![1 << 3 | 1];
            sample.extend_from_slice(&value.to_le_bytes());
            sample.push(2 << 3);
            push_varint(&mut sample, *time as u64);
            push_field(&mut message, 2, &sample);
        }
        push_field(&mut request, 1, &message);
    }
    request
}

fn push_field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    push_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Snappy's block format, as literals alone: packing is not what is tested here.
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    push_varint(&mut out, bytes.len() as u64);
    for literal in bytes.chunks(1 << 16) {
        // A tag that says that the length less one follows in two bytes.
        out.push(61 << 2);
        out.extend_from_slice(&((literal.len() - 1) as u16).to_le_bytes());
        out.extend_from_slice(literal);
    }
    out
}
