//! Pages as exporters send them, whole and damaged.

use std::io::Write as _;

use super::*;

const NAMES: [&str; 8] = [
    "node_exporter-1.5.0.txt",
    "postgres_exporter-0.11.1.txt",
    "process_exporter-0.7.10.txt",
    "pushgateway-1.5.1.txt",
    "rabbitmq-3.10.8-aggregated.txt",
    "rabbitmq-3.10.8-per-object.txt",
    "redis_exporter-1.45.0.txt",
    "statsd_exporter-0.22.8-behaviour.txt",
];

/// The pages that are there, by name.
fn pages() -> Vec<(&'static str, String)> {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples");
    let mut pages = Vec::new();
    for name in NAMES {
        #[expect(
            clippy::disallowed_methods,
            reason = "a page that is not in this repository"
        )]
        match std::fs::read_to_string(format!("{samples}/{name}")) {
            Ok(page) => pages.push((name, page)),
            Err(_) => drop(writeln!(
                std::io::stderr(),
                "not there, so not tested: {samples}/{name}"
            )),
        }
    }
    pages
}

impl Bench {
    fn take_page(&mut self, page: &[u8]) -> (Counts, Option<PageError>, Vec<String>) {
        let time = self.time();
        let row = Row {
            job: &self.job,
            target: &self.target,
            time,
        };
        let report = |_: &Counts, error: Option<&PageError>| Report {
            up: error.is_none(),
            ..Report::default()
        };
        let body = Body::text(page, Format::Text);
        let (rows, counts, error) = self.ingester.page(&self.store, row, body, report);
        let settled = self.ingester.settle(rows);
        settled.expect("a ledger does not break by itself");
        (counts, error, self.store.take())
    }
}

/// All of it is taken, and the second time nothing is new.
#[test]
fn real_pages_are_taken_whole() {
    for (name, page) in pages() {
        let is_sample = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let count = page.lines().filter(is_sample).count() as u64;
        let mut bench = Bench::new(|_| {});
        for added in [count, 0] {
            let (counts, error, lines) = bench.take_page(page.as_bytes());
            let expected = Counts {
                scraped: count,
                kept: count,
                added,
                ..Counts::default()
            };
            assert_eq!((counts, error), (expected, None), "{name}");
            let samples = lines.iter().filter(|line| !line.contains(" family "));
            assert_eq!(samples.count() as u64, count + 5, "{name}");
        }
    }
}

/// A rule that changes nothing takes every series the long way, to the same place.
#[test]
fn the_long_way_leads_to_the_same_series() {
    for (name, page) in pages() {
        let mut straight = Bench::new(|_| {});
        let everything = rule("__name__", ".*", Action::Keep);
        let mut long = Bench::new(|job| job.metric_relabel_rules = vec![everything]);
        assert_eq!(
            straight.take_page(page.as_bytes()),
            long.take_page(page.as_bytes()),
            "{name}"
        );
    }
}

/// Whatever happens to its bytes on the way, a page is taken or it is not, and the report says which.
#[test]
fn damaged_pages_do_no_harm() {
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, page) in pages() {
        let mut bench = Bench::new(|_| {});
        for _ in 0..60 {
            let start = random(page.len().saturating_sub(3000).max(1));
            let mut bytes = page.as_bytes()[start..]
                .iter()
                .take(3000)
                .copied()
                .collect::<Vec<u8>>();
            for _ in 0..random(4) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b"{}\"\\\n #,="[random(9)]),
                }
            }
            let (_, error, lines) = bench.take_page(&bytes);
            let up = lines
                .iter()
                .find(|line| line.contains(" up{"))
                .map(|line| line.ends_with('1'));
            assert_eq!(up, Some(error.is_none()), "{name}");
        }
    }
}
