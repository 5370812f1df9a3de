//! A program that is measured by the client library, watched by Ferula and by Prometheus 2.42 at once.
//!
//! Prometheus is told to take native histograms, and so asks for protobuf. Ferula is asked twice: as it comes, when it asks for OpenMetrics, and told to take
//! them too. What both formats have must be the same to all. What the native histogram says is compared with what was observed, and with what the other one says.

use std::process::Command;
use std::time::Duration;

use e2e::{
    Program, Sandbox, configuration, ferula as start_ferula, free_port, job, program_or_skip,
    query, value, wait_until,
};
use ferula::{
    Buckets, Counter, Endpoint, Gauge, Histogram, Info, Native, Quantiles, Registry, StateSet,
    Summary,
};

use crate::difference::{Tolerance, difference};

const OBSERVATIONS: u32 = 1000;

/// What both must answer alike: every kind but the native histogram.
const QUERIES: &[&str] = &[
    "requests_total",
    "sum by (code) (requests_total)",
    "queue_length",
    "sizes_bytes_bucket",
    "sizes_bytes_count",
    "sizes_bytes_sum",
    "histogram_quantile(0.5, sizes_bytes_bucket)",
    "pause_seconds",
    "pause_seconds_sum / pause_seconds_count",
    "build_info",
    "door",
    "count by (__name__) ({job=\"program\",__name__!~\"latency_seconds.*|scrape_.*|up\"})",
];

/// What both must answer alike of the native one. 2.42 interpolated within buckets as all did then.
const NATIVE_QUERIES: &[&str] = &[
    "count by (__name__) ({__name__=~\"latency_seconds.*\"})",
    "histogram_count(latency_seconds)",
    "histogram_sum(latency_seconds)",
    "histogram_fraction(0, 0.25, latency_seconds)",
    "histogram_count(sum(latency_seconds))",
    "count(latency_seconds + latency_seconds)",
];

#[test]
fn an_instrumented_program_looks_the_same_to_both() -> Result<(), Box<dyn std::error::Error>> {
    let Some(mut prometheus) = program_or_skip("prometheus") else {
        return Ok(());
    };
    let sandbox = Sandbox::new("instrumented");
    let endpoint = program()?;
    let address = endpoint.address().to_string();
    let config = configuration("300ms", &[job("program", &address, "")]);
    let file = format!(
        "--config.file={}",
        sandbox.write("both.yml", &config).display()
    );
    let ours = start_ferula(&sandbox, &[&file]);
    let native_job = job("program", &address, "scrape_native_histograms: true");
    let native = Sandbox::new("instrumented-native");
    let native_file = native.write("ferula.yml", &configuration("300ms", &[native_job]));
    let native = start_ferula(
        &native,
        &[&format!("--config.file={}", native_file.display())],
    );
    let theirs = start_prometheus(&sandbox, &mut prometheus, &file);
    for server in [&ours, &native, &theirs] {
        wait_until("all have scraped", || {
            value(&server.url, "queue_length").map(drop)
        });
    }
    let now = query(&ours.url, "time()", None)["result"][0].as_f64();
    for text in QUERIES {
        let theirs = query(&theirs.url, text, now);
        let found = theirs["result"].as_array().map_or(0, Vec::len);
        assert!(found > 0, "{text}: {theirs}");
        for ours in [&ours, &native] {
            let what = difference(&query(&ours.url, text, now), &theirs, Tolerance::EXACT);
            assert_eq!(what, None, "{text}");
        }
    }
    for text in NATIVE_QUERIES {
        let [ours, theirs] = [&native, &theirs].map(|server| query(&server.url, text, now));
        let what = difference(&ours, &theirs, Tolerance::EXACT);
        assert_eq!(what, None, "{text}");
    }
    natively(&theirs.url);
    natively(&native.url);
    let count = value(&ours.url, "latency_seconds_count");
    assert_eq!(
        count,
        Some(f64::from(OBSERVATIONS)),
        "it is classic to who asks for nothing else"
    );
    drop(endpoint);
    wait_until("a histogram ends with its target", || {
        let count = value(&native.url, "count(latency_seconds)");
        count.is_none().then_some(())
    });
    Ok(())
}

/// One of each kind, at rest: 1 to 1000 ms, each once.
fn program() -> Result<Endpoint, Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "Requests.").labels(["code", "path"]);
    let requests = requests.register(&registry)?;
    requests.with(&["200", "/a\\b"]).inc_by(41);
    requests.with(&["200", "/c\"d\n"]).add(0.5);
    requests.with(&["500", "/é"]).inc();
    Gauge::builder("queue_length", "Jobs that wait.")
        .register(&registry)?
        .set(-2.5);
    let sizes = Histogram::builder("sizes", "Bodies.").unit("bytes");
    let sizes = sizes.buckets(Buckets::exponential(1.0, 10.0, 5)?);
    let sizes = sizes.register(&registry)?;
    let pause = Summary::builder("pause", "Pauses.").unit("seconds");
    let pause = pause.quantiles(Quantiles::new(&[0.5, 0.99], Duration::from_secs(3600))?);
    let pause = pause.register(&registry)?;
    let latency = Histogram::builder("latency", "Latencies.").unit("seconds");
    let latency = latency.native(Native::schema(3)?).register(&registry)?;
    for millisecond in 1..=OBSERVATIONS {
        let seconds = f64::from(millisecond) / 1000.0;
        sizes.observe(seconds * 5000.0);
        pause.observe(seconds);
        latency.observe(seconds);
    }
    Info::builder("build", "What it is.")
        .register(&registry)?
        .set(&[("version", "1.2")])?;
    let door = StateSet::builder("door", "The door.", &["open", "shut"]);
    door.register(&registry)?.set("shut");
    Ok(Endpoint::start("127.0.0.1:0", registry)?)
}

fn start_prometheus(sandbox: &Sandbox, command: &mut Command, file: &str) -> Program {
    let port = free_port();
    let data = sandbox.path().join("data");
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command.arg(format!("--storage.tsdb.path={}", data.display()));
    command.args([file, "--enable-feature=native-histograms"]);
    let command = std::mem::replace(command, Command::new("true"));
    Program::start(sandbox, "prometheus", command, port, "/-/ready")
}

/// What Prometheus says of the native histogram is what was observed: buckets of schema 3 are 9 % wide.
fn natively(url: &str) {
    let check = |text: &str, expected: f64, relative: f64| {
        let found = value(url, text).unwrap_or(f64::NAN);
        assert!(
            (found - expected).abs() <= expected * relative,
            "{text}: {found}"
        );
    };
    let observations = f64::from(OBSERVATIONS);
    check("histogram_count(latency_seconds)", observations, 0.0);
    let sum = observations * (observations + 1.0) / 2.0 / 1000.0;
    check("histogram_sum(latency_seconds)", sum, 1e-9);
    for quantile in [0.1, 0.5, 0.9] {
        let text = format!("histogram_quantile({quantile}, latency_seconds)");
        check(&text, quantile, 0.09);
    }
    // All of it is below 2 s, and a quarter is up to 0.25 s, which is a bound of any schema.
    check("histogram_fraction(0, 2, latency_seconds)", 1.0, 1e-9);
    check("histogram_fraction(0, 0.25, latency_seconds)", 0.25, 1e-9);
}
