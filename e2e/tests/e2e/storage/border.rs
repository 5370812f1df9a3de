//! Samples that come from Prometheus 2.42 and go back to it: both answer the same before and after.

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{
    Program, Sandbox, Target, configuration, ferula, free_port, get, job, program_or_skip, query,
    query_range, run, run_ferula, wait_until,
};

use crate::difference::{Tolerance, difference};

/// Old samples: three days of them, a sample per minute. They end a day ago.
const OLD_HOURS: i64 = 72;

/// A Prometheus data directory with blocks (of old samples, made by promtool) and a log (of what Prometheus scraped until just now, and was killed).
struct Made {
    folder: PathBuf,
    /// The last second of the old samples.
    old_end: i64,
    /// A second at which the scraped samples are there.
    now: i64,
    _target: Target,
}

fn made(sandbox: &Sandbox) -> Option<Made> {
    let promtool = program_or_skip("promtool")?;
    program_or_skip("prometheus")?;
    let folder = sandbox.path().join("prometheus-data");
    let now = seconds();
    let old_end = now - 24 * 3600;
    blocks(sandbox, promtool, &folder, old_end);
    let target = Target::showing("text/plain; version=0.0.4", page());
    let config = configuration("100ms", &[job("live", &target.address, "")]);
    sandbox.write("scraping.yml", &config);
    let prometheus = prometheus(sandbox, "scraping.yml", &folder);
    wait_until("it has scraped for a while", || {
        let scraped = query(&prometheus.url, "count_over_time(up[1m])", None);
        let count = scraped["result"][0]["value"][1].as_str()?.parse::<u64>();
        (count.ok()? > 30).then_some(())
    });
    // A crash leaves a log with an end of its own.
    prometheus.signal("KILL");
    Some(Made {
        folder,
        old_end,
        now: seconds(),
        _target: target,
    })
}

