//! The same requests to us and to a real Prometheus: status and body must be the same.
//!
//! The peer is whichever `prometheus` is installed; Debian's 2.42 in CI. Where 3.x, which we follow, says something
//! differently, the case is in `errors.rs` and not here; one difference is all over the place and is evened out by
//! [`as_of_3`]. The peer has no data, so queries are about constants.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::harness::{Edge, escaped, text};

/// Requests, each a path with parameters.
const REQUESTS: &[&str] = &[
    // Times and durations.
    "/api/v1/query?query=1&time=x",
    "/api/v1/query?query=1&time=2015-07-01T20:10:51",
    "/api/v1/query?query=1&time=2015-07-01T20:10:51%2B01:00",
    "/api/v1/query?query=1&time=2015-07-01T20:10:51.781123Z",
    "/api/v1/query?query=1&time=1e3",
    "/api/v1/query?query=1&time=-1.5",
    "/api/v1/query?query=1&time=1.0006",
    "/api/v1/query?query=vector(1)&time=-0.1",
    "/api/v1/query?query=1&timeout=x",
    "/api/v1/query?query=1&timeout=1ns",
    "/api/v1/query?query=1&timeout=-5m",
    "/api/v1/query?query=1&timeout=1e30",
    "/api/v1/query_range?query=1",
    "/api/v1/query_range?query=1&start=1&end=x",
    "/api/v1/query_range?query=1&start=1&end=2",
    "/api/v1/query_range?query=1&start=1&end=2&step=x",
    "/api/v1/query_range?query=1&start=1&end=2&step=0",
    "/api/v1/query_range?query=1&start=1&end=2&step=-1",
    "/api/v1/query_range?query=1&start=1&end=2&step=-1m",
    "/api/v1/query_range?query=1&start=1&end=2&step=1e30",
    "/api/v1/query_range?query=1&start=3&end=2&step=1",
    "/api/v1/query_range?query=1&start=1&end=11002&step=1",
    "/api/v1/query_range?query=1&start=0&end=1.5&step=0.5",
    // Queries that don't parse.
    "/api/v1/query?query=up(",
    "/api/v1/query?query=sum\"",
    "/api/v1/query?query=up and",
    "/api/v1/format_query?query=foo{",
    "/api/v1/query_exemplars?query=up(",
    // Values.
    "/api/v1/query?query=vector(1e21)&time=1.5",
    "/api/v1/query?query=vector(1e-7)&time=1.5",
    "/api/v1/query?query=vector(1.5e-10)&time=1",
    "/api/v1/query?query=vector(5e-324)&time=1",
    "/api/v1/query?query=vector(-1e22)&time=1",
    "/api/v1/query?query=vector(0.1)&time=1",
    "/api/v1/query?query=vector(-0.0)&time=1",
    "/api/v1/query?query=vector(Inf)&time=1",
    "/api/v1/query?query=vector(-Inf)&time=1",
    "/api/v1/query?query=vector(NaN)&time=1",
    "/api/v1/query?query=123456789.5e13&time=1",
    "/api/v1/query?query=1e-7&time=1",
    "/api/v1/query?query=\"<%26>\\t\\n\\\"\\\\ \u{2028}\"&time=0.25",
    "/api/v1/query?query=label_replace(vector(1),\"a\",\"<%26>\\x01\",\"\",\"\")&time=1",
    // Parameters that can't be decoded are as good as missing.
    "/api/v1/query?query=1&time=1&timeout=%zz",
    "/api/v1/query?query=1;time=2&query=3&time=1",
    "/api/v1/query?query=1&time=1&query=2",
    // Selectors.
    "/api/v1/series",
    "/api/v1/series?match[]={}",
    "/api/v1/series?match[]={a=~\".*\"}",
    "/api/v1/series?match[]=up[5m]",
    "/api/v1/series?match[]=up",
    "/api/v1/series?match[]=up&start=x",
    "/api/v1/series?match[]=up&end=x",
    "/api/v1/series?match[]=up&start=10&end=1",
    "/api/v1/series?match[]=up&start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z",
    "/api/v1/labels?match[]={}",
    "/api/v1/labels?match[]=x(",
    "/api/v1/labels?start=x",
    "/api/v1/labels",
    "/api/v1/label/job/values",
    "/api/v1/label/job/values?match[]={}",
    "/api/v1/label/job/values?end=x",
    "/api/v1/query_exemplars?query=up&start=3&end=1",
    "/api/v1/query_exemplars?query=up&start=x",
    "/api/v1/query_exemplars?query=up",
    // Lists.
    "/api/v1/metadata",
    "/api/v1/metadata?limit=x",
    "/api/v1/targets/metadata",
    "/api/v1/targets/metadata?limit=x",
    "/api/v1/targets/metadata?match_target=x(",
    "/api/v1/scrape_pools",
    "/api/v1/rules",
    "/api/v1/rules?type=x",
    "/api/v1/alerts",
    "/api/v1/alertmanagers",
    "/api/v1/status/walreplay",
    "/api/v1/format_query?query=a%2Bb<5",
    // Everything else.
    "/api/v1/nope",
    "/nope",
    "/federate",
    "/federate?match[]=up",
    "/federate?match[]={}",
    "/federate?match[]=x(",
    "/-/healthy",
    "/-/ready",
    "/-/reload",
    "/-/quit",
];

#[tokio::test]
async fn answers_are_those_of_prometheus() {
    let Some(peer) = Peer::start() else {
        return;
    };
    let edge = Edge::with(|sources, _| {
        sources.store = std::sync::Arc::new(crate::harness::empty_store());
        sources.targets = std::sync::Arc::new(scrape::status::Status::default);
        sources.replay = std::sync::Arc::new(web::ReplayStatus::default);
    });
    let mut differences = Vec::new();
    for path in REQUESTS {
        let theirs = peer.get(&escaped(path));
        let response = edge.get(path).await;
        let ours = (response.status().as_u16(), text(response).await);
        if (theirs.0, as_of_3(&theirs.1)) != (ours.0, ours.1.trim().to_owned()) {
            differences.push(format!("{path}\n  theirs {theirs:?}\n  ours   {ours:?}"));
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// The one word that 3.x writes differently wherever a time is optional; and spaces at the end don't count.
fn as_of_3(body: &str) -> String {
    body.trim()
        .replace("Invalid time value for", "invalid time value for")
}

/// A Prometheus on loopback that ends with the test.
struct Peer {
    process: Child,
    address: String,
    _folder: TempDir,
}

impl Peer {
    fn start() -> Option<Self> {
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
            .arg("--web.listen-address=127.0.0.1:0")
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
        Some(Self {
            address,
            process,
            _folder: folder,
        })
    }

    /// Asks in HTTP 1.0, whose bodies end with the connection.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the peer listens");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("it takes a request");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("it answers in text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.expect("a status code"), body.to_owned())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
