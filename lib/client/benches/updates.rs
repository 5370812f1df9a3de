//! What an update, a look-up and a page cost. Run with `cargo bench -p ferula`.
//!
//! The least of several rounds is shown, because neighbours on a machine only ever add.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures with the machine's clock"
)]

use std::hint::black_box;
use std::io;
use std::thread;
use std::time::Instant;

use ferula::{Counter, Error, Family, Format, Histogram, Registry, Selection, Style, encode};

const ROUNDS: usize = 9;
const UPDATES: u32 = 1_000_000;
const THREADS: u32 = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = &mut io::stdout().lock();
    updates(out)?;
    for series in [10_000, 100_000] {
        pages(out, series)?;
    }
    Ok(())
}

fn updates(out: &mut impl io::Write) -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let counter = Counter::builder("a_total", "A.").register(&registry)?;
    let histogram = Histogram::builder("b", "B.").register(&registry)?;
    let family = Counter::builder("c_total", "C.").labels(["method", "path", "code"]);
    let family = family.register(&registry)?;
    let values = ["GET", "/api/v1/query_range", "200"];
    let inc = || counter.inc();
    let add = || counter.add(black_box(0.5));
    let observe = || histogram.observe(black_box(0.3));
    let labelled = || family.with(&black_box(values)).inc();
    let cases: [(&str, &(dyn Fn() + Sync)); 5] = [
        ("inc", &|| for_each(inc)),
        ("add", &|| for_each(add)),
        ("observe", &|| for_each(observe)),
        ("with(3).inc", &|| for_each(labelled)),
        ("timer", &|| {
            for_each(|| drop(black_box(histogram.start_timer())));
        }),
    ];
    for (name, case) in cases {
        let alone = least_ns(case);
        let together = least_ns(|| {
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(case);
                }
            });
        });
        let alone = alone / f64::from(UPDATES);
        let together = together / f64::from(UPDATES * THREADS);
        writeln!(
            out,
            "{name:>12}: {alone:6.1} ns, {THREADS} threads {together:6.1} ns"
        )?;
    }
    Ok(())
}

fn for_each(work: impl Fn()) {
    for _ in 0..UPDATES {
        work();
    }
}

fn pages(out: &mut impl io::Write, series: usize) -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let before = resident_bytes();
    let family = many(&registry, series)?;
    let per_child = (resident_bytes() - before) / series as f64;
    family.with(&["GET", "/", "0"]).inc();
    let mut page = Vec::new();
    let encoding = least_ns(|| {
        page.clear();
        encode(
            &registry,
            &Selection::all(),
            Style::new(Format::Text),
            &mut page,
        );
    });
    let (bytes, milliseconds) = (page.len(), encoding / 1e6);
    writeln!(
        out,
        "{series:>7} series: page of {bytes} bytes in {milliseconds:.2} ms, {per_child:.0} bytes resident per child"
    )?;
    Ok(())
}

fn many(registry: &Registry, series: usize) -> Result<Family<Counter>, Error> {
    let family = Counter::builder("http_requests_total", "Requests.")
        .labels(["method", "path", "code"])
        .series_max(series + 1)
        .register(registry)?;
    for number in 0..series {
        family
            .with(&["GET", "/api/v1/items", &number.to_string()])
            .inc_by(number as u64);
    }
    Ok(family)
}

fn least_ns(mut work: impl FnMut()) -> f64 {
    let round = |_| {
        let started = Instant::now();
        work();
        started.elapsed().as_secs_f64() * 1e9
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

/// Zero where there is no `/proc`.
fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or_default() * 4096.0
}
