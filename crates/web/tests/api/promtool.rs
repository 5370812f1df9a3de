//! A client that is not ours: `promtool` asks, and reads our answers with Prometheus' own Go client.

use std::io::Write as _;
use std::process::Command;

use tokio::task::spawn_blocking;

use crate::harness::Edge;
use crate::sockets::{OPTIONS, Server};

/// Runs promtool with `{url}` in its arguments replaced; answers with what it printed, or `None` without promtool.
async fn promtool(server: &Server, arguments: &str) -> Option<(bool, String)> {
    let url = format!("http://{}", server.address);
    let arguments: Vec<String> = arguments
        .split(' ')
        .map(|word| word.replace("{url}", &url))
        .collect();
    let run = move || Command::new("promtool").args(arguments).output();
    let output = spawn_blocking(run).await.expect("no panic");
    let Ok(output) = output else {
        let hint = "there is no promtool: apt-get install prometheus";
        writeln!(std::io::stderr(), "skipped: {hint}").expect("somebody listens");
        return None;
    };
    let printed = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&printed).into_owned(),
    ))
}

#[tokio::test]
async fn promtool_understands_us() {
    let server = Server::start(&Edge::new(), OPTIONS).await;
    for (arguments, good, expected) in [
        (
            "query instant --time=1700000000 {url} sum(up)",
            true,
            "{} => 2 @[1700000000]\n",
        ),
        (
            "query range --start=1699999940 --end=1700000000 --step=60s {url} requests_total",
            true,
            concat!(
                "requests_total{code=\"200\", instance=\"a:80\", job=\"api\"} =>\n",
                "120 @[1699999940]\n180 @[1700000000]\n"
            ),
        ),
        (
            "query series --match=up --start=1699999000 --end=1700000000 {url}",
            true,
            concat!(
                "{__name__=\"up\", instance=\"a:80\", job=\"api\"}\n",
                "{__name__=\"up\", instance=\"b:9100\", job=\"node\"}\n"
            ),
        ),
        (
            "query labels --start=1699999000 --end=1700000000 {url} job",
            true,
            "api\nnode\n",
        ),
        ("query instant {url} up(", false, "parse error"),
    ] {
        let Some((succeeded, printed)) = promtool(&server, arguments).await else {
            break;
        };
        assert_eq!(succeeded, good, "{arguments}: {printed}");
        assert!(printed.contains(expected), "{arguments}: {printed}");
    }
    server.stop().await;
}
