//! What a sample costs on its way from a page into the store. Run with `cargo bench -p scrape`.
//!
//! The page is a node exporter's. The least of several rounds is shown, because neighbours on a machine only ever add.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures with the machine's clock and reads its page from the disk"
)]

use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Instant;

use ferula_exposition::Format;
use model::{Labels, Timestamp};
use platform::http::{Authorization, ClientOptions, Proxy, TlsOptions};
use scrape::ingest::{Body, Ingester, Row};
use scrape::options::{Histograms, JobOptions, Limits};
use scrape::report::Report;
use storage::exposed::Page;
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Store};
use taking::Taking;

#[path = "path/taking.rs"]
mod taking;

const ROUNDS: usize = 9;
const PAGES: usize = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/samples/node_exporter-1.5.0.txt");
    let out = &mut io::stdout().lock();
    let Ok(page) = std::fs::read_to_string(&path) else {
        writeln!(out, "no page to read: {}", path.display())?;
        return Ok(());
    };
    let samples = Page::new(page.as_bytes(), Format::Text)
        .filter(|item| matches!(item, Ok(storage::exposed::Item::Sample(_))))
        .count();
    writeln!(out, "{samples} samples, {} bytes", page.len())?;

    let other = other_order(&page);
    let pages = [page.as_bytes(), other.as_bytes()];
    let mut show = |name: &str, ns: f64| {
        let per_sample = ns / (PAGES * samples) as f64;
        writeln!(
            out,
            "{name:>28}: {per_sample:6.1} ns per sample, {:5.1} M/s",
            1000.0 / per_sample
        )
    };
    show(
        "read",
        least_ns(|| {
            for _ in 0..PAGES {
                assert!(Page::new(black_box(page.as_bytes()), Format::Text).count() > samples);
            }
        }),
    )?;
    let taking = Taking::default();
    show("the same page", same(&taking, &pages[..1]))?;
    assert_eq!(
        taking.samples(),
        // Those of the page, and five of the report.
        ((samples + 5) * PAGES * ROUNDS) as u64
    );
    show("two orders in turn", same(&taking, &pages))?;
    show(
        "always the first time",
        least_ns(|| {
            for number in 0..PAGES {
                ingest(&mut Ingester::default(), &taking, pages[0], number);
            }
        }),
    )?;
    let memory = MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 30,
        late_window_ms: 0,
        exemplars_max: 0,
    });
    show("the same page, into memory", same(&memory, &pages[..1]))?;
    Ok(())
}

/// The page with its first and second half exchanged, families kept whole.
fn other_order(page: &str) -> String {
    let middle = page[page.len() / 2..]
        .find("# HELP")
        .map_or(0, |at| page.len() / 2 + at);
    format!("{}{}", &page[middle..], &page[..middle])
}

fn same(store: &dyn Store, pages: &[&[u8]]) -> f64 {
    let mut ingester = Ingester::default();
    let mut number = 0;
    least_ns(|| {
        for _ in 0..PAGES {
            ingest(&mut ingester, store, pages[number % pages.len()], number);
            number += 1;
        }
    })
}

fn ingest(ingester: &mut Ingester, store: &dyn Store, page: &[u8], number: usize) {
    let job = job();
    let target = Labels::from_pairs([("instance", "localhost:9100"), ("job", "node")]);
    let row = Row {
        job: &job,
        target: &target,
        time: Timestamp(1_800_000_000_000 + number as i64 * 15_000),
    };
    let (rows, _, error) = ingester.page(store, row, Body::text(page, Format::Text), |_, _| {
        Report::default()
    });
    assert!(error.is_none() && ingester.settle(rows).is_ok());
}

fn least_ns(mut work: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_nanos() as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn job() -> JobOptions {
    JobOptions {
        name: "node".to_owned(),
        interval_ms: 15_000,
        timeout_ms: 10_000,
        scheme: "http".to_owned(),
        metrics_path: "/metrics".to_owned(),
        params: Vec::new(),
        protocols: Vec::new(),
        histograms: Histograms::Classic,
        fallback_protocol: None,
        honor_labels: false,
        honor_timestamps: true,
        track_timestamps_staleness: false,
        enable_compression: true,
        extra_metrics: false,
        limits: Limits::default(),
        client: ClientOptions {
            authorization: Authorization::None,
            tls: TlsOptions {
                ca: None,
                certificate: None,
                server_name: None,
                insecure_skip_verify: false,
                min_version: None,
                max_version: None,
            },
            proxy: Proxy::None,
            follow_redirects: true,
            enable_http2: true,
            headers: Vec::new(),
        },
        discoveries: Vec::new(),
        relabel_rules: Vec::new(),
        metric_relabel_rules: Vec::new(),
    }
}
