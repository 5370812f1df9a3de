//! What queries cost: latency over HTTP of the queries in `bench/queries`, asked in turns of all programs, which have scraped the same pages.

use std::time::Instant;

use e2e::Program;

use crate::median::median;
use crate::peer::{Load, PEERS, Peer};
use crate::recording::Pages;
use crate::replay::Replay;

const INSTANCES: usize = 200;
const INTERVAL_SECONDS: u32 = 1;
/// Scrapes of each target before asking.
const SCRAPES: u64 = 150;
/// Each query is asked so many times of each program, in turns.
const ROUNDS: usize = 7;
/// The range that is asked for, in seconds before now, and its step.
const RANGE_SECONDS: f64 = 120.0;
const STEP_SECONDS: f64 = 5.0;

const QUERIES: &str = include_str!("../queries/range.txt");

pub(crate) fn run(pages: &Pages) {
    println!(
        "\n## Range queries: {INSTANCES} targets, the last {RANGE_SECONDS} s, step {STEP_SECONDS} s, milliseconds over HTTP\n"
    );
    let replay = Replay::start(pages);
    let load = Load {
        port: replay.port,
        instances: INSTANCES,
        interval_seconds: INTERVAL_SECONDS,
    };
    let programs: Vec<(Peer, Program)> = PEERS
        .iter()
        .filter_map(|peer| Some((*peer, peer.start(load)?)))
        .collect();
    for part in 1..=SCRAPES / 10 {
        let wanted = part * 10 * (pages.samples[0] * INSTANCES) as u64;
        for (peer, _) in &programs {
            e2e::wait_until("targets were scraped", || {
                (replay.served(peer.number) >= wanted).then_some(())
            });
        }
        eprintln!("{} of {SCRAPES} scrapes", part * 10);
    }
    println!("| query | {} |", PEERS.map(|peer| peer.name).join(" | "));
    println!("| --- |{}", " ---: |".repeat(PEERS.len()));
    let mut ratios = vec![Vec::new(); PEERS.len()];
    for query in QUERIES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let times = measure(&programs, query);
        print_row(query, &times, &mut ratios);
    }
    let means = ratios
        .iter()
        .map(|ratios| format!("{:.2}", geometric_mean(ratios)));
    println!(
        "| **geometric mean of ratios to Ferula** | {} |",
        means.collect::<Vec<_>>().join(" | ")
    );
}

/// Medians in milliseconds, by number of the peer; NaN for one that can't answer.
fn measure(programs: &[(Peer, Program)], query: &str) -> [f64; PEERS.len()] {
    let mut times = [const { Vec::new() }; PEERS.len()];
    let end = now();
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for _ in 0..ROUNDS {
        for (peer, program) in programs {
            let start = end - RANGE_SECONDS;
            let path = format!(
                "/api/v1/query_range?query={encoded}&start={start}&end={end}&step={STEP_SECONDS}{}",
                peer.query_suffix
            );
            let begin = Instant::now();
            let answer = e2e::get(&program.url, &path).expect("an answer");
            let took = begin.elapsed().as_secs_f64() * 1000.0;
            if answer.status == 200 {
                times[peer.number].push(took);
            }
        }
    }
    times.map(|times| median(&times))
}

fn print_row(query: &str, times: &[f64; PEERS.len()], ratios: &mut [Vec<f64>]) {
    let cell = |(peer, time): (usize, &f64)| {
        if time.is_nan() {
            return "no answer".to_owned();
        }
        let ratio = time / times[0];
        if peer == 0 {
            format!("{time:.1}")
        } else {
            format!("{time:.1} ({ratio:.1}x)")
        }
    };
    let cells: Vec<String> = times.iter().enumerate().map(cell).collect();
    println!(
        "| `{}` | {} |",
        query.replace('|', "\\|"),
        cells.join(" | ")
    );
    for (ratios, time) in ratios.iter_mut().zip(times) {
        if !(time / times[0]).is_nan() {
            ratios.push(time / times[0]);
        }
    }
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

fn now() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs_f64().floor()
}
