//! Real programs under load, watched by Ferula and by Prometheus 2.42 at once.
//!
//! The two servers scrape at different moments, so while something moves their answers differ by what happens in between. Two things make
//! comparison sharp all the same:
//!
//! - the load begins when both have seen the counters at zero, and when it has ended, both go on until they have seen the last values. Then
//!   gauges and counters are equal to the last digit, and so is every ratio of increases: both windows hold all that was counted, and
//!   extrapolation stretches all series of a target alike;
//! - a rate itself depends on when the first and the last scrape were. Both lie within one interval of each other, extrapolation adds at
//!   most 1.1 intervals at the end (and none at the beginning, where the counter was zero): a few intervals of all that the window holds.

use std::collections::BTreeSet;
use std::process::Command;

use e2e::{
    Program, Sandbox, configuration, ferula, free_port, get, job, post, program_or_skip, python,
    query, value, wait_until,
};

use crate::difference::{Tolerance, difference};

/// Scrapes that both must have made before rates are compared.
const SCRAPES_MIN: f64 = 40.0;
/// Intervals by which two rates may differ, by the reasoning above: one at each end, and the extrapolation of either.
const INTERVALS_APART: f64 = 4.0;

/// How well a query's answers must agree.
enum Agree {
    /// To nine digits.
    Exactly,
    /// As rates of counters that began at zero.
    AsRates,
    /// The same series; a machine that works never shows the same numbers twice. They are counters of seconds, which grow by at most one
    /// per second: that bounds how far rates may lie apart.
    AsProcessors,
}
use Agree::{AsProcessors, AsRates, Exactly};

const QUERIES: &[(&str, Agree)] = &[
    ("hello_total", Exactly),
    ("all_fruits", Exactly),
    ("count(recent_fruits)", Exactly),
    ("sum(recent_fruits)", Exactly),
    ("recent_fruits{fruit=\"banana\"}", Exactly),
    ("sum(http_latency_count)", Exactly),
    ("http_latency_bucket", Exactly),
    ("sum(ays_job_running)", Exactly),
    ("requests_total", Exactly),
    ("job_duration_seconds_count", Exactly),
    ("job_duration_seconds_sum", Exactly),
    (
        "{__name__=\"app:request_count_total\",endpoint=\"/hello\"}",
        Exactly,
    ),
    (
        "app:request_count_total{endpoint=\"/metrics\",http_status=\"200\",method=\"GET\"}",
        Exactly,
    ),
    ("python_info", Exactly),
    ("up", Exactly),
    ("count by(job) ({__name__=~\".+\"})", Exactly),
    (
        "histogram_quantile(0.5, sum(rate(http_latency_bucket[5m])) by (le))",
        Exactly,
    ),
    (
        "histogram_quantile(0.95, sum(rate(http_latency_bucket[5m])) by (le))",
        Exactly,
    ),
    (
        "histogram_quantile(0.95, rate(http_latency_bucket[5m]))",
        Exactly,
    ),
    (
        "rate(ays_job_latency_sec_sum [5m]) / rate(ays_job_latency_sec_count [5m])",
        Exactly,
    ),
    (
        "sum(rate(job_duration_seconds_sum[5m])) / sum(rate(job_duration_seconds_count[5m]))",
        Exactly,
    ),
    (
        "rate(requests_total[5m]) / ignoring (status) group_left sum without (status) (rate(requests_total[5m]))",
        Exactly,
    ),
    ("rate(hello_total[1m])", AsRates),
    ("rate(requests_total[1m])", AsRates),
    (
        "sum by (endpoint) (increase(http_latency_count[5m]))",
        AsRates,
    ),
    ("node_memory_MemTotal_bytes", Exactly),
    ("node_boot_time_seconds", Exactly),
    ("node_uname_info", Exactly),
    ("node_filesystem_size_bytes", Exactly),
    (
        "sum by(mode)(rate(node_cpu_seconds_total{mode=~\"(user|system)\"}[1m]))",
        AsProcessors,
    ),
    (
        "sum by (cpu) (rate(node_cpu_seconds_total[1m]))",
        AsProcessors,
    ),
];

