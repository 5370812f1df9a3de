//! Ferula and Prometheus with the very same samples.
//!
//! Two servers never scrape at the same moment, so what a live target shows them differs. A recorded one shows pages whose samples
//! carry their times, the next one when both servers have the one before. Afterwards both hold the same samples,
//! and every difference between their answers is one between them.
//!
//! Prometheus 2.42 sees samples that lie exactly at the left edge of a window, and Ferula, like Prometheus 3, does not. So samples lie
//! some milliseconds after a full second, and [`Recorded::time`] half-way between two. Ferula, like Prometheus 3, writes bounds of buckets in
//! one way (`le="1.0"`), whatever the page says; so the pages write them so.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{
    Program, Sandbox, Target, configuration, ferula, free_port, job, program_or_skip, query,
    wait_until,
};

/// Pages, each with one sample per series.
pub(crate) const PAGES: i64 = 40;
/// Seconds between the samples of two pages.
const STEP: i64 = 15;
/// Where the counters begin again.
const RESET: i64 = 22;
/// Seconds before now at which the first page was, so to say, scraped: all times lie within the lateness of both servers.
const AGE: i64 = 1200;

/// Both servers, with all pages.
pub(crate) struct Recorded {
    pub(crate) ferula: Program,
    pub(crate) prometheus: Program,
    /// The full second before the first sample.
    begin: i64,
    _target: Target,
}

impl Recorded {
    /// Starts both and waits until each has read all pages; `None` without Prometheus.
    pub(crate) fn start(sandbox: &Sandbox) -> Option<Self> {
        let mut command = program_or_skip("prometheus")?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970");
        let begin = i64::try_from(now.as_secs()).expect("small") - AGE;
        let shown = Arc::new(AtomicI64::new(0));
        let target = target(begin, &shown);
        let config = configuration("100ms", &[job("recorded", &target.address, "")]);
        let file = sandbox.write("both.yml", &config).display().to_string();
        let port = free_port();
        command.args([
            format!("--config.file={file}"),
            format!("--web.listen-address=127.0.0.1:{port}"),
            format!(
                "--storage.tsdb.path={}",
                sandbox.path().join("data").display()
            ),
            "--query.lookback-delta=4m59s999ms".to_owned(),
        ]);
        let recorded = Self {
            ferula: ferula(sandbox, &[&format!("--config.file={file}")]),
            prometheus: Program::start(sandbox, "prometheus", command, port, "/-/ready"),
            begin,
            _target: target,
        };
        for number in 0..PAGES {
            shown.store(number, Ordering::Relaxed);
            wait_until("both have the next page", || {
                recorded.have(number).then_some(())
            });
        }
        Some(recorded)
    }

    /// Whether both servers have all pages up to this one.
    fn have(&self, number: i64) -> bool {
        let text = "count_over_time(hello_total[20m])";
        let pages = (number + 1).to_string();
        let mut urls = [&self.ferula.url, &self.prometheus.url].into_iter();
        urls.all(|url| {
            let count = query(url, text, Some(self.time(number)));
            count["result"][0]["value"][1] == pages.as_str()
        })
    }

    /// A time between the samples of `page` and the next, in seconds. Never a full second: steps of subqueries are.
    pub(crate) fn time(&self, page: i64) -> f64 {
        (self.begin + page * STEP) as f64 + 7.35
    }
}

/// Shows the page of the number that `shown` holds.
fn target(begin: i64, shown: &Arc<AtomicI64>) -> Target {
    let shown = Arc::clone(shown);
    Target::playing(move |_, stream| {
        let number = shown.load(Ordering::Relaxed);
        let body = page(begin, number);
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    })
}

/// A page in the text format whose samples all have the time of its number.
struct Page {
    text: String,
    time_ms: i64,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str) {
        let _ = writeln!(
            self.text,
            "# HELP {name} Of the recorded page.\n# TYPE {name} {kind}"
        );
    }

    fn sample(&mut self, series: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.text, "{series} {value} {}", self.time_ms);
    }

    fn single(&mut self, name: &str, kind: &str, value: impl std::fmt::Display) {
        self.family(name, kind);
        self.sample(name, value);
    }

    /// A classic histogram that has counted `count` things, a seventh of them beyond the last bound.
    fn histogram(&mut self, name: &str, labels: &str, bounds: &[&str], count: i64) {
        let mut below = 0;
        let share = (count - count / 7) / i64::try_from(bounds.len()).expect("few");
        for bound in bounds {
            below += share;
            self.sample(&format!("{name}_bucket{{{labels},le=\"{bound}\"}}"), below);
        }
        self.sample(&format!("{name}_bucket{{{labels},le=\"+Inf\"}}"), count);
        self.sample(&format!("{name}_count{{{labels}}}"), count);
        self.sample(&format!("{name}_sum{{{labels}}}"), count as f64 * 0.137);
    }
}

