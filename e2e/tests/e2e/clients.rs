//! Clients that know nothing of us, and get from Ferula what they get from Prometheus.

use std::process::Command;

use e2e::{Ended, Sandbox, ferula, program_or_skip, python, run};
use serde_json::Value;

use crate::difference::{Tolerance, difference_of_json};
use crate::recorded::{PAGES, Recorded};

#[test]
fn promtool_asks_us_as_it_asks_prometheus() {
    let sandbox = Sandbox::new("promtool");
    let Some(both) = Recorded::start(&sandbox) else {
        return;
    };
    let (start, end) = (both.time(0).to_string(), both.time(PAGES).to_string());
    let instant = |query| vec!["instant", "--time", &end, "URL", query];
    let range = |query| {
        vec![
            "range", "--start", &start, "--end", &end, "--step", "30s", "URL", query,
        ]
    };
    let (from, to) = (format!("--start={start}"), format!("--end={end}"));
    for arguments in [
        instant("recent_fruits"),
        instant("sort(recent_fruits)"),
        instant("sum(recent_fruits) > bool 0"),
        instant("scalar(ays_job_running)"),
        instant("hello_total[1m]"),
        instant("nothing_has_this_name"),
        range("ays_job_running"),
        range("rate(requests_total[1m])"),
        vec![
            "series",
            "--match",
            "requests_total",
            "--match",
            "recent_fruits",
            &from,
            &to,
            "URL",
        ],
        vec!["labels", &from, &to, "URL", "fruit"],
        vec!["labels", &from, &to, "URL", "status"],
        vec![
            "--format=json",
            "instant",
            "--time",
            &end,
            "URL",
            "recent_fruits",
        ],
    ] {
        let [ours, theirs] =
            [&both.ferula, &both.prometheus].map(|server| ask(&server.url, &arguments));
        assert_eq!(ours.code, Some(0), "{arguments:?}: {}", ours.err);
        assert_eq!(ours.code, theirs.code, "{arguments:?}: {}", theirs.err);
        assert_eq!(lines(&ours.out), lines(&theirs.out), "{arguments:?}");
    }
}

#[test]
fn promtool_reports_what_we_refuse() {
    if program_or_skip("promtool").is_none() {
        return;
    }
    let sandbox = Sandbox::new("promtool_refused");
    let ferula = ferula(&sandbox, &[]);
    let refused = |arguments: &[&str], words: &str| {
        let ended = ask(&ferula.url, arguments);
        assert_eq!(ended.code, Some(1), "{arguments:?}: {}", ended.out);
        assert!(ended.err.contains(words), "{words} in {}", ended.err);
    };
    refused(
        &["instant", "URL", "rate(up)"],
        "bad_data: invalid parameter \"query\": 1:6: parse error: ",
    );
    refused(&["instant", "URL", "sum(up, up)"], "parse error");
    refused(
        &[
            "range",
            "--start=0",
            "--end=100000",
            "--step=1s",
            "URL",
            "up",
        ],
        "exceeded maximum resolution of 11,000 points",
    );
    refused(&["series", "--match={}", "URL"], "bad_data");
}

/// `promtool query ...`, with the server's URL in place of `URL`.
fn ask(url: &str, arguments: &[&str]) -> Ended {
    let mut command = Command::new("promtool");
    let arguments = arguments
        .iter()
        .map(|word| if *word == "URL" { url } else { word });
    command.arg("query").args(arguments);
    run(command, b"")
}

/// Lines in order: Prometheus sends the series of an instant vector in any.
fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn prometheus_api_client_asks_us_as_it_asks_prometheus() {
    let Some(python) = python() else {
        return;
    };
    let sandbox = Sandbox::new("prometheus_api_client");
    let Some(both) = Recorded::start(&sandbox) else {
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/client.py");
    let (start, end) = (both.time(0).to_string(), both.time(PAGES).to_string());
    let [ours, theirs] = [&both.ferula, &both.prometheus].map(|server| {
        let mut command = Command::new(&python);
        command.args([script, &server.url, &start, &end]);
        // Its plots want a folder for fonts.
        command.env("MPLCONFIGDIR", sandbox.path());
        let ended = run(command, b"");
        assert_eq!(ended.code, Some(0), "{}: {}", server.url, ended.err);
        serde_json::from_str::<Value>(&ended.out).expect("JSON")
    });
    let apart = difference_of_json(&ours, &theirs, Tolerance::EXACT, "");
    assert_eq!(apart, None);
    // Not empty on both sides.
    assert_eq!(ours["connected"], true);
    assert_eq!(ours["refused"], "HTTP Status Code 400 ");
    assert_eq!(ours["label_values"].as_array().map(Vec::len), Some(5));
    assert_eq!(ours["range_data"].as_array().map(Vec::len), Some(5));
    // A rate at each step but the first, where there is one sample only.
    assert_eq!(ours["range_frame"][0], PAGES);
}