#[test]
fn live_programs_look_the_same_to_both() {
    let sandbox = Sandbox::new("live");
    let Some(world) = World::start(&sandbox) else {
        return;
    };
    world.wait_for_both("hello_total", 0.0);
    let hellos = world.load();
    world.wait_for_both("hello_total", hellos);
    world.wait_for_both("min(count_over_time(hello_total[5m]) >= bool 40)", 1.0);
    world.wait_for_the_same_series();

    let now = query(&world.ferula.url, "time()", None)["result"][0].as_f64();
    let ask = |url: &str, text: &str| query(url, text, now);
    let mut wrong = Vec::new();
    for (text, agree) in QUERIES {
        let (ours, theirs) = (
            ask(&world.ferula.url, text),
            ask(&world.prometheus.url, text),
        );
        if let Some(what) = difference(&ours, &theirs, agree.tolerance()) {
            wrong.push(format!("{text}: {what}"));
        }
        let none = theirs["result"].as_array().is_none_or(Vec::is_empty);
        assert_eq!(none, text.contains("banana\""), "{text}: {theirs}");
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

impl Agree {
    fn tolerance(&self) -> Tolerance {
        let apart = INTERVALS_APART / SCRAPES_MIN;
        match self {
            Exactly => Tolerance::EXACT,
            AsRates => Tolerance {
                relative: apart,
                absolute: 0.0,
            },
            AsProcessors => {
                let processors = std::thread::available_parallelism().map_or(1, usize::from);
                Tolerance {
                    relative: 0.0,
                    absolute: processors as f64 * apart,
                }
            }
        }
    }
}

/// The programs, and the two that watch them.
struct World {
    workshop: Program,
    ferula: Program,
    prometheus: Program,
    _node: Program,
}

impl World {
    /// `None` when something is not installed.
    fn start(sandbox: &Sandbox) -> Option<Self> {
        let (node, prometheus, python) = (
            program_or_skip("prometheus-node-exporter")?,
            program_or_skip("prometheus")?,
            python()?,
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/workshop.py");
        let mut workshop = Command::new(python);
        let port = free_port();
        workshop.args([script, &port.to_string()]);
        let workshop = Program::start(sandbox, "workshop", workshop, port, "/metrics");
        let listen = |mut command: Command, name: &str, more: &[String]| {
            let port = free_port();
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command.args(more);
            Program::start(sandbox, name, command, port, "/metrics")
        };
        let node = listen(node, "node", &[]);
        let jobs = [("frontend", &workshop), ("node_exporter", &node)];
        let jobs =
            jobs.map(|(name, program)| job(name, &format!("127.0.0.1:{}", program.port), ""));
        let config = sandbox.write("both.yml", &configuration("300ms", &jobs));
        let file = format!("--config.file={}", config.display());
        let data = format!(
            "--storage.tsdb.path={}",
            sandbox.path().join("data").display()
        );
        Some(Self {
            workshop,
            ferula: ferula(sandbox, &[&file]),
            prometheus: listen(prometheus, "prometheus", &[file, data]),
            _node: node,
        })
    }

    fn wait_for_both(&self, text: &str, expected: f64) {
        for server in [&self.ferula, &self.prometheus] {
            wait_until(&format!("{text} is {expected} at {}", server.url), || {
                (value(&server.url, text) == Some(expected)).then_some(())
            });
        }
    }

    /// Sends requests until both have scraped often meanwhile; the number of hellos.
    fn load(&self) -> f64 {
        let mut hellos = 0.0;
        let fruits = ["apples", "oranges", "bananas", "grapes", "pears"];
        let scrapes = |server: &Program| value(&server.url, "count_over_time(hello_total[5m])");
        wait_until("both have scraped often", || {
            for fruit in fruits {
                let send = |path: &str| get(&self.workshop.url, path).expect("an answer");
                assert!([200, 503].contains(&send("/hello").status));
                hellos += 1.0;
                send("/work");
                let delivery = format!("/fruit?fruit={fruit}&quantity=3");
                post(&self.workshop.url, &delivery, &[]).expect("an answer");
                send("/fruit");
            }
            let enough = [&self.ferula, &self.prometheus].into_iter();
            enough
                .map(scrapes)
                .all(|count| count >= Some(SCRAPES_MIN))
                .then_some(())
        });
        hellos
    }

    /// The machine's series come and go: both must have looked after the last change. Go's client writes `quantile="0"`, which
    /// Prometheus 2 keeps and Ferula, like Prometheus 3, writes as `0.0`.
    fn wait_for_the_same_series(&self) {
        wait_until("both have the same series", || {
            let [ours, theirs] = [&self.ferula, &self.prometheus].map(|server| {
                let data = query(
                    &server.url,
                    "{__name__=~\".+\",quantile!~\"[01](.0)?\"}",
                    None,
                );
                let series = data["result"].as_array().expect("a vector");
                let labels = series.iter().map(|series| series["metric"].to_string());
                labels.collect::<BTreeSet<String>>()
            });
            (ours == theirs && ours.len() > 500).then_some(())
        });
    }
}