/// The seeds' metrics, and some values that are hard.
fn page(begin: i64, number: i64) -> String {
    // Scrapes come some milliseconds late, each a different number of them.
    let time_ms = (begin + number * STEP) * 1000 + 7 + number * 3 % 5;
    let mut page = Page {
        text: String::new(),
        time_ms,
    };
    // What counters have counted: more and more, from a large number, once from nothing again.
    let counted = |speed: i64| {
        let (from, since) = if number < RESET {
            (1000, number)
        } else {
            (0, number - RESET)
        };
        from + since * speed + since % 3
    };
    let wave = |place: i64| ((number + place) as f64 * 0.7).sin() * 10.0;

    page.single("hello_total", "counter", counted(3));
    page.single("all_fruits", "gauge", wave(0) + 50.0);
    page.family("recent_fruits", "gauge");
    for (place, fruit) in (0..).zip(["apples", "oranges", "bananas", "grapes", "pears"]) {
        page.sample(&format!("recent_fruits{{fruit=\"{fruit}\"}}"), wave(place));
    }
    page.family("http_latency", "histogram");
    for (speed, labels) in [
        (5, "method=\"GET\",endpoint=\"/hello\""),
        (2, "method=\"POST\",endpoint=\"/fruit\""),
    ] {
        page.histogram(
            "http_latency",
            labels,
            &["0.05", "0.1", "0.25", "0.5"],
            counted(speed * 7),
        );
    }
    page.family("requests_total", "counter");
    for (speed, status) in [(9, "200"), (1, "503")] {
        page.sample(
            &format!("requests_total{{status=\"{status}\",endpoint=\"/treecounter\"}}"),
            counted(speed),
        );
    }
    page.family("ays_job_latency_sec", "histogram");
    for (speed, status) in [(4, "ok"), (1, "error"), (0, "timeout")] {
        page.histogram(
            "ays_job_latency_sec",
            &format!("status=\"{status}\""),
            &["1.0", "10.0"],
            counted(speed),
        );
    }
    page.family("sanic_request_latency_sec", "histogram");
    page.histogram(
        "sanic_request_latency_sec",
        "endpoint=\"/jobs\"",
        &["0.1"],
        counted(2),
    );
    page.single("ays_job_running", "gauge", number % 4);
    page.family("app:request_count_total", "counter");
    page.sample(
        "app:request_count_total{endpoint=\"/metrics\",http_status=\"200\",method=\"GET\"}",
        counted(1),
    );
    page.family("request_processing_seconds", "summary");
    page.sample("request_processing_seconds{quantile=\"0.5\"}", "NaN");
    page.sample("request_processing_seconds_sum", counted(1) as f64 * 0.25);
    page.sample("request_processing_seconds_count", counted(1));
    page.family("node_cpu_seconds_total", "counter");
    for (speed, mode) in [(1, "user"), (2, "system"), (7, "idle")] {
        for cpu in 0..2 {
            let seconds = counted(speed + cpu) as f64 / 100.0;
            page.sample(
                &format!("node_cpu_seconds_total{{cpu=\"{cpu}\",mode=\"{mode}\"}}"),
                seconds,
            );
        }
    }
    // Gone for longer than the lookback.
    if !(10..33).contains(&number) {
        page.single("now_and_then", "gauge", number);
    }
    page.single(
        "extreme",
        "gauge",
        ["+Inf", "-Inf", "1e300", "5e-324", "-0", "NaN", "0.1"]
            [usize::try_from(number % 7).expect("small")],
    );
    page.family("quoted", "gauge");
    page.sample("quoted{text=\"a \\\"b\\\" \\\\ \\n ü\"}", number);
    page.text
}
