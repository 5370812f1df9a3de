//! What updates, look-ups and pages cost here and in other client libraries, in one run. Run with `cargo bench -p ferula --bench peers`.
//!
//! Shown is the least of several rounds, in time that a thread computes: neighbours on a machine only ever add. Rounds of all libraries take turns.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::thread;

use prometheus::Encoder as _;

const ROUNDS: usize = 15;
const UPDATES: u32 = 400_000;
const SERIES: usize = 10_000;
const BOUNDS: [f64; 11] = ferula::Buckets::DEFAULT;
const LABELS: [&str; 3] = ["method", "path", "code"];

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Work = Box<dyn Fn() + Sync>;

/// One thing that is measured, in each library.
struct Row {
    name: &'static str,
    /// How many operations a call is.
    operations: u32,
    works: [(&'static str, Work); 4],
}

fn main() -> Outcome {
    let out = &mut io::stdout().lock();
    let recorder: &'static _ = Box::leak(Box::new(
        metrics_exporter_prometheus::PrometheusBuilder::new()
            .set_buckets(&BOUNDS)?
            .build_recorder(),
    ));
    metrics::set_global_recorder(recorder)?;
    writeln!(
        out,
        "{:<28}{:>12}{:>20}{:>12}{:>12}",
        "ns", "ferula", "prometheus-client", "prometheus", "metrics"
    )?;
    for row in [held()?, labelled()?, histograms()?] {
        show(out, &row, 1)?;
        show(out, &row, 2)?;
    }
    let row = apart()?;
    show(out, &row, 1)?;
    show(out, &row, 2)?;
    show(out, &pages(recorder)?, 1)?;
    Ok(())
}

/// Each work's time per operation on each of so many threads at once.
fn show(out: &mut impl io::Write, row: &Row, threads: u32) -> Outcome {
    let mut least = [f64::INFINITY; 4];
    for _ in 0..ROUNDS {
        for (least, (_, work)) in least.iter_mut().zip(&row.works) {
            let spent_ns = thread::scope(|scope| {
                let spawned = (0..threads).map(|_| scope.spawn(|| spent_ns(work)));
                let spawned = spawned.collect::<Vec<_>>();
                let spent = spawned
                    .into_iter()
                    .map(|thread| thread.join().unwrap_or(f64::NAN));
                spent.sum::<f64>()
            });
            *least = least.min(spent_ns);
        }
    }
    let mut line = format!("{:<28}", format!("{}, {threads} thread(s)", row.name));
    for (ns, width) in least.iter().zip([12, 20, 12, 12]) {
        write!(
            line,
            "{:>width$.1}",
            ns / f64::from(row.operations * threads)
        )?;
    }
    writeln!(out, "{line}")?;
    Ok(())
}

/// The time that this thread computes, which is what others on the machine take nothing of.
fn spent_ns(work: &Work) -> f64 {
    let now = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let started = now();
    work();
    let ended = now();
    (ended.tv_sec - started.tv_sec) as f64 * 1e9 + (ended.tv_nsec - started.tv_nsec) as f64
}

fn each(work: impl Fn() + Sync + 'static) -> Work {
    Box::new(move || {
        for _ in 0..UPDATES {
            work();
        }
    })
}

fn held() -> Result<Row, Box<dyn std::error::Error>> {
    let registry = ferula::Registry::new();
    let ours = ferula::Counter::builder("a", "A.").register(&registry)?;
    let official = prometheus_client::metrics::counter::Counter::<u64>::default();
    let tikv = prometheus::IntCounter::new("a", "A.")?;
    let facade = metrics::counter!("a");
    Ok(Row {
        name: "inc, held",
        operations: UPDATES,
        works: [
            ("ferula", each(move || ours.inc())),
            (
                "prometheus-client",
                each(move || {
                    black_box(official.inc());
                }),
            ),
            ("prometheus", each(move || tikv.inc())),
            ("metrics", each(move || facade.increment(1))),
        ],
    })
}

/// Three values that the program has as strings, as it gets them from a request.
fn values() -> [String; 3] {
    black_box(["GET", "/api/v1/query_range", "200"].map(String::from))
}