/// What `promtool` makes of text.
fn blocks(sandbox: &Sandbox, mut promtool: Command, folder: &Path, old_end: i64) {
    let mut text = String::new();
    for (name, kind) in [("old_total", "counter"), ("old_level", "gauge")] {
        text.push_str(&format!(
            "# TYPE {} {kind}\n",
            name.trim_end_matches("_total")
        ));
        for instance in 0..3 {
            for minute in 0..OLD_HOURS * 60 {
                let time = old_end - (OLD_HOURS * 60 - minute) * 60;
                let value = match name {
                    "old_total" => (minute % 2000 * (instance + 1)) as f64,
                    _ => ((minute * 7 + instance) as f64 * 0.013).sin() * 100.0,
                };
                text.push_str(&format!(
                    "{name}{{job=\"old\",instance=\"{instance}\",zone=\"z\"}} {value} {time}\n"
                ));
            }
        }
    }
    text.push_str("# EOF\n");
    let input = sandbox.write("old.txt", &text);
    promtool.args(["tsdb", "create-blocks-from", "openmetrics"]);
    promtool.arg(input).arg(folder);
    let ended = run(promtool, b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

fn page() -> String {
    let mut page = String::from("hello_total 7\nodd NaN\nnegative -0\nlarge 1e300\n");
    for bucket in ["0.1", "0.5", "+Inf"] {
        page.push_str(&format!("latency_bucket{{le=\"{bucket}\"}} 3\n"));
    }
    page
}

fn prometheus(sandbox: &Sandbox, config: &str, folder: &Path) -> Program {
    let port = free_port();
    let mut command = Command::new("prometheus");
    command.args([
        format!("--config.file={config}"),
        format!("--web.listen-address=127.0.0.1:{port}"),
        format!("--storage.tsdb.path={}", folder.display()),
        "--storage.tsdb.retention.time=10y".to_owned(),
    ]);
    let program = Program::start(sandbox, "prometheus", command, port, "/-/ready");
    // It answers before it is ready.
    wait_until("Prometheus is ready", || {
        let answer = get(&program.url, "/-/ready").ok()?;
        (answer.status == 200).then_some(())
    });
    program
}

/// Serves a folder, and scrapes nothing.
fn serving(sandbox: &Sandbox, data: &Path) -> Program {
    let path = format!("--storage.tsdb.path={}", data.display());
    let arguments = [
        "--config.file=quiet.yml",
        path.as_str(),
        "--storage.tsdb.retention.time=10y",
    ];
    ferula(sandbox, &arguments)
}

fn seconds() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("after 1970").as_secs() as i64
}

/// Asks both the same. Times lie between samples, where the two versions' windows are the same.
fn compare(ours: &str, theirs: &str, made: &Made) {
    let old = [
        "old_total",
        "sum by (job, zone) (rate(old_total[10m]))",
        "max_over_time(old_level[3h])",
        "quantile_over_time(0.9, old_level[1h])",
        "changes(old_total[2d])",
        "count({job=\"old\"})",
    ];
    let mut wrong = Vec::new();
    for text in old {
        let end = made.old_end as f64 + 30.35;
        let start = end - (OLD_HOURS * 3600) as f64;
        for (start, step) in [(start, 3607.0), (end - 7200.0, 61.0)] {
            let ranges = [ours, theirs].map(|url| query_range(url, text, start, end, step));
            let what = difference(&ranges[0], &ranges[1], Tolerance::EXACT);
            wrong.extend(what.map(|what| format!("{text} from {start}: {what}")));
        }
    }
    let live = [
        "{job=\"live\"}[5m]",
        "count_over_time(hello_total[5m])",
        "odd",
        "negative",
        "large",
        "count by (__name__) ({job=\"live\"})",
        "latency_bucket",
    ];
    for text in live {
        let time = Some(made.now as f64 + 0.35);
        let values = [ours, theirs].map(|url| query(url, text, time));
        assert_ne!(values[1]["result"].to_string(), "[]", "{text}");
        let what = difference(&values[0], &values[1], Tolerance::EXACT);
        wrong.extend(what.map(|what| format!("{text}: {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("we named it")
}

#[test]
fn a_prometheus_comes_along_and_goes_back() {
    let sandbox = Sandbox::new("border");
    let Some(made) = made(&sandbox) else { return };
    sandbox.write("quiet.yml", "global: {}\n");
    let data = sandbox.path().join("imported");
    let import = ["tsdb", "import", text(&made.folder), "--data", text(&data)];
    let ended = run_ferula(&import, b"");
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert!(ended.out.starts_with("imported "), "{}", ended.out);
    // Once more does nothing.
    let ended = run_ferula(&import, b"");
    assert!(
        ended.out.starts_with("imported 0 samples "),
        "{}",
        ended.out
    );
    let ended = run_ferula(&["tsdb", "verify", "--data", text(&data)], b"");
    assert!(ended.out.ends_with("all is whole\n"), "{}", ended.out);

    let theirs = prometheus(&sandbox, "quiet.yml", &made.folder);
    {
        let ours = serving(&sandbox, &data);
        compare(&ours.url, &theirs.url, &made);
        ours.signal("TERM");
    }

    // The way back: promtool prints the same lines, and Prometheus gives the same answers.
    let out = sandbox.path().join("exported");
    let export = ["tsdb", "export", text(&out), "--data", text(&data)];
    let ended = wait_until("the server lets go of the folder", || {
        let ended = run_ferula(&export, b"");
        (ended.code == Some(0)).then_some(ended)
    });
    assert!(
        ended.out.starts_with("exported "),
        "{}{}",
        ended.out,
        ended.err
    );
    // Without a log promtool refuses the folder.
    std::fs::create_dir_all(out.join("wal")).expect("room");
    let dumped = |program: Command| {
        let ended = run(program, b"");
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        let mut lines: Vec<String> = ended.out.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    let mut promtool = Command::new("promtool");
    promtool.args(["tsdb", "dump", text(&out)]);
    let mut own = Command::new(e2e::ferula_binary());
    own.args(["tsdb", "dump", "--data", text(&data)]);
    let (theirs_lines, our_lines) = (dumped(promtool), dumped(own));
    assert!(our_lines.len() > 3 * 60 * OLD_HOURS as usize);
    assert!(
        theirs_lines == our_lines,
        "{} and {} lines",
        theirs_lines.len(),
        our_lines.len()
    );
    drop(theirs);
    let again = prometheus(&sandbox, "quiet.yml", &out);
    let ours = serving(&sandbox, &data);
    compare(&ours.url, &again.url, &made);
}

#[test]
fn old_days_go_when_retention_says_so() {
    let sandbox = Sandbox::new("retention");
    let Some(promtool) = program_or_skip("promtool") else {
        return;
    };
    sandbox.write("quiet.yml", "global: {}\n");
    let folder = sandbox.path().join("blocks");
    let old_end = seconds() - 3600;
    blocks(&sandbox, promtool, &folder, old_end);
    let data = sandbox.path().join("data");
    let ended = run_ferula(
        &["tsdb", "import", text(&folder), "--data", text(&data)],
        b"",
    );
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let path = format!("--storage.tsdb.path={}", data.display());
    let keep = |time: &str| {
        let config = format!("storage: {{tsdb: {{retention: {{time: {time}}}}}}}\n");
        sandbox.write("ferula.yml", &config);
    };
    keep("30d");
    let watch = ferula(
        &sandbox,
        &[
            "--config.file=ferula.yml",
            path.as_str(),
            // As many a unit file has it.
            "--storage.tsdb.wal-compression",
        ],
    );
    let told = "wal-compression tunes Prometheus' own format and has no effect here";
    assert!(watch.printed().contains(told), "{}", watch.printed());
    let kept = || {
        let info = get(&watch.url, "/api/v1/status/runtimeinfo").expect("an answer");
        info.json()["data"]["storageRetention"].clone()
    };
    assert_eq!(kept(), "30d");
    let oldest = || {
        let metrics = get(&watch.url, "/metrics").expect("an answer").body;
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("prometheus_tsdb_lowest_timestamp_seconds "));
        let oldest: f64 = line.expect("a gauge").parse().expect("a number");
        oldest as i64
    };
    assert!(oldest() < old_end - 71 * 3600);
    keep("1d");
    watch.signal("HUP");
    // A part is a day, and goes as a whole.
    wait_until("the days before yesterday are gone", || {
        (oldest() > old_end - 49 * 3600).then_some(())
    });
    let newest = query(&watch.url, "count(old_level)", Some(old_end as f64 - 30.0));
    assert_eq!(newest["result"][0]["value"][1], "3");
    assert_eq!(kept(), "1d");
    wait_until("it says so", || {
        watch.printed().contains("parts were dropped").then_some(())
    });
}
