//! `kill -9` under load, again and again: what a query has shown is there afterwards.
//!
//! The targets count their pages, so their samples differ from page to page. A watcher asks all the time and
//! keeps what it was shown, until the server is killed in the middle of whatever it does. After each start, all of that must be there, to the bit.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use e2e::{Program, Sandbox, Target, configuration, ferula, get, job, post, wait_until};
use serde_json::Value;

/// How often it is killed.
const KILLS: u64 = 8;
/// Targets, and series of each.
const TARGETS: usize = 4;
const SERIES: u64 = 1500;

/// What was shown: by series, by time as it is printed, the value.
pub(super) type Seen = BTreeMap<String, BTreeMap<String, String>>;

/// A page that counts how often it was asked for.
pub(super) fn counting() -> Target {
    let pages = Arc::new(AtomicU64::new(0));
    Target::playing(move |_, stream| {
        let page = pages.fetch_add(1, Ordering::Relaxed);
        let mut body = format!("pages_total {page}\n");
        for series in 0..SERIES {
            // Hard to compress, so that memory fills.
            let value = ((page * 7919 + series * 104_729) % 1_000_003) as f64 * 0.37;
            body.push_str(&format!("load{{series=\"{series}\"}} {value}\n"));
        }
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    })
}

/// Everything that is stored of some series; `None` when there is no whole answer, or one with a warning.
pub(super) fn stored(url: &str) -> Option<Seen> {
    let text = r#"{__name__=~"pages_total|load",series=~"|0|77|1499"}[1h]"#;
    let answer = post(url, "/api/v1/query", &[("query", text)]).ok()?;
    let document: Value = serde_json::from_str(&answer.body).ok()?;
    if document["status"] != "success" || document["warnings"].is_array() {
        return None;
    }
    let mut seen = Seen::new();
    for series in document["data"]["result"].as_array()? {
        let samples = seen.entry(series["metric"].to_string()).or_default();
        for sample in series["values"].as_array()? {
            let value = sample[1].as_str()?.to_owned();
            samples.insert(sample[0].to_string(), value);
        }
    }
    Some(seen)
}

fn count(seen: &Seen) -> usize {
    seen.values().map(BTreeMap::len).sum()
}

/// What of `seen` is not in `stored`, or has another value there.
pub(super) fn lost(seen: &Seen, stored: &Seen) -> Vec<String> {
    let mut lost = Vec::new();
    for (series, samples) in seen {
        for (time, value) in samples {
            let found = stored.get(series).and_then(|samples| samples.get(time));
            if found != Some(value) {
                lost.push(format!("{series} at {time}: {value}, now {found:?}"));
            }
        }
    }
    lost
}

/// Watches until it was shown so many new samples, and then kills.
fn watch_and_kill(mut watch: Program, seen: &mut Seen, more: usize) {
    let enough = count(seen) + more;
    wait_until("it stores what it scrapes", || {
        *seen = stored(&watch.url)?;
        (count(seen) >= enough).then_some(())
    });
    watch.signal("KILL");
    assert_eq!(watch.wait(), None, "{}", watch.printed());
}

#[test]
fn what_was_shown_outlives_kill_9() {
    let sandbox = Sandbox::new("killed");
    let targets: Vec<Target> = (0..TARGETS).map(|_| counting()).collect();
    let jobs: Vec<String> = targets
        .iter()
        .enumerate()
        .map(|(number, target)| job(&format!("load{number}"), &target.address, ""))
        .collect();
    let file = sandbox.write("ferula.yml", &configuration("100ms", &jobs));
    let config = format!("--config.file={}", file.display());
    // So little memory that rows go into parts all the time.
    let arguments = [config.as_str(), "--storage.memory.max-mib=1"];
    let mut seen = Seen::new();
    for round in 0..KILLS {
        let watch = ferula(&sandbox, &arguments);
        let stored = wait_until("the log is read", || stored(&watch.url));
        let lost = lost(&seen, &stored);
        assert!(
            lost.is_empty(),
            "round {round}: {} of {} samples are lost, such as {}\n{}",
            lost.len(),
            count(&seen),
            lost[0],
            watch.printed()
        );
        seen = stored;
        if round % 2 == 1 {
            // Else nothing would be killed that has parts, or makes them.
            wait_until("rows went into parts", || flushed(&watch.url));
        }
        // Each time at another moment of what it does.
        watch_and_kill(watch, &mut seen, 20 + 37 * (round as usize % 4));
    }
    let watch = ferula(&sandbox, &arguments);
    let stored = wait_until("the log is read", || stored(&watch.url));
    assert_eq!(lost(&seen, &stored), Vec::<String>::new());
    let metrics = get(&watch.url, "/metrics").expect("an answer").body;
    assert!(metrics.contains("prometheus_tsdb_wal_corruptions_total 0\n"));
    assert!(metrics.contains("ferula_storage_state{state=\"healthy\"} 1\n"));
}

/// Whether rows went from memory into parts since the start.
fn flushed(url: &str) -> Option<()> {
    let metrics = get(url, "/metrics").ok()?.body;
    let mut lines = metrics.lines();
    let flushes = lines.find_map(|line| line.strip_prefix("ferula_storage_flushes_total "))?;
    (flushes != "0").then_some(())
}