type OfficialFamily = prometheus_client::metrics::family::Family<
    Vec<(&'static str, String)>,
    prometheus_client::metrics::counter::Counter,
>;

fn labelled() -> Result<Row, Box<dyn std::error::Error>> {
    let registry = ferula::Registry::new();
    let ours = ferula::Counter::builder("b", "B.")
        .labels(LABELS)
        .register(&registry)?;
    let official = OfficialFamily::default();
    let tikv = prometheus::IntCounterVec::new(prometheus::Opts::new("b", "B."), &LABELS)?;
    let [one, two, three, four] = [values(), values(), values(), values()];
    Ok(Row {
        name: "labels(3).inc",
        operations: UPDATES,
        works: [
            (
                "ferula",
                each(move || ours.with(&[&one[0], &one[1], &one[2]]).inc()),
            ),
            (
                "prometheus-client",
                each(move || {
                    let labels = LABELS.into_iter().zip(two.iter().cloned()).collect();
                    official.get_or_create(&labels).inc();
                }),
            ),
            (
                "prometheus",
                each(move || {
                    let values = [&three[0], &three[1], &three[2]];
                    tikv.with_label_values(&values).inc();
                }),
            ),
            (
                "metrics",
                each(move || {
                    let [method, path, code] = four.clone();
                    metrics::counter!("b", "method" => method, "path" => path, "code" => code)
                        .increment(1);
                }),
            ),
        ],
    })
}

/// As [`labelled`], each thread on a series of its own.
fn apart() -> Result<Row, Box<dyn std::error::Error>> {
    thread_local! {
        static OWN: String = format!("{:?}", thread::current().id());
    }
    let registry = ferula::Registry::new();
    let ours = ferula::Counter::builder("c", "C.")
        .labels(LABELS)
        .register(&registry)?;
    let official = OfficialFamily::default();
    let tikv = prometheus::IntCounterVec::new(prometheus::Opts::new("c", "C."), &LABELS)?;
    Ok(Row {
        name: "labels(3).inc, own series",
        operations: UPDATES,
        works: [
            (
                "ferula",
                each(move || OWN.with(|own| ours.with(&["GET", own, "200"]).inc())),
            ),
            (
                "prometheus-client",
                each(move || {
                    OWN.with(|own| {
                        let values = ["GET".to_owned(), own.clone(), "200".to_owned()];
                        let labels = LABELS.into_iter().zip(values).collect();
                        official.get_or_create(&labels).inc();
                    });
                }),
            ),
            (
                "prometheus",
                each(move || OWN.with(|own| tikv.with_label_values(&["GET", own, "200"]).inc())),
            ),
            (
                "metrics",
                each(move || {
                    OWN.with(|own| {
                        metrics::counter!("c", "method" => "GET", "path" => own.clone(), "code" => "200")
                            .increment(1);
                    });
                }),
            ),
        ],
    })
}

fn histograms() -> Result<Row, Box<dyn std::error::Error>> {
    let registry = ferula::Registry::new();
    let ours = ferula::Histogram::builder("d", "D.").register(&registry)?;
    let official = prometheus_client::metrics::histogram::Histogram::new(BOUNDS);
    let options = prometheus::HistogramOpts::new("d", "D.").buckets(BOUNDS.to_vec());
    let tikv = prometheus::Histogram::with_opts(options)?;
    let facade = metrics::histogram!("d");
    Ok(Row {
        name: "observe",
        operations: UPDATES,
        works: [
            ("ferula", each(move || ours.observe(black_box(0.3)))),
            (
                "prometheus-client",
                each(move || official.observe(black_box(0.3))),
            ),
            ("prometheus", each(move || tikv.observe(black_box(0.3)))),
            ("metrics", each(move || facade.record(black_box(0.3)))),
        ],
    })
}

/// A page of [`SERIES`] counters, per series.
fn pages(
    recorder: &'static metrics_exporter_prometheus::PrometheusRecorder,
) -> Result<Row, Box<dyn std::error::Error>> {
    let registry = ferula::Registry::new();
    let ours = ferula::Counter::builder("http_requests", "Requests.").labels(LABELS);
    let ours = ours.series_max(SERIES).register(&registry)?;
    let official = OfficialFamily::default();
    let options = prometheus::Opts::new("http_requests_total", "Requests.");
    let tikv = prometheus::IntCounterVec::new(options, &LABELS)?;
    for number in 0..SERIES {
        let code = number.to_string();
        ours.with(&["GET", "/api/v1/items", &code])
            .inc_by(number as u64);
        let values = ["GET".to_owned(), "/api/v1/items".to_owned(), code.clone()];
        let labels = LABELS.into_iter().zip(values).collect();
        official.get_or_create(&labels).inc_by(number as u64);
        tikv.with_label_values(&["GET", "/api/v1/items", &code])
            .inc_by(number as u64);
        metrics::counter!("http_requests_total", "method" => "GET", "path" => "/api/v1/items", "code" => code)
            .increment(number as u64);
    }
    let mut official_registry = prometheus_client::registry::Registry::default();
    official_registry.register("http_requests", "Requests.", official);
    let tikv_registry = prometheus::Registry::new();
    tikv_registry.register(Box::new(tikv))?;
    let handle = recorder.handle();
    Ok(Row {
        name: "page of 10,000, per series",
        operations: SERIES as u32,
        works: [
            (
                "ferula",
                Box::new(move || {
                    let page = ferula::Answer::TEXT.page(&registry, &ferula::Selection::all());
                    assert!(black_box(page).len() > SERIES);
                }),
            ),
            (
                "prometheus-client",
                Box::new(move || {
                    let mut page = String::new();
                    let encoded =
                        prometheus_client::encoding::text::encode(&mut page, &official_registry);
                    assert!(encoded.is_ok() && black_box(page).len() > SERIES);
                }),
            ),
            (
                "prometheus",
                Box::new(move || {
                    let mut page = Vec::new();
                    let families = tikv_registry.gather();
                    let encoded = prometheus::TextEncoder::new().encode(&families, &mut page);
                    assert!(encoded.is_ok() && black_box(page).len() > SERIES);
                }),
            ),
            (
                "metrics",
                Box::new(move || assert!(black_box(handle.render()).len() > SERIES)),
            ),
        ],
    })
}
